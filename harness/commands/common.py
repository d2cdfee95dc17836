"""What several commands need: where the text goes, and what a review ends in."""

import sys
from datetime import UTC, datetime
from pathlib import Path

from harness.model.errors import ExitCode
from harness.model.result import VerdictOutcome

CODES: dict[VerdictOutcome, ExitCode] = {
    VerdictOutcome.PASS: ExitCode.PASS,
    VerdictOutcome.FAIL: ExitCode.FAIL,
    VerdictOutcome.UNDECIDED: ExitCode.UNDECIDED,
}
FILES = {
    "text": "review.txt",
    "markdown": "review.md",
    "github": "annotations.txt",
    "sarif": "review.sarif",
    "json": "review.json",
    "omds": "review.omds.yaml",
}
"""Format of a review, the keys of `harness.reporters.review.REVIEWS` -> its file in the folder of `--reports`."""


def clock() -> datetime:
    """The real time."""
    return datetime.now(UTC)


def say(*notes: str) -> None:
    """What people should know of a run, beside what it prints."""
    for note in filter(None, notes):
        print(f"harness: {note}", file=sys.stderr)


def write(rendered: str, output: str | None) -> None:
    """Prints the text, or writes it to a file when one is named. Raises UsageError when that cannot be."""
    from harness.output import write_file

    if output:
        write_file(Path(output), rendered)
    else:
        print(rendered, end="" if rendered.endswith("\n") else "\n")
