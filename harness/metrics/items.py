"""The clauses `minItems`, `maxItems` and `uniqueItems` of arrays."""

from sqlglot import exp

from harness.metrics.expressions import all_present, any_value, column, literal, size
from harness.metrics.metric import row_metric
from harness.model.check import Check
from harness.model.result import Dimension


@row_metric("minItems", Dimension.VALIDITY)
def min_items(check: Check) -> exp.Expr:
    """Rows whose array has fewer elements than declared; NULL is no violation, an empty array has 0 elements.

    ODCS: `logicalTypeOptions.minItems` of an array.
    """
    return any_value(check, lambda value: exp.LT(this=size(value), expression=literal(check.arguments["bound"])))


@row_metric("maxItems", Dimension.VALIDITY)
def max_items(check: Check) -> exp.Expr:
    """Rows whose array has more elements than declared; NULL is no violation.

    ODCS: `logicalTypeOptions.maxItems` of an array.
    """
    return any_value(check, lambda value: exp.GT(this=size(value), expression=literal(check.arguments["bound"])))


@row_metric("uniqueItems", Dimension.UNIQUENESS)
def unique_items(check: Check) -> exp.Expr:
    """Rows whose array holds a value twice; NULLs are not duplicates of one another.

    ODCS: `logicalTypeOptions.uniqueItems: true` of an array. `unique` of its `items` asks for more: no value twice in
    all rows together.
    """
    return any_value(check, _repeats)


def _repeats(value: exp.Expr) -> exp.Expr:
    there = exp.Lambda(this=all_present([column("item")]), expressions=[exp.to_identifier("item", quoted=True)])
    present = exp.ArrayFilter(this=value, expression=there)
    return exp.LT(this=size(exp.ArrayDistinct(this=present.copy())), expression=size(present))
