"""The structural check `scd`: what a slowly changing dimension of type 2 promises of its intervals."""

from sqlglot import exp

from harness.metrics.expressions import column, columns, count_where, literal, table
from harness.metrics.metric import metric, row_metric
from harness.model.check import Check
from harness.model.result import Dimension

# no column of a table has such a name
_ENDED, _UNENDED = "latest end before", "open before"


@metric("scdCurrent", Dimension.UNIQUENESS, "number")
def scd_current(check: Check) -> exp.Expr:
    """Keys that do not have exactly one current row.

    ODCS: a customProperty `scd: {type: 2, key: [...], validFrom, validTo, current}` of a schema or contract.

    The current row is the one whose `validTo` is open: NULL, or the value of `openEnd` (`9999-12-31`). Where a
    `current` flag is named, it must be true on that row and on no other.
    """
    is_open = _open(check)
    wrong: list[exp.Expr] = [exp.NEQ(this=count_where(is_open), expression=exp.Literal.number(1))]
    if check.arguments["current"]:
        flag = exp.NullSafeEQ(this=column(check.arguments["current"]), expression=exp.true())
        wrong.append(
            exp.NEQ(
                this=count_where(exp.NEQ(this=exp.paren(flag), expression=exp.paren(is_open.copy()))),
                expression=exp.Literal.number(0),
            )
        )
    keys = [column(name) for name in check.arguments["key"]]
    bad = exp.select(exp.alias_(exp.Literal.number(1), "bad", quoted=True)).from_(table(check.table)).group_by(*keys)
    return exp.select(exp.Count(this=exp.Star())).from_(bad.having(exp.or_(*wrong)).subquery("keys"))


def _overlapping(check: Check) -> exp.Select:
    return _neighbours(check, exp.LT)


def _after_a_gap(check: Check) -> exp.Select:
    return _neighbours(check, exp.GT)


@metric("scdOverlap", Dimension.VALIDITY, "rows", violating=_overlapping)
def scd_overlap(check: Check) -> exp.Expr:
    """Rows that begin before an earlier row of their key has ended, so that a moment has two truths.

    ODCS: `scd`, as of `scdCurrent`. Intervals are half open: a row ends where the next one begins.
    """
    return _count(_overlapping(check))


@metric("scdGap", Dimension.COMPLETENESS, "rows", violating=_after_a_gap)
def scd_gap(check: Check) -> exp.Expr:
    """Rows that begin only after all earlier rows of their key have ended, so that a moment between has no truth.

    ODCS: `scd`, as of `scdCurrent`. What lies before the first row of a key is no gap.
    """
    return _count(_after_a_gap(check))


@row_metric("scdInterval", Dimension.VALIDITY)
def scd_interval(check: Check) -> exp.Expr:
    """Rows whose interval holds no moment: it ends before it begins or where it begins, or has no beginning.

    ODCS: `scd`, as of `scdCurrent`.
    """
    begin, end = columns(check)[-2:]
    return exp.or_(begin.is_(exp.null()), exp.LTE(this=end, expression=begin.copy()))


def _open(check: Check) -> exp.Expr:
    end = columns(check)[-1]
    still = end.is_(exp.null())
    stated = check.arguments["openEnd"]
    return still if stated is None else exp.or_(still, exp.EQ(this=end.copy(), expression=literal(stated)))


def _count(rows: exp.Select) -> exp.Expr:
    return exp.select(exp.Count(this=exp.Star())).from_(rows.subquery("found"))


def _neighbours(check: Check, comparison: type[exp.Binary]) -> exp.Select:
    """The rows that stand so to the latest end of their key's rows before them; an open end is after all others."""
    begin, end = columns(check)[-2:]
    keys = [column(name) for name in check.arguments["key"]]
    order = exp.Order(expressions=[exp.Ordered(this=begin.copy()), exp.Ordered(this=end.copy(), nulls_first=False)])
    before = exp.WindowSpec(
        kind="ROWS", start="UNBOUNDED", start_side="PRECEDING", end=exp.Literal.number(1), end_side="PRECEDING"
    )
    is_open = exp.Case(ifs=[exp.If(this=_open(check), true=exp.Literal.number(1))], default=exp.Literal.number(0))
    spans = [
        exp.alias_(
            exp.Window(
                this=exp.Max(this=each), partition_by=[k.copy() for k in keys], order=order.copy(), spec=before.copy()
            ),
            name,
            quoted=True,
        )
        for name, each in ((_ENDED, end.copy()), (_UNENDED, is_open))
    ]
    rows = exp.select(exp.Star(), *spans).from_(table(check.table)).subquery("rows")
    apart = comparison(this=begin.copy(), expression=column(_ENDED))
    unended = exp.EQ(this=column(_UNENDED), expression=exp.Literal.number(1))
    found = (
        exp.or_(unended, apart)
        if comparison is exp.LT
        else exp.and_(exp.EQ(this=column(_UNENDED), expression=exp.Literal.number(0)), apart)
    )
    return exp.select(exp.Star()).from_(rows).where(found)
