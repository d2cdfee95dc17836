"""The clause `multipleOf`."""

from decimal import Decimal

from sqlglot import exp

from harness.metrics.expressions import FLOATING, any_value, literal, text
from harness.metrics.metric import row_metric
from harness.model.check import Check
from harness.model.result import Dimension

_DIGITS = 38
"""Of a DECIMAL, at most."""
_SPARE = 6
"""Digits behind those of the divisor: a DOUBLE that is off by less, as 0.1 + 0.2 is, counts as a multiple."""


@row_metric("multipleOf", Dimension.VALIDITY)
def multiple_of(check: Check) -> exp.Expr:
    """Rows whose value is no multiple of the number; NULL is no violation, NaN and infinity are.

    ODCS: `logicalTypeOptions.multipleOf` of an integer or number.

    Numbers are divided as decimals in all of their digits; a DOUBLE six digits more exactly than the divisor is
    written, so that one that is off by less, as the sum of 0.1 and 0.2 is, counts as a multiple of 0.1.
    """
    stated = check.arguments["bound"]
    if isinstance(stated, bool) or not isinstance(stated, int | float) or not 0 < stated < 10 ** (_DIGITS - _SPARE):
        raise ValueError(f"`multipleOf` needs a number above 0, not {stated!r}")
    divisor = Decimal(repr(stated))
    if check.arguments.get("logicalType") == "integer" and divisor == int(divisor):
        return any_value(check, lambda value: _leaves_a_rest(value, literal(int(divisor))))
    places = max(0, -int(divisor.normalize().as_tuple().exponent)) + _SPARE
    if places >= _DIGITS:
        raise ValueError(f"`multipleOf: {stated}` is finer than any DECIMAL")
    kind = exp.DataType.build(f"decimal({_DIGITS}, {places})")
    exact = exp.cast(literal(f"{divisor:f}"), kind)

    def violates(value: exp.Expr) -> exp.Expr:
        decimal = exp.TryCast(this=text(value), to=kind.copy())
        rest = exp.Mod(this=decimal, expression=exact.copy())
        # a number beyond every DECIMAL, NaN and infinity among them
        beyond = exp.Mod(this=exp.cast(value.copy(), "double"), expression=exp.cast(exact.copy(), "double"))
        either = exp.Coalesce(this=exp.cast(rest, "double"), expressions=[beyond])
        return exp.or_(exp.NEQ(this=either, expression=literal(0)), _has_more_digits(value, places))

    return any_value(check, violates)


def _has_more_digits(value: exp.Expr, places: int) -> exp.Expr:
    """That an exact number says something behind so many digits."""
    floating = exp.In(this=exp.Typeof(this=value.copy()), expressions=[literal(each) for each in FLOATING])
    pattern = literal(rf"\.[0-9]{{{places}}}[0-9]*[1-9]")
    more = exp.RegexpLike(this=text(value.copy()), expression=pattern)
    return exp.Case(ifs=[exp.If(this=floating, true=exp.false())], default=more)


def _leaves_a_rest(value: exp.Expr, divisor: exp.Expr) -> exp.Expr:
    return exp.NEQ(this=exp.Mod(this=value, expression=divisor), expression=literal(0))
