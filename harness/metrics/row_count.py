"""The library metric `rowCount`."""

from sqlglot import exp

from harness.metrics.metric import metric
from harness.model.check import Check
from harness.model.result import Dimension


@metric("rowCount", Dimension.COMPLETENESS, "number")
def row_count(check: Check) -> exp.Expr:  # noqa: ARG001 - the table is the scan's
    """How many rows the table has.

    ODCS: `quality[].metric: rowCount` on a schema; `unit` rows.
    """
    return exp.Count(this=exp.Star())
