"""`harness handoff`: the record of a hand-off, written from what is counted, or held against it."""

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from harness.commands.common import project_of, write
from harness.commands.reporting import FILES
from harness.model.errors import ExitCode, RecordError

FILE = "handoff.json"
"""In the folder of reports."""


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command to the command line."""
    handoff = commands.add_parser("handoff", help="write the record of a hand-off from what is counted, or check one")
    handoff.add_argument(
        "--check", type=Path, metavar="FILE", help="write nothing; count again, and name what is not so in this record"
    )
    handoff.add_argument(
        "--key", type=Path, metavar="PUB",
        help="with --check: the results must be those of the evidence beside the report, signed with this key",
    )  # fmt: skip
    handoff.add_argument("--project", metavar="DIR", default=".", help="folder of harness.yaml (default: here)")
    handoff.add_argument("--reports", metavar="DIR", help="folder of the last run's reports (default: reports/latest)")
    handoff.add_argument("--output", metavar="PATH", help="write the record there (default: handoff.json among them)")
    handoff.set_defaults(run=run)


def run(args: argparse.Namespace) -> ExitCode:
    """PASS for a record that is complete and, with --check, so in every member. Raises RecordError without a run."""
    from harness.load.report import last_run
    from harness.reporters.handoff import summary
    from harness.uses.handoff import findings
    from harness.uses.record import as_record, differences, record_of

    project = project_of(args)
    folder = Path(args.reports).absolute() if args.reports else project.root / project.reports_dir / "latest"
    report = folder / FILES["json"]
    found = findings(project, last_run(report), datetime.now(UTC))
    record = record_of(found)
    if not args.check:
        print(summary(project.name, record, found.conditions), end="")
        target = Path(args.output) if args.output else folder / FILE
        write(as_record(record), str(target))
        print(f"record: {target}")
        return ExitCode.PASS if found.complete else ExitCode.FAIL
    wrong = [*differences(_read(args.check), record), *(_unsigned(report, args.key) if args.key else ())]
    for each in wrong:
        print(f"✗ {_plain(each)}")
    if wrong:
        return ExitCode.FAIL
    signed = f", and the results are signed with the key {args.key}" if args.key else ""
    print(f"✓ everything in {args.check} is so{signed}")
    for each in found.conditions:
        for why in each.why_not:
            print(f"✗ and so it is incomplete: {each.phase}: {_plain(why)}")
    return ExitCode.PASS if found.complete else ExitCode.FAIL


def _read(path: Path) -> Any:
    from harness.attest.envelope import strict_json
    from harness.load.evidence import content_of
    from harness.model.errors import EvidenceError

    try:
        return strict_json(content_of(path, 10_000_000))
    except EvidenceError as error:
        raise RecordError(f"{path} is no record: {error.message}") from None


def _unsigned(report: Path, key: Path) -> list[str]:
    """Why the report is not known to be the one that evidence is about."""
    import hashlib

    from harness.attest.demands import claim_in
    from harness.attest.envelope import LARGEST, opened
    from harness.attest.keys import verifier_in
    from harness.commands.attest import FILE as EVIDENCE
    from harness.load.evidence import content_of
    from harness.model.errors import EvidenceError

    verifier = verifier_in(content_of(key, LARGEST), str(key))
    try:
        statement = opened(content_of(report.with_name(EVIDENCE), LARGEST), verifier)
        claim_in(statement)
    except EvidenceError as error:
        return [f"the evidence beside the report is refused: {error}"]
    digest = hashlib.sha256(content_of(report, LARGEST)).hexdigest()
    subjects = [each["digest"].get("sha256") for each in statement["subject"] if each["name"] == report.name]
    return [] if subjects == [digest] else [f"{report.name} is not the report that the evidence is about"]


def _plain(text: str) -> str:
    from harness.reporters.plain import inert, plain

    return inert(plain(text))
