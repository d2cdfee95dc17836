"""The structural check `pointInTime`: features that saw nothing of what came later."""

from typing import Any

from sqlglot import exp

from harness.metrics.expressions import column, literal, table
from harness.metrics.metric import metric
from harness.model.check import Check
from harness.model.result import Dimension

AGGREGATES: dict[str, type[exp.AggFunc]] = {
    "count": exp.Count,
    "sum": exp.Sum,
    "min": exp.Min,
    "max": exp.Max,
    "avg": exp.Avg,
}
"""How a feature is made of the source's values."""


def _wrong(check: Check) -> exp.Select:
    """The rows that differ: entity, time of the event and features."""
    arguments = check.arguments
    event = column(arguments["eventTime"], "own")
    moment = column(arguments["sourceTime"], "source")
    match: list[exp.Expr] = [
        exp.EQ(this=column(a, "own"), expression=column(b, "source")) for a, b in arguments["entity"]
    ]
    match.append(exp.LT(this=moment, expression=event))
    windows = [feature["window"] for feature in arguments["features"].values()]
    if all(windows):
        match.append(_since(moment, event, max(windows)))
    features: dict[str, dict[str, Any]] = arguments["features"]
    own = [column(name, "own") for name in (*(a for a, _ in arguments["entity"]), arguments["eventTime"], *features)]
    wrong = [_differ(column(name, "own"), _anew(feature, moment, event)) for name, feature in features.items()]
    rows = exp.select(*own).from_(table(check.table, "own"))
    rows = rows.join(table(arguments["source"], "source"), on=exp.and_(*match), join_type="left")
    return rows.group_by(*(each.copy() for each in own)).having(exp.or_(*wrong))


@metric("pointInTime", Dimension.ACCURACY, "rows", violating=_wrong)
def point_in_time(check: Check) -> exp.Expr:
    """Rows with a feature that differs from what the source's rows strictly before the event give.

    ODCS: a customProperty `pointInTime` of a schema or contract, with `entity` (columns), `eventTime`, `source` (a
    table on the same server), `sourceTime` (its column), and `features`: of each its `aggregate` (`count`, `sum`,
    `min`, `max` or `avg`), the source's `column` (`count` needs none), perhaps the `window` (`7 d`) and what it is when
    `empty` (NULL).

    Each feature is computed anew from the rows of its entity whose time is before the event, and not before its window.
    Numbers may differ by a billionth. A row that is there twice sees everything twice, and differs.
    """
    one = exp.alias_(exp.Literal.number(1), "one", quoted=True)
    return exp.select(exp.Count(this=exp.Star())).from_(_wrong(check).select(one, append=False).subquery("rows"))


def _anew(feature: dict[str, Any], moment: exp.Expr, event: exp.Expr) -> exp.Expr:
    value = column(feature["column"], "source") if feature["column"] else moment.copy()
    if feature["window"]:
        value = exp.Case(ifs=[exp.If(this=_since(moment, event, feature["window"]), true=value)])
    found = AGGREGATES[feature["aggregate"]](this=value)
    return found if feature["empty"] is None else exp.Coalesce(this=found, expressions=[literal(feature["empty"])])


def _since(moment: exp.Expr, event: exp.Expr, seconds: int) -> exp.Expr:
    window = exp.Interval(this=exp.Literal.string(str(seconds)), unit=exp.var("SECOND"))
    return exp.GTE(this=moment.copy(), expression=exp.Sub(this=event.copy(), expression=window))


def _differ(stored: exp.Expr, anew: exp.Expr) -> exp.Expr:
    nulls = exp.NEQ(this=exp.paren(stored.is_(exp.null())), expression=exp.paren(anew.is_(exp.null())))
    away = exp.Abs(this=exp.Sub(this=stored.copy(), expression=anew.copy()))
    rounding = exp.Mul(
        this=literal(1e-9), expression=exp.Greatest(this=literal(1), expressions=[exp.Abs(this=anew.copy())])
    )
    return exp.or_(nulls, exp.GT(this=away, expression=rounding))
