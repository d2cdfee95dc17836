"""The clauses `minimum`, `maximum`, `exclusiveMinimum` and `exclusiveMaximum`."""

from sqlglot import exp

from harness.metrics.expressions import all_present, any_value, literal
from harness.metrics.format import as_date
from harness.metrics.jdk_pattern import jdk_pattern
from harness.metrics.metric import row_metric
from harness.model.check import Check
from harness.model.result import Dimension

_CASTS = {"date": "date", "timestamp": "timestamp", "time": "time"}


@row_metric("minimum", Dimension.VALIDITY)
def minimum(check: Check) -> exp.Expr:
    """Rows whose value is below the bound, or NaN; NULL is no violation.

    ODCS: `logicalTypeOptions.minimum` of a number, integer, date, timestamp or time.
    """
    return _outside(check, exp.GTE)


@row_metric("maximum", Dimension.VALIDITY)
def maximum(check: Check) -> exp.Expr:
    """Rows whose value is above the bound, or NaN; NULL is no violation.

    ODCS: `logicalTypeOptions.maximum` of a number, integer, date, timestamp or time.
    """
    return _outside(check, exp.LTE)


@row_metric("exclusiveMinimum", Dimension.VALIDITY)
def exclusive_minimum(check: Check) -> exp.Expr:
    """Rows whose value is at or below the bound, or NaN; NULL is no violation.

    ODCS: `logicalTypeOptions.exclusiveMinimum`; in 3.0 the flag `exclusiveMinimum: true` beside `minimum`.
    """
    return _outside(check, exp.GT)


@row_metric("exclusiveMaximum", Dimension.VALIDITY)
def exclusive_maximum(check: Check) -> exp.Expr:
    """Rows whose value is at or above the bound, or NaN; NULL is no violation.

    ODCS: `logicalTypeOptions.exclusiveMaximum`; in 3.0 the flag `exclusiveMaximum: true` beside `maximum`.
    """
    return _outside(check, exp.LT)


def _outside(check: Check, inside: type[exp.Binary]) -> exp.Expr:
    return any_value(check, lambda value: _beyond(check, value, inside))


def _beyond(check: Check, value: exp.Expr, inside: type[exp.Binary]) -> exp.Expr:
    bound = literal(check.arguments["bound"])
    cast = _CASTS.get(check.arguments.get("logicalType", ""))
    written = check.arguments.get("format", "")
    if written and cast == "date" and (pattern := jdk_pattern(written)).iso:
        # a text that is no date at all is the business of `format`; a bound that is none must not bound nothing
        value = as_date(value, pattern)
        bound = exp.cast(literal(pattern.as_iso(str(check.arguments["bound"]))), "date")
        return exp.and_(all_present([value]), inside(this=value.copy(), expression=bound).not_())
    if cast:
        # a zoned timestamp is compared in UTC, the time zone of every session
        value, bound = exp.cast(value, cast), exp.cast(bound, cast)
    outside: exp.Expr = inside(this=value, expression=bound).not_()
    if not cast and check.arguments.get("logicalType") != "integer":
        # engines order NaN above every number, so it would meet any lower bound
        nan = exp.EQ(this=exp.cast(value.copy(), "double"), expression=exp.cast(literal("NaN"), "double"))
        outside = exp.or_(outside, nan)
    return outside
