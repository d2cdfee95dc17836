"""`harness reconcile`: two tables of any two servers held against one another."""

import argparse
import os
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from harness import arguments
from harness.commands.common import write
from harness.model.errors import ExitCode, UsageError
from harness.model.project import Project


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command to the command line."""
    parser = commands.add_parser(
        "reconcile",
        help="hold two tables of any two servers against one another",
        description="A and B are `server:table` of the project, a .parquet or .csv file, or `file.duckdb:table`.",
    )
    parser.add_argument("a", metavar="A", help="the table that is right")
    parser.add_argument("b", metavar="B", help="the table that should be the same")
    parser.add_argument("--key", action="append", required=True, metavar="COLUMN", help="may be repeated, or a,b")
    parser.add_argument("--columns", action="append", default=[], metavar="COLUMN", help="compare these alone")
    parser.add_argument("--ignore", action="append", default=[], metavar="COLUMN", help="leave these out")
    parser.add_argument(
        "--tolerance", action="append", default=[], metavar="COLUMN=0.01", type=_assigned,
        help="how far numbers may be apart, or times (COLUMN=1s); may be repeated",
    )  # fmt: skip
    parser.add_argument(
        "--lag", metavar="COLUMN=15m", type=_assigned, help="leave out rows that are younger than this on either side"
    )
    parser.add_argument("--zone", default="", metavar="ZONE", help="of times without one, where the other side has one")
    parser.add_argument(
        "--samples", type=arguments.few, default=0, metavar="N",
        help="show up to N rows that differ, never a classified column (default: 0, at most 100)",
    )  # fmt: skip
    parser.add_argument("--as-of", type=arguments.moment, metavar="TIME", help="the clock of --lag, with an offset")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")
    parser.add_argument("--output", metavar="PATH", help="write there instead of to the terminal")
    parser.add_argument("--project", metavar="DIR", default=".", help="folder of harness.yaml (default: here)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> ExitCode:
    """Prints what was found; FAIL when the tables differ, UNDECIDED when nobody can tell."""
    from harness.reconcile.match import Wanted
    from harness.reporters.reconciliation import RECONCILIATIONS
    from harness.uses.reconcile import reconcile

    project = _project(Path(args.project))
    wanted = Wanted(
        key=_names(args.key),
        only=_names(args.columns),
        ignored=_names(args.ignore),
        tolerances=_once(args.tolerance),
        lag=args.lag,
        zone=_zone(args.zone),
    )
    as_of = args.as_of or project.as_of or datetime.now(UTC)
    found = reconcile(project, args.a, args.b, wanted, as_of=as_of, samples=args.samples, clock=perf_counter)
    write(RECONCILIATIONS[args.format](found), args.output)
    return {True: ExitCode.PASS, False: ExitCode.FAIL, None: ExitCode.UNDECIDED}[found.equal]


def _project(folder: Path) -> Project:
    """The project, or an empty one where there is none: two files can be compared anywhere."""
    from harness.load.project import load_project
    from harness.load.settings import FILE

    if folder.is_dir() and not (folder / FILE).exists():
        return Project(name="", root=folder)
    return load_project(folder, os.environ)


def _names(written: list[str]) -> tuple[str, ...]:
    """Names of columns; one that holds a comma cannot be written here."""
    return tuple(name for each in written for part in each.split(",") if (name := part.strip()))


def _assigned(text: str) -> tuple[str, str]:
    name, equals, value = text.rpartition("=")
    if not (equals and name.strip() and value.strip()):
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form COLUMN=VALUE")
    return name.strip(), value.strip()


def _once(pairs: list[tuple[str, str]]) -> dict[str, str]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise UsageError("`--tolerance` names a column twice")
    return found


def _zone(name: str) -> str:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(name).key if name else ""
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UsageError(f"there is no time zone {name!r}", hint="write UTC or Europe/Berlin") from None
