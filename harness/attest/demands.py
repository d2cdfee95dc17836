"""What a gate downstream asks of evidence whose signature fits, and how far the evidence falls short of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from harness.attest.statement import RUN, STATEMENT, TEST_RESULT
from harness.model.errors import EvidenceError
from harness.model.result import VerdictOutcome
from harness.model.threshold import quantity

SKEW = timedelta(minutes=1)
"""How far two clocks may differ before evidence is from the future."""
_RESULTS = {
    VerdictOutcome.PASS: ("PASSED", "WARNED"),
    VerdictOutcome.FAIL: ("FAILED",),
    VerdictOutcome.UNDECIDED: ("FAILED",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a statement says, as far as it is asked for."""

    verdict: VerdictOutcome
    reason: str
    project: str
    run: str
    started: datetime
    finished: datetime
    as_of: datetime
    arguments: tuple[str, ...]
    """By which the run asked for less than the project does, or for another time."""
    contracts: Mapping[str, str]
    """File -> SHA-256 in hexadecimal digits."""
    tables: int
    """How many have a digest."""
    commit: str
    left_out: tuple[tuple[str, str], ...]
    """What has no digest, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Demands:
    """What is asked of evidence, beside that it is not from the future."""

    not_older_than: timedelta | None = None
    """Since the run began, which is before anything was measured."""
    contracts: Mapping[str, str] = field(default_factory=dict)
    """Name -> the SHA-256 that one of its contracts must have."""
    require_pass: bool = False


def claim_in(statement: Any) -> Claim:
    """What a statement says. Raises EvidenceError for one of another kind or version, or that contradicts itself."""
    try:
        if statement["_type"] != STATEMENT:
            raise EvidenceError("it is no in-toto Statement v1")
        if statement["predicateType"] != TEST_RESULT:
            raise EvidenceError("it is no test-result v0.1")
        if RUN not in statement["predicate"]:
            raise EvidenceError("it says nothing of a run in the words of this version")
        claim = _claim(statement["subject"], statement["predicate"][RUN])
        if statement["predicate"]["result"] not in _RESULTS[claim.verdict]:
            raise EvidenceError("its result and its verdict contradict one another")
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise EvidenceError(f"it is not as this version writes it: {type(error).__name__}: {error}") from None
    return claim


def shortfalls(claim: Claim, demands: Demands, now: datetime) -> Iterator[tuple[VerdictOutcome, str]]:
    """Each demand that is not met: FAIL, or UNDECIDED where the evidence itself says that it could not tell."""
    age = now - claim.started
    if claim.finished > now + SKEW:
        yield VerdictOutcome.FAIL, f"it is from the future: the run ended at {claim.finished.isoformat()}"
    if demands.not_older_than is not None and age > demands.not_older_than:
        allowed = quantity(int(demands.not_older_than.total_seconds()), "seconds")
        yield VerdictOutcome.FAIL, f"it is {quantity(int(age.total_seconds()), 'seconds')} old, and may be {allowed}"
    for name, digest in demands.contracts.items():
        if digest not in claim.contracts.values():
            yield VerdictOutcome.FAIL, f"it is not about the contract {name} as it is here"
    if demands.require_pass and claim.verdict is not VerdictOutcome.PASS:
        yield claim.verdict, f"its verdict is {claim.verdict.value}: {claim.reason}"
    if demands.require_pass and claim.arguments:
        yield VerdictOutcome.FAIL, f"it is not of the whole project by its own settings: {' '.join(claim.arguments)}"


def _claim(subjects: Any, run: Any) -> Claim:
    by_kind: dict[str, list[Any]] = {}
    for each in subjects:
        by_kind.setdefault(each["annotations"]["kind"], []).append(each)
    claim = Claim(
        verdict=VerdictOutcome(run["verdict"]),
        reason=str(run["reason"]),
        project=str(run["project"]),
        run=str(run["run"]),
        started=_moment(run["started"]),
        finished=_moment(run["finished"]),
        as_of=_moment(run["asOf"]),
        arguments=tuple(map(str, run["arguments"])),
        contracts={str(each["name"]): str(each["digest"]["sha256"]) for each in by_kind.get("contract", ())},
        tables=len(by_kind.get("table", ())),
        commit="".join(each["digest"]["gitCommit"] for each in by_kind.get("commit", ())),
        left_out=tuple((str(each["name"]), str(each["reason"])) for each in run["leftOut"]),
    )
    if claim.finished < claim.started:
        raise ValueError("the run ended before it began")
    return claim


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text} has no offset")
    return moment
