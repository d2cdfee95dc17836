"""The origins of an expression: which columns go into its value, and which decide it."""

from collections.abc import Callable, Iterator

from sqlglot import exp

from harness.lineage.relation import Origin, Origins, Relation, Unresolved, compose, counted, through, unresolved
from harness.lineage.scope import Scope
from harness.model.lineage import (
    AGGREGATION,
    CONDITIONAL,
    FILTER,
    IDENTITY,
    SORT,
    TRANSFORMATION,
    WINDOW,
    Transformation,
)

Step = tuple[exp.Expr, Transformation]
MaybeStep = tuple[exp.Expr | None, Transformation]
_TRANSPARENT = (exp.Alias, exp.Paren)
_OF_OTHER_ROWS = (exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue, exp.NthValue)
"""Aggregates to sqlglot, but their value is that of one row."""
_MASKING = (exp.Count, exp.MD5, exp.MD5Digest, exp.SHA, exp.SHA2, exp.ApproxDistinct)
_HASHES = frozenset({"hash", "sha1", "sha256", "sha512", "xxhash64", "murmur_hash", "farm_fingerprint"})


def origins_of(
    expression: exp.Expr, scope: Scope, how: Transformation = IDENTITY, *, aliases_first: bool = False
) -> Origins:
    """Every origin of `expression`, seen through `how`.

    The walk keeps its own stack: a sum of a thousand terms is nested a thousand deep.
    """
    found: set[Origin | Unresolved] = set()
    stack: list[tuple[exp.Expr, Transformation, frozenset[str]]] = [(expression, how, frozenset())]
    while stack:
        node, outer, bound = stack.pop()
        if isinstance(node, exp.Column):
            found |= through(_column(node, scope, bound, aliases_first), outer)
        elif isinstance(node, exp.Query):
            found |= _query(node, scope, outer)
        elif isinstance(node, exp.Exists):
            found |= _rows_as(scope.evaluate(node.this, scope), outer)
        elif isinstance(node, exp.Count) and isinstance(node.this, exp.Star):
            found |= through(_counted(scope), compose(AGGREGATION, outer))
        elif isinstance(node, exp.PositionalColumn):
            found |= unresolved("a column by its number is not resolved")
        elif isinstance(node, exp.Columns):
            found |= unresolved("COLUMNS inside an expression is not resolved")
        elif isinstance(node, exp.Dot) and isinstance(node.this, exp.Identifier) and node.this.name not in bound:
            found |= unresolved(f"what `{node.this.name}` is cannot be told")
        else:
            names = bound | _bound_by(node)
            stack += ((child, compose(inner, outer), names) for child, inner in _steps(node, scope))
    return frozenset(found)


def words_of(node: exp.Expr) -> str:
    """The kind of an expression: `SUM`, `READ_CSV`. Not its SQL, which the generator cannot always write."""
    if isinstance(node, exp.Anonymous):
        return node.name.upper()
    return node.sql_name().upper() if isinstance(node, exp.Func) else node.key.upper()


def _column(node: exp.Column, scope: Scope, bound: frozenset[str], aliases_first: bool) -> Origins:
    parts = [scope.name(part) for part in node.parts if not isinstance(part, exp.Star)]
    if isinstance(node.this, exp.Star):
        source = scope.find_source(parts)
        return source.everything if source else scope.column(parts)
    if parts[0] in bound:
        return frozenset()
    return scope.column(parts, aliases_first=aliases_first)


def _query(node: exp.Query, scope: Scope, how: Transformation) -> Origins:
    """A query in the place of a value: its one column, and what decides whether there is a row."""
    relation = scope.evaluate(node, scope)
    return through(relation.everything, how) | _rows_as(relation, how)


def _rows_as(relation: Relation, how: Transformation) -> Origins:
    return through(relation.rows, how if how.type == "INDIRECT" else CONDITIONAL)


def _counted(scope: Scope) -> Origins:
    return frozenset[Origin | Unresolved]().union(*(counted(source.relation.rows) for source in scope.sources))


