"""The words that the readable reports share: what a result is about, where it stands, what was found, what it means."""

import re
from collections.abc import Mapping

from harness.model.errors import ExitCode
from harness.model.result import Coverage, Result, Sample, Verdict, VerdictOutcome
from harness.model.waiver import WaiverUse

_WORD = re.compile(r"[\w.:+-]+(?: [\w.:+-]+)*")
EXITS: dict[VerdictOutcome, tuple[ExitCode, str]] = {
    VerdictOutcome.PASS: (ExitCode.PASS, "the gate is open"),
    VerdictOutcome.FAIL: (ExitCode.FAIL, "a violation blocks"),
    VerdictOutcome.UNDECIDED: (ExitCode.UNDECIDED, "undecided is never a pass"),
}
"""The exit code a verdict ends in, and what the code means."""


def subject(result: Result) -> str:
    """What it is about: `table.column`, else the table, the contract, or the whole project."""
    return ".".join(part for part in (result.table, result.column) if part) or result.contract or "project"


def place(result: Result) -> str:
    """`file:line`, as editors and terminals open it."""
    return f"{result.file}:{result.line}" if result.file and result.line else result.file


def actual(result: Result) -> str:
    """What was found, with the rows behind it: `2.4 % (8,255 of 336,776 rows)`."""
    if result.failed_rows is None or not result.total_rows or f"{result.total_rows:,}" in result.actual:
        return result.actual
    rows = f"{result.failed_rows:,} of {result.total_rows:,} rows"
    if result.actual in ("", f"{result.failed_rows:,} rows", f"{result.failed_rows:,} row"):
        return rows
    return f"{result.actual} ({rows})"


def examples(sample: Sample | None) -> list[str]:
    """The rows of a sample, one a line (`id 5, status "paid "`), and what is not shown, and why."""
    if sample is None:
        return []
    rows = [zip(sample.columns, map(_value, row), strict=True) for row in sample.rows]
    lines = ["row: " + ", ".join(f"{name} {value}" for name, value in row) for row in rows]
    lines += [f"no rows shown: {sample.note}"] if sample.note else []
    return lines + ([f"not shown: {'; '.join(sample.hidden)}"] if sample.hidden else [])


def _value(value: str | None) -> str:
    """NULL, a plain word or number as it is, and anything else in quotation marks, so that its ends can be seen."""
    if value is None:
        return "NULL"
    return value if _WORD.fullmatch(value) and value.upper() != "NULL" else f'"{value}"'


def counted(coverage: Coverage, infos: int) -> str:
    """The coverage in words whose numbers add up; a zero is worth saying only of what failed or could not be told."""
    notes = f"; {plural(infos, 'note')} of severity info" if infos else ""
    if not coverage.declared:
        return f"no clause was held against data{notes}"
    parts = [f"{coverage.passed:,} passed", f"{coverage.failed:,} failed", f"{coverage.errored:,} could not tell"]
    parts += [f"{coverage.skipped:,} skipped"] if coverage.skipped else []
    parts += [f"{coverage.waived:,} waived"] if coverage.waived else []
    return f"{plural(coverage.declared, 'check')} declared: {', '.join(parts)}{notes}"


def waiver_notes(verdict: Verdict) -> Mapping[str, str]:
    """By the id of a failure, what its waiver says of it: until when it is set aside, or since when no more."""
    return {name: _in_force(use) if use.in_force else _expired(use) for name, use in waiver_of(verdict).items()}


def waiver_of(verdict: Verdict) -> Mapping[str, WaiverUse]:
    """By the id of a failure, the waiver that names it; of several, the one that holds longest."""
    uses = sorted(verdict.waivers, key=lambda use: use.days_left)
    return {name: use for use in uses for name in use.failures}


def days_left(use: WaiverUse) -> str:
    """`12 days left`, `last day`, `expired 3 days ago`."""
    if use.days_left > 0:
        return f"{plural(use.days_left, 'day')} left"
    return f"expired {plural(-use.days_left, 'day')} ago" if use.days_left else "last day"


def covers(use: WaiverUse) -> str:
    """How much it names: `covers 3 failures`; a run that looks at no data has few that it could name."""
    if use.failures:
        verb = "covers" if use.in_force else "covered"
        return f"{verb} {plural(len(use.failures), 'failure')}"
    return "covers nothing: its result could not be told" if use.undecided else "covers no failure of this run"


def _in_force(use: WaiverUse) -> str:
    waiver = use.waiver
    return f"waived until {waiver.expires} ({days_left(use)}), approved by {waiver.approver}: {waiver.reason}"


def _expired(use: WaiverUse) -> str:
    return f"its waiver expired on {use.waiver.expires} ({use.waiver.at.file}:{use.waiver.at.line})"


def plural(count: int, noun: str, many: str = "") -> str:
    """`1 check`, `2 checks`."""
    return f"{count:,} {noun if count == 1 else many or f'{noun}s'}"
