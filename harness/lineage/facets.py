"""OpenLineage facets as plain values, with the versions of the specification that they follow.

The client's own classes take half a second to import, which each run would pay; a test holds these against them.
"""

from typing import Any

_SPEC = "https://openlineage.io/spec/facets/{version}/{name}.json#/$defs/{name}"
_VERSIONS: dict[str, tuple[str, str]] = {
    "columnLineage": ("1-2-0", "ColumnLineageDatasetFacet"),
    "dataQualityAssertions": ("1-1-0", "DataQualityAssertionsDatasetFacet"),
    "dataSource": ("1-0-1", "DatasourceDatasetFacet"),
    "documentation": ("1-1-0", "DocumentationDatasetFacet"),
    "errorMessage": ("1-0-1", "ErrorMessageRunFacet"),
    "extractionError": ("1-1-2", "ExtractionErrorRunFacet"),
    "ownership": ("1-0-1", "OwnershipDatasetFacet"),
    "parent": ("1-2-0", "ParentRunFacet"),
    "schema": ("1-2-0", "SchemaDatasetFacet"),
    "test": ("1-0-1", "TestRunFacet"),
}
"""Key of a facet -> version and name of its schema."""
EVENT_SCHEMA = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"


def facet(key: str, producer: str, **fields: Any) -> dict[str, Any]:
    """The facet that stands under `key`, without the fields that are None."""
    version, name = _VERSIONS[key]
    return {"_producer": producer, "_schemaURL": _SPEC.format(version=version, name=name), **present(**fields)}


def present(**fields: Any) -> dict[str, Any]:
    """The fields that have a value."""
    return {key: value for key, value in fields.items() if value is not None}
