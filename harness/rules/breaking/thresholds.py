"""What thresholds allow, in their unit, and what a change of them does to the promise."""

from collections.abc import Sequence
from dataclasses import dataclass

from harness.model.change import Effect
from harness.model.contract import QualityRule
from harness.model.threshold import Threshold, from_operators, from_text
from harness.rules.breaking.lawful import Lawful, above, effect_of, meeting_all, up_to

_NONE = above(0) & up_to(0)
_SHARES = ("rows", "percent")
"""Units whose numbers cannot be told from one another, save for 0: no row is no percent of all rows."""

_UNITS = {"": "rows", "row": "rows", "rows": "rows", "percent": "percent", "%": "percent"}
"""Of a rule of the library, as written -> as thresholds have it."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The numbers that are lawful."""

    lawful: Lawful
    unit: str
    text: str
    """As people read it: `< 5 %`."""


def wanted(thresholds: Sequence[Threshold], unit: str) -> Wanted:
    """What all of some thresholds want of a number in `unit`, among the numbers that it can be."""
    lawful = meeting_all(thresholds)
    if unit in ("rows", "partitions"):
        lawful = lawful.whole() & above(0).whole()
    elif unit == "percent":
        lawful = lawful & above(0) & up_to(100)
    return Wanted(lawful, unit, " and ".join(each.text(unit) for each in thresholds))


def wanted_by_text(text: object, unit: str) -> Wanted:
    """The same of a threshold in its short form (`< 3 %`); `unit` is that of one that names none.

    Raises ValueError when it is no threshold.
    """
    threshold, own = from_text(str(text))
    return wanted([threshold], unit if own in ("", "rows") and unit not in _SHARES else own or unit)


def wanted_of(rule: QualityRule) -> Wanted | None:
    """What a quality rule wants of its number; None when it does not say.

    Raises ValueError for a threshold that is not one of numbers.
    """
    unit = unit_of(rule)
    if "target" in rule.custom:
        return wanted_by_text(rule.custom["target"], unit)
    if not rule.operators:
        return None
    return wanted([from_operators({name: value}) for name, value in rule.operators.items()], unit)


def unit_of(rule: QualityRule) -> str:
    """The unit of its number: `rows`, `percent`, or whatever a query gives."""
    word = rule.unit.strip().lower()
    if rule.type == "library":
        return _UNITS.get(word, word)
    return "percent" if word == "%" else word


def change_of(before: Wanted | None, after: Wanted | None) -> Effect:
    """What it does to a promise that a number must be so before, and so after; None asks nothing of it."""
    if before is None or after is None:
        return Effect.SAME if before is after else Effect.TIGHTENS if before is None else Effect.LOOSENS
    if before.unit == after.unit:
        return effect_of(before.lawful, after.lawful)
    none = tuple(each.lawful == (_NONE.whole() if each.unit == "rows" else _NONE) for each in (before, after))
    if {before.unit, after.unit} <= set(_SHARES) and 0 in before.lawful and 0 in after.lawful and any(none):
        return Effect.SAME if all(none) else Effect.LOOSENS if none[0] else Effect.TIGHTENS
    return Effect.BOTH
