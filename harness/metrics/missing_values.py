"""The library metric `missingValues`."""

from sqlglot import exp

from harness.metrics.expressions import column, is_one_of, text
from harness.metrics.metric import row_metric
from harness.model.check import Check
from harness.model.result import Dimension


@row_metric("missingValues", Dimension.COMPLETENESS)
def missing_values(check: Check) -> exp.Expr:
    """Rows in which the column is NULL or holds one of the texts that mean "missing".

    ODCS: `quality[].metric: missingValues` with `arguments.missingValues` (`['', 'N/A', null]`); NULL always counts.
    """
    value = column(check.columns[0])
    words = [word if word is None else str(word) for word in check.arguments.get("missingValues", ())]
    return exp.or_(value.is_(exp.null()), is_one_of(text(value), words))
