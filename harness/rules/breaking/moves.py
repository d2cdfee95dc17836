"""Columns that are gone from one place in a table and new in another: into an object, or out of it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from harness.changes.part import STEPS, Part, name_in
from harness.rules.breaking.tables import fields_of

INNER = (*STEPS, "map")
"""Under which keys it stands what the values inside a column are."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a column is: a part that came or went, or a field inside one."""

    path: str
    part: Part
    whole: bool
    """Whether it is that part itself."""


@dataclass(frozen=True, slots=True)
class Move:
    """A column that was in one place and is in another; one of the two is a part itself."""

    before: Spot
    after: Spot


def moves_in(parts: Sequence[Part]) -> list[Move]:
    """Those of equal name and types of which there is only one that is gone and one that is new in a table."""
    gone: dict[object, list[Spot]] = defaultdict(list)
    new: dict[object, list[Spot]] = defaultdict(list)
    for part in parts:
        if part.shape == "property" and part.key == "properties" and (part.added or part.removed):
            for what, spot in _spots(part):
                (gone if part.removed else new)[what].append(spot)
    pairs = [(olds[0], new[what][0]) for what, olds in gone.items() if len(olds) == 1 and len(new.get(what, ())) == 1]
    return [Move(before, after) for before, after in pairs if before.whole or after.whole]


def whole_moves(parts: Sequence[Part]) -> set[Part]:
    """The parts that are one end of a move, and so have the word of `column-moved`."""
    return {spot.part for move in moves_in(parts) for spot in (move.before, move.after) if spot.whole}


def _spots(part: Part) -> Iterator[tuple[object, Spot]]:
    table = part.within("schema")
    if name_in(part.written):
        yield _likeness(table, part.written), Spot(part.column, part, whole=True)
    for field in fields_of(part.written):
        if name_in(field.entry) and not field.path.endswith(tuple(STEPS.values())):
            joint = "" if field.path.startswith(tuple(STEPS.values())) else "."
            yield _likeness(table, field.entry), Spot(f"{part.column}{joint}{field.path}", part, whole=False)


def _likeness(table: Part | None, entry: Mapping[str, Any]) -> object:
    types = ("".join(str(entry.get(key)).lower().split()) for key in ("logicalType", "physicalType"))
    return (table.path if table else "", name_in(entry), *types)
