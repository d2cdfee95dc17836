"""The names that an expression of a query can see, from the innermost query outwards."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple, Protocol

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect, NormalizationStrategy

from harness.lineage.relation import Origin, Origins, Relation, table, through, unresolved
from harness.model.lineage import TRANSFORMATION, Field

_COLUMNS_ONLY = frozenset({"athena", "bigquery", "mysql", "oracle", "postgres", "presto", "sqlite", "trino", "tsql"})
"""Dialects in which no expression but those of GROUP BY and ORDER BY sees an alias of the same SELECT."""


class Catalog(Protocol):
    """What is known of the tables that SQL names."""

    def find(self, parts: Sequence[str]) -> tuple[str, tuple[str, ...] | None]:
        """The key of the table called `parts` (the last is its name) and its columns, None when they are not known."""


class Source(NamedTuple):
    """An entry of FROM: a relation under the names that it answers to, the last of which is its own."""

    names: tuple[str, ...]
    relation: Relation


@dataclass(slots=True)
class Scope:
    """A query while its clauses are read; `sources`, `merged` and `aliases` grow as they are."""

    catalog: Catalog
    dialect: str
    evaluate: Callable[[exp.Expr, "Scope"], Relation]
    """Gives the relation of a query inside this scope."""
    parent: "Scope | None" = None
    ctes: Mapping[str, Relation] = field(default_factory=dict)
    sources: list[Source] = field(default_factory=list)
    merged: dict[str, Origins] = field(default_factory=dict)
    """Columns that USING or NATURAL made one, by their name in lower case."""
    aliases: dict[str, Origins] = field(default_factory=dict)
    """What the SELECT list has named so far."""
    windows: dict[str, exp.Window] = field(default_factory=dict)

    def inner(self, **changed: Mapping[str, Relation]) -> "Scope":
        """The scope of a query inside this one."""
        ctes = changed.get("ctes", self.ctes)
        return Scope(self.catalog, self.dialect, self.evaluate, self, ctes)

    def name(self, identifier: exp.Expr) -> str:
        """The identifier's name as the server folds it."""
        return normal(identifier, self.dialect)

    def find_source(self, parts: Sequence[str]) -> Relation | None:
        """The source that answers to `parts`, in this scope alone."""
        wanted = tuple(part.lower() for part in parts)
        for source in self.sources:
            if tuple(name.lower() for name in source.names[-len(wanted) :]) == wanted:
                return source.relation
        return None

    def column(self, parts: Sequence[str], *, aliases_first: bool = False) -> Origins:
        """The origins of the column `a`, `t.a` or `s.t.a`, or of a field in a column (`a.f`, `t.a.f`)."""
        for scope in self._outwards():
            for split in range(len(parts) - 1, 0, -1):
                source = scope.find_source(parts[:split])
                if source:
                    return _field(column_of(source, parts[split]), len(parts) - split - 1)
            found = scope.bare(parts[0], aliases_first=aliases_first)
            if found is not None:
                return _field(found, len(parts) - 1)
        return _field(self._guessed(parts[0]), len(parts) - 1)

    def _outwards(self) -> Iterator["Scope"]:
        scope: Scope | None = self
        while scope:
            yield scope
            scope = scope.parent

    def bare(self, name: str, *, aliases_first: bool) -> Origins | None:
        """What `name` alone is in this scope, if it is anything for certain."""
        key = name.lower()
        if aliases_first and key in self.aliases:
            return self.aliases[key]
        if key in self.merged:
            return self.merged[key]
        known = [origins for origins in (s.relation.find(name) for s in self.sources) if origins is not None]
        if len(known) > 1:
            return known[0].union(*known[1:], unresolved(f"`{name}` is in several tables"))
        if known:
            return known[0]
        hidden = [o for o in (s.relation.find_unknown(name) for s in self.sources) if o is not None]
        if key in self.aliases:
            return self._alias(key, hidden)
        whole = self.find_source([name])
        if whole and not hidden:
            return through(whole.everything, TRANSFORMATION)
        outer = self.parent is not None and self.parent.knows(name)
        if len(hidden) == 1 and not outer:
            return hidden[0]
        if hidden:
            reasons = sorted(s.relation.stars[0].reason for s in self.sources if s.relation.stars)
            return unresolved(f"whose column `{name}` is cannot be told: {' and '.join(dict.fromkeys(reasons))}")
        return None

    def _alias(self, key: str, hidden: Sequence[Origins]) -> Origins:
        """An alias, or the column behind it: that one wins, where it is sure that there is one."""
        alias = self.aliases[key]
        if not hidden:
            return alias
        sure = self.dialect in _COLUMNS_ONLY or (_fields(hidden[0]) and _fields(hidden[0]) <= _fields(alias))
        if len(hidden) == 1 and sure:
            return hidden[0]
        return alias | unresolved(f"`{key}` may be the alias or a column of the same name")

    def knows(self, name: str) -> bool:
        """Whether this scope or one around it has a column called `name`."""
        return any(s.relation.find(name) is not None for scope in self._outwards() for s in scope.sources)

    def _guessed(self, name: str) -> Origins:
        """A column that no table is known to have: of the one real table there is, whose contract then lacks it."""
        for scope in self._outwards():
            tables = [s.relation for s in scope.sources if s.relation.base]
            if len(tables) == 1:
                return column_of(tables[0], name)
            if tables:
                break
        return unresolved(f"no table has the column `{name}`")


def normal(identifier: exp.Expr, dialect: str) -> str:
    """The identifier's name as the server of this dialect folds it."""
    strategy, name = _strategy(dialect), identifier.name
    if strategy is NormalizationStrategy.CASE_INSENSITIVE:
        return name.lower()
    if identifier.args.get("quoted") or strategy is NormalizationStrategy.CASE_SENSITIVE:
        return name
    return name.upper() if strategy is NormalizationStrategy.UPPERCASE else name.lower()


@cache
def _strategy(dialect: str) -> NormalizationStrategy:
    return Dialect.get_or_raise(dialect).normalization_strategy


def column_of(relation: Relation, name: str) -> Origins:
    """The origins of a column that `relation` must have; of a real table even if its contract lacks it."""
    found = relation.find(name)
    if found is None:
        found = relation.find_unknown(name)
    if found is not None:
        return found
    if relation.base:
        return table(relation.base, [name]).everything
    return unresolved(f"no table has the column `{name}`")


def _fields(origins: Origins) -> frozenset[Field]:
    return frozenset(origin.field for origin in origins if isinstance(origin, Origin))


def _field(origins: Origins, depth: int) -> Origins:
    """Of a field inside a column: made from that column."""
    return through(origins, TRANSFORMATION) if depth else origins
