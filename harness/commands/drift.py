"""`harness drift`: what the servers say of their tables, held against the contracts."""

import argparse
from uuid import uuid4

from harness.commands.common import CODES, clock, project_of
from harness.commands.reporting import add_common, placed, show
from harness.model.errors import ExitCode


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command to the command line."""
    drift = commands.add_parser("drift", help="compare what the servers say of their tables with the contracts")
    add_common(drift, gate=True)
    drift.add_argument("--patch", action="store_true", help="show the patches of contracts that would accept the drift")
    drift.set_defaults(run=run)


def run(args: argparse.Namespace) -> ExitCode:
    """Prints how tables differ from their contracts."""
    from harness.uses.drift import drift_project

    project = project_of(args)
    report = drift_project(
        project,
        run_id=str(uuid4()),
        clock=clock,
        layers=args.layer,
        select=args.select,
        fail_on=args.fail_on,
        patch=args.patch,
    )
    show(placed(report, args, project), args)
    return CODES[report.verdict.outcome]
