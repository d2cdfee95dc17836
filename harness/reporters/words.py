"""The words that the readable reports share: what a result is about, where it stands, what was found, what it means."""

from harness.model.errors import ExitCode
from harness.model.result import Coverage, Result, VerdictOutcome

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


def counted(coverage: Coverage, infos: int) -> str:
    """The coverage in words whose numbers add up; a zero is worth saying only of what failed or could not be told."""
    notes = f"; {plural(infos, 'note')} of severity info" if infos else ""
    if not coverage.declared:
        return f"no clause was held against data{notes}"
    parts = [f"{coverage.passed:,} passed", f"{coverage.failed:,} failed", f"{coverage.errored:,} could not tell"]
    parts += [f"{coverage.skipped:,} skipped"] if coverage.skipped else []
    parts += [f"{coverage.waived:,} waived"] if coverage.waived else []
    return f"{plural(coverage.declared, 'check')} declared: {', '.join(parts)}{notes}"


def plural(count: int, noun: str) -> str:
    """`1 check`, `2 checks`."""
    return f"{count:,} {noun}" + ("" if count == 1 else "s")
