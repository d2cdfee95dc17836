"""The numbers that a run measured of a dataset anyway, as OpenLineage facets."""

from collections.abc import Iterable
from typing import Any

from harness.lineage.facets import facet, number, present
from harness.model.result import Report, Result

_OF_ROWS = ("required", "nullValues", "unique", "duplicateValues", "primaryKey")
"""Their total is the number of rows of the whole table."""
_OF_NULLS = ("required", "nullValues")
_OF_DUPLICATES = ("unique", "duplicateValues")


def metrics(results: Iterable[Result], report: Report, producer: str) -> dict[str, dict[str, Any]]:
    """The facet for `facets` and for `inputFacets`, by these names; none when nothing of it was measured.

    Rows and nulls are counted, and distinct values follow where surplus rows are counted too. Fields inside others are
    left out: their clauses count the rows of the table and not the values of the field.
    """
    measured = [r for r in results if r.value is not None]
    rows, columns = _rows(measured), _columns(measured)
    if rows is None and not columns:
        return {}
    said = present(rowCount=rows, columnMetrics=columns)
    captured = report.finished.isoformat()
    return {
        "facets": facet("dataQualityMetrics", producer, **said, captureDate=captured),
        "inputFacets": facet("dataQualityMetrics (input)", producer, **said),
    }


def _rows(measured: Iterable[Result]) -> int | None:
    counted = [r.value if r.rule == "rowCount" else r.total_rows for r in measured if r.rule in ("rowCount", *_OF_ROWS)]
    found = next((number(each) for each in counted if each is not None), None)
    return None if found is None else int(found)


def _columns(measured: Iterable[Result]) -> dict[str, dict[str, int]]:
    """Column -> what was counted of it."""
    nulls: dict[str, int] = {}
    surplus: dict[str, tuple[int, int]] = {}
    for each in measured:
        failed, total = number(each.failed_rows), number(each.total_rows)
        if not _is_column(each.column) or failed is None:
            continue
        if each.rule in _OF_NULLS:
            nulls[each.column] = int(failed)
        elif each.rule in _OF_DUPLICATES and total is not None:
            surplus[each.column] = int(total), int(failed)
    distinct = {name: total - nulls[name] - failed for name, (total, failed) in surplus.items() if name in nulls}
    return {name: present(nullCount=count, distinctCount=distinct.get(name)) for name, count in nulls.items()}


def _is_column(name: str) -> bool:
    """A column of the table: not a field inside another (`address.zip`, `orders[].id`)."""
    return bool(name) and "." not in name and "[" not in name
