"""What a contract says about a dataset, as OpenLineage facets.

Imports openlineage, which is slow: import this late. A facet is made anew for each event, because the client writes
into those it is given.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from openlineage.client.facet_v2 import (
    datasource_dataset,
    documentation_dataset,
    ownership_dataset,
    schema_dataset,
)

from harness.lineage.events import Verification
from harness.model.contract import Contract, Property, Schema


def description(verification: Verification, namespace: str, producer: str) -> Iterator[tuple[str, Any]]:
    """Columns, place, owner and meaning, each with the key of its facet."""
    contract, schema = verification.contract, verification.schema
    fields = _fields((verification.observed or schema).properties, schema)
    yield "schema", schema_dataset.SchemaDatasetFacet(fields=fields, producer=producer)
    uri = namespace if "://" in namespace else None
    yield "dataSource", datasource_dataset.DatasourceDatasetFacet(name=namespace, uri=uri, producer=producer)
    if owner := _owner(contract):
        owners = [ownership_dataset.Owner(owner, "OWNER")]
        yield "ownership", ownership_dataset.OwnershipDatasetFacet(owners=owners, producer=producer)
    if text := schema.description or contract.description.get("purpose"):
        yield "documentation", documentation_dataset.DocumentationDatasetFacet(description=text, producer=producer)


def _owner(contract: Contract) -> str:
    if contract.team and contract.team.name:
        return f"team:{contract.team.name}"
    return f"user:{contract.owner}" if contract.owner else ""


def _fields(
    columns: Iterable[Property], described: Schema | None = None
) -> list[schema_dataset.SchemaDatasetFacetFields]:
    """The columns; those of the warehouse have no description and borrow the contract's."""
    fields = []
    for position, column in enumerate(columns, 1):
        promised = described.property(column.column) if described else None
        nested = column.properties or (column.items.properties if column.items else ())
        fields.append(
            schema_dataset.SchemaDatasetFacetFields(
                name=column.column,
                type=column.physical_type or column.logical_type or None,
                description=column.description or (promised.description if promised else "") or None,
                ordinal_position=position,
                fields=_fields(nested),
            )
        )
    return fields
