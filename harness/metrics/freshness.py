"""The service levels `freshness` and `latency`."""

from sqlglot import exp

from harness.metrics.expressions import columns
from harness.metrics.metric import metric
from harness.metrics.moments import epoch
from harness.model.check import Check
from harness.model.result import Dimension


@metric("freshness", Dimension.FRESHNESS, "seconds")
def freshness(check: Check) -> exp.Expr:
    """Seconds from the newest value of a column to the run's clock (`--as-of`).

    ODCS: `slaProperties` named `freshness`, `latency` or `ly`; the value is the target, a customProperty `alert` the
    alert (`> 2 d`), and both are in `unit`.

    A newest value in the future is a failure, not fresh data. A column without any value gives no number: ERROR. Times
    without a zone are of the column's `defaultTimezone`, or UTC.
    """
    value, zone = columns(check)[0], check.arguments.get("zone", "")
    as_of = exp.Literal.number(check.arguments["as_of"].timestamp())
    if now := check.arguments.get("now"):
        # of an earlier time: what came since then was not there, and what lies in the future is wrong at any time
        then = epoch(value.copy(), zone) <= as_of.copy()
        ahead = epoch(value.copy(), zone) > exp.Literal.number(now.timestamp())
        value = exp.Case(ifs=[exp.If(this=exp.or_(then, ahead), true=value)])
    return exp.Sub(this=as_of, expression=epoch(exp.Max(this=value), zone))
