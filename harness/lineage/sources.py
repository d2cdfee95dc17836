"""An entry of FROM -> the relation behind it, and the names that it answers to."""

from dataclasses import replace

from sqlglot import exp

from harness.lineage.expressions import origins_of, words_of
from harness.lineage.relation import Origins, Relation, Star, table, through, unknown
from harness.lineage.scope import Scope, Source
from harness.model.lineage import FILTER, TRANSFORMATION

_GENERATORS = (exp.GenerateSeries, exp.GenerateDateArray, exp.Unnest, exp.Explode)
"""Table functions that only spread their arguments over rows; any other may read what nobody sees."""


def source_of(node: exp.Expr, scope: Scope) -> Source:
    """The source that `node` is, inside `scope`, whose earlier sources it may use."""
    own, columns = _alias(node, scope)
    names, relation = _relation(node, own[0] if own else "", columns, scope)
    if node.args.get("pivots") or isinstance(node, exp.Pivot):
        relation = _pivoted(node, relation)
        own = _alias((node.args.get("pivots") or [node])[-1], scope)[0] or own
    return Source(own or names, relation.renamed(columns))


def _alias(node: exp.Expr, scope: Scope) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The name that `AS` gives, if any, and the columns that it lists."""
    alias = node.args.get("alias")
    if not isinstance(alias, exp.TableAlias):
        return (), ()
    columns = tuple(scope.name(column) for column in alias.args.get("columns") or ())
    return ((scope.name(alias.this),) if alias.this else ()), columns


def _relation(node: exp.Expr, alias: str, columns: tuple[str, ...], scope: Scope) -> tuple[tuple[str, ...], Relation]:
    match node:
        case exp.Table() if isinstance(node.this, exp.Identifier):
            return _table(node, scope)
        case exp.Lateral() if isinstance(node.this, exp.Query):
            return ("",), scope.evaluate(node.this, scope)
        case exp.Table() | exp.Lateral() if node.this:
            return ("",), _function(node.this, alias, columns, scope)
        case exp.Pivot():
            return source_of(node.this, scope)
        case exp.Unnest():
            return ("",), _function(node, alias, columns, scope)
        case _:
            return ("",), scope.evaluate(node, scope)


def _table(node: exp.Table, scope: Scope) -> tuple[tuple[str, ...], Relation]:
    parts = tuple(scope.name(part) for part in node.parts)
    named = scope.ctes.get(parts[0].lower()) if len(parts) == 1 else None
    return parts, named or table(*scope.catalog.find(parts))


def _function(node: exp.Expr, alias: str, columns: tuple[str, ...], scope: Scope) -> Relation:
    """A table function: each of its columns is made from all of its arguments."""
    arguments = Origins().union(*(origins_of(part, scope, TRANSFORMATION) for part in node.iter_expressions()))
    rows = through(arguments, FILTER)
    if isinstance(node, _GENERATORS):
        names = columns or (_default_name(node, alias, scope),)
        offset = node.args.get("offset")
        names += (scope.name(offset) if isinstance(offset, exp.Identifier) else "ordinality",) if offset else ()
    elif not arguments:
        return unknown(f"what {words_of(node)} reads is not known")
    else:
        names = columns
    stars = () if names else (Star(f"the columns of {words_of(node)} are not known"),)
    return Relation(tuple((name, arguments) for name in names), rows, stars)


def _default_name(node: exp.Expr, alias: str, scope: Scope) -> str:
    if alias and scope.dialect != "duckdb":
        return alias
    if isinstance(node, exp.GenerateSeries):
        return "range" if node.args.get("is_end_exclusive") else "generate_series"
    return "unnest"


def _pivoted(node: exp.Expr, relation: Relation) -> Relation:
    pivot = node if isinstance(node, exp.Pivot) else node.args["pivots"][-1]
    reason = f"the columns of {'UNPIVOT' if pivot.args.get('unpivot') else 'PIVOT'} are not resolved"
    return replace(relation, columns=(), stars=(Star(reason),), base="")
