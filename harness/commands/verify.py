"""`harness verify`: the merge gate."""

import argparse
import os
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from harness import arguments
from harness.commands import attest, heal
from harness.commands.common import CODES, clock, project_of, reports_of
from harness.commands.reporting import FILES, add_common, placed, show
from harness.model.errors import ExitCode, HarnessError
from harness.model.project import Project

if TYPE_CHECKING:
    from harness.model.result import Report
    from harness.model.source import Source
    from harness.uses.history import Earlier
    from harness.uses.verify import Then


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command to the command line."""
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
    verify.set_defaults(run=run)


def run(args: argparse.Namespace) -> ExitCode:
    """Writes the reports, prints one, and sends the events."""
    from harness.output import clear_folder, write_folder
    from harness.reporters.live import Silent, live
    from harness.uses.verify import verify

    try:
        project = project_of(args)
    except HarnessError:
        # nothing says where the reports are; those in the usual place would pass for this run's
        clear_folder(Path(args.reports).absolute() if args.reports else Path(args.project) / "reports" / "latest")
        raise
    folder = reports_of(args, project)
    clear_folder(folder)
    signer = attest.signer_of(args.signing_key) if args.attest else None
    beside, begun = ThreadPoolExecutor(1), list["Future[tuple[Earlier, Source | None]]"]()

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
                meanwhile=lambda as_of: begun.append(beside.submit(_begin_reporting, project, as_of)),
                then=then,
            )

    found = heal.healed(project, args, once) if args.heal else None
    report = found.report if found else once()
    from harness.reporters.forms import REPORTERS
    from harness.uses.emit import emission
    from harness.uses.history import keep, with_past
    from harness.uses.selection import selection_of

    selection = selection_of(args.layer, args.select)
    earlier, source = begun[-1].result()
    report, problem = with_past(project, placed(report, args, project), earlier, selection)
    texts = {FILES[name]: REPORTERS[name](report) for name in FILES}
    texts["openlineage.ndjson"], send = emission(project, report, source, os.environ, required=args.lineage_required)
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


def _begin_reporting(project: Project, as_of: datetime) -> "tuple[Earlier, Source | None]":
    """What is told beside the results: earlier runs, and the checkout; and modules, which are slow to import."""
    import harness.reporters.forms
    import harness.uses.emit  # noqa: F401
    from harness.load.git import source_of
    from harness.uses.history import earlier_runs

    return earlier_runs(project, as_of), source_of(project.root, os.environ)
