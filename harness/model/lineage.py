"""Where columns come from: edges between fields of tables, each with how it is known, and the gaps in that knowledge.

The types of transformation are those of the OpenLineage facet `columnLineage` 1-2-0.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, NamedTuple

from harness.model.location import Location

ROWS = "*"
"""In the place of a column: the rows of the table, that is which there are and how many."""


class Field(NamedTuple):
    """A column of a table, or its rows (`ROWS`)."""

    table: str
    """A key of `Lineage.tables`: `schema.table` as the warehouse spells it, else the file or dataset that it is."""
    column: str

    def __str__(self) -> str:
        return self.table if self.column == ROWS else f"{self.table}.{self.column}"


class Transformation(NamedTuple):
    """What is done to a source: DIRECT when its value goes into the target's, INDIRECT when it only decides it."""

    type: str
    """`DIRECT` or `INDIRECT`, or "" when whoever told of the edge did not say."""
    subtype: str
    masking: bool = False
    """Whether the source's value can no longer be seen, as behind a hash."""


IDENTITY = Transformation("DIRECT", "IDENTITY")
TRANSFORMATION = Transformation("DIRECT", "TRANSFORMATION")
AGGREGATION = Transformation("DIRECT", "AGGREGATION")
ROWS_OF = Transformation("DIRECT", "ROWS")
"""From rows to rows: the target has (some of) the source's."""
JOIN = Transformation("INDIRECT", "JOIN")
GROUP_BY = Transformation("INDIRECT", "GROUP_BY")
FILTER = Transformation("INDIRECT", "FILTER")
SORT = Transformation("INDIRECT", "SORT")
WINDOW = Transformation("INDIRECT", "WINDOW")
CONDITIONAL = Transformation("INDIRECT", "CONDITIONAL")
UNSAID = Transformation("", "")

Evidence = Literal["sql", "declared", "event"]


@dataclass(frozen=True, slots=True, order=True)
class Edge:
    """`source` goes into `target`, or decides it."""

    source: Field
    target: Field
    how: Transformation
    by: Evidence
    """Who says so: SQL, a contract's `transformSourceObjects`, or an OpenLineage event."""


@dataclass(frozen=True, slots=True, order=True)
class Gap:
    """What could not be resolved of a table: of one of its columns, or of all (`ROWS`)."""

    target: Field
    reason: str
    at: Location
    unread: bool = False
    """Nothing could be read here at all, so that nothing is known of any table."""


def by_reason(gaps: Iterable[Gap]) -> dict[Gap, tuple[str, ...]]:
    """The first of the gaps of a table that have one reason -> all their columns; none for the table as a whole."""
    found: dict[tuple[str, str, str], tuple[Gap, list[str]]] = {}
    for gap in gaps:
        columns = found.setdefault((gap.target.table, gap.reason, gap.at.file), (gap, []))[1]
        columns += [gap.target.column] if gap.target.column != ROWS else []
    return {gap: tuple(dict.fromkeys(columns)) for gap, columns in found.values()}


def words_of(gap: Gap, columns: tuple[str, ...]) -> str:
    """Of what a gap is: `marts.fct_flights`, `marts.fct_flights.tail_number` or `marts.fct_flights (a, b, c)`."""
    if len(columns) > 1:
        return f"{gap.target.table} ({', '.join(columns)})"
    return f"{gap.target.table}.{columns[0]}" if columns else gap.target.table


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What builds a table: a model or snapshot of dbt."""

    name: str
    """As `dbt-ol` names it."""
    kind: Literal["MODEL", "SNAPSHOT"]
    sql: str
    dialect: str
    at: Location


@dataclass(frozen=True, kw_only=True)
class Lineage:
    """All edges and gaps of a project."""

    edges: frozenset[Edge] = frozenset()
    gaps: tuple[Gap, ...] = ()
    tables: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Every table, check file and foreign dataset -> its known columns."""
    keys: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """Contract id and schema name -> the table."""
    datasets: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Table -> its OpenLineage namespace and name, where it has them."""
    checks: frozenset[str] = frozenset()
    """The check files among them: nothing is made of what they read."""
    derived: frozenset[str] = frozenset()
    """The tables whose SQL was read."""
    jobs: Mapping[str, Job] = field(default_factory=dict)
    """Table -> what builds it, as far as its SQL was read."""

    @cached_property
    def into(self) -> Mapping[Field, tuple[Edge, ...]]:
        """Field -> the edges that end in it, in order."""
        return _index((edge.target, edge) for edge in sorted(self.edges))

    @cached_property
    def feeding(self) -> Mapping[str, frozenset[str]]:
        """Table -> the other tables that go into it or decide it, at one step."""
        return _between((edge.target.table, edge.source.table) for edge in self.edges)

    @cached_property
    def fed(self) -> Mapping[str, frozenset[str]]:
        """Table -> the other tables that are made of it, at one step; check files are none."""
        pairs = ((edge.source.table, edge.target.table) for edge in self.edges)
        return _between(pair for pair in pairs if pair[1] not in self.checks)

    @cached_property
    def owners(self) -> Mapping[str, tuple[str, str]]:
        """Table -> contract id and schema name of the first contract that declares it."""
        return {key: pair for pair, key in reversed(list(self.keys.items()))}

    @cached_property
    def out_of(self) -> Mapping[Field, tuple[Edge, ...]]:
        """Field -> the edges that begin in it, in order."""
        return _index((edge.source, edge) for edge in sorted(self.edges))

    @cached_property
    def spelled(self) -> Mapping[str, str]:
        """Table in lower case -> as it is spelled here."""
        return {table.lower(): table for table in self.tables}

    @cached_property
    def _into_tables(self) -> Mapping[str, tuple[Edge, ...]]:
        found: dict[str, list[Edge]] = {}
        for edge in sorted(self.edges):
            found.setdefault(edge.target.table, []).append(edge)
        return {table: tuple(edges) for table, edges in found.items()}

    def edges_into(self, table: str) -> tuple[Edge, ...]:
        """The edges that end in any field of the table, in order."""
        return self._into_tables.get(table, ())


def _between(pairs: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for at, other in pairs:
        if at != other:
            found.setdefault(at, set()).add(other)
    return {at: frozenset(others) for at, others in found.items()}


def _index(pairs: Iterable[tuple[Field, Edge]]) -> dict[Field, tuple[Edge, ...]]:
    found: dict[Field, list[Edge]] = {}
    for at, edge in pairs:
        found.setdefault(at, []).append(edge)
    return {at: tuple(edges) for at, edges in found.items()}
