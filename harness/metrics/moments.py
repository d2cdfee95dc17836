"""The SQL pieces of metrics that look at time; times without a zone are UTC."""

from sqlglot import exp

from harness.metrics.expressions import literal
from harness.metrics.guard import as_written, faithful


def epoch(value: exp.Expr, zone: str = "") -> exp.Expr:
    """Seconds from 1970 to the time or date, which is of the time zone `zone`, or of UTC, when it has none itself."""
    moment = exp.cast(value, "timestamp")
    if zone:
        moment = exp.cast(exp.AtTimeZone(this=moment, zone=literal(zone)), "timestamp")
    return exp.Extract(this=exp.var("EPOCH"), expression=moment)


def months(value: exp.Expr) -> exp.Expr:
    """Whole months from the year 0 to the time or date."""
    moment = exp.cast(value, "timestamp")
    year = exp.Extract(this=exp.var("YEAR"), expression=moment)
    month = exp.Extract(this=exp.var("MONTH"), expression=moment.copy())
    return exp.Add(this=exp.Mul(this=year, expression=exp.Literal.number(12)), expression=month)


def day(value: exp.Expr) -> exp.Expr:
    """The date of the time; in UTC, for one with a zone."""
    return exp.cast(exp.cast(value, "timestamp"), "date")


def row_expression(sql: str, dialect: str) -> exp.Expr:
    """The expression over columns of one row that is written in `sql`, its identifiers quoted.

    Raises ValueError when it is none, reads another table, or adds rows up.
    """
    query = faithful(f"SELECT {sql}", dialect)
    stated = {key for key, value in query.args.items() if value} - {"expressions"}
    inner = sum(1 for _ in query.find_all(exp.Query))
    if stated or inner != 1 or len(query.expressions) != 1 or query.find(exp.AggFunc, exp.Window, exp.Star):
        raise ValueError(f"{sql!r} is no expression over the columns of one row")
    found = query.expressions[0]
    for name in found.find_all(exp.Identifier):
        name.set("quoted", True)
    return as_written(exp.paren(found.copy()))
