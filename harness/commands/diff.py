"""`harness diff`: two contract files, or two folders of them, held against one another."""

import argparse
from datetime import UTC, datetime
from pathlib import Path

from harness.commands.common import write
from harness.model.errors import ExitCode


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command to the command line."""
    diff = commands.add_parser(
        "diff", help="show what changed between two versions of a contract, and what that breaks"
    )
    diff.add_argument("before", type=Path, metavar="BEFORE", help="a contract file, or a folder of them")
    diff.add_argument("after", type=Path, metavar="AFTER", help="the same, later")
    diff.add_argument("--format", choices=("text", "json"), default="text", help="default: text")
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
    from harness.reporters import changes_json, changes_text
    from harness.uses.diff import compare_trees

    trees = compare_trees(
        read_tree(args.before),
        read_tree(args.after),
        project=Project(name="", root=Path()),
        today=datetime.now(UTC).date(),
        perspective=args.perspective,
    )
    form = {"json": changes_json, "text": changes_text}[args.format]
    versions = [(each.file, each.version) for each in trees.comparisons if each.changes]
    write(form.render(trees.breaking, trees.bump, trees.changes, trees.problems, versions), args.output)
    if any(each.uncovered for each in trees.comparisons):
        return ExitCode.FAIL
    undecided = trees.problems or any(change.undecided for change in trees.changes)
    return ExitCode.UNDECIDED if undecided else ExitCode.PASS
