"""The service level `retention`."""

from sqlglot import exp

from harness.metrics.expressions import columns
from harness.metrics.metric import metric
from harness.metrics.moments import epoch
from harness.model.check import Check
from harness.model.result import Dimension


@metric("retention", Dimension.VALIDITY, "seconds")
def retention(check: Check) -> exp.Expr:
    """Seconds from the oldest value of a column to the run's clock (`--as-of`).

    ODCS: `slaProperties` named `retention` or `re`. Without a column in `element` it is measured on the table's
    partition column, else on the one that its `latency` names.

    The standard asks "how long are we keeping the records", which has two readings. Plain `retention: 5 y` is `atMost`:
    no row is older than five years. The customProperty `reading: atLeast` turns it around: the oldest row is five years
    old at least. A table too young for that names the day its data begins in the customProperty `since`, and is then
    held to that day. Years and months are those of the calendar before the clock.
    """
    oldest = epoch(exp.Min(this=columns(check)[0]), check.arguments.get("zone", ""))
    return exp.Sub(this=exp.Literal.number(check.arguments["as_of"].timestamp()), expression=oldest)
