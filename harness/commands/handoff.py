"""`harness handoff`: the record of a hand-off, written from what is counted, or held against it."""

import argparse
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.commands.attest import FILE as _EVIDENCE
from harness.commands.common import project_of, write
from harness.commands.reporting import FILES
from harness.model.errors import ExitCode, RecordError, UsageError

if TYPE_CHECKING:
    from harness.attest.keys import Verifier

FILE = "handoff.json"
"""In the folder of reports."""
_SIGNED = ".dsse.json"
"""The end of the name of a record's signature, which lies beside it."""


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command to the command line."""
    handoff = commands.add_parser("handoff", help="write the record of a hand-off from what is counted, or check one")
    handoff.add_argument(
        "--check", type=Path, metavar="FILE", help="write nothing; count again, and name what is not so in this record"
    )
    handoff.add_argument(
        "--key", type=Path, metavar="PUB",
        help="with --check: the record, and the evidence beside the report, must be signed with this key",
    )  # fmt: skip
    handoff.add_argument(
        "--sign", action="store_true",
        help="sign the record, with the evidence that `harness verify --attest` left beside the report",
    )  # fmt: skip
    handoff.add_argument("--project", metavar="DIR", default=".", help="folder of harness.yaml (default: here)")
    handoff.add_argument("--reports", metavar="DIR", help="folder of the last run's reports (default: reports/latest)")
    handoff.add_argument("--output", metavar="PATH", help="write the record there (default: handoff.json among them)")
    handoff.set_defaults(run=run)


def run(args: argparse.Namespace) -> ExitCode:
    """PASS for a record that is complete and, with --check, so in every member.

    Raises RecordError without a run, and EvidenceError for a record that is to be signed without evidence.
    """
    from harness.load.report import last_run
    from harness.reporters.handoff import summary
    from harness.uses.handoff import findings
    from harness.uses.record import as_record, differences, record_of

    if args.sign and args.check:
        raise UsageError("--check writes nothing, so there is nothing to sign", hint="leave out --check or --sign")
    project = project_of(args)
    folder = Path(args.reports).absolute() if args.reports else project.root / project.reports_dir / "latest"
    report = folder / FILES["json"]
    last = last_run(report)
    found = findings(project, last, datetime.now(UTC))
    record = record_of(found)
    if not args.check:
        print(summary(project.name, record, found.conditions), end="")
        target = Path(args.output) if args.output else folder / FILE
        # that of an earlier record must not lie beside this one
        target.with_suffix(_SIGNED).unlink(missing_ok=True)
        envelope = _signed(as_record(record), target.name, report, last.run_id, args.signing_key) if args.sign else ""
        write(as_record(record), str(target))
        print(f"record: {target}")
        if envelope:
            write(envelope, str(target.with_suffix(_SIGNED)))
            print(f"signed: {target.with_suffix(_SIGNED)}")
        return ExitCode.PASS if found.complete else ExitCode.FAIL
    wrong = [*differences(_read(args.check), record), *(_unsigned(args.check, report, args.key) if args.key else ())]
    for each in wrong:
        print(f"✗ {_plain(each)}")
    if wrong:
        return ExitCode.FAIL
    signed = f", and it and the results are signed with the key {args.key}" if args.key else ""
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


def _signed(record: str, name: str, report: Path, run: str, key: str) -> str:
    """The envelope around a record. Raises EvidenceError when the evidence beside the report is none of it."""
    from harness.attest.envelope import LARGEST, sealed
    from harness.attest.record import record_statement
    from harness.commands.attest import signer_of
    from harness.load.evidence import content_of
    from harness.model.errors import EvidenceError

    signer = signer_of(key)
    evidence = report.with_name(_EVIDENCE)
    if not evidence.exists():
        raise EvidenceError(f"there is no {evidence} to sign the record with", hint="run `harness verify --attest`")
    if wrong := _of_another_run(report, signer.verifier):
        raise EvidenceError(f"the record is not signed: {wrong}", hint="run `harness verify --attest` with this key")
    files = {
        "record": (name, record.encode()),
        "report": (report.name, content_of(report, LARGEST)),
        "evidence": (evidence.name, content_of(evidence, LARGEST)),
    }
    return sealed(record_statement(files, run, datetime.now(UTC)), signer)


def _unsigned(record: Path, report: Path, key: Path) -> Iterator[str]:
    """Why the record, and the report that it is counted from, are not known to be those that were signed."""
    from harness.attest.envelope import LARGEST, opened
    from harness.attest.keys import verifier_in
    from harness.attest.record import record_claim_in
    from harness.load.evidence import content_of
    from harness.model.errors import EvidenceError

    verifier = verifier_in(content_of(key, LARGEST), str(key))
    if wrong := _of_another_run(report, verifier):
        yield wrong
    envelope = record.with_suffix(_SIGNED)
    if not envelope.exists():
        yield f"the record is not signed: there is no {envelope.name} beside it; `harness handoff --sign` writes it"
        return
    try:
        claim = record_claim_in(opened(content_of(envelope, LARGEST), verifier))
    except EvidenceError as error:
        yield f"the signature of the record is refused: {error}"
        return
    for file, path in ((claim.record, record), (claim.report, report), (claim.evidence, report.with_name(_EVIDENCE))):
        if not (path.exists() and file.is_so(content_of(path, LARGEST))):
            yield f"{path.name} is not what was signed with the record"


def _of_another_run(report: Path, verifier: "Verifier") -> str:
    """Why the report is not known to be the one that the evidence beside it is about; "" when it is."""
    import hashlib

    from harness.attest.demands import claim_in
    from harness.attest.envelope import LARGEST, opened
    from harness.load.evidence import content_of
    from harness.model.errors import EvidenceError

    try:
        statement = opened(content_of(report.with_name(_EVIDENCE), LARGEST), verifier)
        claim_in(statement)
    except EvidenceError as error:
        return f"the evidence beside the report is refused: {error}"
    digest = hashlib.sha256(content_of(report, LARGEST)).hexdigest()
    subjects = [each["digest"].get("sha256") for each in statement["subject"] if each["name"] == report.name]
    return "" if subjects == [digest] else f"{report.name} is not the report that the evidence is about"


def _plain(text: str) -> str:
    from harness.reporters.plain import inert, plain

    return inert(plain(text))
