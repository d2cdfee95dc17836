"""The SQL pieces of metrics that look at time; times without a zone are UTC."""

from sqlglot import exp


def epoch(value: exp.Expr) -> exp.Expr:
    """Seconds from 1970 to the time or date."""
    return exp.Extract(this=exp.var("EPOCH"), expression=exp.cast(value, "timestamp"))


def months(value: exp.Expr) -> exp.Expr:
    """Whole months from the year 0 to the time or date."""
    moment = exp.cast(value, "timestamp")
    year = exp.Extract(this=exp.var("YEAR"), expression=moment)
    month = exp.Extract(this=exp.var("MONTH"), expression=moment.copy())
    return exp.Add(this=exp.Mul(this=year, expression=exp.Literal.number(12)), expression=month)


def day(value: exp.Expr) -> exp.Expr:
    """The date of the time; in UTC, for one with a zone."""
    return exp.cast(exp.cast(value, "timestamp"), "date")
