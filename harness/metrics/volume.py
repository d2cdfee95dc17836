"""The structural check `volume`: the rows of a day against the same weekday before."""

from sqlglot import exp

from harness.metrics.expressions import column, table
from harness.metrics.metric import metric
from harness.metrics.moments import epoch
from harness.model.check import Check
from harness.model.result import Dimension

_DAY = 86400


@metric("volume", Dimension.COMPLETENESS, "number")
def volume(check: Check) -> exp.Expr:
    """By how many percent the rows of the newest complete day differ from those of the same weekday before.

    ODCS: a customProperty `volume: {column, tolerance}` of a schema or contract: the column of the day, and the percent
    that are borne. `weeks: 4` compares with the mean of that weekday in the four weeks before (1 by default), as far as
    they have rows. `alert: '> 80 %'` sets what is worse than a warning.

    The day of the clock (`--as-of`) is not complete yet. Days are those of UTC. Without rows on the weekday before,
    nothing is known: ERROR.
    """
    today = exp.Literal.number(check.arguments["as_of"].timestamp() // _DAY)
    number = exp.Floor(this=exp.Div(this=epoch(column(check.columns[0])), expression=exp.Literal.number(_DAY)))
    days = exp.select(
        exp.alias_(number, "day", quoted=True), exp.alias_(exp.Count(this=exp.Star()), "size", quoted=True)
    )
    days = days.from_(table(check.table)).where(exp.LT(this=number.copy(), expression=today)).group_by(number.copy())
    newest = exp.Window(this=exp.Max(this=column("day")))
    back = exp.Sub(this=newest, expression=column("day"))
    aged = exp.select(exp.alias_(back, "back", quoted=True), column("size")).from_(days.subquery("days"))
    weeks = [exp.Literal.number(7 * (week + 1)) for week in range(check.arguments["weeks"])]
    own, before = column("back").eq(0), exp.In(this=column("back"), expressions=weeks)
    size = exp.Sum(this=exp.Case(ifs=[exp.If(this=own, true=column("size"))]))
    usual = exp.Avg(this=exp.Case(ifs=[exp.If(this=before, true=column("size"))]))
    away = exp.Abs(this=exp.Sub(this=size, expression=usual))
    percent = exp.Div(this=exp.Mul(this=exp.Literal.number(100), expression=away), expression=usual.copy())
    return exp.select(percent).from_(aged.subquery("aged"))
