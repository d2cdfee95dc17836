"""The structural checks, which a table or its contract declares by customProperties: `scd`, `late`, `reconcile`, ..."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlglot import exp

from harness.load.did_you_mean import did_you_mean
from harness.load.place import keys_of
from harness.metrics.moments import row_expression
from harness.metrics.partitions import TRANSFORMS
from harness.metrics.point_in_time import AGGREGATES
from harness.model.check import Check
from harness.model.contract import Node
from harness.model.location import Location
from harness.model.result import Dimension
from harness.model.sla import canonical_sla, period_of
from harness.model.threshold import Threshold, share
from harness.plan.disclosure import disclosure
from harness.plan.partition import PARTITIONS, steps_of
from harness.plan.relationships import parents_of
from harness.plan.table import Table
from harness.plan.thresholds import NONE_ALLOWED, tolerance

Stated = Mapping[str, Any]
Planned = tuple[str, tuple[str, ...], dict[str, Any]]
"""A metric, the columns that it reads, and the fields of its check."""

_NUMERIC = ("integer", "number")
_PERIOD = re.compile(r"(\d+(?:\.\d+)?)\s*([A-Za-z]+)", re.ASCII)
_SAYS = {
    "scdCurrent": "keys without exactly one current row",
    "scdOverlap": "rows that begin before an earlier row of their key has ended",
    "scdGap": "rows that begin after a gap in the history of their key",
    "scdInterval": "rows whose interval is empty, inverted or without a beginning",
    "late": "rows that arrived later than the allowance, or before their event",
    "volume": "difference from the same weekday before",
    "partition": "missing partitions between the first and the last",
    "pointInTime": "rows with a feature that the past before their event does not give",
    "reconcileCount": "rows more or less than in {source}",
    "reconcileSums": "columns whose sum is not that of {source}",
    "reconcileRows": "keys that are not in {source} or differ from it",
    "reconcileSource": "rows that are not in {source} or differ from it",
}
"""What the number of each metric is."""


def structural_checks(table: Table, as_of: datetime) -> Iterator[Check]:
    """The checks of each structural customProperty of the table, and of its contract if that has no other table."""
    for node in (table.schema, table.contract):
        for name, stated in node.custom.items():
            if name in _STRUCTURES:
                yield from _of(table, node, name, stated, as_of)
            elif meant := _misspelt(name, stated):
                said = f"{name!r} is no structural check; did you mean `{meant}`?"
                yield table.check(meant, meant, at=_place(node, stated), problem=said)


def _of(table: Table, node: Node, name: str, stated: Any, as_of: datetime) -> Iterator[Check]:
    at = _place(node, stated)
    try:
        if node is table.contract and len(table.contract.schemas) > 1:
            raise ValueError("the contract has several tables; write it on the one that it means")
        known, decide = _STRUCTURES[name]
        planned = list(decide(table, _read(stated, known), as_of))
    except (ValueError, OverflowError) as error:
        yield table.check(name, name, at=at, problem=f"`{name}` cannot be read: {error}")
        return
    for metric, columns, fields in planned:
        says = _SAYS.get(metric, "").format(source=fields.get("arguments", {}).get("source", ""))
        full = name if metric == name else f"{name}/{metric}"
        yield table.check(metric, full, at=at, columns=columns, description=says, **fields)


def _place(node: Node, stated: Any) -> Location:
    return min(keys_of(stated, node.at.file).values(), default=node.where("customProperties"))


def _misspelt(name: str, stated: Any) -> str:
    """The structural check that was meant; other customProperties are free, and rarely a mapping of a like name."""
    flat = re.sub(r"[^a-z]", "", name.lower())
    same = next((each for each in _STRUCTURES if each.lower() == flat), "")
    near = did_you_mean(name, _STRUCTURES).removeprefix("did you mean `").removesuffix("`?")
    return same or (near if isinstance(stated, dict) and abs(len(near) - len(name)) <= 2 else "")


def _read(stated: Any, known: Mapping[str, bool]) -> Stated:
    """The mapping with all it needs and nothing unknown; raises ValueError otherwise."""
    if not isinstance(stated, dict):
        raise ValueError(f"it must be a mapping with {', '.join(known)}, not {stated!r}")
    for key in stated:
        if key not in known:
            raise ValueError(f"it has no {key!r}; " + (did_you_mean(str(key), known) or f"use {', '.join(known)}"))
    absent = [key for key, needed in known.items() if needed and stated.get(key) in (None, "", [], {})]
    if absent:
        raise ValueError(f"it lacks {', '.join(absent)}")
    return stated


def _scd(table: Table, stated: Stated, as_of: datetime) -> Iterator[Planned]:  # noqa: ARG001
    if isinstance(stated["type"], bool) or stated["type"] not in (0, 1, 2):
        raise ValueError(f"its type is {stated['type']!r}; use 0, 1 or 2")
    if stated["type"] != 2:
        reason = f"a dimension of type {stated['type']} keeps no history; its key is held by `primaryKey`"
        yield "scd", (), {"skip": reason}
        return
    absent = [name for name in ("key", "validFrom", "validTo") if not stated.get(name)]
    if absent:
        raise ValueError(f"it lacks {', '.join(absent)}")
    key = _columns(table, stated["key"])
    begin, end = _column(table, stated["validFrom"]), _column(table, stated["validTo"])
    current = _column(table, stated["current"]) if stated.get("current") else ""
    columns = (*key, *filter(None, [current]), begin, end)
    arguments = {"key": key, "current": current, "openEnd": _plain(stated.get("openEnd"))}
    yield "scdCurrent", columns, {"arguments": arguments, "target": NONE_ALLOWED, "unit": "keys"}
    for metric in ("scdOverlap", "scdGap", "scdInterval"):
        yield metric, columns, {"arguments": arguments}


def _late(table: Table, stated: Stated, as_of: datetime) -> Iterator[Planned]:  # noqa: ARG001
    arrival, allowance = _column(table, stated["column"]), _seconds(stated["allowance"])
    event, read = _event(table, stated["event"])
    arguments = {"event": event, "dialect": table.dialect, "allowance": allowance}
    yield "late", (arrival, *(name for name in read if name != arrival)), {"arguments": arguments, **tolerance(stated)}


def _volume(table: Table, stated: Stated, as_of: datetime) -> Iterator[Planned]:
    weeks = stated.get("weeks", 1)
    if isinstance(weeks, bool) or not isinstance(weeks, int) or not 1 <= weeks <= 52:
        raise ValueError(f"its weeks are {weeks!r}; use a number from 1 to 52")
    try:
        target = Threshold("<=", share(stated["tolerance"]))
    except ValueError:
        raise ValueError(f"its tolerance is {stated['tolerance']!r}; write it as '30 %'") from None
    alert = {"alert": stated["alert"]} if "alert" in stated else {}
    fields = {"target": target, "unit": "percent"} | tolerance(alert, "percent", target)
    yield "volume", (_column(table, stated["column"]),), {"arguments": {"as_of": as_of, "weeks": weeks}, **fields}


def _partition(table: Table, stated: Stated, as_of: datetime) -> Iterator[Planned]:
    transform = stated.get("transform", "identity")
    if transform not in TRANSFORMS:
        raise ValueError(f"its transform is {transform!r}; use {', '.join(TRANSFORMS)}")
    arguments = {"transform": transform, **_steps(table, stated, transform, as_of)}
    fields = {"target": NONE_ALLOWED, "unit": PARTITIONS} | tolerance(stated, PARTITIONS)
    yield "partition", (_column(table, stated["column"]),), {"arguments": arguments, **fields}


def _steps(table: Table, stated: Stated, transform: str, as_of: datetime) -> dict[str, Any]:
    """As `every` says, else as often as the table's `frequency` promises one, else as its transform makes them."""
    if "every" in stated:
        return steps_of(*_amount(stated["every"]), as_of)
    for sla in table.contract.sla:
        whole = {table.schema.name, table.schema.table, ""} & set(sla.elements or ("",))
        if canonical_sla(sla.property) == "frequency" and whole and len(table.contract.schemas) == 1:
            return steps_of(sla.value, sla.unit, as_of)
    if transform == "quarter":
        return steps_of(3, "month", as_of)
    return steps_of(1, "day" if transform == "identity" else transform, as_of)


