"""The rule `column-missing`."""

from collections.abc import Iterator

from harness.model.result import Dimension, Severity
from harness.rules.rule import Context, Finding, rule


@rule("column-missing", severity=Severity.ERROR, scope="table", needs=("observed",), dimension=Dimension.VALIDITY)
def column_missing(context: Context) -> Iterator[Finding]:
    """A declared column is not in the table.

    *Why*: whoever selects it gets an error, and every check of it is blind.

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
    if not context.declared or not context.observed:
        return
    real = {item.name for item in context.observed.properties}
    for item in context.declared.properties:
        if item.column not in real:
            message = f"the column {item.column} is declared, but {context.declared.table} does not have it"
            cased = next((name for name in real if name.lower() == item.column.lower()), "")
            yield Finding(
                message=message + (f"; it has {cased}, spelt otherwise" if cased else ""),
                at=item.at,
                table=context.declared.name,
                column=item.column,
                expected=item.physical_type or item.logical_type or "present",
                actual="absent",
            )
