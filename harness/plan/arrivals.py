"""Where a table says when its data came: the column that tells it, and the partitions that are delivered one by one."""

from harness.model.arrival import Source
from harness.model.check import Check
from harness.model.fields import Field, column_of
from harness.model.project import Project
from harness.model.sla import canonical_sla
from harness.plan.partition import partition_of
from harness.plan.sla import aged, element_of, updated, zone_of
from harness.plan.table import table_of

_BY_DAY = ("identity", "day")


def source_of(project: Project, check: Check) -> Source | str:
    """What tells the deliveries of a service level, or why nothing does."""
    sla, table = check.sla, table_of(project, check.contract, check.schema)
    if not sla or check.problem:
        return check.problem or "it is no service level"
    _, item, _ = element_of(check.contract, check.element)
    # the column of an age is that of the arrival; any other level may name its partition
    is_age = canonical_sla(sla.property) in ("latency", "freshness")
    named = partition_of(table, item.item if item and not is_age else None)
    split = column_of(named[0]) if named else None
    own = item if item and (is_age or not split or item.path != split.path) else None
    column = own or updated(table) or aged(table)
    if not column:
        return f"no column says when data came: name one in `element`, or as `updatedAt` of {table.schema.name}"
    try:
        zone = zone_of(column).get("zone", "")
    except ValueError as error:
        return str(error)
    by_partition = _by_days(split, column, named[1] if named else "")
    return Source(
        table.name, table.server, column.path, column.name, zone, split.path if split and by_partition else ()
    )


def _by_days(split: Field | None, column: Field, transform: str) -> bool:
    """A partition of days can be tied to its delivery; one that the time of arrival itself makes says nothing more."""
    if split is None or split.path == column.path or transform not in _BY_DAY:
        return False
    kind = (split.item.physical_type or split.item.logical_type).upper()
    return kind.startswith("DATE") and not kind.startswith("DATETIME")
