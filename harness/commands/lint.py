"""`harness lint`: the rules, without a look at data."""

import argparse
from uuid import uuid4

from harness.commands.common import CODES, clock, project_of
from harness.commands.reporting import add_common, placed, show
from harness.model.errors import ExitCode


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command to the command line."""
    lint = commands.add_parser("lint", help="apply the rules to contracts and checks; no data is touched")
    add_common(lint, gate=True)
    lint.set_defaults(run=run)


def run(args: argparse.Namespace) -> ExitCode:
    """Prints what the rules found."""
    from harness.uses.lint import lint_project

    project = project_of(args)
    report = lint_project(
        project, run_id=str(uuid4()), clock=clock, layers=args.layer, select=args.select, fail_on=args.fail_on
    )
    show(placed(report, args, project), args)
    return CODES[report.verdict.outcome]
