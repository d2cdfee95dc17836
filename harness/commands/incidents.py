"""`harness incidents`: what is open, since when, and who was told."""

import argparse
from datetime import UTC, datetime

from harness.commands.common import project_of, write
from harness.model.errors import ExitCode


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command to the command line."""
    incidents = commands.add_parser("incidents", help="list the open incidents that audits have found")
    incidents.add_argument("--all", action="store_true", help="those that are resolved too")
    incidents.add_argument("--format", choices=("text", "json"), default="text", help="default: text")
    incidents.add_argument("--project", metavar="DIR", default=".", help="folder of harness.yaml (default: here)")
    incidents.add_argument("--output", metavar="PATH", help="write there instead of to the terminal")
    incidents.set_defaults(run=run)


def run(args: argparse.Namespace) -> ExitCode:
    """Prints them. Raises RecordError when the history cannot be read: then nobody knows whether one is open."""
    from harness.reporters.incidents import SHOWN
    from harness.uses.history import open_database

    project = project_of(args)
    with open_database(project) as history:
        incidents = history.incidents(open_only=not args.all)
        undelivered = [each for each in history.alerts() if each.sent is None]
    write(SHOWN[args.format](incidents, undelivered, project.as_of or datetime.now(UTC)), args.output)
    return ExitCode.PASS
