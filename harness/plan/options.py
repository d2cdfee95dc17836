"""The clauses in `logicalTypeOptions`."""

from collections.abc import Iterator
from typing import Any

from harness.model.check import Check
from harness.model.fields import Field
from harness.plan.table import Table, id_of, reads

MEASURED_OPTIONS = ("minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "pattern")


def option_checks(table: Table, field: Field) -> Iterator[Check]:
    """One check for each option."""
    item = field.item
    for name, value in item.options.items():
        fields: dict[str, Any] = {**reads(field.path), "at": item.option_keys.get(name, item.at)}
        bound = value
        if isinstance(value, bool) and name.startswith("exclusive"):
            # in 3.0 the exclusive bounds are flags that sharpen `minimum` and `maximum`
            bound = item.options.get(name.removeprefix("exclusive").lower()) if value else None
        if name not in MEASURED_OPTIONS:
            yield table.check(name, id_of(field, name), skip=f"`{name}` is not measured yet", **fields)
        elif bound is None:
            yield table.check(name, id_of(field, name), skip=f"`{name}: {value}` bounds nothing here", **fields)
        else:
            arguments = {"pattern" if name == "pattern" else "bound": bound, "logicalType": item.logical_type}
            yield table.check(name, id_of(field, name), arguments=arguments, **fields)