def _point_in_time(table: Table, stated: Stated, as_of: datetime) -> Iterator[Planned]:  # noqa: ARG001
    source = _source(table, stated["source"])
    if not isinstance(stated["features"], dict):
        raise ValueError("its features must be a mapping from columns to how they are made")
    features = {_column(table, name): _feature(source, made) for name, made in stated["features"].items()}
    entity, event = _pairs(table, source, stated["entity"]), _column(table, stated["eventTime"])
    arguments = {
        "entity": entity,
        "eventTime": event,
        "source": source.name,
        "sourceTime": _column(source, stated["sourceTime"]),
        "features": features,
    }
    columns = (*(own for own, _ in entity), event, *features)
    yield "pointInTime", columns, {"arguments": arguments, **tolerance(stated)}


def _feature(source: Table, made: Any) -> dict[str, Any]:
    stated = _read(made, {"aggregate": True, "column": False, "window": False, "empty": False})
    aggregate = stated["aggregate"]
    if aggregate not in AGGREGATES:
        raise ValueError(f"the aggregate {aggregate!r} is not known; use {', '.join(AGGREGATES)}")
    if aggregate != "count" and not stated.get("column"):
        raise ValueError(f"a feature that is a {aggregate} needs a column")
    return {
        "aggregate": aggregate,
        "column": _column(source, stated["column"]) if stated.get("column") else "",
        "window": _seconds(stated["window"]) if "window" in stated else 0,
        "empty": _plain(stated.get("empty")),
    }


