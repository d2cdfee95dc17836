"""`harness audit`: are the promises kept over time, how much may still go wrong, and whom does it concern."""

import argparse
import os
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from harness.commands.common import CODES, clock, project_of, say, write
from harness.commands.reporting import FILES, add_common, placed, show
from harness.model.errors import ExitCode, RecordError, UsageError
from harness.model.project import Project
from harness.model.result import Report

if TYPE_CHECKING:
    from harness.history.store import Alone, History
    from harness.model.past import Run

EXPORTS: dict[str, str] = {"prometheus": "metrics.prom", "openslo": "openslo.yaml"}
"""Format -> its file in reports/audit, beside those of every report."""
_WORST = (ExitCode.FAIL, ExitCode.UNDECIDED, ExitCode.PASS)


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command to the command line."""
    audit = commands.add_parser(
        "audit", help="verify, and say what the service levels came to over time: what is late, missed, and left"
    )
    add_common(audit, gate=True, more=tuple(EXPORTS))
    audit.add_argument(
        "--catch-up", action="store_true",
        help="audit every scheduled time since the last that was done (`audit.schedule` of harness.yaml)",
    )  # fmt: skip
    audit.add_argument("--reports", metavar="DIR", help="folder of the written reports (default: reports/audit)")
    audit.add_argument("--quiet", action="store_true", help="say nothing but the report")
    audit.set_defaults(run=run)


def run(args: argparse.Namespace) -> ExitCode:
    """Audits once for each scheduled time; a time that is done already gives the code that it gave then."""
    from harness.uses.audit import slots_of
    from harness.uses.history import opened, prune
    from harness.uses.identity import refuse_others

    project = project_of(args)
    as_of, now = args.as_of or project.as_of or clock(), clock()
    if as_of > now:
        hint = "an audit says what has been; `harness verify --as-of` looks ahead"
        raise UsageError(f"{as_of.isoformat()} is yet to come", hint=hint)
    if args.catch_up and not project.audit.schedule:
        hint = "write the `schedule` of `audit` there, as in '0 13 * * *'"
        raise UsageError(f"nothing in {project.file} says when audits are due", hint=hint)
    with closing(opened(project, say)) as history, history.alone() as alone:
        if not alone.mine:
            raise RecordError("another audit of this project is running", hint="wait for it, or look at its report")
        refuse_others(project, history)
        prune(project, history, now)
        if args.layer or args.select:
            return _one(args, project, history, alone, as_of, None)  # a part of the project is no audit of its slot
        *missed, last = slots_of(project, history, as_of, catch_up=args.catch_up) or [args.as_of]
        codes = [_one(args, project, history, alone, slot, slot) for slot in missed]
        codes.append(_one(args, project, history, alone, as_of, last))
    return next(code for code in _WORST if code in codes)


def _one(
    args: argparse.Namespace,
    project: Project,
    history: "History",
    alone: "Alone",
    as_of: datetime,
    slot: datetime | None,
) -> ExitCode:
    from harness.output import clear_folder, write_folder
    from harness.reporters.forms import REPORTERS
    from harness.reporters.live import Silent, live
    from harness.uses.alerts import after_audit, tell
    from harness.uses.audit import audit, done

    if slot and (earlier := done(history, slot)):
        say(tell(project, history, clock=clock, environ=os.environ).message)
        return _told_again(args, project, earlier)
    notes: list[str] = []

    def settle(report: Report) -> Report:
        alone.still()
        found = placed(report, args, project)
        narrowed = bool(args.layer or args.select)
        told, note = after_audit(project, history, found, narrowed=narrowed, clock=clock, environ=os.environ)
        notes.append(note)
        return told

    folder = _folder(args, project)
    clear_folder(folder)
    with Silent() if args.quiet else live(sys.stderr) as progress:
        report = audit(
            project,
            history,
            run_id=str(uuid4()),
            clock=clock,
            as_of=as_of,
            slot=slot,
            layers=args.layer,
            select=args.select,
            fail_on=args.fail_on,
            progress=progress,
            settle=settle,
        )
    texts = {FILES[name]: REPORTERS[name](report) for name in FILES}
    texts |= {EXPORTS[name]: render(report) for name, render in _exports().items()}
    write_folder(folder, texts)
    if args.format in EXPORTS:
        write(texts[EXPORTS[args.format]], args.output)
    else:
        show(report, args, texts)
    if not args.quiet:
        print(f"reports: {folder / FILES['html']}", file=sys.stderr)
    say(*notes)
    return CODES[report.verdict.outcome]


def _told_again(args: argparse.Namespace, project: Project, run: "Run") -> ExitCode:
    """What an earlier audit of the slot said: its report, where it is still there, and its exit code."""
    from harness.load.report import run_of

    code, folder = CODES[run.outcome], _folder(args, project)
    slot = f"{run.slot:%Y-%m-%d %H:%M %Z}" if run.slot else ""
    print(f"harness: {slot} is audited already: {run.outcome.value}, exit code {code:d}: {run.reason}", file=sys.stderr)
    if run_of(folder / FILES["json"]) == run.run_id and (said := _kept(folder / (FILES | EXPORTS)[args.format])):
        write(said, args.output)
    return code


def _kept(file: Path) -> str:
    """A report as it was written; "" where somebody took it away."""
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def _exports() -> dict[str, Callable[[Report], str]]:
    from harness.slo.openslo import documents
    from harness.slo.prometheus import metrics

    return {
        "prometheus": lambda report: metrics(report.slas, report.as_of, report.verdict.outcome),
        "openslo": lambda report: documents(report.slas),
    }


def _folder(args: argparse.Namespace, project: Project) -> Path:
    return Path(args.reports).absolute() if args.reports else project.root / project.reports_dir / "audit"
