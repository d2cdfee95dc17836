"""What a query gives, for lineage: its columns with their origins, and what decides its rows."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from harness.model.lineage import AGGREGATION, IDENTITY, ROWS, ROWS_OF, TRANSFORMATION, Field, Transformation


class Origin(NamedTuple):
    """A field that an expression is made from, and how."""

    field: Field
    how: Transformation


class Unresolved(NamedTuple):
    """In the place of an origin: there may be more, and why it could not be told."""

    reason: str


Origins = frozenset[Origin | Unresolved]
NOTHING: Origins = frozenset()

_RANK = {ROWS_OF.subtype: 0, IDENTITY.subtype: 0, TRANSFORMATION.subtype: 1, AGGREGATION.subtype: 2}


def through(origins: Iterable[Origin | Unresolved], how: Transformation) -> Origins:
    """The origins of what `how` makes of an expression that has `origins`."""
    return frozenset(
        origin._replace(how=compose(origin.how, how)) if isinstance(origin, Origin) else origin for origin in origins
    )


def compose(inner: Transformation, outer: Transformation) -> Transformation:
    """Two steps as one: indirect if either is, then of the kind nearest the source; else the one that changes more."""
    if inner.type == "INDIRECT":
        return inner
    if outer.type == "INDIRECT":
        return outer
    more = outer if _RANK[outer.subtype] > _RANK[inner.subtype] else inner
    return more._replace(masking=inner.masking or outer.masking)


def unresolved(reason: str) -> Origins:
    """The origins of what cannot be resolved."""
    return frozenset({Unresolved(reason)})


class Star(NamedTuple):
    """Columns that are there but not known by name: all of `table` but the `hidden`, or of nobody knows what ("")."""

    reason: str
    table: str = ""
    hidden: frozenset[str] = frozenset()
    """In lower case."""


@dataclass(frozen=True)
class Relation:
    """A table or what a query gives."""

    columns: tuple[tuple[str, Origins], ...] = ()
    """In order, named as their server spells them."""
    rows: Origins = NOTHING
    stars: tuple[Star, ...] = ()
    base: str = ""
    """The key of the table, if it is one."""

    @cached_property
    def _exact(self) -> dict[str, Origins]:
        return dict(reversed(self.columns))

    @cached_property
    def _folded(self) -> dict[str, list[Origins]]:
        found: dict[str, list[Origins]] = {}
        for name, origins in self._exact.items():
            found.setdefault(name.lower(), []).append(origins)
        return found

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its known columns."""
        return tuple(name for name, _ in self.columns)

    @property
    def everything(self) -> Origins:
        """What any of its columns is made from."""
        known = frozenset[Origin | Unresolved]().union(*(origins for _, origins in self.columns))
        return known.union(*(unresolved(star.reason) for star in self.stars))

    def find(self, name: str) -> Origins | None:
        """The origins of the column called `name`, spelled so or, if it is the only one, in another case."""
        if name in self._exact:
            return self._exact[name]
        folded = self._folded.get(name.lower(), [])
        return folded[0] if len(folded) == 1 else None

    def find_unknown(self, name: str) -> Origins | None:
        """The origins of a column that is not known by name, if there may be one."""
        stars = [star for star in self.stars if name.lower() not in star.hidden]
        if not stars:
            return None
        if len(stars) == 1 and stars[0].table:
            return frozenset({Origin(Field(stars[0].table, name), IDENTITY)})
        return unresolved(" and ".join(star.reason for star in stars))

    def renamed(self, names: tuple[str, ...]) -> "Relation":
        """With its first columns called `names`."""
        if not names:
            return self
        if self.stars and len(names) > len(self.columns):
            reason = self.stars[0].reason
            return replace(self, columns=tuple((name, unresolved(reason)) for name in names), stars=(), base="")
        pairs = ((names[i] if i < len(names) else name, o) for i, (name, o) in enumerate(self.columns))
        return replace(self, columns=tuple(pairs), base="")


def table(key: str, columns: Iterable[str] | None) -> Relation:
    """The table `key` with its columns, None when they are not known."""
    stars = (Star(f"the columns of {key} are not known", key),) if columns is None else ()
    known = tuple((name, frozenset({Origin(Field(key, name), IDENTITY)})) for name in columns or ())
    return Relation(known, frozenset({Origin(Field(key, ROWS), ROWS_OF)}), stars, key)


def unknown(reason: str, rows: Origins = NOTHING) -> Relation:
    """A relation of which no column can be told."""
    return Relation((), rows | unresolved(reason), (Star(reason),))


def counted(rows: Origins) -> Origins:
    """The tables whose rows are among `rows`, and what is not known of them."""
    return frozenset(o for o in rows if isinstance(o, Unresolved) or o.field.column == ROWS)


def distinct_names(columns: Iterable[tuple[str, Origins]]) -> Iterator[tuple[str, Origins]]:
    """As a subquery names them: the second `id` is `id_1`."""
    seen: dict[str, int] = {}
    for name, origins in columns:
        count = seen.get(name.lower(), 0)
        seen[name.lower()] = count + 1
        yield (f"{name}_{count}" if count else name), origins