def _reconcile(table: Table, stated: Stated, as_of: datetime) -> Iterator[Planned]:
    if "source" in stated:
        yield _across(table, stated, as_of)
        return
    own = [key for key in stated if key in ("lag", "zone")]
    if own:
        raise ValueError(f"its {own[0]} is for a `source` on another server")
    if not stated.get("with"):
        raise ValueError("it lacks with")
    source = _source(table, stated["with"])
    key = _pairs(table, source, stated["key"])
    pairs = _pairs(table, source, stated["compare"]) if stated.get("compare") else []
    borne = _tolerances(table, stated.get("tolerance", 0), [own for own, _ in pairs])
    compare = [(own, other, borne.get(own, 0)) for own, other in pairs]
    sums = [each for each in compare if each[0] in _numeric(table)]
    arguments = {
        "source": source.name,
        "key": key,
        "compare": compare,
        "sums": sums,
        "texts": [own for own, _ in pairs if own in _texts(table)],
        "shown": _shown(table, source, key),
    }
    columns = tuple(dict.fromkeys((*(own for own, _ in key), *(own for own, _, _ in compare))))
    fields = {"arguments": arguments, **tolerance(stated)}
    yield "reconcileCount", (), fields
    if sums:
        summed = tuple(own for own, *_ in sums)
        yield "reconcileSums", summed, {"arguments": arguments, "target": NONE_ALLOWED, "unit": "columns"}
    yield "reconcileRows", columns, fields


def _across(table: Table, stated: Stated, as_of: datetime) -> Planned:
    """A source on another server, whose columns are known when it is asked."""
    if "with" in stated:
        raise ValueError("it has a source of the same server (`with`) and one of another (`source`); use one")
    source = _read(stated["source"], {"server": True, "table": True})
    known = {*table.project.servers, *(server.name for each in table.project.contracts for server in each.servers)}
    if str(source["server"]) not in known:
        hint = did_you_mean(str(source["server"]), known)
        raise ValueError(f"there is no server {source['server']!r}" + (f"; {hint}" if hint else ""))
    key, compare = (_own_names(table, stated.get(name) or []) for name in ("key", "compare"))
    borne = stated.get("tolerance", {})
    named = borne if isinstance(borne, dict) else {name: borne for name in compare if name in _numeric(table)}
    tolerances = {_column(table, name): str(value) for name, value in named.items()}
    lag = stated.get("lag")
    if lag is not None and not (isinstance(lag, dict) and len(lag) == 1):
        raise ValueError(f"its lag is {lag!r}; write it as a column with a period: `lag: {{updated_at: 15 m}}`")
    arguments = {
        "source": f"{source['server']}:{source['table']}",
        "place": (str(source["server"]), str(source["table"])),
        "key": key,
        "compare": compare,
        "tolerances": tolerances,
        "lag": next(((_column(table, name), str(period)) for name, period in (lag or {}).items()), None),
        "zone": _zone(stated.get("zone", "")),
        "as_of": as_of,
    }
    fields = {"counts": "rows", "dimension": Dimension.ACCURACY, "target": NONE_ALLOWED} | tolerance(stated)
    return "reconcileSource", (*key, *(name for name in compare if name not in key)), {"arguments": arguments, **fields}


def _zone(stated: Any) -> str:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(str(stated)).key if stated else ""
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"there is no time zone {stated!r}; write UTC or Europe/Berlin") from None


def _own_names(table: Table, stated: Any) -> dict[str, str]:
    """Own columns with those of a source that need not be declared."""
    named = stated if isinstance(stated, dict) else {name: name for name in _names(stated)}
    return {_column(table, own): str(other) for own, other in named.items()}


def _shown(table: Table, source: Table, key: list[tuple[str, str]]) -> tuple[str, ...]:
    """The key's columns whose values a message may hold: those that may be shown of both sides."""
    why_hidden = disclosure(table.project)

    def is_open(each: Table, name: str) -> bool:
        return not why_hidden(each.schema, each.name, name)

    return tuple(own for own, other in key if is_open(table, own) and is_open(source, other))


