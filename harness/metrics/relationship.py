"""The clause `relationships`."""

from sqlglot import exp

from harness.metrics.expressions import ROW, all_present, column, table
from harness.metrics.metric import metric
from harness.model.check import Check
from harness.model.result import Dimension


def _orphan(check: Check) -> exp.Expr:
    """That the row refers to no row of the other table."""
    own = [column(name, ROW) for name in check.columns]
    theirs = [column(name, "parent") for name in check.arguments["target_columns"]]
    match = exp.and_(*(exp.EQ(this=a, expression=b) for a, b in zip(own, theirs, strict=True)))
    parents = exp.select("1").from_(table(check.arguments["target_table"], "parent")).where(match)
    return exp.and_(all_present(list(own)), exp.Exists(this=parents).not_())


@metric("relationship", Dimension.VALIDITY, "rows", violating=_orphan)
def relationship(check: Check) -> exp.Expr:
    """Rows whose foreign key has no row in the table it refers to (orphans).

    ODCS: `relationships` of a property or a schema; the target is a table on the same server.

    A row with a NULL in one of the key's columns refers to nothing and is no orphan, as in SQL. A `target` or `alert`
    among the relationship's customProperties (`target: '< 3 %'`) tolerates a known share, its reason in the contract.
    """
    return exp.select(exp.Count(this=exp.Star())).from_(table(check.table, ROW)).where(_orphan(check))