def _steps(node: exp.Expr, scope: Scope) -> Iterator[Step]:
    """The parts of `node` that have origins, each with what is done to it."""
    if isinstance(node, exp.Window):
        yield node.this, IDENTITY
        yield from ((part, WINDOW) for part in _window(node, scope))
    elif type(node) in _PARTS:
        yield from ((part, how) for part, how in _PARTS[type(node)](node) if part)
    else:
        how = _done_by(node)
        yield from ((child, how) for child in node.iter_expressions())


def _case(node: exp.Expr) -> Iterator[MaybeStep]:
    branches = node.args["ifs"]
    yield from ((part, CONDITIONAL) for part in (node.args.get("this"), *(branch.this for branch in branches)))
    yield from ((part, TRANSFORMATION) for part in (*(b.args["true"] for b in branches), node.args.get("default")))


def _if(node: exp.Expr) -> Iterator[MaybeStep]:
    yield node.this, CONDITIONAL
    yield from ((node.args.get(key), TRANSFORMATION) for key in ("true", "false"))


def _filtered(node: exp.Expr) -> Iterator[MaybeStep]:
    yield node.this, IDENTITY
    yield node.expression, FILTER


def _within_group(node: exp.Expr) -> Iterator[MaybeStep]:
    """The percentile of what is ordered: the ordered column is the value."""
    yield node.this, AGGREGATION
    yield from ((item.this, AGGREGATION) for item in node.expression.expressions)


def _ordered(node: exp.Expr) -> Iterator[MaybeStep]:
    """Inside an aggregate: `list(a ORDER BY b)`."""
    yield node.this, IDENTITY
    yield from ((item.this, SORT) for item in node.expressions)


def _comprehension(node: exp.Expr) -> Iterator[MaybeStep]:
    yield from ((node.args.get(key), TRANSFORMATION) for key in ("this", "iterator"))
    yield node.args.get("condition"), CONDITIONAL


_PARTS: dict[type[exp.Expr], Callable[[exp.Expr], Iterator[MaybeStep]]] = {
    exp.Case: _case,
    exp.If: _if,
    exp.Filter: _filtered,
    exp.WithinGroup: _within_group,
    exp.Order: _ordered,
    exp.Comprehension: _comprehension,
    exp.Lambda: lambda node: iter([(node.this, TRANSFORMATION)]),
    exp.PropertyEQ: lambda node: iter([(node.expression, IDENTITY)]),
    exp.Kwarg: lambda node: iter([(node.expression, IDENTITY)]),
    exp.Dot: lambda node: iter([(node.this, TRANSFORMATION)]),
    exp.DataType: lambda _: iter(()),
}
"""What is not simply made of all its parts."""


def _done_by(node: exp.Expr) -> Transformation:
    masking = isinstance(node, _MASKING) or (isinstance(node, exp.Anonymous) and node.name.lower() in _HASHES)
    if isinstance(node, _TRANSPARENT):
        return IDENTITY
    if isinstance(node, exp.AggFunc) and not isinstance(node, _OF_OTHER_ROWS):
        return AGGREGATION._replace(masking=masking)
    return TRANSFORMATION._replace(masking=masking)


def _window(node: exp.Window, scope: Scope) -> Iterator[exp.Expr]:
    """What a window partitions and orders by, with the named window that it builds on."""
    order, spec = node.args.get("order"), node.args.get("spec")
    yield from node.args.get("partition_by") or ()
    yield from order.expressions if order else ()
    yield from [spec] if spec else ()
    named = scope.windows.get(node.alias.lower()) if node.alias else None
    if named:
        yield from _window(named, scope)


def _bound_by(node: exp.Expr) -> frozenset[str]:
    """The names that a lambda or a comprehension gives to the items of a list."""
    if isinstance(node, exp.Lambda):
        return frozenset(item.name for item in node.expressions)
    return frozenset({node.expression.name}) if isinstance(node, exp.Comprehension) else frozenset()
