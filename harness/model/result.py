"""What was found out: Results, the Report that holds them, and the Verdict they end in."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING

from harness.model.contract import Property
from harness.model.dataset import Dataset
from harness.model.lineage import Lineage
from harness.model.waiver import WaiverUse

if TYPE_CHECKING:
    from harness.model.attempt import Attempt
    from harness.model.audit import Alert, Incident, SlaStatus
    from harness.model.past import Past, Streak


class Word(Enum):
    """An Enum whose members are hashed as the single objects they are; its own hash costs a tenth of a large report."""

    __hash__ = object.__hash__


class Outcome(Word):
    """What happened to one clause."""

    PASS = "pass"
    FAIL = "fail"
    ERROR = "error"
    """Could not tell."""
    SKIP = "skip"
    """Deliberately not run; the message says why."""


class Severity(Word):
    """How much it matters; `rank` orders them."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """2 for ERROR, 1 for WARNING, 0 for INFO."""
        return {"error": 2, "warning": 1, "info": 0}[self.value]


class Dimension(Word):
    """The five quality dimensions."""

    FRESHNESS = "freshness"
    COMPLETENESS = "completeness"
    UNIQUENESS = "uniqueness"
    VALIDITY = "validity"
    ACCURACY = "accuracy"


DIMENSION_OF_ODCS: dict[str, Dimension] = {
    "timeliness": Dimension.FRESHNESS,
    "completeness": Dimension.COMPLETENESS,
    "coverage": Dimension.COMPLETENESS,
    "uniqueness": Dimension.UNIQUENESS,
    "conformity": Dimension.VALIDITY,
    "consistency": Dimension.VALIDITY,
    "accuracy": Dimension.ACCURACY,
}
"""The seven dimensions of ODCS (and ours by their own names, through `dimension_of`) -> the five here."""


def dimension_of(name: str) -> Dimension | None:
    """The dimension that a contract calls `name`, in the words of ODCS or in ours; None when it is neither."""
    lowered = name.strip().lower()
    if lowered in DIMENSION_OF_ODCS:
        return DIMENSION_OF_ODCS[lowered]
    return next((d for d in Dimension if d.value == lowered), None)


def fingerprint(*parts: str) -> str:
    """12 hexadecimal digits that stay the same while what is judged stays the same; never fed with measured numbers."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Examples of the rows that violate a clause: of each its key and what the clause reads, never the whole row."""

    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str | None, ...], ...] = ()
    """Values as text, cut short, with what cannot be printed written as an escape (`\\n`); None is NULL."""
    hidden: tuple[str, ...] = ()
    """Why a column is not among `columns`, for each that is left out."""
    note: str = ""
    """Why there are no rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One clause or finding, decided."""

    id: str
    """`fingerprint` of rule, contract, table, column and what tells it from its neighbours."""
    rule: str
    """The metric or rule that decided."""
    check: str = ""
    """The Check's readable id; "" for a finding of a rule that no clause asked for."""
    outcome: Outcome
    severity: Severity
    dimension: Dimension | None = None
    contract: str = ""
    version: str = ""
    layer: str = ""
    table: str = ""
    column: str = ""
    file: str = ""
    line: int = 0
    message: str
    expected: str = ""
    actual: str = ""
    value: float | None = None
    """The measured number as it was compared: seconds of an age, a percentage, violating rows, or a plain number."""
    failed_rows: int | None = None
    total_rows: int | None = None
    query: str = ""
    seconds: float = 0.0
    owner: str = ""
    unanswered: bool = False
    """Whether it could not be told because a server did not answer, so that another attempt may tell."""
    sample: Sample | None = None
    """Only when samples were asked for, and only of a failure that counts rows."""


