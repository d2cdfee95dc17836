"""The clause `pattern`."""

from sqlglot import exp

from harness.metrics.expressions import any_value, literal, text
from harness.metrics.metric import row_metric
from harness.model.check import Check
from harness.model.result import Dimension


@row_metric("pattern", Dimension.VALIDITY)
def pattern(check: Check) -> exp.Expr:
    """Rows whose text does not match the regular expression; NULL is no violation.

    ODCS: `logicalTypeOptions.pattern` of a string. As in JSON Schema the expression may match anywhere: write `^...$`
    for the whole text.
    """
    wanted = literal(check.arguments["pattern"])
    return any_value(check, lambda value: exp.RegexpLike(this=text(value), expression=wanted).not_())
