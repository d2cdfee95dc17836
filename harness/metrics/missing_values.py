"""The library metric `missingValues`."""

from sqlglot import exp

from harness.metrics.expressions import any_value, as_text, is_one_of, text
from harness.metrics.metric import row_metric
from harness.model.check import Check
from harness.model.result import Dimension


@row_metric("missingValues", Dimension.COMPLETENESS)
def missing_values(check: Check) -> exp.Expr:
    """Rows in which the column is NULL or holds one of the texts that mean "missing".

    ODCS: `quality[].metric: missingValues` with `arguments.missingValues` (`['', 'N/A', null]`); NULL always counts.
    """
    words = check.arguments.get("missingValues", [])
    if not isinstance(words, list):
        raise ValueError(f"`arguments.missingValues` must be a list, not {words!r}")
    texts = [as_text(word) for word in words if word is not None]
    # -999 is also how a text or a DOUBLE column holds -999.0
    numbers = [word for word in words if isinstance(word, int | float) and not isinstance(word, bool)]

    def missing(value: exp.Expr) -> exp.Expr:
        tests = [value.is_(exp.null()), is_one_of(text(value.copy()), texts)]
        if numbers:
            tests.append(is_one_of(exp.TryCast(this=value.copy(), to=exp.DataType.build("double")), numbers))
        return exp.or_(*tests)

    return any_value(check, missing)
