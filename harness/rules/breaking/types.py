"""What becomes of the values of a column when its types change: those that the contract names, and the engine's."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from harness.changes.part import Part
from harness.lattice import Kind, Type, compare_declared, parse_declared
from harness.lattice.logical import misfit
from harness.model.change import Effect

KEYS = ("physicalType", "logicalType")
_NESTED = {"object", "array", "map"}
_EFFECTS = {
    Kind.SAME: Effect.SAME,
    Kind.WIDENED: Effect.WIDENS,
    Kind.NARROWED: Effect.TIGHTENS,
    Kind.OTHER: Effect.BOTH,
}


@dataclass(frozen=True, slots=True)
class Word:
    """On one of the keys of a column."""

    key: str
    effect: Effect
    why: str = ""


def words_on(part: Part, dialect: str, inside: Collection[str]) -> list[Word]:
    """The word on each of the types that changed, the gravest first.

    `inside` are the paths of the fields of this column (`.zip`, `[].id`) on which others have the word.
    """
    swapped = _swapped(part, dialect)
    if swapped:
        return [swapped, *(Word(key, Effect.SAME) for key in KEYS if key != swapped.key)]
    found = [Word(*_word(part, key, dialect, inside)) for key in KEYS if key in part.changed]
    return sorted(found, key=lambda word: _GRAVEST.index(word.effect))


def together(effects: Iterable[Effect]) -> Effect:
    """What several effects on one column come to."""
    found = set(effects) - {Effect.SAME}
    if {Effect.WIDENS, Effect.TIGHTENS} <= found:
        return Effect.BOTH
    return min(found, key=_GRAVEST.index, default=Effect.SAME)


def reshaped(part: Part | None) -> bool:
    """Whether a column was nested in one way and is in another now, or not at all: another with all its fields."""
    if part is None or part.shape != "property" or part.before is None or part.after is None:
        return False
    kinds = [str(side.get("logicalType")).strip().lower() for side in (part.before, part.after)]
    return kinds[0] != kinds[1] and bool(_NESTED & set(kinds)) and "none" not in kinds


_GRAVEST = (Effect.BOTH, Effect.UNDETERMINED, Effect.WIDENS, Effect.TIGHTENS, Effect.SAME)


def _word(part: Part, key: str, dialect: str, inside: Collection[str]) -> tuple[str, Effect, str]:
    old, new = part.values(key)
    if not isinstance(new, str):
        return key, Effect.WIDENS if new is None else Effect.UNDETERMINED, ""
    if not isinstance(old, str):
        return key, Effect.TIGHTENS if old is None else Effect.UNDETERMINED, ""
    if key == "logicalType":
        return key, _logical(old.strip().lower(), new.strip().lower()), ""
    try:
        found = compare_declared(old, new, dialect)
    except ValueError as error:
        return key, Effect.UNDETERMINED, str(error)
    found = type(found)(tuple(each for each in found.differences if each.path not in inside))
    return key, _EFFECTS[found.kind], found.why


def _logical(old: str, new: str) -> Effect:
    if old == new:
        return Effect.SAME
    return {("integer", "number"): Effect.WIDENS, ("number", "integer"): Effect.TIGHTENS}.get((old, new), Effect.BOTH)


def _swapped(part: Part, dialect: str) -> Word | None:
    """The word on a type of ODCS that one of the engine stands for now, or the other way round."""
    logical, physical = part.values("logicalType"), part.values("physicalType")
    given = [isinstance(each, str) for each in (*logical, *physical)]
    if given not in ([True, False, False, True], [False, True, True, False]):
        return None
    family, spelled, effect = (
        (logical[0], physical[1], Effect.TIGHTENS) if given[0] else (logical[1], physical[0], Effect.WIDENS)
    )
    try:
        fits = _fits(family.strip().lower(), parse_declared(spelled, dialect))
    except ValueError as error:
        return Word("physicalType", Effect.UNDETERMINED, str(error))
    return Word("physicalType", effect if fits else Effect.BOTH, "" if fits else f"{spelled} is no {family}")


def _fits(logical: str, type_: Type) -> bool:
    """Whether a type is of a family; a decimal without digits behind the point is an integer too."""
    whole = type_.domain == "number" and type_.capacity[2:] == (0, 0)
    return not misfit(logical, type_) or (logical == "integer" and whole)
