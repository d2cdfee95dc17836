"""The clause `required: true`."""

from sqlglot import exp

from harness.metrics.expressions import column
from harness.metrics.metric import row_metric
from harness.model.check import Check
from harness.model.result import Dimension


@row_metric("required", Dimension.COMPLETENESS)
def required(check: Check) -> exp.Expr:
    """Rows in which a required column is NULL; none is allowed.

    ODCS: `properties[].required: true`.

    An empty text is a value, not NULL; declare `minLength: 1` or `missingValues` for it.
    """
    return column(check.columns[0]).is_(exp.null())
