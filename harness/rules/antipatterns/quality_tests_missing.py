"""quality-tests-missing."""

from collections.abc import Iterator

from harness.model.contract import Contract, Property, Schema
from harness.model.dbt import DbtNode, DbtProject
from harness.model.result import Severity
from harness.rules.antipatterns.code import contract_of
from harness.rules.clauses import fields_of
from harness.rules.rule import Context, Finding, rule


@rule("quality-tests-missing", severity=Severity.ERROR, scope="project")
def quality_tests_missing(context: Context) -> Iterator[Finding]:
    """Nothing ever looks at the data of a table.

    *Why*

    A table with nothing but columns and their types passes whatever stands in it. At least one clause must look at
    its rows: of the contract a key, `required`, `unique`, an enum, bounds, a relationship or `quality`, a check in
    `checks/`, a constraint that dbt enforces, or a test of dbt. Asked for are all tables with a contract, and all
    models and snapshots of the dbt project, ephemeral ones apart.

    *Bad*

    ```yaml
    apiVersion: v3.1.0
    kind: DataContract
    id: orders
    version: 1.0.0
    status: active
    schema:
      - name: fct_orders
        properties:
          - {name: order_id, logicalType: integer}
    ```

    *Good*

    ```yaml
    apiVersion: v3.1.0
    kind: DataContract
    id: orders
    version: 1.0.0
    status: active
    schema:
      - name: fct_orders
        properties:
          - {name: order_id, logicalType: integer, primaryKey: true}
    ```
    """
    tested: set[str] = set()
    for node in context.dbt.own if context.dbt else ():
        if context.dbt and node.kind != "seed" and node.materialized != "ephemeral":
            found = contract_of(node.relation, context.project)
            if _is_tested(node, context.dbt):
                tested.add(found[1].name if found else "")
            elif not found:
                message = f"nothing looks at the data of `{node.name}`: it has no test, and no contract"
                yield Finding(message=message, at=node.described_at or node.at, table=node.name, key=node.relation)
    for contract in context.project.contracts:
        for schema in contract.schemas:
            if schema.name not in tested and not _is_checked(contract, schema, context):
                message = f"nothing looks at the data of `{schema.name}`; state a key, or what its columns must hold"
                yield Finding(message=message, at=schema.at, table=schema.name, contract=contract)


def _is_tested(node: DbtNode, dbt: DbtProject) -> bool:
    enforced = node.contract_enforced and any(column.constraints for column in node.columns)
    singular = any(node.id in test.depends_on and test.enabled for test in dbt.tests if test.kind == "singular")
    return enforced or singular or any(test.enabled and test.kind != "unit" for test in dbt.tests_of.get(node.id, ()))


def _is_checked(contract: Contract, schema: Schema, context: Context) -> bool:
    names = (schema.name, schema.table.rpartition(".")[2], *((contract.name,) if len(contract.schemas) == 1 else ()))
    files = any(file.dataset in names and not file.error for file in context.project.checks)
    clauses = bool(schema.quality or schema.relationships) or any(_promises(item) for _, item in fields_of(schema))
    return files or clauses


def _promises(item: Property) -> bool:
    return bool(
        item.required
        or item.unique
        or item.primary_key
        or item.enum
        or item.options
        or item.quality
        or item.relationships
    )
