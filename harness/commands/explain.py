"""`harness explain`: the page of a rule or metric."""

import argparse

from harness.commands.common import write
from harness.model.errors import ExitCode


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command to the command line."""
    explain = commands.add_parser("explain", help="show the page of a rule or metric")
    explain.add_argument("id", metavar="ID", help="as in a report: owner-missing, nullValues, ...")
    explain.add_argument("--output", metavar="PATH", help="write there instead of to the terminal")
    explain.set_defaults(run=run)


def run(args: argparse.Namespace) -> ExitCode:
    """Prints the page. Raises UsageError for an unknown id."""
    from harness.docs import explain

    write(explain(args.id), args.output)
    return ExitCode.PASS
