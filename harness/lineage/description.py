"""What a contract says about a dataset, as OpenLineage facets."""

from collections.abc import Iterable, Iterator
from typing import Any

from harness.lineage.events import Verification
from harness.lineage.facets import facet, present
from harness.model.contract import Contract, Property, Schema


def description(verification: Verification, namespace: str, producer: str) -> Iterator[tuple[str, Any]]:
    """Columns, place, owner and meaning, each with the key of its facet."""
    contract, schema = verification.contract, verification.schema
    fields = _fields((verification.observed or schema).properties, schema)
    yield "schema", facet("schema", producer, fields=fields)
    yield "dataSource", facet("dataSource", producer, name=namespace, uri=namespace if "://" in namespace else None)
    if owner := _owner(contract):
        yield "ownership", facet("ownership", producer, owners=[{"name": owner, "type": "OWNER"}])
    if text := schema.description or contract.description.get("purpose"):
        yield "documentation", facet("documentation", producer, description=text)


def _owner(contract: Contract) -> str:
    if contract.team and contract.team.name:
        return f"team:{contract.team.name}"
    return f"user:{contract.owner}" if contract.owner else ""


def _fields(columns: Iterable[Property], described: Schema | None = None) -> list[dict[str, Any]]:
    """The columns; those of the warehouse have no description and borrow the contract's."""
    fields = []
    for position, column in enumerate(columns, 1):
        promised = described.property(column.column) if described else None
        nested = column.properties or (column.items.properties if column.items else ())
        fields.append(
            present(
                name=column.column,
                type=column.physical_type or column.logical_type or None,
                description=column.description or (promised.description if promised else "") or None,
                ordinal_position=position,
                fields=_fields(nested),
            )
        )
    return fields
