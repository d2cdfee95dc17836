"""The graph of fields: what one comes from (`up`) and what is made of it (`down`), each the inverse of the other."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from harness.model.lineage import ROWS, UNSAID, Edge, Field, Lineage

Direction = Literal["up", "down"]


def up(lineage: Lineage, start: Field, depth: int | None = None) -> frozenset[Field]:
    """Every other field that goes into `start` or decides it, over at most `depth` edges."""
    return frozenset(distances(lineage, start, "up", depth)) - {start}


def down(lineage: Lineage, start: Field, depth: int | None = None) -> frozenset[Field]:
    """Every other field that `start` goes into or decides, over at most `depth` edges."""
    return frozenset(distances(lineage, start, "down", depth)) - {start}


def distances(lineage: Lineage, start: Field, direction: Direction, depth: int | None) -> dict[Field, int]:
    """Each field that can be reached -> the number of edges to it (0 for `start` itself), breadth first."""
    distances, frontier, level = {start: 0}, [start], 0
    while frontier and (depth is None or level < depth):
        level += 1
        there = [other for field in frontier for other in neighbours(lineage, field, direction)]
        frontier = [other for other in dict.fromkeys(there) if other not in distances]
        distances |= dict.fromkeys(frontier, level)
    return distances


def neighbours(lineage: Lineage, start: Field, direction: Direction) -> Mapping[Field, tuple[Edge, ...]]:
    """The fields one step away, each with the edges that lead there."""
    edges = (lineage.into if direction == "up" else lineage.out_of).get(start, ())
    found: dict[Field, list[Edge]] = {}
    for edge in edges:
        found.setdefault(edge.source if direction == "up" else edge.target, []).append(edge)
    return {there: tuple(of) for there, of in found.items()}


def between_tables(lineage: Lineage) -> Lineage:
    """The graph of tables: an edge between two stands for all those between their fields."""
    edges = {
        Edge(Field(e.source.table, ROWS), Field(e.target.table, ROWS), UNSAID, e.by)
        for e in lineage.edges
        if e.source.table != e.target.table
    }
    return replace(lineage, edges=frozenset(edges))


@dataclass(frozen=True, slots=True)
class Tree:
    """A field, the edges that led to it, and what lies beyond."""

    field: Field
    edges: tuple[Edge, ...] = ()
    branches: tuple["Tree", ...] = ()
    repeated: bool = False
    """It stands elsewhere in the tree too, with its branches there."""


def up_to_rows(lineage: Lineage) -> Lineage:
    """The graph in which no way up leads through the rows of a table: what decides those is a matter of that table."""
    edges = (edge for edge in lineage.edges if edge.target.column != ROWS)
    return replace(lineage, edges=frozenset(edges))


def tree(lineage: Lineage, start: Field, direction: Direction, depth: int | None = None) -> Tree:
    """The fields that can be reached, as a tree: each is spelled out once, where it is nearest to `start`."""
    nearest = distances(lineage, start, direction, depth)
    spelled: set[Field] = set()

    def grow(field: Field, edges: tuple[Edge, ...], level: int) -> Tree:
        if field in spelled or nearest[field] < level:
            return Tree(field, edges, repeated=bool(neighbours(lineage, field, direction)))
        spelled.add(field)
        if depth is not None and level >= depth:
            return Tree(field, edges)
        beyond = neighbours(lineage, field, direction)
        return Tree(field, edges, tuple(grow(there, beyond[there], level + 1) for there in sorted(beyond)))

    return grow(start, (), 0)


def edges_of(lineage: Lineage, fields: Iterable[Field]) -> tuple[Edge, ...]:
    """The edges between these fields, in order."""
    inside = frozenset(fields)
    found = (edge for field in inside for edge in lineage.into.get(field, ()) if edge.source in inside)
    return tuple(sorted(found))
