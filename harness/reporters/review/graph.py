"""Who is hit, as a flowchart of Mermaid that GitHub can draw."""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from harness.model.affected import Affected
from harness.model.lineage import ROWS, Field
from harness.model.mermaid import quoted
from harness.reporters.plain import plain

MOST = 50_000
"""Characters that GitHub draws of one graph."""
_MOST_EDGES = 450
"""GitHub draws 500."""
_FEW = 40
"""Columns that can still be read; more are shown as their tables."""


class Graph(NamedTuple):
    """A flowchart, and what had to be left out of it."""

    text: str
    left_out: str = ""


def graph(affected: Affected, most: int = MOST) -> Graph:
    """The columns, or the tables where they are too many, at most `most` characters; of more tables the nearest."""
    ends = [(edge.source, edge.target) for edge in affected.edges]
    fields = dict.fromkeys([*(start.field for start in affected.starts), *(end for pair in ends for end in pair)])
    if len(fields) <= _FEW and len(ends) <= _MOST_EDGES:
        text = _columns(affected, list(fields), ends)
        if len(text) <= most:
            return Graph(text)
    tables = [*dict.fromkeys([start.field.table for start in affected.starts]), *(hit.table for hit in affected.hits)]
    tables = list(dict.fromkeys(tables))
    pairs = list(dict.fromkeys((a.table, b.table) for a, b in ends if a.table != b.table))
    kept = _most_that_fit(tables, lambda first: _fits(affected, tables[:first], pairs, most))
    text, shown = _tables(affected, tables[:kept], pairs)
    said = [] if len(fields) == len(tables) else ["its columns are left out"]
    said += (
        [f"{len(tables) - kept:,} of {len(tables):,} tables are left out, the furthest first"]
        if kept < len(tables)
        else []
    )
    total = sum(a in tables[:kept] and b in tables[:kept] for a, b in pairs)
    said += [f"{total - shown:,} of {total:,} edges are left out"] if shown < total else []
    return Graph(text, "; ".join(said))


def _most_that_fit(tables: list[str], fits: Callable[[int], bool]) -> int:
    low, high = 1, len(tables)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(middle) else (low, middle - 1)
    return low


def _fits(affected: Affected, tables: list[str], pairs: list[tuple[str, str]], most: int) -> bool:
    return len(_tables(affected, tables, pairs)[0]) <= most


def _columns(affected: Affected, fields: list[Field], ends: Iterable[tuple[Field, Field]]) -> str:
    ids = {each: f"n{index}" for index, each in enumerate(fields)}
    lines = ["flowchart LR"]
    for index, table in enumerate(dict.fromkeys(each.table for each in fields)):
        lines.append(f"  subgraph t{index}[{quoted(plain(table, 120))}]")
        inside = [each for each in fields if each.table == table]
        lines += (f"    {ids[e]}[{quoted('(rows)' if e.column == ROWS else plain(e.column, 120))}]" for e in inside)
        lines.append("  end")
    lines += (f"  {ids[a]} --> {ids[b]}" for a, b in dict.fromkeys(ends))
    changed = [ids[start.field] for start in affected.starts]
    return "\n".join([*lines, *_style(changed)]) + "\n"


def _tables(affected: Affected, tables: list[str], pairs: Iterable[tuple[str, str]]) -> tuple[str, int]:
    """The flowchart, and how many edges it has."""
    ids = {table: f"n{index}" for index, table in enumerate(tables)}
    edges = [f"  {ids[a]} --> {ids[b]}" for a, b in pairs if a in ids and b in ids]
    shown = edges[:_MOST_EDGES]
    changed = [ids[table] for table in dict.fromkeys(s.field.table for s in affected.starts) if table in ids]
    boxes = [f"  {name}[{quoted(plain(table, 120))}]" for table, name in ids.items()]
    return "\n".join(["flowchart LR", *boxes, *shown, *_style(changed)]) + "\n", len(shown)


def _style(changed: list[str]) -> Iterator[str]:
    yield "  classDef changed stroke-width: 3px"
    if changed:
        yield f"  class {','.join(changed)} changed"
