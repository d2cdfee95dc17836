"""The service level `frequency`, and the structural check `partition`: periods without a partition."""

from sqlglot import exp

from harness.metrics.expressions import column, columns, table
from harness.metrics.metric import metric
from harness.metrics.moments import epoch, months
from harness.model.check import Check
from harness.model.result import Dimension

TRANSFORMS = ("identity", "hour", "day", "week", "month", "quarter", "year")
"""What a partition may be made of its column's values."""


@metric("frequency", Dimension.COMPLETENESS, "number")
def frequency(check: Check) -> exp.Expr:
    """How many expected partitions are missing between the first and the last.

    ODCS: `slaProperties` named `frequency` or `fy`; value and `unit` are the period of one partition. The partition
    column is the property with `partitioned: true`, or that of the customProperty `partition: {column, transform}`.

    The distance of two neighbouring partitions, in periods and rounded, is one; each further period is a missing
    partition. So a partition may be early or late by less than half a period. Rows whose partition column is NULL
    belong to none. What is missing after the last partition is for `latency` to say.
    """
    return _missing(check)


@metric("partition", Dimension.COMPLETENESS, "number")
def partition(check: Check) -> exp.Expr:
    """How many partitions are missing between the first and the last, in the steps of the partition's transform.

    ODCS: a customProperty `partition: {column, transform}` of a schema, or of a contract for those of its tables that
    have the column. The transform is `identity`, `hour`, `day`, `week`, `month`, `quarter` or `year`.

    The steps are those of the transform (of `identity`, days), unless `every: 7 d` or else the table's service level
    `frequency` says otherwise. `target: < 3` bears missing partitions. Counted as `frequency` counts.
    """
    return _missing(check)


def gaps(check: Check) -> exp.Query:
    """Where partitions are missing: of each gap the partition before it, and how many periods away the next one is.

    The partition is in seconds from 1970, or in months from the year 0 when its period is one of months.
    """
    found = exp.select(exp.alias_(column("before"), "before", quoted=True), exp.alias_(_periods(check), "periods"))
    return found.from_(_distances(check)).where(_periods(check) > 1).order_by(column("before"))


def _missing(check: Check) -> exp.Expr:
    periods = _periods(check)
    beyond = exp.Sub(this=periods, expression=exp.Literal.number(1))
    surplus = exp.Case(ifs=[exp.If(this=periods.copy() > 1, true=beyond)], default=exp.Literal.number(0))
    # SUM of no partition is NULL: nothing is known then
    return exp.select(exp.Sum(this=surplus)).from_(_distances(check))


def _periods(check: Check) -> exp.Expr:
    """How many periods lie between two neighbouring partitions."""
    step = check.arguments["months"] or check.arguments["seconds"]
    gap = exp.Div(this=column("gap"), expression=exp.Literal.number(step), typed=False, safe=False)
    return exp.Round(this=gap)


def _distances(check: Check) -> exp.Subquery:
    """Each partition but the first: the one before it, and how far it is away."""
    arguments = check.arguments
    value: exp.Expr = exp.cast(columns(check)[0], "timestamp")
    if arguments["transform"] not in TRANSFORMS:
        raise ValueError(f"{arguments['transform']!r} is no transform of a partition")
    if arguments["transform"] != "identity":
        value = exp.TimestampTrunc(this=value, unit=exp.var(arguments["transform"].upper()))
    start = months if arguments["months"] else epoch
    parts = exp.select(exp.alias_(start(value), "part", quoted=True)).distinct().from_(table(check.table))
    parts = parts.where(columns(check)[0].is_(exp.null()).not_())
    before = exp.Window(this=exp.Lag(this=column("part")), order=exp.Order(expressions=[column("part")]))
    gap = exp.Sub(this=column("part"), expression=before)
    both = exp.alias_(before.copy(), "before", quoted=True), exp.alias_(gap, "gap", quoted=True)
    return exp.select(*both).from_(parts.subquery("parts")).subquery("gaps")
