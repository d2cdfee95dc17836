"""The rule `type-changed`."""

from collections.abc import Iterator
from dataclasses import replace

from harness.model.contract import Property
from harness.model.fields import closed, fields_of
from harness.model.location import Location
from harness.model.result import Dimension, Outcome, Severity
from harness.rules.drift.types import is_logical, same_type
from harness.rules.observed import value_at
from harness.rules.rule import Context, Finding, rule


@rule("type-changed", severity=Severity.ERROR, scope="table", needs=("observed",), dimension=Dimension.VALIDITY)
def type_changed(context: Context) -> Iterator[Finding]:
    """A column's type is not the declared one.

    *Why*: readers' casts, joins and arithmetic were written for the declared type. A `physicalType` is compared
    exactly, by meaning and not by spelling (`int8` is `BIGINT`); a `logicalType` as the family it names.

    *Bad*

    ```yaml
    contract: [{name: amount, logicalType: number, physicalType: "DECIMAL(10,2)"}]
    table: [{name: amount, type: VARCHAR}]
    ```

    *Good*

    ```yaml
    contract: [{name: amount, logicalType: number, physicalType: "NUMERIC(10, 2)"}]
    table: [{name: amount, type: "DECIMAL(10,2)"}]
    ```
    """
    if not context.declared or not context.observed:
        return
    for field in fields_of(context.declared):
        real = None if closed(field) else value_at(context.observed.properties, field.path, context.dialect)
        if real:
            yield from _compare(context, field.item, field.column, real.physical_type)


def _compare(context: Context, item: Property, column: str, actual: str) -> Iterator[Finding]:
    wanted = item.physical_type or item.logical_type

    def finding(message: str, at: Location, expected: str = wanted) -> Finding:
        table = context.declared.name if context.declared else ""
        return Finding(message=message, at=at, table=table, column=column, expected=expected, actual=actual)

    at = item.where("physicalType" if item.physical_type else "logicalType")
    try:
        physical = not item.physical_type or same_type(item.physical_type, actual, context.dialect)
        logical = not item.logical_type or is_logical(item.logical_type, actual, context.dialect)
    except ValueError as error:
        yield replace(finding(f"{column}: {error}", at), outcome=Outcome.ERROR)
        return
    if not physical:
        yield finding(f"{column} is {actual}, not {wanted}", at)
    elif not logical:
        message = f"{column} is {actual}, which is no {item.logical_type}"
        yield finding(message, item.where("logicalType"), item.logical_type)
