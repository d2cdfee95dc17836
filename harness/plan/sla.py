"""The entries of `slaProperties`: one check per element."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from harness.load.did_you_mean import did_you_mean
from harness.model.check import Check
from harness.model.contract import Contract, Schema, SlaProperty
from harness.model.errors import DocumentError
from harness.model.fields import Field, column_of, field_named, readings
from harness.model.project import Project
from harness.model.result import Severity
from harness.model.sla import SYNONYMS, canonical_sla, moment_of, period_of
from harness.model.threshold import Threshold, duration, quantity
from harness.plan.partition import PARTITIONS, partition_of, steps_of
from harness.plan.table import Table, id_of, reads, table_of
from harness.plan.thresholds import NONE_ALLOWED, tolerance
from harness.slo.calendar import ALWAYS, age_by_clock
from harness.slo.promise import business_calendar, frequency_of
from harness.slo.promise import zone_of as calendar_zone
from harness.slo.terms import reading_of

OVER_TIME = "is judged over many runs, by `harness audit`"
BY_AUDIT = "is judged by `harness audit`, which knows what was due"
_SAYS = {
    "retention": "age of the oldest row",
    "frequency": "missing partitions between the first and the last",
    "endOfSupport": "time left until the end of support",
    "endOfLife": "time left until the end of life",
}
"""What the number of each metric is, where the contract does not describe it."""
_UTC = ("UTC", "ETC/UTC", "Z", "GMT", "ETC/GMT", "UCT", "ZULU")
_CLOCK_TIME = re.compile(r"([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d)?( ?(Z|[+-]\d{2}(:?\d{2})?))?", re.ASCII)


def sla_checks(project: Project, contract: Contract, as_of: datetime) -> Iterator[Check]:
    """The checks of every service level of a contract that has a table."""
    for sla in contract.sla:
        for element in sla.elements or ("",):
            yield replace(_check(project, contract, sla, element, as_of), sla=sla, element=element)


def _check(project: Project, contract: Contract, sla: SlaProperty, element: str, as_of: datetime) -> Check:
    schema, item, lost = element_of(contract, element)
    table, name = table_of(project, contract, schema), canonical_sla(sla.property)
    at = sla.where("element" if sla.elements else "property")
    shown = name or sla.property or "unknown"
    if not name:
        hint = did_you_mean(sla.property, SYNONYMS) or "docs/rules.md lists them at `sla-unknown`"
        unknown = f"the standard knows no service level {sla.property!r}; {hint}"
        return table.check(shown, id_of(item, f"sla/{shown}"), at=at, problem=unknown)
    if lost:
        hint = f"write `element: {schema.name}.<column>`"
        return table.check(_RULES.get(name, name), f"sla/{name}", at=at, problem=f"the {name} names {lost}; {hint}")
    try:
        _only_value(sla)
        rule, column, fields = _DECIDE[name](sla, table, item, as_of)
    except (ValueError, OverflowError, DocumentError) as error:
        said = error.message if isinstance(error, DocumentError) else str(error)
        problem = f"the service level cannot be read: {said}"
        rule, column, fields = _RULES.get(name, name), item, {"problem": problem}
    where = reads(column.path) if column else {}
    fields = {"description": sla.description or _SAYS.get(rule, ""), **fields}
    return table.check(rule, id_of(item, f"sla/{name}"), at=at, **where, **fields)


def _only_value(sla: SlaProperty) -> None:
    """Raises ValueError for a `valueExt` that adds anything: the standard calls it extended, and does not say how."""
    if sla.value_ext is not None and str(sla.value_ext).strip() != str(sla.value).strip():
        raise ValueError(
            f"beside its value {sla.value!r} stands the valueExt {sla.value_ext!r}, and the standard does not say what "
            "it promises; write what is to be held as `value`, one entry for each promise"
        )


Decided = tuple[str, Field | None, dict[str, Any]]
"""The rule that decides a service level, the column that it reads, and the fields of its check."""


def element_of(contract: Contract, element: str) -> tuple[Schema, Field | None, str]:
    """`table.column`, a table, or a column of the only table, and what else was written when it is none of them."""
    first = contract.schemas[0]
    if not element:
        return first, None, ""
    if whole := contract.schema(element):
        return whole, None, ""
    for schema, column in readings(contract, element):
        if field := field_named(schema, column):
            if not field.many:
                return schema, field, ""
            many = "is inside an array or a map, where a row may have several values of it"
            return schema, None, f"{element!r}, which {many}"
    table = element.rpartition(".")[0]
    return contract.schema(table) or first, None, f"{element!r}, which is no column of this contract"


def _age(sla: SlaProperty, table: Table, item: Field | None, as_of: datetime) -> Decided:
    read = item or time_column(table, sla, (updated, _partitioned))
    if not read:
        return "freshness", None, {"problem": _nowhere(sla, table)}
    target = Threshold("<=", period_of(sla.value, sla.unit).until(as_of))
    arguments = {"as_of": as_of, **zone_of(read)}
    return "freshness", read, _on_open_days(sla, table, {"arguments": arguments, **_seconds(sla, target)})


def _on_open_days(sla: SlaProperty, table: Table, fields: dict[str, Any]) -> dict[str, Any]:
    """The fields of the check of an age, where days on which nothing is due do not make data older."""
    contract, arguments = table.contract, fields["arguments"]
    frequency = frequency_of(contract, sla)
    calendar = business_calendar(contract, sla, table.project.policy, frequency)
    if calendar == ALWAYS:
        return fields
    age = partial(age_by_clock, calendar, calendar_zone(contract, sla, frequency), arguments["as_of"])
    longer = {name: fields[name].each(age) for name in ("target", "alert") if fields.get(name)}
    if closed := longer["target"].value - fields["target"].value:
        said = sla.description or "age of the newest row"
        longer["description"] = f"{said}; {quantity(closed, 'seconds')} without anything due do not count"
    return {**fields, **longer, "arguments": {**arguments, "calendar": calendar}}


def _retention(sla: SlaProperty, table: Table, item: Field | None, as_of: datetime) -> Decided:
    read = item or time_column(table, sla, (_partitioned, updated, aged))
    if not read:
        return "retention", None, {"problem": _nowhere(sla, table)}
    if sla.unit.strip().lower() == "m":
        raise ValueError("`m` may be a minute or a month; write `min` or `month`")
    reading = reading_of(sla.custom)
    kept = period_of(sla.value, sla.unit).until(as_of)
    if "since" in sla.custom and reading == "atMost":
        raise ValueError("`since` belongs to the reading `atLeast`")
    if "since" in sla.custom:
        kept = min(kept, max(0, int((as_of - moment_of(sla.custom["since"])).total_seconds())))
    target = Threshold("<=" if reading == "atMost" else ">=", kept)
    return "retention", read, {"arguments": {"as_of": as_of, **zone_of(read)}, **_seconds(sla, target)}


def zone_of(field: Field) -> dict[str, str]:
    """How a time without a zone is read, where that is not UTC. Raises ValueError when a time may have one."""
    zone = field.item.options.get("defaultTimezone")
    if not isinstance(zone, str) or zone.strip().upper() in _UTC or field.item.options.get("timezone") is True:
        return {}
    kind = field.item.physical_type.upper()
    if "TZ" in kind or "WITH TIME ZONE" in kind:
        return {}
    if not kind and "timezone" not in field.item.options:
        raise ValueError(f"{field.name} has a `defaultTimezone`; say `timezone: false` if its times have no zone")
    return {"zone": zone.strip()}


def _frequency(sla: SlaProperty, table: Table, item: Field | None, as_of: datetime) -> Decided:
    steps = steps_of(sla.value, sla.unit, as_of)
    if business_calendar(table.contract, sla, table.project.policy) != ALWAYS:
        # the number knows of no holidays: a day on which nothing was due would be a missing partition
        return "frequency", item, _by_audit("frequency by a business calendar")
    found = partition_of(table, item.item if item else None)
    if not found:
        return "frequency", item, _by_audit("frequency on a table without a partition column")
    read, transform = found
    fields = {"target": NONE_ALLOWED, "unit": PARTITIONS} | tolerance(sla.custom, PARTITIONS)
    return "frequency", item or column_of(read), {"arguments": {"transform": transform, **steps}, **fields}


def _end(sla: SlaProperty, table: Table, item: Field | None, as_of: datetime) -> Decided:  # noqa: ARG001
    rule = canonical_sla(sla.property) or ""
    target = Threshold(">", 0)
    fields: dict[str, Any] = {"target": target, "unit": "days"} | tolerance(sla.custom, "days", target)
    if rule == "endOfSupport":
        fields["severity"] = Severity.WARNING
    return rule, item, {"arguments": {"until": moment_of(sla.value).isoformat(), "as_of": as_of}, **fields}


def _begin(sla: SlaProperty, table: Table, item: Field | None, as_of: datetime) -> Decided:
    """From the day of general availability on, there must be rows."""
    begins = moment_of(sla.value)
    if as_of < begins:
        return "generalAvailability", item, {"skip": f"the data is generally available from {sla.value} on"}
    fewest = 0 if table.schema.custom.get("mayBeEmpty") is True else 1
    description = sla.description or "rows since general availability"
    return "rowCount", item, {"target": Threshold(">=", fewest), "unit": "rows", "description": description}


def _history(sla: SlaProperty, table: Table, item: Field | None, as_of: datetime) -> Decided:  # noqa: ARG001
    """A service level of how runs went, with a value that could be judged."""
    name = canonical_sla(sla.property) or ""
    _OF_HISTORY[name](sla)
    return name, item, _over_time(name)


def _over_time(what: str) -> dict[str, Any]:
    return {"skip": f"{what} {OVER_TIME}", "over_time": True}


def _by_audit(what: str) -> dict[str, Any]:
    return {"skip": f"{what} {BY_AUDIT}", "over_time": True}


def _share(sla: SlaProperty) -> None:
    if sla.unit.strip().lower() not in ("", "percent", "%") or not 0 <= _number(sla) <= 100:
        raise ValueError(f"{sla.value!r} {sla.unit}".rstrip() + " is no percentage; write a number from 0 to 100")


def _number(sla: SlaProperty) -> float:
    return float(duration(sla.value.rstrip(" %") if isinstance(sla.value, str) else sla.value, "s"))


def _time_of_day(sla: SlaProperty) -> None:
    if not isinstance(sla.value, str) or not _CLOCK_TIME.fullmatch(sla.value.strip()):
        raise ValueError(f"{sla.value!r} is no time of day; write it in quotes, as in '09:00Z'")


def _length(sla: SlaProperty) -> None:
    period_of(sla.value, sla.unit)


_OF_HISTORY: dict[str, Callable[[SlaProperty], Any]] = {
    "availability": _share,
    "errorRate": _share,
    "throughput": _number,
    "timeOfAvailability": _time_of_day,
    "timeToDetect": _length,
    "timeToNotify": _length,
    "timeToRepair": _length,
}
"""What raises ValueError for a value that could never be judged."""
_DECIDE: dict[str, Callable[[SlaProperty, Table, Field | None, datetime], Decided]] = {
    "freshness": _age,
    "latency": _age,
    "retention": _retention,
    "frequency": _frequency,
    "endOfSupport": _end,
    "endOfLife": _end,
    "generalAvailability": _begin,
    **dict.fromkeys(_OF_HISTORY, _history),
}
_RULES = {"latency": "freshness"}


def time_column(table: Table, sla: SlaProperty, sources: tuple[Callable[[Table], Field | None], ...]) -> Field | None:
    """The column that tells when a row is of, when the element names a table: from the first source that has one."""
    if not sla.elements and len(table.contract.schemas) > 1:
        return None
    return next(filter(None, (source(table) for source in sources)), None)


def _partitioned(table: Table) -> Field | None:
    found = partition_of(table, None)
    return column_of(found[0]) if found else None


def updated(table: Table) -> Field | None:
    """The column that the customProperty `updatedAt` names."""
    name = table.schema.custom.get("updatedAt", table.contract.custom.get("updatedAt"))
    field = field_named(table.schema, name) if isinstance(name, str) else None
    return field if field and not field.many else None


def aged(table: Table) -> Field | None:
    """The one column that the contract states the age of."""
    contract = table.contract
    ages = [each for each in contract.sla if canonical_sla(each.property) in ("latency", "freshness")]
    parts = [element_of(contract, element) for each in ages for element in each.elements]
    named = {item.name: item for owner, item, _ in parts if item and owner is table.schema}
    return next(iter(named.values())) if len(named) == 1 else None


def _nowhere(sla: SlaProperty, table: Table) -> str:
    several = len(table.contract.schemas)
    lost = f"none of the {several} tables" if several > 1 and not sla.elements else "no column"
    return f"the {canonical_sla(sla.property)} names {lost}; write `element: {table.schema.name}.<column>`"


def _seconds(sla: SlaProperty, target: Threshold) -> dict[str, Any]:
    stated = {name: _with_unit(str(text), sla.unit) for name, text in sla.custom.items() if name in ("target", "alert")}
    return {"target": target, "unit": "seconds"} | tolerance(stated, "seconds", target)


def _with_unit(threshold: str, unit: str) -> str:
    return f"{threshold} {unit}" if threshold[-1:].isdigit() else threshold
