"""The rule `order-changed`."""

from collections.abc import Iterator

from harness.model.result import Severity
from harness.rules.drift.levels import levels
from harness.rules.rule import Context, Finding, rule


@rule("order-changed", severity=Severity.INFO, scope="table", needs=("observed",))
def order_changed(context: Context) -> Iterator[Finding]:
    """The columns of a table, or the fields of a column, are in another order than the contract declares.

    *Why*: loads by position (`insert into t select *`, files without a header) put values into the wrong columns.
    Whoever names the columns does not notice, so this only informs by default; columns that are missing or undeclared
    count for nothing here.

    *Bad*

    ```yaml
    contract: [{name: id, physicalType: BIGINT}, {name: email, physicalType: VARCHAR}]
    table: [{name: email, type: VARCHAR}, {name: id, type: BIGINT}]
    ```

    *Good*

    ```yaml
    contract: [{name: id, physicalType: BIGINT}, {name: email, physicalType: VARCHAR}]
    table: [{name: id, type: BIGINT}, {name: more, type: DATE}, {name: email, type: VARCHAR}]
    ```
    """
    for level in levels(context):
        declared = [each.item.column for each in level.seen if each.item.column in level.present]
        actual = [name for name in level.present if name in declared]
        first = next(((want, real) for want, real in zip(declared, actual, strict=False) if want != real), None)
        if first:
            holder = level.path or (context.declared.table if context.declared else "")
            yield Finding(
                message=f"{holder} has {first[1]} where the contract has {first[0]}: their order differs",
                at=level.at,
                table=context.declared.name if context.declared else "",
                column=level.path,
                expected=", ".join(declared),
                actual=", ".join(actual),
            )
