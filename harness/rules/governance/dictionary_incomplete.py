"""dictionary-incomplete."""

from collections.abc import Iterator

from harness.model.contract import Contract, Property, Schema
from harness.model.result import Severity
from harness.rules.clauses import fields
from harness.rules.rule import Context, Finding, rule


@rule("dictionary-incomplete", severity=Severity.WARNING)
def dictionary_incomplete(context: Context) -> Iterator[Finding]:
    """The data dictionary of a table lacks its columns, its grain, or the type or class of a column.

    *Why*

    The dictionary is what people read instead of the data: what one row is (`dataGranularityDescription`), which
    columns there are, of which type each is and, where the project has a vocabulary (`classifications`), who may see
    it. `description-missing` asks for the descriptions, and `column-undeclared` finds columns of the warehouse that it
    lacks.

    *Bad*

    ```yaml
    apiVersion: v3.1.0
    kind: DataContract
    id: orders
    version: 1.0.0
    status: active
    schema:
      - name: fct_orders
        properties: [{name: id}]
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
        dataGranularityDescription: One row per order.
        properties: [{name: id, logicalType: integer}]
    ```
    """
    contract = context.contract
    if not contract:
        return
    for schema in contract.schemas:
        yield from _of_table(schema)
    yield from _of_columns(contract, vocabulary=bool(context.project.policy.classifications))


def _of_table(schema: Schema) -> Iterator[Finding]:
    if not schema.properties:
        message = f"the table `{schema.name}` declares no column; list them in `properties`"
        yield Finding(message=message, at=schema.where("properties"), table=schema.name, key="columns")
    if not schema.granularity:
        message = f"the table `{schema.name}` does not say what one row is; write `dataGranularityDescription`"
        yield Finding(
            message=message, at=schema.where("dataGranularityDescription"), table=schema.name, key="granularity"
        )


def _of_columns(contract: Contract, *, vocabulary: bool) -> Iterator[Finding]:
    for schema, path, item in fields(contract):
        missing = _missing(item, vocabulary=vocabulary and path == item.name)
        if missing:
            yield Finding(
                message=f"the column `{path}` of `{schema.name}` has no {' and no '.join(missing)}",
                at=item.at,
                table=schema.name,
                column=path,
            )


def _missing(item: Property, *, vocabulary: bool) -> list[str]:
    found = [] if item.logical_type or item.physical_type else ["type"]
    return found + (["classification"] if vocabulary and not item.classification else [])
