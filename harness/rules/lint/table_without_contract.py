"""table-without-contract."""

from collections.abc import Iterator
from fnmatch import fnmatchcase

from harness.model.location import Location
from harness.model.result import Severity
from harness.rules.catalog import declared_tables
from harness.rules.rule import Context, Finding, rule


@rule("table-without-contract", severity=Severity.ERROR, scope="project", needs=("catalog",))
def table_without_contract(context: Context) -> Iterator[Finding]:
    """The server has a table that no contract declares.

    *Why*

    What has no contract is checked by nobody, and is used all the same: people query what they can see. Write a
    contract for the table, drop it, or list it in `harness.yaml` under `ignore_tables`, whose patterns match
    `schema.table` (`raw._*` for the loader's own tables). The examples are those of a server with the one table
    `marts.fct_flights`.

    *Bad*

    ```yaml
    apiVersion: v3.1.0
    kind: DataContract
    id: carriers
    version: 1.0.0
    status: active
    schema:
      - name: dim_carrier
        physicalName: marts.dim_carrier
    ```

    *Good*

    ```yaml
    apiVersion: v3.1.0
    kind: DataContract
    id: flights
    version: 1.0.0
    status: active
    schema:
      - name: fct_flights
        physicalName: marts.fct_flights
    ```
    """
    if context.catalog is None:
        return
    project = context.project
    declared = frozenset[str]().union(*(tables for _, _, tables in declared_tables(project, context.catalog)))
    for table in sorted(context.catalog - declared):
        if not any(fnmatchcase(table, pattern) for pattern in project.ignored_tables):
            yield Finding(
                message=f"no contract declares the table `{table}`; write one in {project.contracts_dir}/, "
                f"or list the table under `ignore_tables` in {project.file}",
                at=Location(project.file),
                table=table,
            )
