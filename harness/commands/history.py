"""`harness history`: what earlier runs found out, of all or of one check."""

import argparse
import shutil
import sys
from datetime import UTC, datetime, timedelta

from harness import arguments
from harness.commands.common import project_of, say, write
from harness.model.errors import ExitCode, UsageError


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command to the command line."""
    history = commands.add_parser("history", help="show what earlier runs found out: every run of a check, trends")
    history.add_argument(
        "check",
        nargs="?",
        metavar="CHECK",
        help="id or readable id of a check, a table, contract or rule, or a pattern (fct_*/*); all runs without it",
    )
    history.add_argument("--since", type=arguments.moment, metavar="TIME", help="only runs as of then or later")
    history.add_argument(
        "--last", type=arguments.days, default=20, metavar="N", help="how many runs are listed (default: 20)"
    )
    history.add_argument("--prune", action="store_true", help="delete the runs that are too old (`history: {keep}`)")
    history.add_argument("--keep", type=arguments.days, metavar="DAYS", help="with --prune: delete what is older")
    history.add_argument(
        "--adopt", action="store_true",
        help="say that this project is the one of the earlier audits under its name, though it or its data has moved",
    )  # fmt: skip
    history.add_argument("--format", choices=("text", "json"), default="text", help="default: text")
    history.add_argument("--project", metavar="DIR", default=".", help="folder of harness.yaml (default: here)")
    history.add_argument("--output", metavar="PATH", help="write there instead of to the terminal")
    history.set_defaults(run=run)


def run(args: argparse.Namespace) -> ExitCode:
    """Prints what is known. Raises UsageError when nothing is, and RecordError when the history cannot be read."""
    from harness.reporters.history import as_json, text
    from harness.uses.chronicle import adopt, chronicle_of, prune

    project = project_of(args)
    if args.keep and not args.prune:
        raise UsageError("--keep belongs to --prune", hint="`history: {keep: 400 d}` in harness.yaml keeps it so")
    if args.prune:
        gone, left = prune(project, datetime.now(UTC), timedelta(days=args.keep) if args.keep else None, say)
        print(f"deleted {gone:,} run{'' if gone == 1 else 's'}; {left:,} left")
        return ExitCode.PASS
    if args.adopt:
        print(f"{adopt(project, say):,} audits are of this project now")
        return ExitCode.PASS
    found, problem = chronicle_of(project, args.check or "", args.since, args.last)
    if problem:
        say(problem)
    if args.format == "json":
        write(as_json(found, args.last), args.output)
    else:
        color = not args.output and sys.stdout.isatty()
        width = shutil.get_terminal_size().columns if color else 100
        write(text(found, args.last, color=color, width=width), args.output)
    return ExitCode.PASS
