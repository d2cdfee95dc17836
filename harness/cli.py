"""The command line: one thin command per use, and the only place that prints or exits.

Exit codes: 0 pass, 1 fail, 2 usage or unreadable project, 3 undecided, 4 pass without the lineage that is required.
"""

import argparse
import logging
import os
import sys
import traceback
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, NoReturn
from uuid import uuid4

from harness import __version__, arguments
from harness.commands import (
    attest,
    audit,
    diff,
    handoff,
    heal,
    history,
    incidents,
    publish,
    questions,
    reconcile,
    review,
)
from harness.commands.common import CODES, clock, write
from harness.commands.reporting import FILES, add_common, placed, show
from harness.load.evidence import SIGNING_KEY
from harness.model.errors import (
    EvidenceError,
    ExitCode,
    HarnessError,
    HistoryError,
    PublishError,
    RecordError,
    UsageError,
)
from harness.model.project import Project

if TYPE_CHECKING:
    from harness.model.result import Report
    from harness.uses.history import Earlier
    from harness.uses.verify import Then


def main(argv: Sequence[str] | None = None) -> NoReturn:
    """Runs one command and exits with its code; a bug ends in a traceback and exit code 3, never in a pass."""
    sys.excepthook = _crash
    logging.getLogger("sqlglot").setLevel(logging.CRITICAL)
    args = _parser().parse_args(argv)
    # no project, driver or child process may see it, whatever the command
    args.signing_key = os.environ.pop(SIGNING_KEY, "")
    try:
        code: ExitCode = args.run(args)
    except HarnessError as error:
        print(f"harness: {error}", file=sys.stderr)
        unknown = isinstance(error, EvidenceError | HistoryError | PublishError | RecordError)
        code = ExitCode.UNDECIDED if unknown else ExitCode.USAGE
    sys.exit(code)


