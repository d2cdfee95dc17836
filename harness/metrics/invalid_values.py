"""The library metric `invalidValues`."""

from sqlglot import exp

from harness.metrics.expressions import any_value, as_text, is_one_of, literal, text
from harness.metrics.metric import row_metric
from harness.model.check import Check
from harness.model.result import Dimension


@row_metric("invalidValues", Dimension.VALIDITY)
def invalid_values(check: Check) -> exp.Expr:
    """Rows whose value is not among `validValues`, or does not match `pattern`.

    ODCS: `quality[].metric: invalidValues` with `arguments.validValues`, `arguments.pattern`, or both.

    NULL is not invalid: it is missing. Without either argument nothing can be measured, and the check is an ERROR.
    `validValues: [1, 2]` of a column that is declared as a text means the texts.
    """
    valid, pattern = check.arguments.get("validValues"), check.arguments.get("pattern")
    if valid is None and pattern is None:
        raise ValueError("invalidValues needs `arguments.validValues` or `arguments.pattern`")
    if valid is not None and not isinstance(valid, list):
        raise ValueError(f"`arguments.validValues` must be a list, not {valid!r}")

    is_text = check.arguments.get("logicalType") == "string"

    def invalid(value: exp.Expr) -> exp.Expr:
        tests: list[exp.Expr] = []
        if valid is not None:
            words = is_one_of(text(value), list(map(as_text, valid))) if is_text else is_one_of(value, list(valid))
            tests.append(words.not_())
        if pattern is not None:
            tests.append(exp.RegexpLike(this=text(value.copy()), expression=literal(str(pattern))).not_())
        return exp.or_(*tests)

    return any_value(check, invalid)
