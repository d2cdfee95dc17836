"""What the history of runs says of one check."""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from harness.model.past import Past, Run, Streak, streak_of


class Known(NamedTuple):
    """A check, or a finding, that some run judged; as the last of them described it."""

    result_id: str
    check: str
    """The readable id; "" for a finding that no clause asked for."""
    rule: str
    contract: str
    layer: str
    table: str
    column: str
    owner: str
    dimension: str


class Told(NamedTuple):
    """One result with everything that is kept of it."""

    past: Past
    command: str
    version: str
    """Of the contract."""
    failed_rows: int | None
    total_rows: int | None
    actual: str
    message: str


@dataclass(frozen=True)
class Trend:
    """A check and its results, oldest first; there is at least one."""

    known: Known
    told: tuple[Told, ...]

    @cached_property
    def streak(self) -> Streak:
        """How its last result stands to those before."""
        *earlier, last = (each.past for each in self.told)
        return streak_of(last.outcome, last.as_of, last.started, earlier)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chronicle:
    """What is asked of the history: trends of checks, or without a question the last runs and what they left open."""

    project: str
    place: str
    """Where the history is."""
    asked: str = ""
    trends: tuple[Trend, ...] = ()
    runs: tuple[Run, ...] = ()
    """The last, oldest first."""
    count: int = 0
    """How many runs there are."""
