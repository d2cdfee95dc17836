"""Columns that are gone from one place in a table and new in another: into an object, or out of it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from harness.changes.part import Part, name_in


def moves_in(parts: Sequence[Part], inside: Callable[[Part], Iterable[Part]]) -> list[tuple[Part, Part]]:
    """What is gone with what is new, of equal ids or else of equal names, where a table has but one of each.

    At least one of the two came or went by itself; the other may be a field of what did (`inside`). Nothing but the
    name has to be the same: what else a column promised must not be lost on the way.
    """
    gone: dict[str, list[Part]] = defaultdict(list)
    new: dict[str, list[Part]] = defaultdict(list)
    alone = {each: None for each in parts if _is_column(each) and (each.added or each.removed)}
    for part in alone:
        for each in (part, *inside(part)):
            if table := each.within("schema"):
                (gone if part.removed else new)[table.path].append(each)
    return [
        pair
        for table in gone
        if table in new
        for pair in _pairs(gone[table], new[table])
        if pair[0] in alone or pair[1] in alone
    ]


def _pairs(gone: Sequence[Part], new: Sequence[Part]) -> list[tuple[Part, Part]]:
    found: dict[Part, Part] = {}
    for key in (_id, _name):
        taken = {*found, *found.values()}
        olds, news = (_alone(key, [each for each in side if each not in taken]) for side in (gone, new))
        found |= {olds[value]: news[value] for value in olds if value in news}
    return list(found.items())


def _alone(key: Callable[[Part], str], parts: Iterable[Part]) -> dict[str, Part]:
    """Each by its key, where it is the only one that has it."""
    groups: dict[str, list[Part]] = defaultdict(list)
    for part in parts:
        if _is_column(part) and key(part):
            groups[key(part)].append(part)
    return {value: group[0] for value, group in groups.items() if len(group) == 1}


def _is_column(part: Part) -> bool:
    return part.shape == "property" and part.key == "properties"


def _id(part: Part) -> str:
    return str(part.written.get("id") or "")


def _name(part: Part) -> str:
    return name_in(part.written)
