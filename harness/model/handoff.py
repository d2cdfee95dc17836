"""The hand-off record: what a team owes before it hands data on, counted."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from harness.model.attempt import Attempt
from harness.model.result import Result, VerdictOutcome

Phase = Literal["verification", "documentation", "governance", "questions", "handoff"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LastRun:
    """What the report of the last run says, as far as the record is counted from it."""

    run_id: str
    command: str
    started: datetime
    finished: datetime
    as_of: datetime
    inputs: str
    """The digest of all that said what it had to look at: `uses.inputs`."""
    outcome: VerdictOutcome
    reason: str
    results: tuple[Result, ...] = field(repr=False)
    attempts: tuple[Attempt, ...] = ()


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that must be so before a record is complete."""

    phase: Phase
    why_not: tuple[str, ...] = ()
    """Nothing when it is so."""
    said: str = ""
    """What is so, for people."""

    @property
    def holds(self) -> bool:
        """Whether it is so."""
        return not self.why_not
