"""What the reports for machines show one by one: all that did not pass, the most important first, in few words."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from harness.model.result import Outcome, Report, Result, VerdictOutcome
from harness.reporters.plain import plain
from harness.reporters.summary import Standing, by_standing
from harness.reporters.words import actual, subject, waiver_notes

PROJECT_FILE = "harness.yaml"
"""Where a finding is shown that stands in no file: every annotation needs one."""
# no reader takes an absolute path, and a blank one is none
_AROUND = re.compile(r"^(\.?/|\s)+|\s+$")
_SHOWN = (Standing.BLOCKS, Standing.UNDECIDED, Standing.WARNING, Standing.WAIVED, Standing.INFO)


class Finding(NamedTuple):
    """A result that did not pass, or the verdict itself."""

    standing: Standing
    rule: str
    subject: str
    message: str
    """One line: what it is, expected against actual, owner, waiver."""
    file: str
    """From the root of the repository."""
    line: int
    id: str
    result: Result | None = None
    """None for the verdict."""


def findings(report: Report) -> Iterator[Finding]:
    """Every result that did not pass and was not skipped on purpose; a shut gate has at least one that closes it.

    Failures that block come first, then what could not be told, warnings, waived failures and notes.
    """
    groups, notes = by_standing(report, _SHOWN), waiver_notes(report.verdict)
    shut = report.verdict.outcome is not VerdictOutcome.PASS
    if shut and not groups[Standing.BLOCKS] and not groups[Standing.UNDECIDED]:
        yield _verdict(report)
    for standing in _SHOWN:
        for result in groups[standing]:
            yield _finding(report, result, standing, notes.get(result.id, ""))


def _finding(report: Report, result: Result, standing: Standing, note: str) -> Finding:
    return Finding(
        standing=standing,
        rule=plain(result.rule, 100) or "unknown",
        subject=plain(subject(result), 120),
        message=_message(result, standing, note),
        file=report.folder + (_AROUND.sub("", result.file) or PROJECT_FILE),
        line=max(result.line, 1),
        id=result.id,
        result=result,
    )


def _verdict(report: Report) -> Finding:
    reason = plain(report.verdict.reason, 400)
    # nothing in particular is to blame, and a reader of this format alone must not take it for a pass
    file = report.folder + PROJECT_FILE
    return Finding(Standing.UNDECIDED, "verdict", plain(report.project, 120), reason, file, 1, "verdict")


def _message(result: Result, standing: Standing, note: str) -> str:
    prefix = {Standing.UNDECIDED: "could not tell: ", Standing.WAIVED: "waived: "}.get(standing, "")
    message = plain(result.message).rstrip(".")
    values = [("expected", result.expected), ("actual", actual(result)), ("owner", result.owner)]
    compared = ", ".join(f"{name} {plain(value, 160)}" for name, value in values if value)
    failed = result.outcome is Outcome.FAIL
    parts = (prefix + message.removeprefix(prefix), compared, plain(note, 300) if failed else "")
    return "; ".join(part for part in parts if part)
