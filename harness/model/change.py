"""What a change of a contract does to the promise, and what that means to the two sides of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any, Literal

from harness.model.location import Location

Impact = Literal["breaking", "risky", "safe"]
"""Code or pipelines may fail; they work, but what they take for granted may be gone; nobody needs to act."""
Bump = Literal["none", "patch", "minor", "major"]
Perspective = Literal["consumers", "producers", "both"]
"""Who must not be broken: those who read the data, those who write it."""
Compatibility = Literal["forward", "backward", "full", "forward-transitive", "backward-transitive", "full-transitive"]
"""Whom a new version must not break: those who read the data (forward), those who write it (backward), both (full);
`-transitive`: coming from any earlier version in git, not only from the last."""
BUMPS: tuple[Bump, ...] = ("none", "patch", "minor", "major")
IMPACTS: tuple[Impact, ...] = ("breaking", "risky", "safe")
"""The gravest first."""


class Effect(Enum):
    """What a change does to the promise."""

    SAME = "same"
    """Nothing: it is the same promise in other words."""
    NOTES = "notes"
    """Documentation: no promise changes."""
    ADDS = "adds"
    """Something new, which nobody could rely on or break before."""
    TIGHTENS = "tightens"
    """More is promised: data that was lawful may fail now, so producers must act."""
    WIDENS = "widens"
    """Every value from before is still one, but others may come: consumers may have no room for them."""
    LOOSENS = "loosens"
    """A guarantee is lost: consumers may break."""
    BOTH = "both"
    """Something else is promised: both sides must act."""
    UNDETERMINED = "undetermined"
    """Nobody can tell from the documents (a regular expression, SQL, prose): it needs a reader."""


_MEANINGS: dict[Effect, tuple[Impact, Impact, Bump]] = {
    Effect.SAME: ("safe", "safe", "none"),
    Effect.NOTES: ("safe", "safe", "patch"),
    Effect.ADDS: ("safe", "safe", "minor"),
    Effect.WIDENS: ("risky", "safe", "minor"),
    Effect.TIGHTENS: ("safe", "breaking", "minor"),
    Effect.LOOSENS: ("breaking", "safe", "minor"),
    Effect.UNDETERMINED: ("risky", "risky", "minor"),
    Effect.BOTH: ("breaking", "breaking", "minor"),
}
"""Impact on consumers, impact on producers, and the least version that it asks for when it breaks neither; the graver
ones last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change as a rule sees it."""

    effect: Effect
    path: str
    """As in `schema.orders.properties.amount.required`."""
    before: Any = None
    after: Any = None
    was: tuple[str, str] = ("", "")
    """Table and column as they were called before; "" for what was not there, or is about neither."""
    leaves: tuple[tuple[str, str], ...] = ()
    """What differs, by part and key, that this is the word on."""
    instead: str = ""
    """What to do in place of a change that breaks."""
    governance: bool = False
    """Whether it blocks because governance must not let it pass, whoever reads or writes the data."""
    approval: bool = False
    """Whether an owner of before must agree though nobody breaks: it decides who may agree to what comes next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A change with its impact, as people and programs are shown it."""

    rule: str
    impact: Impact
    bump: Bump
    message: str
    change: Change
    at: Location
    contract: str = ""
    layer: str = ""
    owner: str = ""
    table: str = ""
    column: str = ""
    id: str = ""
    """`fingerprint` of rule, contract, place and the values before and after."""
    undecided: bool = False
    """Whether the rule could not tell."""
    against: str = ""
    """The earlier version that it is held against, where that is not the last: `1.2.0 (3f2a9c1b7d04)`."""

    @property
    def blocks(self) -> bool:
        """Whether it may not pass as it is: it breaks, or an owner of before must agree to it."""
        return self.impact == "breaking" or (self.impact == "risky" and self.change.approval)

    @property
    def by_people(self) -> bool:
        """Whether only an approval lets it pass, and no version."""
        return self.change.governance or self.change.approval


def asks_less(compatibility: Compatibility, than: Compatibility) -> bool:
    """Whether it protects somebody no more whom the other protects."""
    return not _protected(than) <= _protected(compatibility)


def _protected(compatibility: Compatibility) -> set[str]:
    perspective = perspective_of(compatibility)
    sides = {"consumers", "producers"} if perspective == "both" else {perspective}
    # of each side those who come from an earlier version than the last
    return sides | {f"{side} of before" for side in sides if compatibility.endswith("-transitive")}


def perspective_of(compatibility: Compatibility) -> Perspective:
    """Whom it protects."""
    perspectives: dict[str, Perspective] = {"forward": "consumers", "backward": "producers", "full": "both"}
    return perspectives[compatibility.removesuffix("-transitive")]


def impact_of(change: Change, perspective: Perspective, said: Impact | None = None) -> tuple[Impact, Bump]:
    """The impact of a change, and the version bump that it asks for on its own; what a project `said` of it wins."""
    consumers, producers, least = _MEANINGS[change.effect]
    looked_at = {"consumers": (consumers,), "producers": (producers,), "both": (consumers, producers)}[perspective]
    impact = said or ("breaking" if change.governance else min(looked_at, key=IMPACTS.index))
    return impact, "major" if impact == "breaking" else least


def together(effects: Iterable[Effect]) -> Effect:
    """What several effects on one thing come to: the least that is as grave as each of them, to either side."""
    least = tuple(map(max, zip(*map(_gravity, (Effect.SAME, *effects)), strict=True)))
    return next(effect for effect in _MEANINGS if all(map(int.__ge__, _gravity(effect), least)))


def _gravity(effect: Effect) -> tuple[int, int, int]:
    consumers, producers, bump = _MEANINGS[effect]
    return -IMPACTS.index(consumers), -IMPACTS.index(producers), BUMPS.index(bump)


def largest(bumps: Iterable[Bump]) -> Bump:
    """The one that covers all of them; "none" for none."""
    return max(bumps, key=BUMPS.index, default="none")
