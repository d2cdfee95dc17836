"""OpenLineage facets as plain values, with the versions of the specification that they follow.

The client's own classes take half a second to import, which each run would pay; a test holds these against them.
"""

import math
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

_SPEC = "https://openlineage.io/spec/facets/{version}/{name}.json#/$defs/{name}"
_VERSIONS: dict[str, tuple[str, str]] = {
    "columnLineage": ("1-2-0", "ColumnLineageDatasetFacet"),
    "dataQualityAssertions": ("1-1-0", "DataQualityAssertionsDatasetFacet"),
    "dataQualityMetrics (input)": ("1-0-3", "DataQualityMetricsInputDatasetFacet"),
    "dataQualityMetrics": ("1-0-1", "DataQualityMetricsDatasetFacet"),
    "dataSource": ("1-0-1", "DatasourceDatasetFacet"),
    "documentation": ("1-1-0", "DocumentationDatasetFacet"),
    "errorMessage": ("1-0-1", "ErrorMessageRunFacet"),
    "extractionError": ("1-1-2", "ExtractionErrorRunFacet"),
    "jobType": ("2-0-4", "JobTypeJobFacet"),
    "nominalTime": ("1-0-1", "NominalTimeRunFacet"),
    "ownership": ("1-0-1", "OwnershipDatasetFacet"),
    "parent": ("1-2-0", "ParentRunFacet"),
    "schema": ("1-2-0", "SchemaDatasetFacet"),
    "sourceCodeLocation": ("1-1-0", "SourceCodeLocationJobFacet"),
    "sql": ("1-1-0", "SQLJobFacet"),
    "tags": ("1-0-0", "TagsDatasetFacet"),
    "test": ("1-0-1", "TestRunFacet"),
    "version": ("1-0-1", "DatasetVersionDatasetFacet"),
}
"""Key of a facet -> version and name of its schema."""
_UNREADABLE = re.compile("[\x00\ud800-\udfff]")
EVENT_SCHEMA = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"
JOB_EVENT_SCHEMA = EVENT_SCHEMA.replace("RunEvent", "JobEvent")


def facet(key: str, producer: str, **fields: Any) -> dict[str, Any]:
    """The facet that stands under `key`, without the fields that are None."""
    version, name = _VERSIONS[key]
    return {"_producer": producer, "_schemaURL": _SPEC.format(version=version, name=name), **present(**fields)}


def present(**fields: Any) -> dict[str, Any]:
    """The fields that have a value."""
    return {key: value for key, value in fields.items() if value is not None}


def number(value: Any) -> int | float | None:
    """`value` as JSON has it, whole where it is whole: drivers give Decimal, and a ratio over no rows is NaN."""
    if value is None or not _is_finite(value):
        return None
    return int(value) if value == int(value) else float(value)


def plain(value: Any) -> Any:
    """`value` with nothing in it that JSON, or a server that reads it, does not have.

    NaN and infinities are left out, and null in a list; half a character and NUL, which PostgreSQL refuses, are
    replaced.
    """
    match value:
        case str():
            return _UNREADABLE.sub("\ufffd", value)
        case float() | Decimal():
            return number(value)
        case Mapping():
            return {plain(key): plain(item) for key, item in value.items() if _is_finite(item)}
        case list() | tuple():
            return [plain(item) for item in value]
        case _:
            return value


def _is_finite(value: Any) -> bool:
    if isinstance(value, Decimal):
        return value.is_finite()  # `math` cannot take the NaN that signals
    return not isinstance(value, float) or math.isfinite(value)
