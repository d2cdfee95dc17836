"""The rule `column-missing`."""

from collections.abc import Iterator

from harness.model.result import Dimension, Outcome, Severity
from harness.rules.drift.levels import levels
from harness.rules.rule import Context, Finding, rule


@rule("column-missing", severity=Severity.ERROR, scope="table", needs=("observed",), dimension=Dimension.VALIDITY)
def column_missing(context: Context) -> Iterator[Finding]:
    """A declared column, or a field inside one, is not in the table.

    *Why*: whoever selects it gets an error, and every check of it is blind. Fields are named by their path
    (`address.zip`, `orders[].id`) and looked up in the type that the catalog gives the column.

    *Bad*

    ```yaml
    contract: [{name: id, physicalType: BIGINT}, {name: email, physicalType: VARCHAR}]
    table: [{name: id, type: BIGINT}]
    ```

    *Good*

    ```yaml
    contract: [{name: id, physicalType: BIGINT}, {name: email, physicalType: VARCHAR}]
    table: [{name: id, type: BIGINT}, {name: email, type: VARCHAR}]
    ```
    """
    for level in levels(context):
        for each in level.seen:
            if each.state == "there" or each.item.column in level.renames:
                continue
            holder = level.path or (context.declared.table if context.declared else "")
            hidden = each.state == "hidden"
            message = (
                f"{each.path} cannot be seen: {holder} is {each.spelled}, which does not say what is inside; "
                f"declare the type, and the field is skipped"
                if hidden
                else f"the {'field' if level.path else 'column'} {each.item.column} is declared, "
                f"but {holder} does not have it"
            )
            yield Finding(
                message=message,
                at=each.item.at,
                table=context.declared.name if context.declared else "",
                column=each.path,
                expected=each.item.physical_type or each.item.logical_type or "present",
                actual="" if hidden else "absent",
                outcome=Outcome.ERROR if hidden else Outcome.FAIL,
            )
