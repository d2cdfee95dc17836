"""The rule `column-undeclared`."""

from collections.abc import Iterator

from harness.model.result import Dimension, Severity
from harness.rules.drift.levels import levels
from harness.rules.rule import Context, Finding, rule


@rule("column-undeclared", severity=Severity.ERROR, scope="table", needs=("observed",), dimension=Dimension.VALIDITY)
def column_undeclared(context: Context) -> Iterator[Finding]:
    """A table has a column, or a column a field, that its contract does not declare.

    *Why*: nobody has promised it, classified it or described it, yet `select *` already hands it on. By default this is
    a warning in raw and staging, where sources grow, and an error in the layers that others build on. The fields of a
    column are looked at where the contract declares some of them.

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
    table = context.declared.table if context.declared else ""
    for level in levels(context):
        renamed = {fresh for fresh, _ in level.renames.values()}
        for name, type_ in level.undeclared.items():
            if name in renamed:
                continue
            what = f"{level.path} of {table} has the field" if level.path else f"{table} has the column"
            yield Finding(
                message=f"{what} {name}, which the contract does not declare",
                at=level.at,
                table=context.declared.name if context.declared else "",
                column=f"{level.path}.{name}" if level.path else name,
                expected="not there, or declared",
                actual=type_,
            )
