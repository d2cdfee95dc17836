"""table-without-sla."""

from collections.abc import Iterator

from harness.model.contract import Contract, Schema, SlaProperty
from harness.model.result import Severity
from harness.model.sla import promise_named
from harness.rules.rule import Context, Finding, rule


@rule("table-without-sla", severity=Severity.WARNING)
def table_without_sla(context: Context) -> Iterator[Finding]:
    """A service level that the contract promises leaves out one of its tables.

    *Why*

    A contract of several tables may promise a latency for one of them only, which reads as if all had it. `sla-missing`
    asks whether the contract promises what the project requires; this rule asks it for each table. A service level
    without an `element` is about all tables. Without `required_sla` in `harness.yaml`, each table must have any.

    *Bad*

    ```yaml
    apiVersion: v3.1.0
    kind: DataContract
    id: orders
    version: 1.0.0
    status: active
    schema: [{name: fct_orders}, {name: fct_refunds}]
    slaProperties:
      - {property: retention, value: 5, unit: y, element: fct_orders}
    ```

    *Good*

    ```yaml
    apiVersion: v3.1.0
    kind: DataContract
    id: orders
    version: 1.0.0
    status: active
    schema: [{name: fct_orders}, {name: fct_refunds}]
    slaProperties:
      - {property: retention, value: 5, unit: y, element: "fct_orders, fct_refunds"}
    ```
    """
    contract = context.contract
    if not contract:
        return
    promised = {promise_named(sla.property) for sla in contract.sla}
    required = {promise_named(name) for name in context.project.policy.required_sla}
    for schema in contract.schemas:
        kept = {promise_named(sla.property) for sla in contract.sla if covers(contract, schema, sla)}
        for name in sorted((required & promised) - kept):
            yield _finding(
                schema, contract, f"`{name}` is promised for other tables, and not for `{schema.name}`", name
            )
        if not required and not kept:
            yield _finding(schema, contract, f"no service level is promised for the table `{schema.name}`", "any")


def covers(contract: Contract, schema: Schema, sla: SlaProperty) -> bool:
    """Whether a service level is about the table: by one of its elements, or because it names none."""
    names = {schema.name, schema.table, schema.table.rpartition(".")[2], schema.id} - {""}
    # an element may name a column alone, where there is one table
    alone = len(contract.schemas) == 1
    return alone or not sla.elements or any(_table_of(element) & names for element in sla.elements)


def _table_of(element: str) -> set[str]:
    """What may be the table in `table`, `table.column`, `schema.table` or `schema.table.column`."""
    parts = element.split(".")
    return {".".join(parts[:count]) for count in range(1, len(parts) + 1)} | set(parts[1:2])


def _finding(schema: Schema, contract: Contract, message: str, key: str) -> Finding:
    message = f"{message}; name it in `element`, or add an entry for it"
    return Finding(message=message, at=contract.where("slaProperties"), table=schema.name, key=key)
