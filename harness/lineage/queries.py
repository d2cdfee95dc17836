"""A query -> the relation that it gives: each of its clauses read once, innermost first."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from sqlglot import exp

from harness.lineage.expressions import origins_of
from harness.lineage.projections import Projected, project, source_columns
from harness.lineage.relation import (
    NOTHING,
    Origins,
    Relation,
    Star,
    distinct_names,
    table,
    through,
    unknown,
    unresolved,
)
from harness.lineage.scope import Catalog, Scope, Source
from harness.lineage.sources import source_of
from harness.model.lineage import (
    FILTER,
    GROUP_BY,
    JOIN,
    SORT,
    TRANSFORMATION,
    Transformation,
)

_ROUNDS = 100
"""More than a recursive query needs to pass a column through all of its columns."""


def outermost(catalog: Catalog, dialect: str) -> Scope:
    """The scope around a statement."""
    return Scope(catalog, dialect, relation_of)


def relation_of(query: exp.Expr, outer: Scope) -> Relation:
    """What `query` gives, inside the scope `outer`."""
    scope = with_ctes(query, outer)
    match query:
        case exp.Subquery():
            relation = _parenthesised(query, scope)
        case exp.Select():
            return _select(query, scope)
        case exp.SetOperation():
            relation = _set_operation(query, scope)
        case exp.Values():
            relation = _values(query, scope)
        case exp.Table() | exp.Pivot():
            relation = source_of(query, scope).relation
        case _:
            return unknown(f"{query.key.upper()} is not resolved")
    return _ordered(relation, query, scope)


def with_ctes(statement: exp.Expr, outer: Scope) -> Scope:
    """The scope inside `statement`, with the queries that it names."""
    return outer.inner(ctes=_ctes(statement, outer))


def _ctes(query: exp.Expr, outer: Scope) -> dict[str, Relation]:
    """The named queries that `query` can see: its own one after the other, over those around it."""
    named = dict(outer.ctes)
    clause = query.args.get("with_")
    if not isinstance(clause, exp.With):
        return named
    for cte in clause.expressions:
        name = outer.name(cte.args["alias"].this).lower()
        columns = tuple(outer.name(column) for column in cte.args["alias"].args.get("columns") or ())
        scope = outer.inner(ctes=named)
        recursive = clause.args.get("recursive") and isinstance(cte.this, exp.SetOperation)
        relation = (
            _recursive(cte.this, name, columns, scope) if recursive else relation_of(cte.this, scope).renamed(columns)
        )
        named[name] = relation
    return named


def _recursive(query: exp.SetOperation, name: str, columns: tuple[str, ...], scope: Scope) -> Relation:
    """The least relation that holds what the query makes of it: origins only grow, so this ends."""
    relation = relation_of(query.left, scope).renamed(columns)
    for _ in range(_ROUNDS):
        inner = scope.inner(ctes={**scope.ctes, name: relation})
        grown = _united(relation, relation_of(query.right, inner), query)
        if grown == relation:
            return relation
        relation = grown
    return unknown(f"the recursive query `{name}` does not settle")


def _parenthesised(query: exp.Subquery, scope: Scope) -> Relation:
    if isinstance(query.this, exp.Table):
        add_source(query.this, scope)
        everything = source_columns(scope)
        return Relation(tuple(everything.columns), _rows(scope.sources), tuple(everything.stars))
    return relation_of(query.this, scope)


def _select(select: exp.Select, scope: Scope) -> Relation:
    args = select.args
    rows: Origins = NOTHING
    if args.get("from_"):
        add_source(args["from_"].this, scope)
    for join in args.get("joins") or ():
        rows |= _join(join, scope)
    for lateral in args.get("laterals") or ():
        scope.sources.append(source_of(lateral, scope))
    scope.windows |= {window.this.name.lower(): window for window in args.get("windows") or ()}
    done = project(select, scope)
    rows |= _rows(scope.sources) | NOTHING.union(*_deciding(select, done, scope))
    unnested = [part for entry, part in done.parts if entry.find(exp.Explode, exp.Unnest)]
    rows |= NOTHING.union(*(_every(part, FILTER) for part in unnested))
    return Relation(tuple(distinct_names(done.columns)), rows, tuple(done.stars))


def _deciding(select: exp.Select, done: Projected, scope: Scope) -> Iterator[Origins]:
    """What the clauses other than FROM make of the rows."""
    args = select.args
    for key in ("where", "having", "qualify"):
        if args.get(key):
            yield origins_of(args[key].this, scope, FILTER)
    if args.get("group"):
        yield _grouped(args["group"], done, scope)
    if args.get("distinct"):
        on = args["distinct"].args.get("on")
        yield origins_of(on, scope, GROUP_BY) if on else _every(done, GROUP_BY)
    yield from _sorted(select, done, scope)
    limits = (args[key] for key in ("limit", "offset") if args.get(key))
    yield from (origins_of(limit, scope, FILTER) for limit in limits)


def _grouped(group: exp.Group, done: Projected, scope: Scope) -> Origins:
    if group.args.get("all"):
        return NOTHING.union(*(_every(part, GROUP_BY) for entry, part in done.parts if not entry.find(exp.AggFunc)))
    parts = [*group.expressions, *(p for k in ("cube", "rollup", "grouping_sets") for p in group.args.get(k) or ())]
    return NOTHING.union(*(_by(part, done, scope, GROUP_BY) for part in parts))


def _sorted(query: exp.Expr, done: Projected, scope: Scope) -> Iterator[Origins]:
    order = query.args.get("order")
    for item in order.expressions if order else ():
        if isinstance(item.this, exp.Var):
            yield _every(done, SORT)  # ORDER BY ALL
        else:
            yield _by(item.this, done, scope, SORT)


def _by(part: exp.Expr, done: Projected, scope: Scope, how: Transformation) -> Origins:
    """A column of GROUP BY or ORDER BY, perhaps by its number in the SELECT list."""
    if isinstance(part, exp.Literal) and part.is_int and not done.stars:
        position = int(part.name)
        if 0 < position <= len(done.columns):
            return through(done.columns[position - 1][1], how)
    return origins_of(part, scope, how, aliases_first=how is SORT)


def _every(done: Projected, how: Transformation) -> Origins:
    return through(Relation(tuple(done.columns), stars=tuple(done.stars)).everything, how)


def _ordered(relation: Relation, query: exp.Expr, scope: Scope) -> Relation:
    """With the ORDER BY that stands behind a set operation or a parenthesis."""
    if not query.args.get("order"):
        return relation
    inner = scope.inner()
    inner.sources.append(Source(("",), relation))
    done = Projected(list(relation.columns), list(relation.stars))
    return replace(relation, rows=relation.rows.union(*_sorted(query, done, inner)))


def _rows(sources: Iterable[Source]) -> Origins:
    return NOTHING.union(*(source.relation.rows for source in sources))


def _set_operation(query: exp.SetOperation, scope: Scope) -> Relation:
    """UNION, INTERSECT, EXCEPT; a chain of them is nested to the left, and may be long."""
    chain: list[exp.SetOperation] = []
    first: exp.Expr = query
    while isinstance(first, exp.SetOperation) and (first is query or not first.args.get("with_")):
        chain.append(first)
        first = first.this
    relation = relation_of(first, scope)
    for each in reversed(chain):
        relation = _united(relation, relation_of(each.expression, scope), each)
    return relation


def _united(left: Relation, right: Relation, operation: exp.SetOperation) -> Relation:
    if isinstance(operation, exp.Except | exp.Intersect):
        decides = through(right.everything | right.rows, FILTER)
        return replace(left, rows=left.rows | decides, base="")
    columns = _by_name(left, right) if operation.args.get("by_name") else _by_position(left, right)
    rows = left.rows | right.rows
    if operation.args.get("distinct"):
        rows |= through(Relation(columns).everything, GROUP_BY)
    stars = (Star(" and ".join(dict.fromkeys(s.reason for s in left.stars + right.stars))),)
    return Relation(columns, rows, stars if left.stars or (right.stars and operation.args.get("by_name")) else ())


def _by_position(left: Relation, right: Relation) -> tuple[tuple[str, Origins], ...]:
    if left.stars or right.stars:
        reason = " and ".join(dict.fromkeys(s.reason for s in left.stars + right.stars))
        return tuple((name, origins | unresolved(reason)) for name, origins in left.columns)
    if len(left.columns) != len(right.columns):
        reason = f"a union of {len(left.columns)} and {len(right.columns)} columns"
        return tuple((name, origins | unresolved(reason)) for name, origins in left.columns)
    pairs = zip(left.columns, right.columns, strict=True)
    return tuple((name, origins | others) for (name, origins), (_, others) in pairs)


def _by_name(left: Relation, right: Relation) -> tuple[tuple[str, Origins], ...]:
    both = ((name, origins | (_named(right, name) or NOTHING)) for name, origins in left.columns)
    return (*both, *((name, origins) for name, origins in right.columns if left.find(name) is None))


def _named(relation: Relation, name: str) -> Origins | None:
    found = relation.find(name)
    return relation.find_unknown(name) if found is None else found


def _values(values: exp.Values, scope: Scope) -> Relation:
    rows = [row.expressions if isinstance(row, exp.Tuple) else [row] for row in values.expressions]
    width = max((len(row) for row in rows), default=0)
    return Relation(
        tuple(
            (f"col{i}", NOTHING.union(*(origins_of(row[i], scope) for row in rows if i < len(row))))
            for i in range(width)
        )
    )


def add_source(first: exp.Expr, scope: Scope) -> None:
    """Adds an entry of FROM and the joins that hang on it, which the parser attaches to a table in parentheses."""
    if isinstance(first, exp.Subquery) and isinstance(first.this, exp.Table) and not first.alias:
        add_source(first.this, scope)
    else:
        scope.sources.append(source_of(first, scope))
    for join in first.args.get("joins") or ():
        rows = _join(join, scope)
        scope.sources[-1] = _deciding_too(scope.sources[-1], rows)


def _deciding_too(source: Source, rows: Origins) -> Source:
    return source._replace(relation=replace(source.relation, rows=source.relation.rows | rows))


def _join(join: exp.Join, scope: Scope) -> Origins:
    """Adds what is joined; gives what the join makes of the rows."""
    before = len(scope.sources)
    add_source(join.this, scope)
    left, joined = scope.sources[:before], scope.sources[before:]
    rows: Origins = NOTHING
    using = [scope.name(identifier) for identifier in join.args.get("using") or ()]
    if join.method == "NATURAL":
        using, rows = _common(left, joined)
    for name in using:
        rows |= _merge(name, left, joined, join.side, scope)
    for key in ("on", "match_condition"):
        if join.args.get(key):
            rows |= origins_of(join.args[key], scope, JOIN)
    if {join.kind, join.side} & {"SEMI", "ANTI"}:
        # what is joined only decides, and nothing after the join can see it
        rows |= through(_rows(joined), JOIN)
        del scope.sources[before:]
    return rows


def _common(left: Sequence[Source], right: Sequence[Source]) -> tuple[list[str], Origins]:
    """The columns of a NATURAL join, and what is not known of them."""
    stars = [star for source in (*left, *right) for star in source.relation.stars]
    theirs = {name.lower() for source in right for name in source.relation.names}
    ours = dict.fromkeys(name for source in left for name in source.relation.names if name.lower() in theirs)
    reason = " and ".join(dict.fromkeys(star.reason for star in stars))
    return list(ours), unresolved(f"a NATURAL join: {reason}") if stars else NOTHING


def _merge(name: str, left: Sequence[Source], right: Sequence[Source], side: str, scope: Scope) -> Origins:
    """Makes one column of two; gives what comparing them makes of the rows."""
    key = name.lower()
    first = scope.merged[key] if key in scope.merged else _among(left, name)
    second = _among(right, name)
    if side == "FULL":
        scope.merged[key] = through(first | second, TRANSFORMATION)
    else:
        scope.merged[key] = second if side == "RIGHT" else first
    return through(first | second, JOIN)


def _among(sources: Sequence[Source], name: str) -> Origins:
    known = [found for source in sources if (found := source.relation.find(name)) is not None]
    hidden = [found for source in sources if (found := source.relation.find_unknown(name)) is not None]
    if len(known or hidden) == 1:
        return (known or hidden)[0]
    bases = [source.relation.base for source in sources if source.relation.base]
    if not known and not hidden and len(bases) == 1:
        return table(bases[0], [name]).everything
    return unresolved(f"whose column `{name}` is joined cannot be told")
