"""Which of the names that are gone and those that are new are probably one and the same, renamed."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from harness.lattice.type import Type

_ALIKE = 0.7
"""Of the letters of two names, the share that stands in the same order in both."""
_MOST = 10_000
"""Pairs of names that are looked at; beyond that a table is another table, not the same one with new names."""
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


@dataclass(frozen=True, slots=True)
class Place:
    """A column or field among its neighbours ("" where there is none); its type is None when nobody says it."""

    name: str
    type: Type | None = None
    before: str = ""
    after: str = ""


def places(fields: Sequence[tuple[str, Type | None]], wanted: Iterable[str]) -> list[Place]:
    """The places of those fields whose name is `wanted`."""
    names = ["", *(name for name, _ in fields), ""]
    kept = set(wanted)
    return [
        Place(name, type_, names[number], names[number + 2])
        for number, (name, type_) in enumerate(fields)
        if name in kept
    ]


def renames(gone: Sequence[Place], new: Sequence[Place]) -> dict[str, tuple[str, str]]:
    """Old name -> its probable new name, and why. Where two are equally probable, neither is named."""
    if len(gone) * len(new) > _MOST:
        return {}
    likeness = {
        (old.name, fresh.name): found for old in gone for fresh in new if (found := _likeness(old, fresh)) is not None
    }
    pairs: dict[str, tuple[str, str]] = {}
    for (old, fresh), (score, reason) in likeness.items():
        rivals = [other for pair, (other, _) in likeness.items() if (pair[0] == old) != (pair[1] == fresh)]
        if all(score > other for other in rivals):
            pairs[old] = (fresh, reason)
    return pairs


def _likeness(old: Place, new: Place) -> tuple[float, str] | None:
    """How probable it is that `new` is `old`, and why; None when too little speaks for it."""
    score, how = _names(old.name, new.name)
    same_type = old.type is not None and old.type == new.type
    comparable = old.type is None or new.type is None or old.type.domain == new.type.domain
    same_place = (old.before, old.after) == (new.before, new.after)
    spoken_for = {
        "only its case differs": True,
        "it is only spelt otherwise": True,
        "the names are alike": comparable,
        "one name is part of the other": same_type,
        "": same_type and same_place and bool(old.before and old.after),
    }
    if not spoken_for[how]:
        return None
    reasons = [how] if how else []
    reasons += ["it has the same type"] * same_type + ["it stands in the same place"] * same_place
    reason = " and ".join(filter(None, (", ".join(reasons[:-1]), reasons[-1])))
    return score + same_type / 4 + same_place / 4, reason


def _names(old: str, new: str) -> tuple[float, str]:
    """How alike two names are, from 0 to 3, and in which way ("" for not at all)."""
    if old.lower() == new.lower():
        return 3.0, "only its case differs"
    ours, theirs = _words(old), _words(new)
    if "".join(ours) == "".join(theirs) != "":
        return 2.0, "it is only spelt otherwise"
    if sorted(ours) == sorted(theirs) != []:
        return 1.5, "the names are alike"
    # in one order, since the matcher does not find the same both ways
    one, other = sorted(("".join(ours), "".join(theirs)))
    ratio = SequenceMatcher(None, one, other).ratio()
    if ratio >= _ALIKE:
        return ratio, "the names are alike"
    inside = bool(ours and theirs) and (set(ours) <= set(theirs) or set(theirs) <= set(ours))
    return ratio, "one name is part of the other" if inside else ""


def _words(name: str) -> list[str]:
    """`customerId2` and `customer_id_2` are customer, id, 2."""
    return [word.lower() for word in _WORD.findall(name)]