def _tolerances(table: Table, stated: Any, compared: list[str]) -> dict[str, float]:
    numeric = _numeric(table)
    named = stated if isinstance(stated, dict) else {name: stated for name in compared if name in numeric}
    found = {_column(table, name): value for name, value in named.items()}
    wrong = next((name for name in found if name not in compared or name not in numeric), "")
    if wrong:
        raise ValueError(f"its tolerance names {wrong!r}, which is no number that it compares")
    values = list(found.values()) if isinstance(stated, dict) else [stated]
    if any(isinstance(v, bool) or not isinstance(v, int | float) or not 0 <= v < float("inf") for v in values):
        raise ValueError(f"its tolerance is {stated!r}; use a number, or a mapping from columns to numbers")
    return found


def _texts(table: Table) -> set[str]:
    return {item.column for item in table.schema.properties if item.logical_type == "string"}


def _numeric(table: Table) -> set[str]:
    return {item.column for item in table.schema.properties if item.logical_type in _NUMERIC}


def _source(table: Table, name: Any) -> Table:
    """The one table of that name."""
    named = parents_of(table, name) if isinstance(name, str) else []
    if len(named) != 1:
        raise ValueError(
            f"{name!r} may be several tables; name its schema too" if named else f"no contract declares {name!r}"
        )
    (source,) = named
    if source.server != table.server:
        raise ValueError(f"{name} is on another server")
    return source


def _pairs(table: Table, source: Table, stated: Any) -> list[tuple[str, str]]:
    """Own columns with those of the source: a mapping, or a list of columns whose names are the same."""
    named = stated if isinstance(stated, dict) else {name: name for name in _names(stated)}
    return [(_column(table, own), _column(source, other)) for own, other in named.items()]


def _columns(table: Table, stated: Any) -> tuple[str, ...]:
    return tuple(_column(table, name) for name in _names(stated))


def _names(stated: Any) -> list[Any]:
    return list(stated) if isinstance(stated, list) else [stated]


def _column(table: Table, name: Any) -> str:
    item = table.schema.property(name) if isinstance(name, str) else None
    if not item:
        hint = did_you_mean(str(name), [each.name for each in table.schema.properties])
        raise ValueError(f"{name!r} is no column of {table.schema.name}" + (f"; {hint}" if hint else ""))
    return item.column


def _event(table: Table, stated: Any) -> tuple[str, list[str]]:
    """The SQL of the event with the warehouse's names, and the columns that it reads."""
    if isinstance(stated, str) and table.schema.property(stated):
        return '"' + _column(table, stated).replace('"', '""') + '"', [_column(table, stated)]
    found = row_expression(str(stated), table.dialect)
    read = list(found.find_all(exp.Column))
    for each in read:
        each.this.set("this", _column(table, each.name))
    if not read:
        raise ValueError(f"its event {stated!r} names no column")
    return found.sql(table.dialect), list(dict.fromkeys(each.name for each in read))


def _seconds(stated: Any) -> int:
    period = period_of(*_amount(stated))
    if period.months or not 0 <= period.seconds < 10**10:
        raise ValueError(f"{stated!r} is no time of a fixed length; write it in days or less")
    return int(period.seconds)


def _amount(stated: Any) -> tuple[str, str]:
    """The number and unit in `5 d`; an ISO 8601 duration has no unit beside it."""
    found = _PERIOD.fullmatch(str(stated).strip())
    return (found[1], found[2]) if found else (str(stated), "")


def _plain(value: Any) -> Any:
    if value is not None and not isinstance(value, bool | int | float | str):
        raise ValueError(f"{value!r} is no plain value")
    return value


_STRUCTURES: dict[str, tuple[dict[str, bool], Callable[[Table, Stated, datetime], Iterator[Planned]]]] = {
    "scd": (
        {"type": True, "key": False, "validFrom": False, "validTo": False, "current": False, "openEnd": False},
        _scd,
    ),
    "late": ({"column": True, "event": True, "allowance": True, "target": False, "alert": False}, _late),
    "volume": ({"column": True, "tolerance": True, "weeks": False, "alert": False}, _volume),
    "partition": ({"column": True, "transform": False, "every": False, "target": False, "alert": False}, _partition),
    "pointInTime": (
        {
            **dict.fromkeys(("entity", "eventTime", "source", "sourceTime", "features"), True),
            **dict.fromkeys(("sees", "target", "alert"), False),
        },
        _point_in_time,
    ),
    "reconcile": (
        {
            "key": True,
            **dict.fromkeys(("with", "source", "compare", "tolerance", "lag", "zone", "target", "alert"), False),
        },
        _reconcile,
    ),
}
"""Each structural check by its customProperty: the keys it has, whether they are needed, and what plans it."""
