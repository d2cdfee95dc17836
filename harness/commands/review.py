"""`harness review`: what a pull request changes in the project's contracts, and whether it may be merged."""

import argparse
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from harness import __version__
from harness.commands.common import CODES, FILES, clock, project_of, write
from harness.model.errors import ExitCode, HarnessError
from harness.model.project import Project
from harness.model.result import Report

if TYPE_CHECKING:
    from harness.model.review import Review


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command to the command line."""
    review = commands.add_parser(
        "review", help="show what changed in the contracts since they parted from a branch, and what that breaks"
    )
    review.add_argument("--against", required=True, metavar="REF", help="a branch, tag or commit of git: origin/main")
    review.add_argument("--project", metavar="DIR", default=".", help="folder of harness.yaml (default: here)")
    review.add_argument(
        "--with-data",
        action="store_true",
        help="hold the changed contracts against the warehouse too: what would fail from the first minute",
    )
    review.add_argument("--suggest", action="store_true", help="say what to write in place of what blocks")
    review.add_argument("--format", choices=tuple(FILES), default="text", help="default: text")
    review.add_argument("--reports", metavar="DIR", help="write every format there too")
    review.add_argument("--output", metavar="PATH", help="write there instead of to the terminal")
    review.set_defaults(run=run)


def run(args: argparse.Namespace) -> ExitCode:
    """Prints the review; FAIL when a breaking change is not covered, UNDECIDED when something could not be told."""
    from harness.model.review import undecided
    from harness.output import clear_folder
    from harness.reporters.review import REVIEWS
    from harness.uses.review import review

    folder = Path(args.reports).absolute() if args.reports else None
    if folder:
        # an earlier review must not be taken for this one
        clear_folder(folder)
    started, project = clock(), project_of(args)
    try:
        found = review(
            project,
            ref=args.against,
            today=clock().date(),
            verify=_verified if args.with_data else None,
            suggest=args.suggest,
        )
    except HarnessError as error:
        # who reads the reports alone, as of a comment that is edited in place, must not go on reading the last one
        if folder:
            _save(folder, undecided(project.name, __version__, args.against, clock().date(), str(error)))
        raise
    if folder:
        _save(folder, found)
    write(REVIEWS[args.format](found), args.output)
    _record(project, found, started)
    return CODES[found.outcome]


def _record(project: Project, found: "Review", started: datetime) -> None:
    """That it cannot be written changes no verdict."""
    from harness.history.review import record_of_review
    from harness.uses.history import keep_record

    record = record_of_review(found, run_id=str(uuid4()), started=started, finished=clock())
    if problem := keep_record(project, record, "review"):
        print(f"harness: {problem}", file=sys.stderr)


def _save(folder: Path, found: "Review") -> None:
    from harness.output import write_folder
    from harness.reporters.review import REVIEWS

    write_folder(folder, {FILES[name]: render(found) for name, render in REVIEWS.items()})


def _verified(project: Project, selected: Sequence[str]) -> Report:
    from harness.uses.verify import verify

    return verify(project, run_id=str(uuid4()), clock=clock, select=selected)
