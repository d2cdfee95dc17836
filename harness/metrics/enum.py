"""The clause `enum`."""

from sqlglot import exp

from harness.metrics.expressions import any_value, is_one_of
from harness.metrics.metric import row_metric
from harness.model.check import Check
from harness.model.result import Dimension


@row_metric("enum", Dimension.VALIDITY)
def enum(check: Check) -> exp.Expr:
    """Rows whose value is not one of the declared ones; NULL is no violation.

    ODCS: `properties[].enum` (3.2).
    """
    values = list(check.arguments["values"])
    return any_value(check, lambda value: is_one_of(value, values).not_())
