"""The clauses `minProperties`, `maxProperties` and `required` of objects."""

from sqlglot import exp

from harness.metrics.expressions import all_present, any_value, field, literal
from harness.metrics.metric import row_metric
from harness.model.check import Check
from harness.model.result import Dimension


@row_metric("minProperties", Dimension.VALIDITY)
def min_properties(check: Check) -> exp.Expr:
    """Rows whose object has fewer properties than declared; NULL is no violation.

    ODCS: `logicalTypeOptions.minProperties` of an object. A property is there when it is not NULL; those that the
    contract declares in `properties` are counted.
    """
    return any_value(check, lambda value: _counted(check, value, exp.LT))


@row_metric("maxProperties", Dimension.VALIDITY)
def max_properties(check: Check) -> exp.Expr:
    """Rows whose object has more properties than declared; NULL is no violation.

    ODCS: `logicalTypeOptions.maxProperties` of an object; counted as by `minProperties`.
    """
    return any_value(check, lambda value: _counted(check, value, exp.GT))


@row_metric("requiredProperties", Dimension.COMPLETENESS)
def required_properties(check: Check) -> exp.Expr:
    """Rows whose object lacks one of the properties that it must have; an object that is NULL lacks none.

    ODCS: `logicalTypeOptions.required` of an object. A property is there when it is not NULL.
    """

    def lacks(value: exp.Expr) -> exp.Expr:
        absent = (field(value.copy(), name).is_(exp.null()) for name in check.arguments["fields"])
        return exp.and_(all_present([value]), exp.or_(*absent))

    return any_value(check, lacks)


def _counted(check: Check, value: exp.Expr, wrong: type[exp.Binary]) -> exp.Expr:
    ones = [
        exp.Case(ifs=[exp.If(this=all_present([field(value.copy(), name)]), true=literal(1))], default=literal(0))
        for name in check.arguments["fields"]
    ]
    count: exp.Expr = ones[0]
    for one in ones[1:]:
        count = exp.Add(this=count, expression=one)
    return exp.and_(all_present([value]), wrong(this=exp.paren(count), expression=literal(check.arguments["bound"])))
