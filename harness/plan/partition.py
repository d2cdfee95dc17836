"""How a table is partitioned, as its contract says it, and the steps in which partitions are expected."""

from datetime import datetime
from typing import Any

from harness.metrics.partitions import TRANSFORMS
from harness.model.contract import Property
from harness.model.sla import period_of
from harness.plan.table import Table

PARTITIONS = "partitions"
"""The unit of a number of them."""


def partition_of(table: Table, item: Property | None) -> tuple[Property, str] | None:
    """The partition column and its transform (`identity` unless it is stated); None unless there is exactly one.

    `item` is a column that somebody named: it is the partition column then.
    """
    stated = table.schema.custom.get("partition", table.contract.custom.get("partition"))
    stated = stated if isinstance(stated, dict) else {}
    transform, named = stated.get("transform"), stated.get("column")
    own = table.schema.property(named) if isinstance(named, str) else None
    if item and item is not own:
        return item, "identity"
    column = own or next(iter(_flagged(table)), None)
    if not column or (not own and len(_flagged(table)) > 1):
        return None
    return column, transform if own and transform in TRANSFORMS else "identity"


def _flagged(table: Table) -> list[Property]:
    return [item for item in table.schema.properties if item.partitioned]


def steps_of(value: Any, unit: str, as_of: datetime) -> dict[str, Any]:
    """The period of one partition as `months` (0 for none) and `seconds`. Raises ValueError for what is no period."""
    period = period_of(value, unit)
    if period.months and period.seconds:
        return {"months": 0, "seconds": period.until(as_of)}
    if period.months + period.seconds <= 0:
        raise ValueError(f"{value} {unit}".rstrip() + " is no period; it must be longer than nothing")
    return {"months": period.months, "seconds": period.seconds}
