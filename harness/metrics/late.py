"""The structural check `late`: rows that came later than their allowance."""

from sqlglot import exp

from harness.metrics.expressions import column
from harness.metrics.metric import row_metric
from harness.metrics.moments import day, epoch, row_expression
from harness.model.check import Check
from harness.model.result import Dimension


@row_metric("late", Dimension.FRESHNESS)
def late(check: Check) -> exp.Expr:
    """Rows that arrived later after their event than the allowance, or before it.

    ODCS: a customProperty `late: {column, event, allowance}` of a schema or contract: the column of the arrival, the
    column of the event (or an expression over columns, such as `make_date(year, month, day)`), and a time such as
    `5 d`. `target: '< 1 %'` and `alert` bear a share.

    An allowance in whole days compares dates in UTC, any other one instants. A row without one of the two times has no
    age and is neither late nor in time: `required` says whether it may lack them.
    """
    arguments = check.arguments
    arrival: exp.Expr = column(check.columns[0])
    event = row_expression(arguments["event"], arguments["dialect"])
    days, seconds = divmod(arguments["allowance"], 86400)
    if not seconds and days:
        arrival, event = day(arrival), day(event)
    age = exp.Sub(this=epoch(arrival), expression=epoch(event))
    allowance = exp.Literal.number(arguments["allowance"])
    return exp.or_(exp.GT(this=age, expression=allowance), exp.LT(this=age.copy(), expression=exp.Literal.number(0)))
