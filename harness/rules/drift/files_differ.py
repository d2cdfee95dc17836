"""The rule `files-differ`."""

from collections.abc import Iterator

from harness.model.result import Dimension, Severity
from harness.rules.rule import Context, Finding, rule


@rule("files-differ", severity=Severity.ERROR, scope="table", needs=("observed",), dimension=Dimension.VALIDITY)
def files_differ(context: Context) -> Iterator[Finding]:
    """The files of one table differ in a column: some lack it, or have it in another type.

    *Why*: whoever reads them together gets NULLs for what a file lacks, or values that were cast; whoever reads the odd
    file alone gets an error. The files are read by name and held to the other clauses all the same. Only servers of
    files (ODCS type `local`) have this; `files` is what the engine says of them.

    *Bad*

    ```yaml
    contract: [{name: id, physicalType: BIGINT}, {name: email, physicalType: VARCHAR}]
    table: [{name: id, type: BIGINT}, {name: email, type: VARCHAR, files: it is absent from day2.csv}]
    ```

    *Good*

    ```yaml
    contract: [{name: id, physicalType: BIGINT}, {name: email, physicalType: VARCHAR}]
    table: [{name: id, type: BIGINT}, {name: email, type: VARCHAR}]
    ```
    """
    if not context.declared or not context.observed:
        return
    promised = {item.column: item.at for item in context.declared.properties}
    for item in context.observed.properties:
        if said := item.custom.get("files"):
            yield Finding(
                message=f"the files of {context.declared.table} differ in {item.name}: {said}",
                at=promised.get(item.name, context.declared.where("properties")),
                table=context.declared.name,
                column=item.name,
                expected="the same in every file",
                actual=str(said),
            )
