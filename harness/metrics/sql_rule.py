"""The rules that a user wrote in SQL."""

from sqlglot import exp

from harness.metrics.expressions import all_present, column, literal
from harness.metrics.guard import faithful
from harness.metrics.metric import metric
from harness.model.check import Check
from harness.model.result import Dimension


@metric("sql", Dimension.ACCURACY, "number")
def sql_rule(check: Check) -> exp.Expr:
    """The one number that a query gives.

    ODCS: `quality[].type: sql` with a `query`. `${object}` (or `${table}`, `${model}`) stands for the table and
    `${property}` (or `${column}`, `${field}`) for the column; both may be written without the `$`. The query must be
    one SELECT that only reads.

    Where `mustBe` or `mustNotBe` is true, false or a text, the number is 1 when the query gives it and 0 when it gives
    another value; NULL is no answer.
    """
    query = faithful(check.arguments["query"], check.arguments["dialect"])
    if "answer" not in check.arguments:
        return query
    if len(query.selects) != 1 or query.is_star:
        raise ValueError("the query must give exactly one column, named in its SELECT")
    given = column("given")
    same = exp.EQ(this=given, expression=literal(check.arguments["answer"]))
    branches = [
        exp.If(this=same, true=literal(1)),
        exp.If(this=all_present([given.copy()]), true=literal(0)),
    ]
    alias = exp.TableAlias(
        this=exp.to_identifier("answer", quoted=True), columns=[exp.to_identifier("given", quoted=True)]
    )
    return exp.select(exp.Case(ifs=branches)).from_(exp.Subquery(this=query, alias=alias))


def _returned(check: Check) -> exp.Query:
    return faithful(check.arguments["query"], check.arguments["dialect"])


@metric("failedRows", Dimension.ACCURACY, "rows", violating=_returned)
def failed_rows(check: Check) -> exp.Expr:
    """How many rows a query returns; each is a bad one.

    The file `checks/<layer>/<dataset>.<what>.sql` holds one SELECT. Comment lines at its top may say `-- description:`,
    `-- dimension:`, `-- severity:`, `-- target:` (`= 0` by default) and `-- alert:`.
    """
    return exp.select(exp.Count(this=exp.Star())).from_(_returned(check).subquery("bad"))
