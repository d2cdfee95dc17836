"""What several commands need: where the text goes, and what a review ends in."""

import argparse
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from harness.model.errors import ExitCode
from harness.model.project import Project
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


def project_of(args: argparse.Namespace) -> Project:
    """The project in the folder that is named. Raises HarnessError when it cannot be read."""
    from harness.load.project import load_project

    return load_project(Path(args.project), os.environ)


def reports_of(args: argparse.Namespace, project: Project) -> Path:
    """The folder of the reports of a verification."""
    return Path(args.reports).absolute() if args.reports else project.root / project.reports_dir / "latest"


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
