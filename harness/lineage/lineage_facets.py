"""Where a dataset's columns come from, as OpenLineage facets."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from harness.lineage.events import Verification
from harness.lineage.facets import facet
from harness.model.lineage import ROWS, Edge, Lineage


def column_lineage_facet(verification: Verification, lineage: Lineage | None, producer: str) -> dict[str, Any]:
    """The facet `columnLineage` under its key; none when nothing is known, for an empty one would say "from nowhere".

    The facet has no place for a count of rows, so a column that is made from nothing else is left out.
    """
    if lineage is None:
        return {}
    return columns_facet(lineage.keys[verification.contract.id, verification.schema.name], lineage, producer)


def columns_facet(key: str, lineage: Lineage, producer: str) -> dict[str, Any]:
    """The same of the table `key`."""
    into: dict[str, list[Edge]] = {}
    for target, edges in lineage.into.items():
        if target.table == key:
            into[target.column] = [e for e in edges if e.source.column != ROWS and e.source.table in lineage.datasets]
    rows = into.pop(ROWS, [])
    fields = {column: {"inputFields": _inputs(edges, lineage)} for column, edges in sorted(into.items()) if edges}
    if not fields and not rows:
        return {}
    found = {"fields": fields} | ({"dataset": _inputs(rows, lineage)} if rows else {})
    return {"columnLineage": facet("columnLineage", producer, **found)}


def lineage_gaps(verification: Verification, lineage: Lineage | None, producer: str) -> dict[str, Any]:
    """The facet `extractionError` under its key, if the lineage of the dataset is incomplete."""
    if lineage is None:
        return {}
    key = lineage.keys[verification.contract.id, verification.schema.name]
    errors = [
        {"errorMessage": f"lineage of {gap.target}: {gap.reason}", "task": gap.at.file}
        for gap in lineage.gaps
        if gap.target.table == key
    ]
    if not errors:
        return {}
    counts = {"totalTasks": 1, "failedTasks": 1}
    return {"extractionError": facet("extractionError", producer, **counts, errors=errors)}


def _inputs(edges: Iterable[Edge], lineage: Lineage) -> list[dict[str, Any]]:
    """One entry for each source, with all that is done to it."""
    entries = []
    for source, group in groupby(sorted(edges), key=lambda edge: edge.source):
        namespace, name = lineage.datasets[source.table]
        said = dict.fromkeys(edge.how for edge in group if edge.how.type)
        entry: dict[str, Any] = {"namespace": namespace, "name": name, "field": source.column}
        if said:
            entry["transformations"] = [
                {"type": how.type, "subtype": how.subtype, "masking": how.masking} for how in said
            ]
        entries.append(entry)
    return entries
