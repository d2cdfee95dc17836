"""`harness diff`: two contract files, or two folders of them, held against one another."""

import argparse
from datetime import UTC, datetime
from pathlib import Path

from harness.commands.common import CODES, FILES, write
from harness.model.errors import ExitCode


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command to the command line."""
    diff = commands.add_parser(
        "diff", help="show what changed between two versions of a contract, and what that breaks"
    )
    diff.add_argument("before", type=Path, metavar="BEFORE", help="a contract file, or a folder of them")
    diff.add_argument("after", type=Path, metavar="AFTER", help="the same, later")
    diff.add_argument("--format", choices=tuple(FILES), default="text", help="default: text")
    diff.add_argument(
        "--perspective",
        choices=("consumers", "producers", "both"),
        default="consumers",
        help="whom a breaking change breaks (default: consumers)",
    )
    diff.add_argument("--output", metavar="PATH", help="write there instead of to the terminal")
    diff.set_defaults(run=run)


def run(args: argparse.Namespace) -> ExitCode:
    """Prints the changes; FAIL when one breaks and no version covers it, UNDECIDED when something could not be told."""
    from harness.load.tree import read_tree
    from harness.model.project import Project
    from harness.reporters.review import REVIEWS
    from harness.uses.compared import compared
    from harness.uses.diff import compare_trees

    today = datetime.now(UTC).date()
    trees = compare_trees(
        read_tree(args.before),
        read_tree(args.after),
        project=Project(name="", root=Path()),
        today=today,
        perspective=args.perspective,
    )
    found = compared(trees, before=args.before.name, today=today)
    write(REVIEWS[args.format](found), args.output)
    return CODES[found.outcome]
