"""Earlier runs and results, and how an outcome stands to them: new today, failing for nine days, flapping."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from harness.model.result import Outcome, Severity, VerdictOutcome

_UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))
WINDOW = 10
"""Runs that flapping is looked for in, the present one included."""
CHANGES = 3
"""Changes of outcome among them from which on a check flaps: it broke, was mended, and broke again."""


PROMPT = timedelta(hours=1)
"""So long after its time an audit still tells what could be seen then."""


class Past(NamedTuple):
    """One earlier result of a check; a tuple, for a report may hold a hundred thousand."""

    run_id: str
    started: datetime
    """Of the run."""
    as_of: datetime
    """The clock that the run measured ages at; earlier results are in the order of this one."""
    outcome: Outcome
    severity: Severity
    value: float | None = None
    """As `Result.value`."""
    waived: bool = False
    """Whether a waiver set the failure aside."""
    seconds: float = 0.0
    """Of its statement."""
    attempts: int = 1
    """How often its slot had been tried, this run included."""
    since: datetime | None = None
    """`as_of` of the first run of which on it failed, or could not be told, without a break; None when it did not."""


class Look(NamedTuple):
    """An earlier run, by what it could have found."""

    run_id: str
    started: datetime
    as_of: datetime
    attempts: int
    command: str
    selection: str
    """As `Run.selection`."""
    broken: frozenset[str]
    """The rules that could not tell: that a finding of theirs is absent says nothing."""

    def could_find(self, rule: str, command: str, selection: str) -> bool:
        """Whether it would have found what such a run would: it was of the same command, on all or on the same part."""
        return self.command == command and self.selection in ("", selection) and rule not in self.broken


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One earlier run as a whole."""

    run_id: str
    project: str
    command: str
    """`verify`, `review` or `audit`."""
    started: datetime
    finished: datetime
    as_of: datetime
    outcome: VerdictOutcome
    reason: str = ""
    """The verdict in one sentence."""
    harness_version: str = ""
    slot: datetime | None = None
    """The scheduled time that it was for; None for a run outside a schedule."""
    attempt: int = 1
    fix: str = ""
    """What was done because of its verdict before the next attempt; "" when nothing was."""
    selection: str = ""
    """What it was narrowed to; "" when it looked at all of the project."""
    identity: str = ""
    """Of an audit: which project it was of, beyond its name; "" when that is not known."""

    def in_hindsight(self, clock: datetime | None = None) -> bool:
        """Whether it looked at an earlier time than it was made at, so that it saw nothing of that time.

        `clock` is that of a project whose clock stands still.
        """
        return is_hindsight(self.as_of, self.started, clock)


def is_hindsight(as_of: datetime, made: datetime, clock: datetime | None = None) -> bool:
    """The same of a run that is made just now."""
    return made - as_of > PROMPT and (clock is None or clock - as_of > PROMPT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Streak:
    """The unbroken row of one outcome that a result ends."""

    outcome: Outcome
    runs: int
    """How many runs it holds, the present one included; runs that skipped the check are not counted."""
    since: datetime
    """`as_of` of its first run."""
    lasted: timedelta
    """From that to the present run."""
    whole: bool
    """Whether its beginning is known; else it is at least as long."""
    before: Outcome | None
    """What came before it; None when that is not known."""
    changes: int
    """Changes of outcome in the last `WINDOW` runs."""

    @property
    def new(self) -> bool:
        """Whether it begins with the present run, and something else is known to have come before."""
        return self.runs == 1 and self.before is not None

    @property
    def flapping(self) -> bool:
        """Whether the outcome changed at least `CHANGES` times in the last `WINDOW` runs."""
        return self.changes >= CHANGES


def streak_of(outcome: Outcome, as_of: datetime, started: datetime, past: Sequence[Past]) -> Streak:
    """How a result of `outcome` stands to its `past`, oldest first.

    A run that skipped the check says nothing of it. Time is that of `as_of`; where a project's clock stands still, it
    is that of the runs themselves.
    """
    told = [each for each in past if each.outcome is not Outcome.SKIP]
    alike = 0
    while alike < len(told) and told[-1 - alike].outcome is outcome:
        alike += 1
    first = told[-alike] if alike else None
    since = (told[-1].since or first.as_of) if first else as_of
    recent = [*(each.outcome for each in told[1 - WINDOW :]), outcome]
    return Streak(
        outcome=outcome,
        runs=alike + 1,
        since=since,
        lasted=as_of - since or (started - first.started if first else timedelta(0)),
        whole=alike < len(told) or not first or (told[-1].since is not None and since != as_of),
        before=told[-1 - alike].outcome if alike < len(told) else None,
        changes=sum(a is not b for a, b in pairwise(recent)),
    )


def with_absent(past: Sequence[Past], looks: Iterable[Look], last: int) -> tuple[Past, ...]:
    """The last results of a finding (`past`, oldest first), those runs among them that looked and did not find it.

    A finding has no clause that says in each run how it is: where it is absent, all is well.
    """
    told = {each.run_id for each in past}
    passes = [
        Past(look.run_id, look.started, look.as_of, Outcome.PASS, Severity.INFO, attempts=look.attempts)
        for look in looks
        if look.run_id not in told
    ]
    if not passes:
        return tuple(past[-last:])
    return tuple(sorted((*past, *passes), key=lambda each: (each.as_of, each.started))[-last:])


def to_the_minute(at: datetime) -> str:
    """A moment for people: `2026-03-02 06:00 UTC`."""
    return f"{at:%Y-%m-%d %H:%M %Z}"


def lasting(time: timedelta) -> str:
    """A length of time in the largest unit that it fills: `9 days`, `3 hours`, `40 seconds`."""
    seconds = int(time.total_seconds())
    size, unit = next((each for each in _UNITS if seconds >= each[0]), _UNITS[-1])
    count = seconds // size
    return f"{count:,} {unit}" + ("" if count == 1 else "s")
