"""What came of holding two tables against one another: a proof that they are equal, or how they differ."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Step(StrEnum):
    """The steps of the ladder, in their order; each is taken only when the one before it proved nothing."""

    COUNT = "count"
    COLUMNS = "columns"
    SEGMENTS = "segments"
    ROWS = "rows"


class Difference(StrEnum):
    """How a row differs, seen from the first side."""

    MISSING = "missing"
    """It is in A and not in B."""
    EXTRA = "extra"
    """It is in B and not in A."""
    DIFFERENT = "different"
    """Both have its key, and another value in a compared column."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A number of each side."""

    a: int = 0
    b: int = 0

    def __add__(self, other: "Pair") -> "Pair":
        return Pair(self.a + other.a, self.b + other.b)


NONE = Pair()


@dataclass(frozen=True, slots=True)
class Taken:
    """A step that was taken, and what it showed."""

    step: Step
    said: str
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Traffic:
    """What one side was asked for, and gave."""

    statements: int = 0
    rows: int = 0
    """Rows of the table that were fetched; counts and checksums are none."""
    bytes: int = 0
    """Of all values that the server sent, written as UTF-8 text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedColumn:
    """What is known of one column; values are there only where they were asked for and may be shown."""

    name: str
    """As A calls it."""
    kind: str = ""
    """As what both sides were compared, or "" when they could not be."""
    tolerance: str = ""
    different: int | None = 0
    """Rows of both sides whose values differ; None when that is not known."""
    nulls: Pair | None = None
    apart: tuple[str, ...] = ()
    """Which of its nulls, minimum, maximum and sum differ."""
    totals: Mapping[str, tuple[str | None, str | None]] = field(default_factory=dict)
    """Minimum, maximum and sum of both sides."""
    untold: str = ""
    """Why it could not be compared."""


@dataclass(frozen=True, slots=True)
class Divergence:
    """A row that differs."""

    difference: Difference
    key: tuple[tuple[str, str | None], ...]
    """Column and value of the key; "(not shown)" for a value that a report may not hold."""
    columns: tuple[str, ...] = ()
    """Those that differ."""
    values: tuple[tuple[str, str | None, str | None], ...] = ()
    """Column, and its value in A and in B."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """Two tables held against one another."""

    a: str
    b: str
    key: tuple[str, ...]
    equal: bool | None
    """None when nobody can tell; `reason` says why."""
    reason: str = ""
    proven_at: Step | None = None
    """The step that settled it."""
    steps: tuple[Taken, ...] = ()
    rows: Pair = NONE
    """All rows of each side."""
    left_out: Pair = NONE
    """Rows younger than the lag, and rows whose other half is."""
    same: int = 0
    missing: int = 0
    extra: int = 0
    different: int = 0
    is_complete: bool = True
    """Whether every difference was counted; if not, there are at least so many."""
    null_keys: Pair = NONE
    duplicate_keys: Pair = NONE
    """Keys that several of the fetched rows share; such rows are never paired."""
    columns: tuple[ComparedColumn, ...] = ()
    only_a: tuple[str, ...] = ()
    only_b: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    first: Divergence | None = None
    samples: tuple[Divergence, ...] = ()
    hidden: tuple[str, ...] = ()
    """Why values of some columns are not shown."""
    traffic: tuple[Traffic, Traffic] = (Traffic(), Traffic())

    @property
    def share(self) -> float | None:
        """Equal rows by all rows, each pair counted once; None when they were not counted."""
        if not self.is_complete or self.proven_at is None:
            return None
        every = self.same + self.missing + self.extra + self.different
        return self.same / every if every else 1.0
