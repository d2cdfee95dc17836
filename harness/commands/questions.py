"""`harness questions`: what must be asked of the tables, with options and what each costs, and what is assumed."""

import argparse
import sys
from datetime import UTC, datetime

from harness.commands.common import project_of, write
from harness.model.errors import ExitCode
from harness.model.project import LAYERS


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command to the command line."""
    questions = commands.add_parser(
        "questions", help="list what nobody says of the tables: open questions with options, and assumptions"
    )
    questions.add_argument("--project", metavar="DIR", default=".", help="folder of harness.yaml (default: here)")
    questions.add_argument(
        "--layer", action="append", default=[], choices=LAYERS, help="only this layer; may be repeated"
    )
    questions.add_argument(
        "--select", action="append", default=[], metavar="PATTERN", help="only tables or contracts like fct_*"
    )
    questions.add_argument("--format", choices=("text", "markdown", "json"), default="text", help="default: text")
    questions.add_argument("--output", metavar="PATH", help="write there instead of to the terminal")
    questions.set_defaults(run=run)


def run(args: argparse.Namespace) -> ExitCode:
    """Prints them. FAIL when one blocks the hand-off, UNDECIDED when something cannot be read or nothing is there."""
    from harness.load.lineage import read_sources
    from harness.reporters.questions import QUESTIONS
    from harness.rules.governance.question_open import finding_id
    from harness.uses.lineage import lineage_of
    from harness.uses.questions import questions_of
    from harness.uses.waivers import today_of

    project = project_of(args)
    lineage = lineage_of(project, read_sources(project, built=False))
    asked = questions_of(project, lineage, today_of(datetime.now(UTC)), args.layer, args.select)
    points = [(point, finding_id(point)) for point in asked.points]
    write(QUESTIONS[args.format](points, asked.waived), args.output)
    for problem in asked.unread:
        print(f"harness: {problem}: there may be more to ask", file=sys.stderr)
    if not points:
        print("harness: no table was found, so nothing is known", file=sys.stderr)
    if asked.blocking:
        return ExitCode.FAIL
    return ExitCode.PASS if points and not asked.unread else ExitCode.UNDECIDED
