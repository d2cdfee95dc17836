"""The library metric `nullValues`."""

from sqlglot import exp

from harness.metrics.expressions import any_value
from harness.metrics.metric import row_metric
from harness.model.check import Check
from harness.model.result import Dimension


@row_metric("nullValues", Dimension.COMPLETENESS)
def null_values(check: Check) -> exp.Expr:
    """Rows in which the column is NULL.

    ODCS: `quality[].metric: nullValues` on a property; `unit` rows or percent of all rows.

    A field of an object that is itself NULL is NULL too.
    """
    return any_value(check, lambda value: value.is_(exp.null()))
