"""relationship-untested."""

from collections.abc import Iterator, Mapping

from harness.model.contract import Contract, Property, Schema
from harness.model.result import Severity
from harness.rules.governance.tested import checks_of
from harness.rules.rule import Context, Finding, rule


@rule("relationship-untested", severity=Severity.WARNING, needs=("checks",))
def relationship_untested(context: Context) -> Iterator[Finding]:
    """A column refers to another table, and no test holds it against the keys there.

    *Why*

    An orphan is lost in every join without a word. A relationship of a contract is a test by itself; here is said where
    it is not run (its table is on another server), and which columns of a fact or dimension have the name of the key of
    one other table of the marts, but no relationship. A foreign key by another name is not seen. Where no relationship
    is meant, the customProperty `noRelationship` of the column says why.

    *Bad*

    ```yaml
    apiVersion: v3.1.0
    kind: DataContract
    id: orders
    version: 1.0.0
    status: active
    customProperties: [{property: layer, value: marts}]
    schema:
      - name: fct_orders
        properties: [{name: customer_id, logicalType: integer}]
      - name: dim_customers
        properties: [{name: customer_id, logicalType: integer, primaryKey: true}]
    ```

    *Good*

    ```yaml
    apiVersion: v3.1.0
    kind: DataContract
    id: orders
    version: 1.0.0
    status: active
    customProperties: [{property: layer, value: marts}]
    schema:
      - name: fct_orders
        properties: [{name: customer_id, logicalType: integer, relationships: [{to: dim_customers.customer_id}]}]
      - name: dim_customers
        properties: [{name: customer_id, logicalType: integer, primaryKey: true}]
    ```
    """
    contract = context.contract
    if not contract:
        return
    keys = _keys(context)
    for schema in contract.schemas:
        for check in checks_of(context, schema):
            if check.rule == "relationship" and check.skip:
                message = f"a relationship of `{schema.name}` is not tested: {check.skip}"
                yield Finding(message=message, at=check.at, table=schema.name, column=check.column, key=check.id)
        for item in schema.properties if contract.layer == "marts" else ():
            target = keys.get(item.column.lower())
            if target and target != schema.name and not _is_said(item, schema):
                message = (
                    f"`{item.name}` of `{schema.name}` is the key of `{target}` by its name, without a relationship"
                )
                yield Finding(message=message, at=item.at, table=schema.name, column=item.name, key=target)


def _keys(context: Context) -> Mapping[str, str]:
    """Column -> the one table of the marts whose whole key it is; more than one, and its name means nothing."""
    found: dict[str, list[str]] = {}
    for schema in (schema for contract in context.project.contracts for schema in _marts(contract)):
        key = schema.primary_key
        if len(key) == 1 and key[0].column.lower() != "id":
            found.setdefault(key[0].column.lower(), []).append(schema.name)
    return {column: tables[0] for column, tables in found.items() if len(tables) == 1}


def _marts(contract: Contract) -> tuple[Schema, ...]:
    return contract.schemas if contract.layer == "marts" else ()


def _is_said(item: Property, schema: Schema) -> bool:
    reason = item.custom.get("noRelationship")
    by_table = any(item.name in relationship.columns for relationship in schema.relationships)
    return bool(item.relationships) or by_table or (isinstance(reason, str) and bool(reason.strip()))
