"""What the statements that write make of their table: its columns with their origins, and what decides its rows."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sqlglot import exp

from harness.lineage.expressions import origins_of
from harness.lineage.queries import add_source, relation_of
from harness.lineage.relation import NOTHING, Origins, Relation, through, unresolved
from harness.lineage.scope import Scope, Source, column_of
from harness.lineage.sources import source_of
from harness.model.lineage import FILTER, JOIN, ROWS

Written = Iterator[tuple[str, Origins]]


class Target(NamedTuple):
    """The table that a statement writes."""

    key: str
    columns: tuple[str, ...] | None
    """All that it has, None when they are not known."""
    listed: tuple[str, ...]
    """Those that the statement lists."""
    table: exp.Table


def target_of(statement: exp.Expr, scope: Scope) -> Target | None:
    """The table that `statement` writes; None when it is no table."""
    named = statement.this.this if isinstance(statement.this, exp.Schema) else statement.this
    if not isinstance(named, exp.Table) or not isinstance(named.this, exp.Identifier):
        return None
    key, columns = scope.catalog.find([scope.name(part) for part in named.parts])
    listed = statement.this.expressions if isinstance(statement.this, exp.Schema) else ()
    return Target(key, columns, tuple(_column(column, scope) for column in listed), named)


def created(statement: exp.Create, target: Target, scope: Scope) -> Relation:
    """CREATE TABLE AS and CREATE VIEW."""
    return relation_of(statement.expression, scope).renamed(target.listed)


def inserted(statement: exp.Insert, target: Target, scope: Scope) -> Relation:
    """INSERT of a query or of values, with what it does on a conflict."""
    if not statement.expression:
        return Relation()  # DEFAULT VALUES
    given = relation_of(statement.expression, scope)
    written = given if statement.args.get("by_name") else _into(given, target.listed or target.columns)
    columns = dict(written.columns)
    conflict = statement.args.get("conflict")
    inside = scope.inner()
    inside.sources += [Source(("excluded",), written), source_of(target.table, scope)]
    for assignment in (conflict.expressions or ()) if conflict else ():
        for name, origins in _assigned(assignment, inside):
            columns[name] = columns.get(name, NOTHING) | origins
    rows = written.rows | (
        _conflicting(statement, inside) if conflict or statement.args.get("alternative") else NOTHING
    )
    return Relation(tuple(columns.items()), rows, written.stars)


def _conflicting(statement: exp.Insert, scope: Scope) -> Origins:
    """What decides whether a row is there already: the key, on both sides."""
    conflict = statement.args.get("conflict")
    written = conflict.args.get("conflict_keys") if conflict else None
    keys = [scope.name(key.find(exp.Identifier)) for key in written or ()]
    if not keys:
        return unresolved("by which columns an INSERT finds the rows that are there already is not known")
    sides = [source.relation for source in scope.sources]
    return NOTHING.union(*(through(column_of(side, key), JOIN) for side in sides for key in keys))


def merged(statement: exp.Merge, target: Target, scope: Scope) -> Relation:
    """MERGE: every WHEN writes columns, and what it asks decides those."""
    scope.sources += [source_of(target.table, scope), source_of(statement.args["using"], scope)]
    whens = statement.args["whens"].expressions
    used = scope.sources[1].relation.rows
    inserts = any(isinstance(when.args["then"], exp.Insert) for when in whens)
    rows = _matched(statement, scope) | (used if inserts else through(used, JOIN))
    columns: dict[str, Origins] = {}
    for when in whens:
        condition, action = when.args.get("condition"), when.args["then"]
        asked = origins_of(condition, scope, FILTER) if condition else NOTHING
        rows |= NOTHING if isinstance(action, exp.Update) else asked
        for name, origins in _done(action, target, scope):
            columns[name] = columns.get(name, NOTHING) | origins | asked
    return Relation(tuple(columns.items()), rows)


def updated(statement: exp.Update, target: Target, scope: Scope) -> Relation:
    """UPDATE: what decides which rows are updated decides the columns that are, and no others."""
    scope.sources.append(source_of(target.table, scope))
    decides: Origins = NOTHING
    if statement.args.get("from_"):
        add_source(statement.args["from_"].this, scope)
        decides |= through(NOTHING.union(*(source.relation.rows for source in scope.sources[1:])), FILTER)
    if statement.args.get("where"):
        decides |= origins_of(statement.args["where"].this, scope, FILTER)
    pairs = [pair for each in statement.expressions for pair in _assigned(each, scope)]
    return Relation(tuple((name, origins | decides) for name, origins in pairs))


def deleted(statement: exp.Delete, target: Target, scope: Scope) -> Relation:
    """DELETE: columns stay as they are; what is asked decides which rows do."""
    scope.sources.append(source_of(target.table, scope))
    for used in statement.args.get("using") or ():
        add_source(used, scope)
    rows = through(NOTHING.union(*(source.relation.rows for source in scope.sources[1:])), FILTER)
    if statement.args.get("where"):
        rows |= origins_of(statement.args["where"].this, scope, FILTER)
    return Relation((), rows)


def _into(given: Relation, names: Sequence[str] | None) -> Relation:
    """The columns in the order in which the table has them."""
    if names is None:
        reason = "an INSERT without a column list into a table whose columns are not known"
        return Relation(tuple((name, o | unresolved(reason)) for name, o in given.columns), given.rows, given.stars)
    if given.stars or len(given.columns) > len(names):
        wrong = f"an INSERT of {len(given.columns)} columns into {len(names)}"
        reason = given.stars[0].reason if given.stars else wrong
        return Relation(tuple((name, unresolved(reason)) for name in names), given.rows)
    pairs = zip(names, given.columns, strict=False)
    return Relation(tuple((name, origins) for name, (_, origins) in pairs), given.rows)


def _matched(statement: exp.Merge, scope: Scope) -> Origins:
    """What the condition of a MERGE makes of its rows; DuckDB has USING as well."""
    using = statement.args.get("using_cond") or ()
    sides = [source.relation for source in scope.sources]
    rows = NOTHING.union(*(through(column_of(side, scope.name(name)), JOIN) for side in sides for name in using))
    return rows | (origins_of(statement.args["on"], scope, JOIN) if statement.args.get("on") else NOTHING)


def _done(action: exp.Expr, target: Target, scope: Scope) -> Written:
    """What a WHEN does to columns; a DELETE does nothing to them."""
    if not isinstance(action, exp.Update | exp.Insert):
        return
    written = action.args.get("expressions") if isinstance(action, exp.Update) else action.this
    values = action.args.get("expression")
    if _is_whole(written) and not values:
        yield from _whole(target, scope)
    elif isinstance(action, exp.Update):
        yield from (pair for each in action.expressions for pair in _assigned(each, scope))
    elif written and _is_by_name(written):
        yield from _by_name(target, scope)
    else:
        listed = tuple(_column(column, scope) for column in written.expressions) if written else target.columns
        parts = values.expressions if isinstance(values, exp.Tuple) else [values] if values else []
        pairs = tuple(("", origins_of(part, scope)) for part in parts)
        yield from _into(Relation(pairs), listed).columns


def _is_whole(written: exp.Expr | list[exp.Expr] | None) -> bool:
    """`UPDATE SET *`, `INSERT *`, or nothing at all."""
    return isinstance(written[0] if isinstance(written, list) and written else written or exp.Star(), exp.Star)


def _is_by_name(written: exp.Expr) -> bool:
    """`INSERT BY NAME`, of which the parser makes a column `by` with an alias."""
    return any(isinstance(each, exp.Alias) and each.alias.lower() == "name" for each in written.expressions)


def _whole(target: Target, scope: Scope) -> Written:
    """All columns: DuckDB takes them by position, the others by name."""
    if scope.dialect == "duckdb":
        yield from _into(scope.sources[1].relation, target.columns).columns
    else:
        yield from _by_name(target, scope)


def _by_name(target: Target, scope: Scope) -> Written:
    given = scope.sources[1].relation
    for name in target.columns or given.names:
        if given.stars or given.find(name) is not None:
            yield name, column_of(given, name)
    if given.stars and target.columns is None:
        yield ROWS, unresolved(given.stars[0].reason)


def _assigned(assignment: exp.Expr, scope: Scope) -> Written:
    """`a = 1` and `(a, b) = (SELECT c, d ...)`."""
    if not isinstance(assignment, exp.EQ):
        yield ROWS, unresolved("an assignment is not resolved")
        return
    left, right = assignment.this, assignment.expression
    if not isinstance(left, exp.Tuple):
        yield _column(left, scope), origins_of(right, scope)
        return
    names = tuple(_column(column, scope) for column in left.expressions)
    if isinstance(right, exp.Query):
        relation = scope.evaluate(right, scope)
        decides = through(relation.rows, FILTER)
        yield from ((name, origins | decides) for name, origins in _into(relation, names).columns)
    else:
        parts = right.expressions if isinstance(right, exp.Tuple) else [right] * len(names)
        yield from ((name, origins_of(part, scope)) for name, part in zip(names, parts, strict=False))


def _column(node: exp.Expr, scope: Scope) -> str:
    """The name of a column that is written, alone or with its type."""
    return scope.name(node.this if isinstance(node.this, exp.Identifier) else node)
