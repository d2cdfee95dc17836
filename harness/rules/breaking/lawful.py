"""Sets of lawful values: what bounds and thresholds allow, compared as sets and never by how they are written."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import reduce
from math import ceil, floor
from typing import Any

from harness.model.change import Effect
from harness.model.threshold import Threshold

Cut = tuple[Any, int]
"""A value, and 0 for just below it or 1 for just above."""


@dataclass(frozen=True, slots=True)
class Lawful:
    """A set of ordered values (numbers, moments); `cuts` are where one enters or leaves it, from below, in order."""

    below: bool
    """Whether the values below all cuts belong to it."""
    cuts: tuple[Cut, ...] = ()

    def __contains__(self, value: Any) -> bool:
        return self._after((value, 0))

    def __invert__(self) -> "Lawful":
        return Lawful(not self.below, self.cuts)

    def __and__(self, other: "Lawful") -> "Lawful":
        def both(cut: Cut) -> bool:
            return self._after(cut) and other._after(cut)  # noqa: SLF001 - of its own kind

        below = inside = self.below and other.below
        cuts: list[Cut] = []
        for cut in sorted({*self.cuts, *other.cuts}):
            if both(cut) is not inside:
                inside = not inside
                cuts.append(cut)
        return Lawful(below, tuple(cuts))

    def __le__(self, other: "Lawful") -> bool:
        return self & other == self

    def whole(self) -> "Lawful":
        """The same among whole numbers: `> 0` is `>= 1`, and what holds no whole number is empty."""
        moved = [(ceil(value) if side == 0 else floor(value) + 1, 0) for value, side in self.cuts]
        # two cuts at one place are an entrance and an exit
        return Lawful(self.below, tuple(sorted(cut for cut, count in Counter(moved).items() if count % 2)))

    def _after(self, cut: Cut) -> bool:
        """Whether the values between this cut and the next belong to it."""
        return self.below is (bisect_right(self.cuts, cut) % 2 == 0)


ALL = Lawful(below=True)


def above(value: Any, *, exclusive: bool = False) -> Lawful:
    """All from a value on."""
    return Lawful(below=False, cuts=((value, int(exclusive)),))


def up_to(value: Any, *, exclusive: bool = False) -> Lawful:
    """All up to a value."""
    return ~above(value, exclusive=not exclusive)


def meeting(threshold: Threshold) -> Lawful:
    """The numbers that meet a threshold. Raises ValueError for an operator that does not exist."""
    value = threshold.value
    ways: dict[str, Callable[[], Lawful]] = {
        "=": lambda: above(value) & up_to(value),
        "!=": lambda: ~(above(value) & up_to(value)),
        ">": lambda: above(value, exclusive=True),
        ">=": lambda: above(value),
        "<": lambda: up_to(value, exclusive=True),
        "<=": lambda: up_to(value),
        "between": lambda: above(value) & up_to(threshold.upper),
        "not between": lambda: ~(above(value) & up_to(threshold.upper)),
    }
    if threshold.operator not in ways or ("between" in threshold.operator) is (threshold.upper is None):
        raise ValueError(f"no threshold: {threshold}")
    return ways[threshold.operator]()


def meeting_all(thresholds: Iterable[Threshold]) -> Lawful:
    """The numbers that meet every one of them."""
    return reduce(Lawful.__and__, map(meeting, thresholds), ALL)


def effect_of(before: Lawful, after: Lawful) -> Effect:
    """What it does to a promise that a value is in `before`, when from now on it is in `after`."""
    if before == after:
        return Effect.SAME
    if before <= after:
        return Effect.LOOSENS
    return Effect.TIGHTENS if after <= before else Effect.BOTH


def effect_on_set(before: Iterable[Any], after: Iterable[Any]) -> Effect:
    """The same, of values without an order, as YAML has them."""
    one, other = frozenset(map(_key, before)), frozenset(map(_key, after))
    if one == other:
        return Effect.SAME
    if one < other:
        return Effect.LOOSENS
    return Effect.TIGHTENS if other < one else Effect.BOTH


def turned(effect: Effect) -> Effect:
    """The effect where more values are the stronger promise."""
    return {Effect.LOOSENS: Effect.TIGHTENS, Effect.TIGHTENS: Effect.LOOSENS}.get(effect, effect)


def _key(value: Any) -> str:
    """Values that are the same: 1 and 1.0 are, 1 and "1" are not."""
    whole = isinstance(value, float) and value.is_integer()
    return repr(int(value) if whole else value)
