"""A Waiver: a failure that may pass the gate until a day, and who said so."""

import unicodedata
from dataclasses import dataclass
from datetime import date

from harness.model.location import Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """One entry of `waivers.yaml`. It names the results of which everything holds that it says; "" says nothing."""

    at: Location
    fingerprint: str = ""
    """The `id` of a result."""
    rule: str = ""
    path: str = ""
    """A contract or check file, a table, `table/column`, or the id of a check; its parts may be patterns (`fct_*`)."""
    reason: str
    approver: str
    author: str
    created: date | None = None
    expires: date
    """The last day on which it is in force, in UTC."""

    def __str__(self) -> str:
        """What it names, in words: `nullValues on fct_flights/tail_number [3f2a9c1b7d04]`."""
        parts = (self.rule, f"on {self.path}" if self.path else "", f"[{self.fingerprint}]" if self.fingerprint else "")
        return " ".join(filter(None, parts))

    def days_left(self, today: date) -> int:
        """Full days until it ends: 0 on its last day, negative once it has expired."""
        return (self.expires - today).days


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiverUse:
    """What a waiver named in one run, and how long it still holds."""

    waiver: Waiver
    days_left: int
    failures: tuple[str, ...] = ()
    """Ids of the failed results that it names: set aside while it is in force."""
    undecided: int = 0
    """How many results it names that could not be told; no waiver changes those."""
    calm: int = 0
    """How many results it names that passed or were skipped."""

    @property
    def in_force(self) -> bool:
        """Whether the day of the run is not after its last."""
        return self.days_left >= 0


def person(name: str) -> str:
    """A name as names are compared: without regard to case, blanks around it, and a leading `@`."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split()).removeprefix("@")