def _crash(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if not issubclass(kind, KeyboardInterrupt | BrokenPipeError):
        traceback.print_exception(kind, error, trace)
        print("harness: this is a bug in the harness; nothing is known, so the gate stays shut", file=sys.stderr)
    sys.stderr.flush()
    os._exit(130 if issubclass(kind, KeyboardInterrupt) else ExitCode.UNDECIDED)


def _verify(args: argparse.Namespace) -> ExitCode:
    from harness.output import clear_folder, write_folder
    from harness.reporters.live import Silent, live
    from harness.uses.verify import verify

    try:
        project = _project(args)
    except HarnessError:
        # nothing says where the reports are; those in the usual place would pass for this run's
        clear_folder(Path(args.reports).absolute() if args.reports else Path(args.project) / "reports" / "latest")
        raise
    folder = _reports(args, project)
    clear_folder(folder)
    signer = attest.signer_of(args.signing_key) if args.attest else None
    beside, earlier = ThreadPoolExecutor(1), list["Future[Earlier]"]()

    def once(then: "Then | None" = None) -> "Report":
        with Silent() if args.quiet else live(sys.stderr) as progress:
            return verify(
                project,
                run_id=str(uuid4()),
                clock=clock,
                as_of=args.as_of,
                layers=args.layer,
                select=args.select,
                fail_on=args.fail_on,
                samples=args.samples,
                digests=args.attest,
                progress=progress,
                meanwhile=lambda as_of: earlier.append(beside.submit(_begin_reporting, project, as_of)),
                then=then,
            )

    found = heal.healed(project, args, once) if args.heal else None
    report = found.report if found else once()
    from harness.reporters.forms import REPORTERS
    from harness.uses.emit import emission
    from harness.uses.history import keep, with_past
    from harness.uses.selection import selection_of

    selection = selection_of(args.layer, args.select)
    report, problem = with_past(project, placed(report, args, project), earlier[-1].result(), selection)
    texts = {FILES[name]: REPORTERS[name](report) for name in FILES}
    texts["openlineage.ndjson"], send = emission(project, report, os.environ, required=args.lineage_required)
    texts |= heal.escalation(found, report) if found else {}
    if signer:
        texts[attest.FILE] = attest.evidence_of(project, report, texts[FILES["json"]], signer, args)
    write_folder(folder, texts)
    show(report, args, texts)
    if problem := keep(project, report, selection=selection, lost=problem):
        print(f"harness: {problem}", file=sys.stderr)
    if heal.FILE in texts:
        heal.say_where(folder)
    delivery = send()
    if not args.quiet:
        print(f"OpenLineage: {delivery.message}\nreports: {folder / FILES['html']}", file=sys.stderr)
    code = CODES[report.verdict.outcome]
    if args.lineage_required and not delivery.done:
        code = code or ExitCode.UNDELIVERED
        print(f"harness: exit code {code:d}: lineage is required, but {delivery.message}", file=sys.stderr)
    return code


def _begin_reporting(project: Project, as_of: datetime) -> "Earlier":
    """What a report needs beside the results: earlier runs, and modules that take a tenth of a small run to import."""
    import harness.reporters.forms
    import harness.uses.emit  # noqa: F401
    from harness.uses.history import earlier_runs

    return earlier_runs(project, as_of)


def _replay(args: argparse.Namespace) -> ExitCode:
    from harness.uses.emit import replay

    delivery = replay(_project(args), os.environ, dead=args.dead, seconds=args.timeout)
    print(f"OpenLineage: {delivery.message}")
    return ExitCode.PASS if delivery.done else ExitCode.UNDELIVERED


def _lint(args: argparse.Namespace) -> ExitCode:
    from harness.uses.lint import lint_project

    project = _project(args)
    report = lint_project(
        project, run_id=str(uuid4()), clock=clock, layers=args.layer, select=args.select, fail_on=args.fail_on
    )
    show(placed(report, args, project), args)
    return CODES[report.verdict.outcome]


def _drift(args: argparse.Namespace) -> ExitCode:
    from harness.uses.drift import drift_project

    project = _project(args)
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


def _plan(args: argparse.Namespace) -> ExitCode:
    from harness.plan import plan, table_of
    from harness.uses.listing import LISTINGS, describe

    if args.format not in LISTINGS:
        raise UsageError(f"a plan cannot be shown as {args.format}", hint="use " + ", ".join(LISTINGS))
    project = _project(args)
    checks = plan(project, args.as_of or project.as_of or clock(), args.layer, args.select)
    rows = [describe(check, table_of(project, check.contract, check.schema).dialect) for check in checks]
    write(LISTINGS[args.format](rows), args.output)
    return ExitCode.PASS if checks else ExitCode.UNDECIDED


def _export(args: argparse.Namespace) -> ExitCode:
    from harness.uses.export import soda_contract

    project = _project(args)
    write(soda_contract(project, args.contract, project.as_of or clock()), args.output)
    return ExitCode.PASS


def _explain(args: argparse.Namespace) -> ExitCode:
    from harness.docs import explain

    write(explain(args.id), args.output)
    return ExitCode.PASS


def _waive(args: argparse.Namespace) -> ExitCode:
    from harness.load.report import results_of
    from harness.output import write_file
    from harness.uses.waive import draft
    from harness.uses.waivers import today_of

    project, today = _project(args), today_of(clock())
    said = {key: getattr(args, key).strip() for key in ("reason", "approver", "author") if getattr(args, key)}
    made = draft(
        project,
        args.id,
        results_of(_reports(args, project) / FILES["json"]),
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


def _reports(args: argparse.Namespace, project: Project) -> Path:
    return Path(args.reports).absolute() if args.reports else project.root / project.reports_dir / "latest"


def _lineage_show(args: argparse.Namespace) -> ExitCode:
    from harness.lineage.graph import Direction
    from harness.uses.lineage import show

    ways: tuple[Direction, ...] = ("up", "down")
    asked = tuple(way for way in ways if getattr(args, way))
    shown, read = show(_project(args), args.name, asked, args.depth, args.format)
    write(shown, args.output)
    return ExitCode.PASS if read else ExitCode.UNDECIDED


def _project(args: argparse.Namespace) -> Project:
    from harness.load.project import load_project

    return load_project(Path(args.project), os.environ)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="harness",
        description="One gate for data contracts.",
        epilog="exit codes: 0 pass, 1 fail, 2 usage or unreadable project, 3 undecided, "
        "4 lineage is required and did not arrive",
    )
    parser.add_argument("--version", action="version", version=f"harness {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    verify = commands.add_parser("verify", help="hold every contract against the warehouse: the merge gate")
    add_common(verify, gate=True)
    verify.add_argument("--reports", metavar="DIR", help="folder of the written reports (default: reports/latest)")
    verify.add_argument(
        "--samples", type=arguments.few, default=0, metavar="N",
        help="show up to N violating rows of each failure, never a classified column (default: 0, at most 100)",
    )  # fmt: skip
    verify.add_argument(
        "--lineage-required",
        action="store_true",
        help="exit with 4 in place of 0 unless every OpenLineage event arrived",
    )
    heal.add(verify)
    verify.add_argument("--attest", action="store_true", help="sign evidence with the key in HARNESS_SIGNING_KEY")
    verify.add_argument("--quiet", action="store_true", help="say nothing but the report")
    verify.set_defaults(run=_verify)
    lint = commands.add_parser("lint", help="apply the rules to contracts and checks; no data is touched")
    add_common(lint, gate=True)
    lint.set_defaults(run=_lint)
    drift = commands.add_parser("drift", help="compare what the servers say of their tables with the contracts")
    add_common(drift, gate=True)
    drift.add_argument("--patch", action="store_true", help="show the patches of contracts that would accept the drift")
    drift.set_defaults(run=_drift)
    plan = commands.add_parser("plan", help="show every check with its SQL; no data is touched")
    add_common(plan, gate=False)
    plan.set_defaults(run=_plan)
    for command in (diff, review, history, reconcile, audit, incidents, attest, publish, questions, handoff):
        command.add(commands)
    explain = commands.add_parser("explain", help="show the page of a rule or metric")
    explain.add_argument("id", metavar="ID", help="as in a report: owner-missing, nullValues, ...")
    explain.add_argument("--output", metavar="PATH", help="write there instead of to the terminal")
    explain.set_defaults(run=_explain)
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
    waive.set_defaults(run=_waive)
    export = commands.add_parser("export", help="write a contract in the language of another tool")
    export.add_argument("format", choices=("soda",), help="soda: a contract of soda-core 4")
    export.add_argument("contract", metavar="CONTRACT", help="a table, or the id or file of its contract")
    export.add_argument("--project", metavar="DIR", default=".", help="folder of harness.yaml (default: here)")
    export.add_argument("--output", metavar="PATH", help="write there instead of to the terminal")
    export.set_defaults(run=_export)
    _lineage(
        commands.add_parser("lineage", help="show where columns come from, or send events that were not delivered")
    )
    return parser


def _lineage(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    show = actions.add_parser("show", help="show what a table or column comes from, and what is made of it")
    show.add_argument("name", metavar="TABLE[.COLUMN]", help="as in a contract; a database schema in front is allowed")
    show.add_argument("--up", action="store_true", help="what it comes from (default: both ways)")
    show.add_argument("--down", action="store_true", help="what is made of it")
    show.add_argument("--depth", type=_positive, metavar="N", help="at most N steps (default: all)")
    show.add_argument("--format", choices=("text", "mermaid", "json"), default="text", help="default: text")
    show.add_argument("--project", metavar="DIR", default=".", help="folder of harness.yaml (default: here)")
    show.add_argument("--output", metavar="PATH", help="write there instead of to the terminal")
    show.set_defaults(run=_lineage_show)
    replay = actions.add_parser("replay", help="send the OpenLineage events that earlier runs could not deliver")
    replay.add_argument("--dead", action="store_true", help="also those that were refused for good, after the others")
    replay.add_argument(
        "--timeout", type=arguments.seconds, metavar="SECONDS", help="the longest it may take (default: harness.yaml)"
    )
    replay.add_argument("--project", metavar="DIR", default=".", help="folder of harness.yaml (default: here)")
    replay.set_defaults(run=_replay)


def _positive(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of steps")
    return int(text)
