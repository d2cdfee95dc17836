"""The clause `timezone` of timestamps and times that are stored as texts."""

from sqlglot import exp

from harness.metrics.expressions import any_value, literal, text
from harness.metrics.metric import row_metric
from harness.model.check import Check
from harness.model.result import Dimension

_OFFSET = "[+-][0-9]{2}(?::?[0-9]{2})?"
# an offset needs a time before it: the end of 2024-01-05 is none
_CLOCK = "(?::[0-9]{2}(?:[.,][0-9]+)?|[Tt][0-9]{2,6}|[0-9]{12,17})"
_ZONED = rf"(?:[0-9] ?(?:Z|z|UTC|GMT)|{_CLOCK} ?{_OFFSET})(?:\[.+\])?$"


@row_metric("timezone", Dimension.VALIDITY)
def timezone(check: Check) -> exp.Expr:
    """Rows whose text names no time zone though it must, or names one though it must not; NULL is no violation.

    ODCS: `logicalTypeOptions.timezone` of a timestamp or time whose `physicalType` is a text; of another column its
    type decides, by the rule `timezone-changed`.
    """
    wanted = check.arguments["timezone"]

    def wrong(value: exp.Expr) -> exp.Expr:
        zoned = exp.RegexpLike(this=text(value), expression=literal(_ZONED))
        return zoned.not_() if wanted else zoned

    return any_value(check, wrong)
