"""`harness export`: a contract in the language of another tool."""

import argparse

from harness.commands.common import clock, project_of, write
from harness.model.errors import ExitCode


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command to the command line."""
    export = commands.add_parser("export", help="write a contract in the language of another tool")
    export.add_argument("format", choices=("soda",), help="soda: a contract of soda-core 4")
    export.add_argument("contract", metavar="CONTRACT", help="a table, or the id or file of its contract")
    export.add_argument("--project", metavar="DIR", default=".", help="folder of harness.yaml (default: here)")
    export.add_argument("--output", metavar="PATH", help="write there instead of to the terminal")
    export.set_defaults(run=run)


def run(args: argparse.Namespace) -> ExitCode:
    """Prints the contract in the other language."""
    from harness.uses.export import soda_contract

    project = project_of(args)
    write(soda_contract(project, args.contract, project.as_of or clock()), args.output)
    return ExitCode.PASS
