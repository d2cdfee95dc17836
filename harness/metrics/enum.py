"""The clause `enum`."""

from sqlglot import exp

from harness.metrics.expressions import any_value, as_text, is_one_of, text
from harness.metrics.metric import row_metric
from harness.model.check import Check
from harness.model.result import Dimension


@row_metric("enum", Dimension.VALIDITY)
def enum(check: Check) -> exp.Expr:
    """Rows whose value is not one of the declared ones; NULL is no violation.

    ODCS: `properties[].enum` (3.2).
    """
    values = list(check.arguments["values"])
    if check.arguments.get("logicalType") == "string":
        # `enum: [1, 2]` of a text means the texts
        words = [as_text(value) for value in values]
        return any_value(check, lambda value: is_one_of(text(value), words).not_())
    return any_value(check, lambda value: is_one_of(value, values).not_())
