"""Graphs of Mermaid: the platform, the lineage of a table, and its relationships; each small enough to be drawn."""

import re
from collections.abc import Iterable, Sequence

from harness.model.fields import fields_of
from harness.model.mermaid import quoted
from harness.publish.platform import Platform, Reference, Told
from harness.reporters.plain import plain

_MOST_TABLES = 60
"""More boxes are no picture any more."""
_MOST_EDGES = 300
"""GitHub draws 500."""
_MOST_COLUMNS = 25
"""Of one table in a diagram of relationships: keys, and what leads elsewhere."""


def flows(platform: Platform) -> str:
    """Every table in its layer, and what is made of what; of a platform that is too large, its layers."""
    if len(platform.tables) > _MOST_TABLES or len(platform.flows) > _MOST_EDGES:
        return _layers(platform)
    foreign = sorted({key for pair in platform.flows for key in pair} - set(platform.by_key))[:_MOST_TABLES]
    ids = {key: f"n{index}" for index, key in enumerate([*platform.by_key, *foreign])}
    lines = ["flowchart LR"]
    for index, layer in enumerate(platform.layers):
        lines.append(f"  subgraph l{index}[{_label(layer)}]")
        lines += (f"    {ids[t.key]}[{_label(t.name)}]" for t in platform.by_key.values() if t.layer == layer)
        lines.append("  end")
    lines += _foreign(ids, foreign)
    return _drawn([*lines, *_edges(ids, platform.flows)])


def _layers(platform: Platform) -> str:
    ids = {layer: f"l{index}" for index, layer in enumerate(platform.layers)}
    counts: dict[tuple[str, str], int] = {}
    for source, target in platform.flows:
        if source in platform.by_key and target in platform.by_key:
            pair = (platform.by_key[source].layer, platform.by_key[target].layer)
            counts[pair] = counts.get(pair, 0) + 1
    boxes = (
        f"  {ids[layer]}[{_label(f'{layer}: {len(platform.in_layer(layer)):,} tables')}]" for layer in platform.layers
    )
    arrows = (f"  {ids[a]} -->|{_label(f'{count:,} flows')}| {ids[b]}" for (a, b), count in sorted(counts.items()))
    said = (
        f"{len(platform.tables):,} tables are too many for one picture: these are their layers; each page has its own."
    )
    return f"{said}\n\n{_drawn(['flowchart LR', *boxes, *arrows])}"


def lineage(platform: Platform, table: Told) -> str:
    """What a table comes from and what is made of it, the nearest first; "" when nothing is known of either."""
    up, down = platform.away(table, "up"), platform.away(table, "down")
    every = sorted({**down, **up}.items(), key=lambda each: (each[1], each[0]))
    shown = [table.key, *(key for key, _ in every[: _MOST_TABLES - 1])]
    if len(shown) == 1:
        return ""
    ids = {key: f"n{index}" for index, key in enumerate(shown)}
    pairs = [pair for pair in platform.flows if set(pair) <= set(shown)]
    known = {key: platform.by_key.get(key) for key in shown}
    boxes = [f"  {ids[key]}[{_label(_named(key, at))}]" for key, at in known.items() if at]
    lines = ["flowchart LR", *boxes, *_foreign(ids, [key for key, at in known.items() if not at])]
    lines += [*_edges(ids, pairs), "  classDef here stroke-width: 3px", f"  class {ids[table.key]} here"]
    return _with_rest(_drawn(lines), len(every) - len(shown) + 1, len(pairs) - _MOST_EDGES)


def _with_rest(drawn: str, tables: int, edges: int) -> str:
    left = [f"{count:,} {what}" for count, what in ((tables, "tables"), (edges, "flows")) if count > 0]
    return f"{drawn}\n\nThe graph leaves out {' and '.join(left)}, the furthest first." if left else drawn


def relationships(platform: Platform, table: Told) -> str:
    """The tables that it refers to and that refer to it, with their keys; "" when there are none."""
    references = [*platform.refers(table), *(each for each in platform.referred(table) if each.source is not table)]
    references = [each for each in references if each.target]
    if not references:
        return ""
    tables = list(dict.fromkeys([table, *(end for each in references for end in (each.source, each.target) if end)]))
    shown = tables[:_MOST_TABLES]
    ids = {each.page: f"t{index}" for index, each in enumerate(shown)}
    lines = ["erDiagram"]
    for each in shown:
        lines.append(f"  {ids[each.page]}[{_label(each.name)}] {{")
        lines += _attributes(each, references)
        lines.append("  }")
    kept = [each for each in references if each.target and {each.source.page, each.target.page} <= set(ids)]
    lines += (
        f"  {ids[each.source.page]} }}o--|| {ids[each.target.page]} : {_label(', '.join(each.columns))}"
        for each in kept[:_MOST_EDGES]
        if each.target
    )
    return _with_rest(_drawn(lines), len(tables) - len(shown), len(references) - len(kept[:_MOST_EDGES]))


def _attributes(table: Told, references: Iterable[Reference]) -> list[str]:
    own = {column for each in references if each.source is table for column in each.columns}
    asked = {column for each in references if each.target is table for column in each.target_columns}
    lines = []
    for each in fields_of(table.schema):
        marks = [mark for mark, is_it in (("PK", each.item.primary_key), ("FK", each.name in own)) if is_it]
        if marks or each.name in asked:
            kind = _word(each.item.physical_type or each.item.logical_type or "unknown")
            lines.append(f"    {kind} {_word(each.name)}{' ' if marks else ''}{', '.join(marks)}")
    return lines[:_MOST_COLUMNS]


def _word(text: str) -> str:
    """A word of a diagram of relationships, where no quotes help."""
    word = re.sub(r"[^A-Za-z0-9_]+", "_", text).strip("_")[:60]
    return word if word[:1].isalpha() else f"x_{word}"


def _named(key: str, table: Told) -> str:
    return key or table.name


def _foreign(ids: dict[str, str], keys: Sequence[str]) -> list[str]:
    """Tables that no contract is about, with a broken border."""
    if not keys:
        return []
    names = ",".join(ids[key] for key in keys)
    return [
        *(f"  {ids[key]}([{_label(key)}])" for key in keys),
        "  classDef foreign stroke-dasharray: 5 5",
        f"  class {names} foreign",
    ]


def _edges(ids: dict[str, str], pairs: Iterable[tuple[str, str]]) -> list[str]:
    return [f"  {ids[a]} --> {ids[b]}" for a, b in pairs if a in ids and b in ids][:_MOST_EDGES]


def _label(words: str) -> str:
    return quoted(plain(words, 120) or " ")


def _drawn(lines: Iterable[str]) -> str:
    return "\n".join(["```mermaid", *lines, "```"])
