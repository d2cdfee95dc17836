"""The library metric `invalidValues`."""

from sqlglot import exp

from harness.metrics.expressions import column, is_one_of, literal, text
from harness.metrics.metric import row_metric
from harness.model.check import Check
from harness.model.result import Dimension


@row_metric("invalidValues", Dimension.VALIDITY)
def invalid_values(check: Check) -> exp.Expr:
    """Rows whose value is not among `validValues`, or does not match `pattern`.

    ODCS: `quality[].metric: invalidValues` with `arguments.validValues`, `arguments.pattern`, or both.

    NULL is not invalid: it is missing. Without either argument nothing can be measured, and the check is an ERROR.
    """
    value = column(check.columns[0])
    valid, pattern = check.arguments.get("validValues"), check.arguments.get("pattern")
    tests: list[exp.Expr] = []
    if valid is not None:
        if not isinstance(valid, list):
            raise ValueError(f"`arguments.validValues` must be a list, not {valid!r}")
        tests.append(is_one_of(value, list(valid)).not_())
    if pattern is not None:
        tests.append(exp.RegexpLike(this=text(value), expression=literal(str(pattern))).not_())
    if not tests:
        raise ValueError("invalidValues needs `arguments.validValues` or `arguments.pattern`")
    return exp.or_(*tests)
