"""personal-data-lowered."""

from collections.abc import Iterator, Mapping

from harness.model.contract import Contract, Property, Schema
from harness.model.governance import PersonalData
from harness.model.lineage import ROWS, Edge, Field, Lineage
from harness.model.result import Severity
from harness.rules.governance.personal import is_personal
from harness.rules.rule import Context, Finding, rule

Column = tuple[Contract, Schema, Property]


@rule("personal-data-lowered", severity=Severity.ERROR, scope="project", needs=("lineage",))
def personal_data_lowered(context: Context) -> Iterator[Finding]:
    """A column is made of personal data and is not classified as such.

    *Why*

    Personal data does not stop being personal by being copied into a mart. Followed is the lineage of every classified
    column, as far as its value goes on as it is or changed (through tables without a contract too); an aggregate, a
    filter and what is hashed or masked end it. A column that keeps nothing of the person (`length(email)`) says so by
    the customProperty `declassified`, with the reason. What lineage could not resolve is said by `lineage-incomplete`.

    *Bad*

    ```yaml
    apiVersion: v3.1.0
    kind: DataContract
    id: customers
    version: 1.0.0
    status: active
    schema:
      - name: stg_customers
        properties: [{name: mail, classification: restricted}]
      - name: dim_customers
        properties: [{name: contact, classification: internal, transformSourceObjects: [stg_customers.mail]}]
    ```

    *Good*

    ```yaml
    apiVersion: v3.1.0
    kind: DataContract
    id: customers
    version: 1.0.0
    status: active
    schema:
      - name: stg_customers
        properties: [{name: mail, classification: restricted}]
      - name: dim_customers
        properties: [{name: contact, classification: restricted, transformSourceObjects: [stg_customers.mail]}]
    ```
    """
    settings, lineage = context.project.governance, context.lineage
    if not settings or not lineage:
        return
    columns = _columns(context, lineage)
    for start, (_, from_table, origin) in columns.items():
        if is_personal(origin, settings.personal):
            for contract, table, item in _lowered(start, columns, lineage, settings.personal):
                yield Finding(
                    message=f"`{item.name}` of `{table.name}` is made of `{origin.name}` of `{from_table.name}`, which "
                    "is personal data; classify it so, or give the reason in the customProperty `declassified`",
                    at=item.where("classification"),
                    table=table.name,
                    column=item.name,
                    key=str(start),
                    contract=contract,
                )


def _columns(context: Context, lineage: Lineage) -> Mapping[Field, Column]:
    return {
        Field(lineage.keys[contract.id, schema.name], item.column): (contract, schema, item)
        for contract in context.project.contracts
        for schema, item in contract.walk()
        if (contract.id, schema.name) in lineage.keys
    }


def _lowered(
    start: Field, columns: Mapping[Field, Column], lineage: Lineage, settings: PersonalData
) -> Iterator[Column]:
    """The declared columns that the value goes into first, which do not say that they are personal."""
    seen, left = {start}, [start]
    while left:
        for edge in lineage.out_of.get(left.pop(), ()):
            if edge.target in seen or not _keeps_value(edge, lineage):
                continue
            seen.add(edge.target)
            if edge.target not in columns:
                # nobody classifies it, so it is followed on
                left.append(edge.target)
            elif not is_personal(columns[edge.target][2], settings) and not _is_declassified(columns[edge.target][2]):
                yield columns[edge.target]


def _keeps_value(edge: Edge, lineage: Lineage) -> bool:
    if ROWS in (edge.source.column, edge.target.column) or edge.how.masking or edge.target.table in lineage.checks:
        return False
    # what the contract alone says counts where no SQL says better
    unsaid = not edge.how.type and edge.target.table not in lineage.derived
    return unsaid or (edge.how.type == "DIRECT" and edge.how.subtype in ("IDENTITY", "TRANSFORMATION"))


def _is_declassified(item: Property) -> bool:
    reason = item.custom.get("declassified")
    return isinstance(reason, str) and bool(reason.strip())
