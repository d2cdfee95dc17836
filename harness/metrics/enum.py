"""The clause `enum`."""

from sqlglot import exp

from harness.metrics.expressions import column, is_one_of
from harness.metrics.metric import row_metric
from harness.model.check import Check
from harness.model.result import Dimension


@row_metric("enum", Dimension.VALIDITY)
def enum(check: Check) -> exp.Expr:
    """Rows whose value is not one of the declared ones; NULL is no violation.

    ODCS: `properties[].enum` (3.2).
    """
    return is_one_of(column(check.columns[0]), list(check.arguments["values"])).not_()
