"""contract-without-table."""

from collections.abc import Iterator

from harness.load.did_you_mean import did_you_mean
from harness.model.result import Severity
from harness.rules.catalog import declared_tables, name_in_catalog
from harness.rules.rule import Context, Finding, rule


@rule("contract-without-table", severity=Severity.ERROR, scope="project", needs=("catalog",))
def contract_without_table(context: Context) -> Iterator[Finding]:
    """A contract declares a table that the server does not have.

    *Why*

    Consumers were promised a table that is not there: it was never built, was dropped or renamed, or the contract
    misspells it. Nothing else of its contract can be checked. The examples are those of a server with the one table
    `marts.fct_flights`; a table is looked for with its database schema where the physical name or the server gives
    one, as spelled first and then in any case.

    *Bad*

    ```yaml
    apiVersion: v3.1.0
    kind: DataContract
    id: flights
    version: 1.0.0
    status: active
    schema:
      - name: fct_flight
        physicalName: marts.fct_flight
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
    for contract, schema, tables in declared_tables(context.project, context.catalog):
        if tables:
            continue
        name = name_in_catalog(context.project, contract, schema)
        hint = did_you_mean(name, sorted(context.catalog)) or "build it, or correct `physicalName`"
        yield Finding(
            message=f"the server has no table `{name}`; {hint}",
            at=schema.at,
            table=schema.name,
            contract=contract,
            expected=name,
            actual="absent",
        )
