"""The values inside arrays and maps, one row each: where they are counted against one another or another table."""

from sqlglot import exp

from harness.metrics.expressions import column, field, many, table
from harness.model.check import Check
from harness.model.fields import Each

VALUE = "value"


def elements(check: Check) -> exp.Select:
    """A query for every value of the check's one column, in its column `value`."""
    if len(check.columns) != 1:
        raise ValueError("a key of several columns cannot be inside an array or a map")
    first, *below = check.path(check.columns[0])
    source: exp.Expr = table(check.table)
    value: exp.Expr = column(str(first))
    for step in below:
        if isinstance(step, Each):
            each = exp.alias_(exp.Explode(this=many(value, step)), VALUE, quoted=True)
            source, value = exp.select(each).from_(source).subquery("elements"), column(VALUE)
        else:
            value = field(value, step)
    return exp.select(exp.alias_(value, VALUE, quoted=True)).from_(source)


def surplus_elements(check: Check) -> exp.Query:
    """How many values there are beyond the first of each, over all rows."""
    value = column(VALUE)
    distinct = exp.Count(this=exp.Distinct(expressions=[value.copy()]))
    surplus = exp.Sub(this=exp.Count(this=value), expression=distinct)
    return exp.select(surplus).from_(elements(check).subquery("every"))
