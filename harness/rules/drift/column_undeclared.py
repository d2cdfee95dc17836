"""The rule `column-undeclared`."""

from collections.abc import Iterator

from harness.model.result import Dimension, Severity
from harness.rules.rule import Context, Finding, rule


@rule("column-undeclared", severity=Severity.ERROR, scope="table", needs=("observed",), dimension=Dimension.VALIDITY)
def column_undeclared(context: Context) -> Iterator[Finding]:
    """A table has a column that its contract does not declare.

    *Why*: nobody has promised it, classified it or described it, yet `select *` already hands it on. By default this is
    a warning in raw and staging, where sources grow, and an error in the layers that others build on.

    *Bad*

    ```yaml
    contract: [{name: id, physicalType: BIGINT}]
    table: [{name: id, type: BIGINT}, {name: ssn, type: VARCHAR}]
    ```

    *Good*

    ```yaml
    contract: [{name: id, physicalType: BIGINT}, {name: ssn, physicalType: VARCHAR, classification: restricted}]
    table: [{name: id, type: BIGINT}, {name: ssn, type: VARCHAR}]
    ```
    """
    if not context.declared or not context.observed:
        return
    promised = {item.column for item in context.declared.properties}
    for item in context.observed.properties:
        if item.name not in promised:
            yield Finding(
                message=f"{context.declared.table} has the column {item.name}, which the contract does not declare",
                at=context.declared.where("properties"),
                table=context.declared.name,
                column=item.name,
                expected="not there, or declared",
                actual=item.physical_type,
            )
