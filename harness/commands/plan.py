"""`harness plan`: every check with its SQL, without a look at data."""

import argparse

from harness.commands.common import clock, project_of, write
from harness.commands.reporting import add_common
from harness.model.errors import ExitCode, UsageError


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command to the command line."""
    plan = commands.add_parser("plan", help="show every check with its SQL; no data is touched")
    add_common(plan, gate=False)
    plan.set_defaults(run=run)


def run(args: argparse.Namespace) -> ExitCode:
    """Prints every check; UNDECIDED when there is none."""
    from harness.plan import plan, table_of
    from harness.uses.listing import LISTINGS, describe

    if args.format not in LISTINGS:
        raise UsageError(f"a plan cannot be shown as {args.format}", hint="use " + ", ".join(LISTINGS))
    project = project_of(args)
    checks = plan(project, args.as_of or project.as_of or clock(), args.layer, args.select)
    rows = [describe(check, table_of(project, check.contract, check.schema).dialect) for check in checks]
    write(LISTINGS[args.format](rows), args.output)
    return ExitCode.PASS if checks else ExitCode.UNDECIDED
