"""One attempt of a verification, and what was done about it."""

from dataclasses import dataclass
from datetime import datetime

from harness.model.result import VerdictOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A verification from start to verdict; without `--heal` there is one of each run."""

    attempt: int
    """From 1."""
    status: VerdictOutcome
    error: str = ""
    """Why it is no pass, in one sentence; "" of a pass."""
    fix: str = ""
    """What was done because of it before the next attempt, and what came of that; "" when nothing was."""
    remedied: bool = False
    """Whether at least one of these remedies succeeded."""
    started: datetime
    seconds: float
    """Until its verdict, without the fix."""
