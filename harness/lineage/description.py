"""What a contract says about a dataset, as OpenLineage facets."""

from collections.abc import Iterable, Iterator
from typing import Any

from harness.lineage.events import Verification
from harness.lineage.facets import facet, present
from harness.model.contract import Contract, Property, Schema

_SOURCE = "ODCS"


def description(verification: Verification, namespace: str, producer: str) -> Iterator[tuple[str, Any]]:
    """Columns, place, owner and meaning, each with the key of its facet."""
    contract, schema = verification.contract, verification.schema
    fields = _fields(verification.observed or schema.properties, schema)
    yield "schema", facet("schema", producer, fields=fields)
    yield "dataSource", facet("dataSource", producer, name=namespace, uri=namespace if "://" in namespace else None)
    if owner := _owner(contract):
        yield "ownership", facet("ownership", producer, owners=[{"name": owner, "type": "OWNER"}])
    if contract.version:
        yield "version", facet("version", producer, datasetVersion=contract.version)
    if tags := list(_tags(contract, schema)):
        yield "tags", facet("tags", producer, tags=tags)
    if text := schema.description or contract.description.get("purpose"):
        yield "documentation", facet("documentation", producer, description=text)


def _tags(contract: Contract, schema: Schema) -> Iterator[dict[str, str]]:
    """The tags of contract, table and columns, and how the columns are classified."""
    for tag in dict.fromkeys((*contract.tags, *schema.tags)):
        yield {"key": tag, "value": "true", "source": _SOURCE}
    for path, item in _walk(schema.properties):
        for tag in dict.fromkeys(item.tags):
            yield {"key": tag, "value": "true", "source": _SOURCE, "field": path}
        if item.classification:
            yield {"key": "classification", "value": item.classification, "source": _SOURCE, "field": path}


def _walk(properties: Iterable[Property], above: str = "") -> Iterator[tuple[str, Property]]:
    for item in properties:
        path = f"{above}{item.column}"
        yield path, item
        yield from _walk((*item.properties, *(item.items.properties if item.items else ())), f"{path}.")


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
                fields=_fields(nested) or None,
            )
        )
    return fields
