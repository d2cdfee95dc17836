"""Columns that are gone from one place in a table and new in another: into an object, or out of it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from harness.changes.part import STEPS, Part, name_in
from harness.rules.breaking.tables import fields_of

INNER = (*STEPS, "map")
"""Under which keys it stands what the values inside a column are."""


@dataclass(frozen=True, slots=True)
class Move:
    """A column that was `gone`, and is `to` now."""

    gone: Part
    to: str
    new: Part
    """The part that is new, or that it is inside."""
    whole: bool
    """Whether it is that part itself."""


def moves_in(parts: Sequence[Part]) -> list[Move]:
    """Those of equal name and types of which there is only one that is gone and one that is new in a table."""
    gone: dict[object, list[Part]] = defaultdict(list)
    new: dict[object, list[tuple[str, Part, bool]]] = defaultdict(list)
    for part in parts:
        if part.shape != "property" or part.key != "properties":
            continue
        table = part.within("schema")
        if part.removed:
            gone[_likeness(table, part.written)].append(part)
        elif part.added:
            new[_likeness(table, part.written)].append((part.column, part, True))
            for field in fields_of(part.written):
                if not field.path.endswith(("[]", "}")):
                    joint = "" if field.path.startswith(("[", "{")) else "."
                    new[_likeness(table, field.entry)].append((f"{part.column}{joint}{field.path}", part, False))
    return [
        Move(olds[0], *found[0])
        for what, olds in gone.items()
        if len(olds) == 1 and len(found := new.get(what, [])) == 1
    ]


def _likeness(table: Part | None, entry: Mapping[str, Any]) -> object:
    types = ("".join(str(entry.get(key)).lower().split()) for key in ("logicalType", "physicalType"))
    return (table.path if table else "", name_in(entry), *types)
