"""What Soda's facts mean: an answer for every clause, and its Result. Pure, and stricter than Soda itself.

Soda counts a check that it could not evaluate, a table without rows, and a timestamp in the future as fine; here the
first two are errors and the third is a failure.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from harness.load.soda import SodaClause
from harness.load.soda_vocabulary import TYPES
from harness.model.check import Check
from harness.model.result import Outcome, Result, Severity, fingerprint
from harness.model.threshold import Number, quantity

SodaKey = tuple[str, str]
"""A clause: the path of its file, and its key in there."""
_UNDECIDED = {
    "NOT_EVALUATED": "Soda could not evaluate it",
    "EXCLUDED": "Soda left it out",
    "LOST": "Soda gave no answer for it",
}
_LONGEST = 400
"""Characters of Soda's own words in a message; it quotes whole statements."""


class SodaOutcome(Enum):
    """What became of a clause."""

    PASSED = "passed"
    FAILED = "failed"
    WARNED = "warned"
    ERROR = "error"
    """Could not tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SodaAnswer:
    """Soda's answer for one clause; `message` says why when it is no plain pass or failure."""

    outcome: SodaOutcome
    value: Number | None = None
    expected: str = ""
    actual: str = ""
    failed_rows: int | None = None
    total_rows: int | None = None
    message: str = ""
    query: str = ""
    seconds: float = 0.0
    """Of the statement, which it may share with other clauses."""


def no_answer(clause: SodaClause, why: str) -> SodaAnswer:
    """The answer for a clause that Soda was not asked, or did not get to."""
    return SodaAnswer(outcome=SodaOutcome.ERROR, expected=clause.expected, message=_short(why))


def answer_of(clause: SodaClause, fact: Mapping[str, Any]) -> SodaAnswer:
    """The answer in what the worker reports about one clause."""
    metrics = fact["metrics"]
    # Soda rounds ages to its unit, which is not always ours
    value = fact["age"] if clause.type == "freshness" else fact["value"]
    message = _doubt(clause, fact)
    outcome = SodaOutcome.ERROR
    if not message:
        outcome = {"PASSED": SodaOutcome.PASSED, "FAILED": SodaOutcome.FAILED, "WARN": SodaOutcome.WARNED}[
            fact["outcome"]
        ]
        if clause.type == "freshness" and value < 0:
            outcome = SodaOutcome.FAILED
            message = f"the newest row is {quantity(-value, 'seconds')} in the future ({fact['newest']})"
    return SodaAnswer(
        outcome=outcome,
        value=value,
        expected=clause.expected,
        actual=_actual(clause, fact, value) if outcome is not SodaOutcome.ERROR else "",
        failed_rows=metrics.get(f"{clause.type}_count"),
        total_rows=_rows(metrics),
        message=message,
        query=fact["query"],
        seconds=fact["seconds"],
    )


def key_of(check: Check) -> SodaKey:
    """Where the answer to a Soda check stands among all answers."""
    return str(check.arguments.get("file", "")), str(check.arguments.get("key", ""))


def soda_result(check: Check, answers: Mapping[SodaKey, SodaAnswer]) -> Result:
    """The Result of a Soda check; no answer is an ERROR, like every answer that decides nothing."""
    _, key = key_of(check)
    why = str(check.arguments.get("error") or "Soda was not asked about it")
    answer = answers.get(key_of(check)) or SodaAnswer(outcome=SodaOutcome.ERROR, message=why)
    severity = check.severity
    if answer.outcome is SodaOutcome.WARNED and severity.rank > Severity.WARNING.rank:
        severity = Severity.WARNING
    said = answer.message or f"{answer.actual}, expected {answer.expected}"
    return Result(
        id=fingerprint("soda", check.contract.id, check.id),
        rule="soda",
        check=check.id,
        outcome=_OUTCOMES[answer.outcome],
        severity=severity,
        dimension=check.dimension,
        contract=check.contract.id,
        version=check.contract.version,
        layer=check.contract.layer,
        table=check.schema.name,
        column=check.column,
        file=check.at.file,
        line=check.at.line,
        message=f"{check.description or key}: {said}",
        expected=answer.expected,
        actual=answer.actual,
        failed_rows=answer.failed_rows,
        total_rows=answer.total_rows,
        query=answer.query,
        seconds=answer.seconds,
        owner=check.contract.owner,
    )


_OUTCOMES = {
    SodaOutcome.PASSED: Outcome.PASS,
    SodaOutcome.FAILED: Outcome.FAIL,
    SodaOutcome.WARNED: Outcome.FAIL,
    SodaOutcome.ERROR: Outcome.ERROR,
}


def _doubt(clause: SodaClause, fact: Mapping[str, Any]) -> str:
    """Why the answer cannot be trusted, or ""."""
    said = "; ".join(fact["errors"] or fact["warnings"])
    if fact["outcome"] in _UNDECIDED:
        return _short(f"{_UNDECIDED[fact['outcome']]}: {said}" if said else _UNDECIDED[fact["outcome"]])
    if fact["errors"]:
        return _short(f"Soda answered, but also logged an error: {said}")
    if clause.type == "freshness" and fact["age"] is None:
        return _short(f"the age cannot be told: {said}" if said else "the age cannot be told: there is no timestamp")
    if clause.type != "schema" and fact["value"] is None:
        return "Soda decided without a number"
    if TYPES[clause.type].counts_rows and fact["outcome"] == "PASSED" and not _rows(fact["metrics"]):
        return "no rows were tested"
    return ""


def _rows(metrics: Mapping[str, Any]) -> int | None:
    """How many rows the check saw; those of the table when Soda knows no better."""
    rows: int | None = metrics.get("check_rows_tested", metrics.get("dataset_rows_tested"))
    return rows


def _actual(clause: SodaClause, fact: Mapping[str, Any], value: Number) -> str:
    if clause.type == "schema":
        return "; ".join(fact["differences"]) or "the columns of the file"
    return quantity(value, clause.unit)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 2] + " …"
