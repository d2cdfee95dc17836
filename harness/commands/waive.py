"""`harness waive`: the draft of a waiver."""

import argparse
import sys
from datetime import date, timedelta

from harness import arguments
from harness.commands.common import clock, project_of, reports_of
from harness.commands.reporting import FILES
from harness.model.errors import ExitCode, UsageError


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command to the command line."""
    waive = commands.add_parser("waive", help="draft a waiver: a failure that may pass the gate until a day")
    waive.add_argument("id", metavar="ID", help="of a result, as the report shows it, or of a check")
    waive.add_argument("--reason", metavar="TEXT", help="why it may pass until then")
    waive.add_argument("--approver", metavar="NAME", help="who agrees; not the author")
    waive.add_argument("--author", metavar="NAME", help="who asks for it")
    until = waive.add_mutually_exclusive_group()
    until.add_argument("--expires", type=date.fromisoformat, metavar="DATE", help="the last day on which it holds")
    until.add_argument("--days", type=arguments.days, metavar="N", help="how long it holds from today (default: 30)")
    waive.add_argument("--write", action="store_true", help="append it to the file of waivers")
    waive.add_argument("--project", metavar="DIR", default=".", help="folder of harness.yaml (default: here)")
    waive.add_argument("--reports", metavar="DIR", help="folder of the last run's reports (default: reports/latest)")
    waive.set_defaults(run=run)


def run(args: argparse.Namespace) -> ExitCode:
    """Prints the entry, or writes it. Raises UsageError when what `--write` needs is missing."""
    from harness.load.report import results_of
    from harness.output import write_file
    from harness.uses.waive import draft
    from harness.uses.waivers import today_of

    project, today = project_of(args), today_of(clock())
    said = {key: getattr(args, key).strip() for key in ("reason", "approver", "author") if getattr(args, key)}
    made = draft(
        project,
        args.id,
        results_of(reports_of(args, project) / FILES["json"]),
        clock=clock,
        today=today,
        said=said,
        expires=today + timedelta(days=args.days) if args.days else args.expires,
    )
    file = project.waivers.file
    if not args.write:
        print(made.entry, end="")
        todo = f"fill in {', '.join(made.missing)} and " if made.missing else ""
        print(f"harness: {todo}append this to {file}", file=sys.stderr)
        return ExitCode.PASS
    if made.missing:
        needed = ", ".join(f"--{name}" for name in made.missing)
        raise UsageError(f"--write needs {needed}", hint="without it the draft is printed, with blanks to fill in")
    write_file(project.root / file, made.whole)
    print(f"appended to {file}:\n{made.entry}", end="")
    return ExitCode.PASS