class VerdictOutcome(Enum):
    """What the gate says."""

    PASS = "pass"
    FAIL = "fail"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The gate's answer; the tuples hold ids of Results."""

    outcome: VerdictOutcome
    reason: str
    """One sentence for people."""
    blocking: tuple[str, ...] = ()
    undecided: tuple[str, ...] = ()
    waived: tuple[str, ...] = ()
    """Failures that a waiver in force sets aside."""
    expired: tuple[str, ...] = ()
    """Failures that a waiver would set aside if it had not expired."""
    waivers: tuple[WaiverUse, ...] = ()
    """Every waiver of the project and what it named, whether it still holds or not."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """Every clause that was declared, by what became of it; `declared` is the sum of the others."""

    declared: int
    passed: int
    failed: int
    errored: int
    skipped: int
    waived: int


def coverage_of(results: Iterable[Result], waived: Iterable[str] = ()) -> Coverage:
    """Counts the Results that belong to a clause, that is have a `check`; findings of rules alone are not clauses.

    `waived` holds ids of failures that a waiver sets aside; they count as waived and as nothing else.
    """
    ids = frozenset(waived)
    clauses = [r for r in results if r.check]
    counts = Counter(r.outcome for r in clauses)
    set_aside = sum(r.outcome is Outcome.FAIL and r.id in ids for r in clauses)
    return Coverage(
        declared=len(clauses),
        passed=counts[Outcome.PASS],
        failed=counts[Outcome.FAIL] - set_aside,
        errored=counts[Outcome.ERROR],
        skipped=counts[Outcome.SKIP],
        waived=set_aside,
    )


class Standard(Enum):
    """How a dimension stands to its goal."""

    MET = "met"
    MISSED = "missed"
    ALERT = "alert"
    """Beyond the alert."""
    UNKNOWN = "unknown"
    """What was measured is good, but a clause could not be told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """A quality dimension of a table, or of a whole layer when `table` is ""."""

    layer: str
    table: str
    dimension: Dimension
    value: float | None
    """Good rows of all, in percent, or the worst age in seconds; None when nothing could be measured."""
    unit: str
    """`percent` or `seconds`."""
    clauses: int
    """How many clauses gave the number."""
    waived: int = 0
    """How many failures behind it are waived; they stay in the number, for a waiver mends no data."""
    target: str
    alert: str = ""
    standard: Standard


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """What it would take for a contract to accept one drift."""

    result: str
    """The id of the Result."""
    impact: str = ""
    """To consumers: `breaking`, `risky` or `safe`."""
    bump: str = ""
    """The version it asks for: `major`, `minor` or `patch`."""
    why: str = ""
    diff: str = ""
    """Of this drift alone, against the file as it is."""
    refused: str = ""
    """Why no patch accepts it, or ""."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """The edit of one contract file that accepts its drift, with the version that it asks for."""

    file: str
    diff: str = ""
    """Unified, from the project's folder; "" when nothing of it can be accepted."""
    impact: str = ""
    bump: str = ""
    """The largest of its drifts."""
    version: str = ""
    new_version: str = ""
    """"" when the old one is none of semantic versioning."""
    drifts: tuple[Acceptance, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TableDigest:
    """What a table held while it was measured."""

    server: str
    table: str
    """With its database schema, as the server spells it."""
    rows: int = 0
    digest: str = ""
    """SHA-256 in hexadecimal digits, the same in whatever order rows and columns are; "" when there is none."""
    why_not: str = ""
    """Why there is none."""


@dataclass(frozen=True, kw_only=True)
class Report:
    """Everything one run found out; every reporter renders this and nothing else."""

    run_id: str
    """A UUID."""
    command: str
    """`verify`, `lint`, `drift` or `audit`."""
    started: datetime
    finished: datetime
    as_of: datetime
    project: str
    harness_version: str
    results: tuple[Result, ...]
    coverage: Coverage
    verdict: Verdict
    attempts: "tuple[Attempt, ...]" = ()
    """Of a verification: one, or with `--heal` up to three; the last is the one whose results these are."""
    scorecard: tuple[Score, ...] = ()
    """It informs, and decides nothing."""
    observed: Mapping[tuple[str, str], tuple[Property, ...]] = field(default_factory=dict)
    """Contract id and schema name -> the table's real columns, with the types that the engine names."""
    patches: tuple[Patch, ...] = ()
    """Of `drift`, on request."""
    digests: tuple[TableDigest, ...] = ()
    """Of a verification, on request: every table that it was asked to measure."""
    datasets: tuple[Dataset, ...] = ()
    """Every table of the project's contracts, also those that this run did not look at."""
    lineage: Lineage | None = None
    """Where columns come from; of a verification."""
    history: "Mapping[str, tuple[Past, ...]]" = field(default_factory=dict)
    """Id of a result -> its results in the last runs, at most 20 and oldest first; this run is not among them."""
    slas: "tuple[SlaStatus, ...]" = ()
    """Of an audit."""
    incidents: "tuple[Incident, ...]" = ()
    """Of an audit: those that are open, and those that were resolved in the windows of its service levels."""
    alerts: "tuple[Alert, ...]" = ()
    """Of an audit: the messages about them that are not delivered yet, or were given up."""
    inputs: str = ""
    """The digest of all that said what the run had to look at: `uses.inputs`."""
    url: str = ""
    """Where people will find all of the report."""
    folder: str = ""
    """Where the project is in its repository (`data/`), for readers who show findings beside the files."""

    @cached_property
    def streaks(self) -> "Mapping[tuple[str, Outcome], Streak]":
        """Id and outcome of what failed or could not be told -> how it stands to the runs before that judged it."""
        from harness.model.past import streak_of  # it builds on this module

        found: dict[tuple[str, Outcome], Streak] = {}
        for result in self.results if self.history else ():
            past = self.history.get(result.id, ())
            if result.outcome in (Outcome.FAIL, Outcome.ERROR) and any(p.outcome is not Outcome.SKIP for p in past):
                found[result.id, result.outcome] = streak_of(result.outcome, self.as_of, self.started, past)
        return found
