"""The rule `column-renamed`."""

from collections.abc import Iterator

from harness.model.result import Dimension, Severity
from harness.rules.drift.levels import levels
from harness.rules.rule import Context, Finding, rule


@rule("column-renamed", severity=Severity.ERROR, scope="table", needs=("observed",), dimension=Dimension.VALIDITY)
def column_renamed(context: Context) -> Iterator[Finding]:
    """A declared column, or a field inside one, probably has another name now.

    *Why*: whoever selects the old name gets an error. A column that is gone and a new one are taken for one when their
    names are alike and their types comparable, when only the spelling differs, or when the new one has the same type
    between the same neighbours; the finding gives the reason. It stands for the two findings `column-missing` and
    `column-undeclared`, and where the project makes it matter less than either of these, those two are given instead.

    *Bad*

    ```yaml
    contract: [{name: id, physicalType: BIGINT}, {name: customer_id, physicalType: BIGINT}]
    table: [{name: id, type: BIGINT}, {name: customerId, type: BIGINT}]
    ```

    *Good*

    ```yaml
    contract: [{name: id, physicalType: BIGINT}, {name: customer_id, physicalName: customerId, physicalType: BIGINT}]
    table: [{name: id, type: BIGINT}, {name: customerId, type: BIGINT}]
    ```
    """
    for level in levels(context):
        for each in level.seen:
            if each.item.column in level.renames:
                fresh, reason = level.renames[each.item.column]
                yield Finding(
                    message=f"{each.path} is probably called {fresh} now: {reason}",
                    at=each.item.where("physicalName" if each.item.physical_name else "name"),
                    table=context.declared.name if context.declared else "",
                    column=each.path,
                    # another new name is another finding, so that nobody has waived it yet
                    key=fresh,
                    expected=each.item.column,
                    actual=fresh,
                )
