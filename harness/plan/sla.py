"""The entries of `slaProperties`: one check per element."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from harness.model.check import Check
from harness.model.contract import Contract, Property, Schema, SlaProperty
from harness.model.project import Project
from harness.model.sla import canonical_sla
from harness.model.threshold import Number, Threshold, duration
from harness.plan.table import id_of, table_of
from harness.plan.thresholds import tolerance

_ISO_DURATION = re.compile(r"P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?\Z")


def sla_checks(project: Project, contract: Contract, as_of: datetime) -> Iterator[Check]:
    """The checks of every service level of a contract that has a table."""
    for sla in contract.sla:
        for element in sla.elements or ("",):
            yield _check(project, contract, sla, element, as_of)


def _check(project: Project, contract: Contract, sla: SlaProperty, element: str, as_of: datetime) -> Check:
    schema, item, lost = _element(contract, element)
    table, name = table_of(project, contract, schema), canonical_sla(sla.property)
    at = sla.where("element" if sla.elements else "property")
    if name not in ("freshness", "latency"):
        reason = f"the service level {name or sla.property!r} is not measured yet"
        return table.check(name or sla.property, id_of(item, f"sla/{name or sla.property}"), at=at, skip=reason)
    if not item:
        hint = f"write `element: {schema.name}.<column>`"
        return table.check("freshness", f"sla/{name}", at=at, problem=f"the {name} names {lost}; {hint}")
    fields: dict[str, Any] = {"arguments": {"as_of": as_of}, "description": sla.description, **_age(sla)}
    return table.check("freshness", id_of(item, f"sla/{name}"), columns=(item.column,), at=at, **fields)


def _element(contract: Contract, element: str) -> tuple[Schema, Property | None, str]:
    """`table.column`, or a column of the only table; without a column, why there is none, and the nearest table."""
    first, several = contract.schemas[0], len(contract.schemas) > 1
    if not element:
        return first, None, f"none of the {len(contract.schemas)} tables" if several else "no column"
    if whole := contract.schema(element):
        return whole, None, "no column"
    table, _, column = element.rpartition(".")
    schema = contract.schema(table) if table else None if several else first
    item = schema.property(column) if schema and column else None
    return schema or first, item, f"{element!r}, which is no column of this contract"


def _age(sla: SlaProperty) -> dict[str, Any]:
    try:
        target = Threshold("<=", seconds_of(sla.value, sla.unit))
        stated = {name: _with_unit(str(text), sla.unit) for name, text in sla.custom.items()}
        return {"target": target, "unit": "seconds"} | tolerance(stated, "seconds", target)
    except (ValueError, OverflowError) as error:
        return {"problem": f"the service level cannot be read: {error}"}


def _with_unit(threshold: str, unit: str) -> str:
    return f"{threshold} {unit}" if threshold[-1:].isdigit() else threshold


def seconds_of(value: Any, unit: str) -> Number:
    """Seconds of a number in a unit of time, or of an ISO 8601 duration (`PT1H30M`). Raises ValueError for neither."""
    found = _ISO_DURATION.match(value) if isinstance(value, str) else None
    if found and any(found.groups()):
        weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
        return (((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60 + seconds
    return duration(value, unit)
