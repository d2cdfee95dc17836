"""The clauses `minLength` and `maxLength`."""

from sqlglot import exp

from harness.metrics.expressions import any_value, literal, text
from harness.metrics.metric import row_metric
from harness.model.check import Check
from harness.model.result import Dimension


@row_metric("minLength", Dimension.VALIDITY)
def min_length(check: Check) -> exp.Expr:
    """Rows whose text has fewer characters than declared; NULL is no violation.

    ODCS: `logicalTypeOptions.minLength` of a string.
    """
    return any_value(check, lambda value: exp.LT(this=_length(value), expression=literal(check.arguments["bound"])))


@row_metric("maxLength", Dimension.VALIDITY)
def max_length(check: Check) -> exp.Expr:
    """Rows whose text has more characters than declared; NULL is no violation.

    ODCS: `logicalTypeOptions.maxLength` of a string.
    """
    return any_value(check, lambda value: exp.GT(this=_length(value), expression=literal(check.arguments["bound"])))


def _length(value: exp.Expr) -> exp.Expr:
    return exp.Length(this=text(value))
