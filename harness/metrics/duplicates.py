"""The clauses `unique` and `primaryKey`, and the library metric `duplicateValues`."""

from sqlglot import exp

from harness.metrics.elements import VALUE, elements, surplus_elements
from harness.metrics.expressions import all_present, column, columns, literal, table, text
from harness.metrics.metric import metric
from harness.model.check import Check
from harness.model.result import Dimension

REPEATED, ROWS = " repeated, in ", " rows"
"""The words of a breakdown, between its numbers."""


def _repeated(check: Check) -> exp.Expr:
    """That the row's value is that of another row too; inside an array or a map, the values that are there twice."""
    several = exp.GT(this=exp.Count(this=exp.Star()), expression=exp.Literal.number(1))
    if check.many:
        every = exp.select(column(VALUE)).from_(elements(check).subquery("every")).where(all_present([column(VALUE)]))
        return every.group_by(column(VALUE)).having(several)
    values = exp.select(*columns(check)).from_(table(check.table)).where(all_present(columns(check)))
    own = columns(check)[0] if len(check.columns) == 1 else exp.Tuple(expressions=columns(check))
    return exp.In(this=own, query=values.group_by(*columns(check)).having(several).subquery())


def _breaking(check: Check) -> exp.Expr:
    """That the row's key has a NULL, or is that of another row too."""
    return exp.or_(*(each.is_(exp.null()) for each in columns(check)), _repeated(check))


def _spread(check: Check) -> exp.Select:
    """How many values there are several of, and in how many rows; of a key, also how many rows have none."""
    keys: list[exp.Expr] = [column(VALUE)] if check.many else columns(check)
    source = elements(check).subquery("every") if check.many else table(check.table)
    several = exp.GT(this=exp.Count(this=exp.Star()), expression=literal(1))
    times = exp.select(exp.alias_(exp.Count(this=exp.Star()), "times", quoted=True)).from_(source)
    repeated = times.where(all_present(keys)).group_by(*(key.copy() for key in keys)).having(several)
    rows = exp.Coalesce(this=exp.Sum(this=column("times")), expressions=[literal(0)])
    words = [text(exp.Count(this=exp.Star())), literal(REPEATED), text(exp.cast(rows, "bigint")), literal(ROWS)]
    if check.rule == "primaryKey":
        absent = exp.or_(*(key.is_(exp.null()) for key in keys))
        counted = exp.select(exp.Count(this=exp.Star())).from_(source.copy()).where(absent).subquery()
        words += [literal("; "), text(counted), literal(" with NULL")]
    return exp.select(exp.Concat(expressions=words, safe=True)).from_(repeated.subquery("repeated"))


@metric("unique", Dimension.UNIQUENESS, "rows", breakdown=_spread, violating=_repeated)
def unique(check: Check) -> exp.Expr:
    """Surplus rows of a unique column: those beyond the first of each value. NULLs are not duplicates of one another.

    ODCS: `properties[].unique: true`.

    Inside an array or a map, the values of all rows together are compared, and surplus values are counted.
    """
    return _surplus(check)


@metric("duplicateValues", Dimension.UNIQUENESS, "rows", breakdown=_spread, violating=_repeated)
def duplicate_values(check: Check) -> exp.Expr:
    """Surplus rows of a column, or of several together: those beyond the first of each value.

    ODCS: `quality[].metric: duplicateValues` on a property, or on a schema with `arguments.properties`.

    A row with a NULL in one of the columns is no duplicate. Three rows of one value are two duplicates.
    """
    return _surplus(check)


@metric("primaryKey", Dimension.UNIQUENESS, "rows", breakdown=_spread, violating=_breaking)
def primary_key(check: Check) -> exp.Expr:
    """Rows that break the primary key: a NULL in a key column, or surplus to the first row of their key.

    ODCS: `properties[].primaryKey: true`; all key columns of a table are one key.
    """
    return exp.Sub(this=exp.Count(this=exp.Star()), expression=_distinct(check))


def _surplus(check: Check) -> exp.Expr:
    if check.many:
        return surplus_elements(check)
    counted = columns(check)[0]
    if len(check.columns) > 1:
        counted = exp.Case(ifs=[exp.If(this=all_present(columns(check)), true=exp.Literal.number(1))])
    return exp.Sub(this=exp.Count(this=counted), expression=_distinct(check))


def _distinct(check: Check) -> exp.Expr:
    """How many different keys there are without a NULL."""
    return exp.Count(this=exp.Distinct(expressions=columns(check)))
