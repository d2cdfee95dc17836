"""A Soda file -> its clauses: what it asks, each under a name of its own, before Soda has seen it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

from harness.load.place import place_of
from harness.load.soda_vocabulary import (
    BOUNDS,
    CLOUD_KEYS,
    COLUMN_KEYS,
    COMPARATORS,
    FILE_KEYS,
    TYPES,
    faults,
    in_attributes,
    in_values,
    is_open,
    references,
    unknown_keys,
)
from harness.model.check import TableName
from harness.model.contract import Server
from harness.model.project import CheckFile
from harness.model.result import Dimension, Severity, dimension_of
from harness.model.threshold import Threshold, duration

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SodaClause:
    """One check of a Soda file, or one part of it that cannot be read; `error` says what is wrong with it."""

    key: str
    """Stable and unique in the file: `soda/row_count`, `soda/tail_number/invalid/<qualifier>`."""
    column: str = ""
    """"" when it is about the table."""
    type: str = ""
    line: int = 1
    name: str = ""
    dimension: Dimension | None = None
    severity: Severity = Severity.ERROR
    expected: str = ""
    """Its threshold, as people read it."""
    unit: str = ""
    """Of the number that Soda holds against the threshold: rows, percent, seconds, or "" for a plain number."""
    path: Path = ()
    body: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)
    error: str = ""
    skip: str = ""


def soda_dataset(server: Server | None, table: TableName) -> str:
    """How Soda names a table: the server, the database where a server has several, the schema, and the table itself."""
    database = server.settings.get("database", "") if server and server.type in ("postgres", "postgresql") else ""
    name = server.name if server else "warehouse"
    return "/".join([name, *filter(None, [str(database)]), table.schema or "main", table.name])


def soda_clauses(file: CheckFile) -> tuple[SodaClause, ...]:
    """Every clause of a Soda file, in its order; at least one, so that no file passes unseen."""
    if file.error or not isinstance(file.data, Mapping):
        said = file.error.message if file.error else "a Soda file must hold keys and values, beginning with `dataset`"
        return (SodaClause(key="soda/file", line=file.error.at.line if file.error else 1, error=said),)
    clauses = [
        replace(clause, line=place_of(file.data, clause.path, file.file).line)
        for clause in (*_head(file.data), *_checks(file.data, (), ""), *_columns(file.data))
    ]
    if not any(clause.type or clause.error for clause in clauses):
        clauses.append(SodaClause(key="soda/file", error="the file holds no check"))
    return tuple(_distinct(clauses))


def _head(data: Mapping[str, Any]) -> Iterator[SodaClause]:
    """The parts that belong to no check: without an answer of their own, a misspelt key would lose checks silently."""
    for key in data:
        if key in CLOUD_KEYS:
            yield SodaClause(key=f"soda/{key}", path=(key,), skip="the schedule of Soda Cloud is not used here")
        for said in unknown_keys("a Soda file has no key", {key: None}, FILE_KEYS + CLOUD_KEYS):
            yield SodaClause(key=f"soda/{key}", path=(key,), error=said)
    said = "; ".join(
        (*references(data.get("filter"), _variables(data)), *in_attributes(data.get("check_attributes", {})))
    )
    if said:
        yield SodaClause(key="soda/dataset/filter", path=("filter",), error=said)
    if not isinstance(data.get("dataset"), str):
        wanted = "`dataset` must name the table, as in `warehouse/staging/stg_orders`"
        yield SodaClause(key="soda/dataset", path=("dataset",), error=wanted)


def _columns(data: Mapping[str, Any]) -> Iterator[SodaClause]:
    columns = data.get("columns", [])
    if not isinstance(columns, list):
        yield SodaClause(key="soda/columns", path=("columns",), error="`columns` must be a list")
        return
    for index, column in enumerate(columns):
        at: Path = ("columns", index)
        name = column.get("name") if isinstance(column, Mapping) else None
        if not isinstance(name, str) or is_open(name):
            said = "a column needs a `name`, without quotation marks and variables"
            yield SodaClause(key=f"soda/columns/{index + 1}", path=at, error=said)
            continue
        wrong = [*unknown_keys("a column has no key", column, COLUMN_KEYS), *in_values(column, _source(data))]
        wrong += references({**column, "checks": None}, _variables(data))
        if wrong:
            yield SodaClause(key=f"soda/{name}", column=name, path=at, error="; ".join(wrong))
        yield from _checks(data, at, name)


def _checks(data: Mapping[str, Any], at: Path, column: str) -> Iterator[SodaClause]:
    """The checks listed in `data` itself or in the column at `at`."""
    holder: Any = data
    for part in at:
        holder = holder[part]
    checks = holder.get("checks", [])
    prefix = f"soda/{column}" if column else "soda"
    if not isinstance(checks, list):
        yield SodaClause(key=f"{prefix}/checks", column=column, path=(*at, "checks"), error="`checks` must be a list")
        return
    for index, check in enumerate(checks):
        path = (*at, "checks", index)
        if isinstance(check, Mapping) and len(check) == 1:
            ((kind, body),) = check.items()
            yield _clause(data, (*path, kind), column, kind, {} if body is None else body)
        else:
            said = "a check is one key, its type, with a colon behind it"
            yield SodaClause(key=f"{prefix}/{index + 1}", column=column, path=path, error=said)


def _clause(data: Mapping[str, Any], path: Path, column: str, kind: str, body: Any) -> SodaClause:
    place = "column" if column else "table"
    said = "; ".join(faults(kind, body, place, _source(data), _variables(data)))
    parts = ["soda", column, kind, str(body.get("qualifier", "")) if isinstance(body, Mapping) else ""]
    key = "/".join(part for part in parts if part)
    if said:
        return SodaClause(key=key, column=column, type=kind, path=path, error=said)
    attributes = {**_shared(data), **body.get("attributes", {})}
    threshold = body.get("threshold", {})
    warns = threshold.get("level") == "warn" and "additional" not in threshold
    return SodaClause(
        key=key,
        column=column,
        type=kind,
        name=str(body.get("name", "")),
        dimension=dimension_of(str(attributes.get("dimension", ""))) or TYPES[kind].dimension,
        severity=Severity(attributes.get("severity", "warning" if warns else "error")),
        expected=_expected(kind, threshold),
        unit=_unit(kind, threshold),
        path=path,
        body=body,
    )


def _distinct(clauses: list[SodaClause]) -> Iterator[SodaClause]:
    """The same clauses, the second of one key being an error, as it is in Soda."""
    taken = {clause.key for clause in clauses}
    seen: set[str] = set()
    for clause in clauses:
        if clause.key not in seen:
            seen.add(clause.key)
            yield clause
            continue
        key = next(key for number in count(2) if (key := f"{clause.key}/{number}") not in taken)
        taken.add(key)
        yield replace(clause, key=key, error=clause.error or f"a second `{clause.type}` here needs its own `qualifier`")


def _expected(kind: str, threshold: Mapping[str, Any]) -> str:
    if kind == "schema":
        return "the columns of the file"
    text = _comparison(kind, threshold, threshold) or TYPES[kind].default
    second = threshold.get("additional", {})
    levels = [f" ({each.get('level', 'fail')})" for each in (threshold, second)]
    return f"{text}{levels[0]}, {_comparison(kind, second, threshold)}{levels[1]}" if second else text


def _comparison(kind: str, written: Mapping[str, Any], threshold: Mapping[str, Any]) -> str:
    unit = _unit(kind, threshold)
    signs = [(sign, written[key]) for key, sign in COMPARATORS.items() if key in written]
    texts = [Threshold(sign, _scaled(kind, value, threshold)).text(unit) for sign, value in signs]
    for key, word in (("must_be_between", ""), ("must_be_not_between", "not ")):
        bounds = [(sign, written[key][bound]) for bound, sign in BOUNDS.items() if bound in written.get(key, {})]
        ends = [Threshold(sign, _scaled(kind, value, threshold)).text(unit) for sign, value in bounds]
        texts += [word + " and ".join(ends)] if ends else []
    return ", ".join(texts)


def _unit(kind: str, threshold: Mapping[str, Any]) -> str:
    units = {"freshness": "seconds", "schema": "", "aggregate": "", "metric": ""}
    return units.get(kind, "percent" if threshold.get("metric") == "percent" else "rows")


def _scaled(kind: str, value: Any, threshold: Mapping[str, Any]) -> Any:
    return duration(value, threshold.get("unit", "hour")) if kind == "freshness" else value


def _source(data: Mapping[str, Any]) -> str:
    return str(data.get("dataset", "")).split("/")[0]


def _variables(data: Mapping[str, Any]) -> Mapping[str, Any]:
    found = data.get("variables", {})
    return found if isinstance(found, Mapping) else {}


def _shared(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """The attributes that every check of the file has; none when they are wrong, which is an error of its own."""
    found = data.get("check_attributes", {})
    return found if isinstance(found, Mapping) and not any(in_attributes(found)) else {}
