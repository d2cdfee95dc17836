"""The rule `timezone-changed`."""

from collections.abc import Iterator

from sqlglot import exp
from sqlglot.errors import SqlglotError

from harness.model.fields import closed, fields_of, is_written
from harness.model.location import Location
from harness.model.result import Dimension, Outcome, Severity
from harness.rules.observed import value_at
from harness.rules.rule import Context, Finding, rule

_SAID = {None: "is no time of day", True: "carries a time zone", False: "has no time zone"}
_ZONED = (exp.DType.TIMESTAMPTZ, exp.DType.TIMESTAMPLTZ, exp.DType.TIMETZ)


@rule("timezone-changed", severity=Severity.ERROR, scope="table", needs=("observed",), dimension=Dimension.VALIDITY)
def timezone_changed(context: Context) -> Iterator[Finding]:
    """A timestamp or time carries a time zone though the contract says that it does not, or the other way round.

    *Why*: a reader shifts the times of the one kind and takes those of the other as they are; mixed up, every hour is
    wrong, and no value looks wrong. Times that are stored as texts are measured by the metric `timezone`.

    *Bad*

    ```yaml
    contract: [{name: at, logicalType: timestamp, logicalTypeOptions: {timezone: true}}]
    table: [{name: at, type: TIMESTAMP}]
    ```

    *Good*

    ```yaml
    contract: [{name: at, logicalType: timestamp, logicalTypeOptions: {timezone: true}}]
    table: [{name: at, type: TIMESTAMP WITH TIME ZONE}]
    ```
    """
    if not context.declared or not context.observed:
        return
    for field in fields_of(context.declared):
        wanted = field.item.options.get("timezone")
        real = None if closed(field) else value_at(context.observed.properties, field.path, context.dialect)
        if not isinstance(wanted, bool) or is_written(field.item) or not real:
            continue
        zoned = _is_zoned(real.physical_type, context.dialect)
        if zoned is not wanted:
            yield Finding(
                message=f"{field.column} is {real.physical_type}, which {_SAID[zoned]}",
                at=field.item.option_keys.get("timezone", Location("")),
                table=context.declared.name,
                column=field.column,
                expected="with time zone" if wanted else "without time zone",
                actual=real.physical_type,
                outcome=Outcome.ERROR if zoned is None else Outcome.FAIL,
            )


def _is_zoned(type_: str, dialect: str) -> bool | None:
    """Whether the type carries a zone; None when it is no time."""
    try:
        kind = exp.DataType.build(type_, dialect=dialect, udt=False).this
    except (SqlglotError, ValueError):
        return None
    if kind in _ZONED:
        return True
    is_time = kind in exp.DataType.TEMPORAL_TYPES and kind not in (exp.DType.DATE, exp.DType.DATE32)
    return False if is_time else None
