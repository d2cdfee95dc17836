"""`harness verify --heal`: attempts, and between them the remedies that `harness.yaml` declares."""

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from harness.model.project import Project
from harness.model.result import Report, VerdictOutcome

if TYPE_CHECKING:  # a run that heals nothing does not wait for them
    from harness.uses.heal import Healed
    from harness.uses.verify import Then

_LINE = 1000
"""Characters of a line that tells what goes on."""
FILE = "escalation.md"
"""In the folder of reports, when the gate stays shut."""


def add(parser: argparse.ArgumentParser) -> None:
    """Adds the option to `harness verify`."""
    parser.add_argument(
        "--heal",
        action="store_true",
        help="at most three attempts; between them run the remedies that `heal` of harness.yaml declares",
    )


def healed(project: Project, args: argparse.Namespace, verify: "Callable[[Then], Report]") -> "Healed":
    """The last attempt, told on the way; each of the others is in the history before anything is done about it."""
    from harness.reporters.plain import inert, plain
    from harness.uses.heal import heal
    from harness.uses.history import note_attempt

    def tell(line: str) -> None:
        if not args.quiet:
            # names of contracts and the words of commands are in it
            indent = line[: len(line) - len(line.lstrip())]
            print(inert(f"harness: {indent}{plain(line, _LINE)}"), file=sys.stderr, flush=True)

    def note(report: Report) -> None:
        if problem := note_attempt(project, report, narrowed=bool(args.layer or args.select)):
            print(f"harness: {problem}", file=sys.stderr)

    return heal(project, verify, environ=os.environ, note=note, tell=tell, fail_on=args.fail_on)


def escalation(found: "Healed", report: Report) -> dict[str, str]:
    """The document for whoever must decide now; none when the gate opened."""
    from harness.reporters.escalation import render

    if report.verdict.outcome is VerdictOutcome.PASS:
        return {}
    return {FILE: render(report, found.hopeless)}


def say_where(folder: Path) -> None:
    """Where that document is."""
    print(f"harness: somebody must decide: {folder / FILE}", file=sys.stderr)
