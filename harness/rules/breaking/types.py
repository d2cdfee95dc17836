"""What becomes of the values of a column when its types change: those that the contract names, and the engine's."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.changes.part import Part
from harness.lattice import Kind, Type, compare_declared, parse_declared
from harness.lattice.compare import Difference
from harness.lattice.logical import misfit
from harness.model.change import Effect, together

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


@dataclass(frozen=True, slots=True)
class Inside:
    """What is said of the fields of a column elsewhere, by their paths in it (`.zip`, `[].id`)."""

    gone: frozenset[str] = frozenset()
    new: frozenset[str] = frozenset()
    types: Mapping[str, Effect] = field(default_factory=dict)

    def tells(self, difference: Difference) -> bool:
        """Whether that is no less than this difference of the type around them."""
        if difference.lost or difference.new:
            return difference.path in (self.gone if difference.lost else self.new)
        told = self.types.get(difference.path)
        return told is not None and together((told, _EFFECTS[difference.kind])) is told


def words_on(part: Part, dialect: str, inside: Inside) -> list[Word]:
    """The word on each of the types that changed, the gravest first; `inside` is what is said of its fields."""
    swapped = _swapped(part, dialect)
    if swapped:
        return [swapped, *(Word(key, Effect.SAME) for key in KEYS if key != swapped.key)]
    found = [Word(*_word(part, key, dialect, inside)) for key in KEYS if key in part.changed]
    return sorted(found, key=lambda word: _GRAVEST.index(word.effect))


def reshaped(part: Part | None) -> bool:
    """Whether a column was nested in one way and is in another now, or not at all: another with all its fields."""
    if part is None or part.shape != "property" or part.before is None or part.after is None:
        return False
    kinds = [str(side.get("logicalType")).strip().lower() for side in (part.before, part.after)]
    return kinds[0] != kinds[1] and bool(_NESTED & set(kinds)) and "none" not in kinds


_GRAVEST = (Effect.BOTH, Effect.LOOSENS, Effect.UNDETERMINED, Effect.WIDENS, Effect.TIGHTENS, Effect.SAME)


def _word(part: Part, key: str, dialect: str, inside: Inside) -> tuple[str, Effect, str]:
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
    found = type(found)(tuple(each for each in found.differences if not inside.tells(each)))
    return key, together(map(_effect, found.differences)), found.why


def _effect(difference: Difference) -> Effect:
    """A field that is gone is a narrower type to those who write it, and nothing to select for those who read it."""
    return Effect.LOOSENS if difference.lost and difference.kind is Kind.NARROWED else _EFFECTS[difference.kind]


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
