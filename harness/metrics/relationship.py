"""The clause `relationships`."""

from sqlglot import exp

from harness.metrics.elements import VALUE, elements
from harness.metrics.expressions import ROW, all_present, column, columns, table, value_at
from harness.metrics.metric import metric
from harness.model.check import Check
from harness.model.result import Dimension


def _orphans(check: Check) -> exp.Select:
    """The rows that refer to no row of the other table; of what is inside an array or a map, the values."""
    own = [column(VALUE, ROW)] if check.many else columns(check, ROW)
    children = elements(check).subquery(ROW) if check.many else table(check.table, ROW)
    paths = check.arguments.get("target_paths", {})
    theirs = [value_at(paths.get(name, (name,)), "parent") for name in check.arguments["target_columns"]]
    match = exp.and_(*(exp.EQ(this=a, expression=b) for a, b in zip(own, theirs, strict=True)))
    parents = table(check.arguments["target_table"], "parent")
    rows = exp.select(exp.Column(this=exp.Star(), table=exp.to_identifier(ROW, quoted=True)))
    # not a NOT EXISTS: a correlated subquery takes DuckDB three times as long
    return rows.from_(children).join(parents, on=match, join_type="anti").where(all_present(list(own)))


@metric("relationship", Dimension.VALIDITY, "rows", violating=_orphans)
def relationship(check: Check) -> exp.Expr:
    """Rows whose foreign key has no row in the table it refers to (orphans).

    ODCS: `relationships` of a property or a schema; the target is a table on the same server.

    A row with a NULL in one of the key's columns refers to nothing and is no orphan, as in SQL. A `target` or `alert`
    among the relationship's customProperties (`target: '< 3 %'`) tolerates a known share, its reason in the contract.
    Inside an array or a map, the values are counted and not the rows.
    """
    return _orphans(check).select(exp.Count(this=exp.Star()), append=False)
