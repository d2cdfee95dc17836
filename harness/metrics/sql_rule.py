"""The rules that a user wrote in SQL."""

from sqlglot import exp

from harness.metrics.guard import read_only
from harness.metrics.metric import metric
from harness.model.check import Check
from harness.model.result import Dimension


@metric("sql", Dimension.ACCURACY, "number")
def sql_rule(check: Check) -> exp.Expr:
    """The one number that a query gives.

    ODCS: `quality[].type: sql` with a `query`. `${object}` (or `${table}`, `${model}`) stands for the table and
    `${property}` (or `${column}`, `${field}`) for the column. The query must be one SELECT that only reads.
    """
    return read_only(check.arguments["query"], check.arguments["dialect"])


def _returned(check: Check) -> exp.Query:
    return read_only(check.arguments["query"], check.arguments["dialect"])


@metric("failedRows", Dimension.ACCURACY, "rows", violating=_returned)
def failed_rows(check: Check) -> exp.Expr:
    """How many rows a query returns; each is a bad one.

    The file `checks/<layer>/<dataset>.<what>.sql` holds one SELECT. Comment lines at its top may say `-- description:`,
    `-- dimension:`, `-- severity:`, `-- target:` (`= 0` by default) and `-- alert:`.
    """
    return exp.select(exp.Count(this=exp.Star())).from_(_returned(check).subquery("bad"))
