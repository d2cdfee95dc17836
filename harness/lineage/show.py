"""A view of the lineage as text, Mermaid or JSON."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from harness.lineage.graph import Tree, edges_of, tree
from harness.lineage.view import View, label_of
from harness.model.lineage import ROWS, Edge, Field, by_reason, words_of
from harness.model.mermaid import quoted

VERSION = "1.0"
"""Of the JSON: `lineage.schema.json`."""
_TITLES = {"up": "up: what it comes from", "down": "down: what it goes into"}


def text(view: View) -> str:
    """A tree in each direction, then what is incomplete."""
    lines = [_name(view.root, view)]
    for direction in view.directions:
        grown = tree(view.graphs[direction], view.root, direction, view.depth)
        lines += ["", _TITLES[direction], *(_branches(grown, view) or ["  nothing"])]
        lines += _deciders(view) if direction == "up" else ()
    lines += ["", *_summary(view)]
    if view.gaps:
        lines += ["", "incomplete:"]
        reasons = by_reason(view.gaps).items()
        lines += (f"  {words_of(gap, cols)}: {gap.reason}  ({gap.at.file}:{gap.at.line})" for gap, cols in reasons)
    return "\n".join(lines) + "\n"


def _branches(grown: Tree, view: View, indent: str = "") -> list[str]:
    lines: list[str] = []
    for index, branch in enumerate(grown.branches):
        last = index == len(grown.branches) - 1
        label = label_of(branch.edges)
        more = " …" if branch.repeated else ""
        lines.append(
            f"{indent}{'└─ ' if last else '├─ '}{_name(branch.field, view)}{f'  {label}' if label else ''}{more}"
        )
        lines += _branches(branch, view, indent + ("   " if last else "│  "))
    return lines


def _deciders(view: View) -> Iterator[str]:
    if view.deciders:
        yield from ["", f"rows: what decides which {view.root.table} has"]
        for index, there in enumerate(sorted(view.deciders)):
            line = "└─ " if index == len(view.deciders) - 1 else "├─ "
            yield f"{line}{_name(there, view)}  {label_of(view.deciders[there])}"


def _name(each: Field, view: View) -> str:
    name = f"{each} (rows)" if each.column == ROWS and view.root.column != ROWS else str(each)
    return f"{name} (incomplete)" if view.gaps_of(each) else name


def _summary(view: View) -> Iterator[str]:
    for direction, fields in view.reached.items():
        tables = {each.table for each in fields if each.table not in view.lineage.checks}
        checks = {each.table for each in fields} & view.lineage.checks
        parts = [] if view.root.column == ROWS else [_count(sum(f.column != ROWS for f in fields), "column")]
        parts += [_count(len(tables), "table")] + ([_count(len(checks), "check")] if checks else [])
        owners = sorted({view.owners[table] for table in tables if view.owners.get(table)})
        yield f"{direction}: {', '.join(parts)}" + (f"; owned by {', '.join(owners)}" if owners else "")


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def mermaid(view: View) -> str:
    """A flowchart; edges that only decide are dotted, and what is incomplete has a broken border."""
    ids = {each: f"n{index}" for index, each in enumerate(view.fields)}
    lines = ["flowchart LR", *(_boxes(view, ids))]
    for (source, target), edges in _pairs(view).items():
        label = label_of(edges)
        arrow = "-.->" if all(edge.how.type == "INDIRECT" for edge in edges) else "-->"
        lines.append(f"  {ids[source]} {arrow}{f'|{quoted(label)}|' if label else ''} {ids[target]}")
    lines += ["  classDef incomplete stroke-dasharray: 5 5", "  classDef root stroke-width: 3px"]
    broken = [ids[each] for each in view.fields if view.gaps_of(each)]
    lines += [f"  class {','.join(broken)} incomplete"] if broken else []
    return "\n".join([*lines, f"  class {ids[view.root]} root"]) + "\n"


def _boxes(view: View, ids: dict[Field, str]) -> Iterator[str]:
    """Each table as a node, or as a box around its columns."""
    if view.root.column == ROWS:
        yield from (f"  {name}[{quoted(each.table)}]" for each, name in ids.items())
        return
    for index, table in enumerate(dict.fromkeys(each.table for each in ids)):
        yield f"  subgraph t{index}[{quoted(table)}]"
        inside = ((each.column, name) for each, name in ids.items() if each.table == table)
        yield from (f"    {name}[{quoted('(rows)' if column == ROWS else column)}]" for column, name in inside)
        yield "  end"


def as_json(view: View) -> str:
    """As `lineage.schema.json` has it."""
    data = {
        "schema": VERSION,
        "root": _field(view.root),
        "directions": list(view.directions),
        "depth": view.depth,
        "complete": not view.gaps,
        "nodes": [_node(each, view) for each in view.fields],
        "edges": [_edge(source, target, edges) for (source, target), edges in _pairs(view).items()],
        "gaps": [
            {**_field(gap.target), "reason": gap.reason, "file": gap.at.file, "line": gap.at.line} for gap in view.gaps
        ],
    }
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _field(each: Field) -> dict[str, Any]:
    return {"table": each.table, "column": None if each.column == ROWS else each.column}


def _node(each: Field, view: View) -> dict[str, Any]:
    kind = "check" if each.table in view.lineage.checks else "table"
    return _field(each) | {
        "kind": kind,
        "owner": view.owners.get(each.table) or None,
        "complete": not view.gaps_of(each),
        "up": None if "up" not in view.directions else each in view.reached["up"],
        "down": None if "down" not in view.directions else each in view.reached["down"],
    }


def _edge(source: Field, target: Field, edges: tuple[Edge, ...]) -> dict[str, Any]:
    hows = dict.fromkeys(edge.how for edge in edges if edge.how.type)
    return {
        "source": _field(source),
        "target": _field(target),
        "transformations": [{"type": how.type, "subtype": how.subtype, "masking": how.masking} for how in hows],
        "by": sorted({edge.by for edge in edges}),
    }


def _pairs(view: View) -> dict[tuple[Field, Field], tuple[Edge, ...]]:
    """The edges of the view by their ends: those on a way up to the root or down from it."""
    found: dict[tuple[Field, Field], list[Edge]] = {}
    for direction, fields in view.reached.items():
        for edge in edges_of(view.graphs[direction], fields | {view.root}):
            of_pair = found.setdefault((edge.source, edge.target), [])
            if edge not in of_pair:
                of_pair.append(edge)
    return {ends: tuple(edges) for ends, edges in sorted(found.items())}


SHOWN: dict[str, Callable[[View], str]] = {"text": text, "mermaid": mermaid, "json": as_json}
"""Format -> the function that writes a view in it."""
