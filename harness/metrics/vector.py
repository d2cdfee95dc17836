"""The clauses of vectors (ODCS 3.2): `dimensions`, `elementType`, `normalized`."""

from sqlglot import exp

from harness.metrics.expressions import any_value, column, literal, size
from harness.metrics.metric import row_metric
from harness.model.check import Check
from harness.model.formats import FLOATS
from harness.model.result import Dimension

_LARGEST: dict[str, float] = {
    "float64": FLOATS["f64"],
    "float32": FLOATS["f32"],
    "bfloat16": (2 - 2**-7) * 2.0**127,
    "float16": 65504.0,
}
_WHOLE: dict[str, tuple[int, int]] = {"int8": (-128, 127), "uint8": (0, 255), "binary": (0, 1)}
_OFF = 0.001
"""How far the length of a normalized vector may be from 1: float32 sums thousands of roundings."""


@row_metric("dimensions", Dimension.VALIDITY)
def dimensions(check: Check) -> exp.Expr:
    """Rows whose vector has not exactly the declared number of elements; NULL is no violation.

    ODCS: `logicalTypeOptions.dimensions` of a vector (3.2).
    """
    return any_value(check, lambda value: exp.NEQ(this=size(value), expression=literal(check.arguments["bound"])))


@row_metric("elementType", Dimension.VALIDITY)
def element_type(check: Check) -> exp.Expr:
    """Rows whose vector has an element that does not fit into the declared type: NULL, no number, or beyond its range.

    ODCS: `logicalTypeOptions.elementType` of a vector (3.2). `int8`, `uint8` and `binary` (0 or 1) also need whole
    numbers.
    """
    kind = check.arguments["elementType"]
    item = exp.cast(column("item"), "double")
    if kind in _WHOLE:
        low, high = _WHOLE[kind]
        fits = exp.and_(
            exp.Between(this=item, low=literal(low), high=literal(high)),
            exp.EQ(this=item.copy(), expression=exp.Floor(this=item.copy())),
        )
    elif kind in _LARGEST:
        top = exp.cast(literal(repr(_LARGEST[kind])), "double")
        fits = exp.LTE(this=exp.Abs(this=item), expression=top)
    else:
        raise ValueError(f"{kind!r} is no `elementType`; use one of {', '.join((*_LARGEST, *_WHOLE))}")
    wrong = exp.Coalesce(this=fits, expressions=[exp.false()]).not_()
    chosen = exp.Lambda(this=wrong, expressions=[exp.to_identifier("item", quoted=True)])
    return any_value(
        check, lambda value: exp.GT(this=size(exp.ArrayFilter(this=value, expression=chosen)), expression=literal(0))
    )


@row_metric("normalized", Dimension.VALIDITY)
def normalized(check: Check) -> exp.Expr:
    """Rows whose vector has another length than 1 (L2 norm, within a thousandth); NULL is no violation.

    ODCS: `logicalTypeOptions.normalized: true` of a vector (3.2).
    """
    item = exp.cast(column("item"), "double")
    square = exp.Lambda(
        this=exp.Mul(this=item, expression=item.copy()), expressions=[exp.to_identifier("item", quoted=True)]
    )

    def off(value: exp.Expr) -> exp.Expr:
        length = exp.Sqrt(this=exp.func("LIST_SUM", exp.Transform(this=value.copy(), expression=square.copy())))
        distance = exp.Abs(this=exp.Sub(this=length, expression=literal(1)))
        # an empty vector has no length at all, and NaN no distance
        near = exp.Coalesce(this=exp.LTE(this=distance, expression=literal(_OFF)), expressions=[exp.false()])
        return exp.and_(value.is_(exp.null()).not_(), near.not_())

    return any_value(check, off)
