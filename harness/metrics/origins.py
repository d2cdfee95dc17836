"""What a user's query shows: for each of its columns, the column of the table whose values those are, if it is one."""

from collections.abc import Iterator

from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.scope import Scope, build_scope

from harness.model.check import TableName


def origins(query: exp.Query, table: TableName, default_schema: str) -> list[tuple[str, str]]:
    """Each output column's name, with the column of `table` that it is, unchanged; "" where that cannot be shown.

    A query that gives all columns of one source (`*`) has the one entry `("*", "*")` if that source is the table.
    Nothing is guessed: an expression, a name that two sources may have, a renamed table column, a union or a pivot has
    no origin.
    """
    try:
        scope = build_scope(query)
    except SqlglotError:
        scope = None
    if scope is None or query.find(exp.Pivot):
        return []
    return [(_shown(each), _origin(scope, each, table, default_schema)) for each in query.selects]


def _shown(item: exp.Expr) -> str:
    if _is_star(item):
        return "*"
    return item.alias_or_name if item.alias or isinstance(item, exp.Column) else "an expression"


def _is_star(item: exp.Expr) -> bool:
    return isinstance(item, exp.Star) or (isinstance(item, exp.Column) and isinstance(item.this, exp.Star))


def _origin(scope: Scope, item: exp.Expr, table: TableName, default_schema: str) -> str:
    """The table's column (`*` for all of them) that the projection `item` of the scope's SELECT is, or ""."""
    select = scope.expression
    if not isinstance(select, exp.Select):
        return ""
    value = item.unalias()
    if _is_star(value):
        if len(select.selects) > 1 or _alters(value):
            return ""
        named = value.table if isinstance(value, exp.Column) else ""
        return _of_source(scope, named, "*", table, default_schema)
    if not isinstance(value, exp.Column) or value.args.get("db") or not value.name:
        return ""
    # a bare name may also be the alias of another projection, or a whole row of a source
    others = {each.alias.casefold() for each in select.selects if each is not item}
    if not value.table and value.name.casefold() in others | {name.casefold() for name in scope.selected_sources}:
        return ""
    return _of_source(scope, value.table, value.name, table, default_schema)


def _alters(star: exp.Expr) -> bool:
    inner = star.this if isinstance(star, exp.Column) else star
    return any(inner.args.get(name) for name in inner.arg_types)


def _of_source(scope: Scope, named: str, column: str, table: TableName, default_schema: str) -> str:
    """`column` of the source called `named`, or of the only source when it is ""."""
    sources = {name.casefold(): source for name, (_, source) in scope.selected_sources.items()}
    count = len(list(_relations(scope)))
    if (not named and count != 1) or len(sources) != count:
        return ""
    source = sources.get(named.casefold()) if named else next(iter(sources.values()), None)
    if isinstance(source, exp.Table):
        return column if _is_the_table(source, table, default_schema) else ""
    if not isinstance(source, Scope) or _renames(scope, source):
        return ""
    inner = source.expression
    if not isinstance(inner, exp.Select):
        return ""
    if column == "*":
        return _origin(source, inner.selects[0], table, default_schema) if _is_lone_star(inner) else ""
    if _is_lone_star(inner):
        return column if _origin(source, inner.selects[0], table, default_schema) == "*" else ""
    matching = [each for each in inner.selects if _is_star(each) or each.alias_or_name.casefold() == column.casefold()]
    return _origin(source, matching[0], table, default_schema) if len(matching) == 1 else ""


def _is_lone_star(select: exp.Select) -> bool:
    return len(select.selects) == 1 and _is_star(select.selects[0])


def _relations(scope: Scope) -> Iterator[exp.Expr]:
    """Everything that the SELECT reads from, its joins and laterals included."""
    select = scope.expression
    if found := select.args.get("from_"):
        yield found.this
    yield from (join.this for join in select.args.get("joins") or ())
    yield from select.args.get("laterals") or ()


def _is_the_table(source: exp.Table, table: TableName, default_schema: str) -> bool:
    alias = source.args.get("alias")
    if not isinstance(source.this, exp.Identifier) or source.catalog or (alias and alias.args.get("columns")):
        return False
    schema = source.db or default_schema
    return (schema.casefold(), source.name.casefold()) == (table.schema.casefold(), table.name.casefold())


def _renames(scope: Scope, source: Scope) -> bool:
    """Whether the columns of a subquery or CTE get other names in passing: `x(a, b)`."""
    above = source.expression.parent
    while above is not None and not isinstance(above, exp.Subquery | exp.CTE | exp.Select):
        above = above.parent
    aliases = [above.args.get("alias")] if isinstance(above, exp.Subquery | exp.CTE) else []
    aliases += [relation.args.get("alias") for relation in _relations(scope)]
    return any(alias and alias.args.get("columns") for alias in aliases)
