"""The SELECT list: its columns in order, with stars and COLUMNS() spelled out."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from sqlglot import exp

from harness.lineage.expressions import origins_of, words_of
from harness.lineage.relation import Origins, Relation, Star, unresolved
from harness.lineage.scope import Scope

Columns = list[tuple[str, Origins]]


@dataclass(slots=True)
class Projected:
    """What a SELECT list gives: the columns whose names are known, and the stars that could not be spelled out."""

    columns: Columns = field(default_factory=list)
    stars: list[Star] = field(default_factory=list)
    parts: list[tuple[exp.Expr, "Projected"]] = field(default_factory=list)
    """What each entry of the list gives."""


def project(select: exp.Select, scope: Scope) -> Projected:
    """The columns of a SELECT list; what it names becomes visible to the entries after it."""
    done = Projected()
    for entry in select.expressions:
        found = _entry(entry, scope)
        done.columns += found.columns
        done.stars += found.stars
        done.parts.append((entry, found))
        if isinstance(entry, exp.Alias) and found.columns:
            scope.aliases.setdefault(scope.name(entry.args["alias"]).lower(), found.columns[0][1])
    return done


def source_columns(scope: Scope) -> Projected:
    """What `*` gives: the columns of every source, those that USING made one only once."""
    done = Projected()
    used: set[str] = set()
    if scope.merged and scope.dialect != "duckdb":
        # the standard puts them first; DuckDB leaves them where the first table has them
        names = {n.lower(): n for s in reversed(scope.sources) for n in s.relation.names}
        done.columns += ((names.get(key, key), origins) for key, origins in scope.merged.items())
        used |= set(scope.merged)
    for source in scope.sources:
        for name, origins in source.relation.columns:
            key = name.lower()
            if key in used:
                continue
            if key in scope.merged:
                used.add(key)
            done.columns.append((name, scope.merged.get(key, origins)))
        done.stars += source.relation.stars
    return done


def _entry(entry: exp.Expr, scope: Scope) -> Projected:
    if isinstance(entry, exp.Star):
        return _star(entry, source_columns(scope), scope)
    if isinstance(entry, exp.Column) and isinstance(entry.this, exp.Star):
        return _qualified_star(entry, scope)
    if isinstance(entry, exp.Like | exp.ILike | exp.SimilarTo | exp.Glob) and isinstance(entry.this, exp.Star):
        return _like(entry, source_columns(scope))
    columns = entry.find(exp.Columns)
    if columns:
        return _columns(entry, columns, scope)
    return Projected([(_name(entry, scope), origins_of(entry, scope))])


def _qualified_star(entry: exp.Column, scope: Scope) -> Projected:
    parts = [scope.name(part) for part in entry.parts[:-1]]
    source = scope.find_source(parts)
    if source is None:
        return Projected([], [Star(f"the fields of `{'.'.join(parts)}` are not known")])
    return _star(entry.this, Projected(list(source.columns), list(source.stars)), scope)


def _star(star: exp.Star, of: Projected, scope: Scope) -> Projected:
    """With EXCLUDE (EXCEPT), REPLACE and RENAME done."""
    hidden = {part.name.lower() for part in star.args.get("except_") or ()}
    replaced = {e.alias.lower(): origins_of(e, scope) for e in star.args.get("replace") or ()}
    renamed = {e.this.name.lower(): scope.name(e.args["alias"]) for e in star.args.get("rename") or ()}
    columns = [
        (renamed.get(name.lower(), name), replaced.get(name.lower(), origins))
        for name, origins in of.columns
        if name.lower() not in hidden
    ]
    if of.stars:
        # among columns that nobody knows may be those that are replaced or renamed
        here = {name.lower() for name, _ in of.columns}
        columns += (
            (e.alias, replaced[e.alias.lower()]) for e in star.args.get("replace") or () if e.alias.lower() not in here
        )
        columns += ((new, _found(of.stars, old)) for old, new in renamed.items() if old not in here)
    gone = frozenset(hidden | set(replaced) | set(renamed))
    return Projected(columns, [each._replace(hidden=each.hidden | gone) for each in of.stars])


def _found(stars: Iterable[Star], name: str) -> Origins:
    return Relation(stars=tuple(stars)).find_unknown(name) or unresolved(f"no table has the column `{name}`")


def _like(entry: exp.Expr, of: Projected) -> Projected:
    """`* LIKE 'a%'`."""
    if not isinstance(entry, exp.Like | exp.ILike) or not isinstance(entry.expression, exp.Literal):
        return Projected([], [Star(f"* with {words_of(entry)} is not resolved")])
    pattern = "".join({"%": ".*", "_": "."}.get(c, re.escape(c)) for c in entry.expression.name)
    matches = re.compile(pattern, re.IGNORECASE if isinstance(entry, exp.ILike) else 0).fullmatch
    return Projected([column for column in of.columns if matches(column[0])], of.stars)


def _columns(entry: exp.Expr, node: exp.Columns, scope: Scope) -> Projected:
    """The entry once for each column that COLUMNS() names: `min(COLUMNS('a.*'))`."""
    chosen = _chosen(node, scope)
    if chosen is None or len(list(entry.find_all(exp.Columns))) > 1:
        return Projected([], [Star("COLUMNS with an expression is not resolved")])
    return Projected(list(_each(entry, node, chosen, scope)), chosen.stars)


def _each(entry: exp.Expr, node: exp.Columns, chosen: Projected, scope: Scope) -> Iterator[tuple[str, Origins]]:
    alias = entry.args["alias"].name if isinstance(entry, exp.Alias) else ""
    mark = exp.column(exp.to_identifier("\x00", quoted=True))
    body = entry.unalias().copy() if entry.unalias() is not node else mark
    for each in list(body.find_all(exp.Columns)):
        each.replace(mark)
    pattern = node.this.name if isinstance(node.this, exp.Literal) else ""
    for name, origins in chosen.columns:
        inside = scope.inner()
        inside.merged["\x00"] = origins
        yield _aliased(alias, pattern, name), origins_of(body, inside)


def _aliased(alias: str, pattern: str, name: str) -> str:
    r"""The name of one of the columns: `COLUMNS('(a.*)') AS 'x_\1'`."""
    found = re.search(pattern, name) if alias and pattern else None
    return found.expand(alias.replace("\\0", "\\g<0>")) if found else alias or name


def _chosen(node: exp.Columns, scope: Scope) -> Projected | None:
    of = source_columns(scope)
    match node.this:
        case exp.Star() as star:
            return _star(star, of, scope)
        case exp.Literal() as literal:
            try:
                matches = re.compile(literal.name).search
            except re.error:
                return None
            return Projected([column for column in of.columns if matches(column[0])], of.stars)
        case exp.Array() as array:
            wanted = {item.name.lower() for item in array.expressions}
            return Projected([column for column in of.columns if column[0].lower() in wanted], of.stars)
        case _:
            return None


def _name(entry: exp.Expr, scope: Scope) -> str:
    if isinstance(entry, exp.Alias):
        return scope.name(entry.args["alias"])
    if isinstance(entry, exp.Column):
        return scope.name(entry.this)
    if isinstance(entry, exp.Dot):
        return str(entry.expression.name)
    return words_of(entry).lower()
