"""The service levels `endOfSupport` and `endOfLife`."""

from datetime import datetime, timedelta

from sqlglot import exp

from harness.metrics.metric import metric
from harness.model.check import Check
from harness.model.result import Dimension


@metric("endOfSupport", Dimension.VALIDITY, "number")
def end_of_support(check: Check) -> exp.Expr:
    """Days from the run's clock (`--as-of`) to the end of support; past it the check fails as a warning.

    ODCS: `slaProperties` named `endOfSupport` or `es`, the value a date or a time in ISO 8601. A date ends with its day
    in UTC. A customProperty `target` warns before it (`> 90` or `> 90 d`; a bare number is
    in days).
    """
    return _days_left(check)


@metric("endOfLife", Dimension.VALIDITY, "number")
def end_of_life(check: Check) -> exp.Expr:
    """Days from the run's clock (`--as-of`) to the end of life; past it nobody should build on the data.

    ODCS: `slaProperties` named `endOfLife` or `el`; the rest as of `endOfSupport`. With a customProperty `target`
    (`> 90 d`) and an `alert` (`<= 0 d`) it warns before it fails.
    """
    return _days_left(check)


def _days_left(check: Check) -> exp.Expr:
    left = datetime.fromisoformat(check.arguments["until"]) - check.arguments["as_of"]
    return exp.select(exp.Literal.number(left / timedelta(days=1)))
