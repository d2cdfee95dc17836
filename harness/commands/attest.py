"""`harness attest`: keys for evidence, and evidence held against what a gate demands of it, without a network."""

import argparse
import hashlib
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness import arguments
from harness.model.errors import EvidenceError, ExitCode, SignatureError, UsageError
from harness.model.project import Project
from harness.model.result import Report, VerdictOutcome

if TYPE_CHECKING:
    from harness.attest.demands import Claim
    from harness.attest.keys import Signer, Verifier


FILE = "attestation.dsse.json"
"""In the folder of reports."""


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command to the command line."""
    attest = commands.add_parser("attest", help="make a key for evidence, or check evidence of a verification")
    actions = attest.add_subparsers(required=True, metavar="ACTION")
    keygen = actions.add_parser("keygen", help="make a key pair of Ed25519, in two new files")
    keygen.add_argument(
        "--output", type=Path, default=Path("harness-signing.key"), metavar="PATH",
        help="the private key; the public one is beside it, with .pub at its end (default: harness-signing.key)",
    )  # fmt: skip
    keygen.set_defaults(run=_keygen)
    verify = actions.add_parser("verify", help="check evidence: who signed it, and whether it says what is demanded")
    verify.add_argument(
        "file", type=Path, metavar="FILE", help="as `harness verify --attest` or `harness handoff --sign` wrote it"
    )
    verify.add_argument("--key", type=Path, required=True, metavar="PUB", help="the public key that you trust")
    verify.add_argument(
        "--not-older-than", type=arguments.age, metavar="AGE", help="refuse evidence of a run that began earlier: 24h"
    )
    verify.add_argument(
        "--contract", type=Path, nargs="+", action="extend", default=[], metavar="FILE",
        help="refuse evidence that is not about this contract as it is here",
    )  # fmt: skip
    verify.add_argument(
        "--require-pass",
        action="store_true",
        help="refuse evidence that does not say pass, of the whole project by its own settings, and a record that is "
        "not complete",
    )
    verify.set_defaults(run=_verify)


def signer_of(value: str) -> "Signer":
    """The key that `HARNESS_SIGNING_KEY` holds or names. Raises UsageError, which never shows it."""
    from harness.attest.keys import signer_in
    from harness.load.evidence import SIGNING_KEY, signing_key

    return signer_in(signing_key(value), SIGNING_KEY)


def evidence_of(project: Project, report: Report, document: str, signer: "Signer", args: argparse.Namespace) -> str:
    """The evidence of `harness verify` with these arguments; `document` is its report as JSON."""
    from harness.uses.attest import evidence

    return evidence(
        project, report, document, signer, os.environ, layers=args.layer, select=args.select, fail_on=args.fail_on
    )


def _keygen(args: argparse.Namespace) -> ExitCode:
    from harness.attest.keys import new_signer
    from harness.load.evidence import SIGNING_KEY
    from harness.output import write_new

    private, public = args.output, args.output.with_name(f"{args.output.name}.pub")
    signer = new_signer()
    if public.exists():
        raise UsageError(f"{public} exists already", hint="a key is never overwritten: name another file")
    write_new(private, signer.pem, 0o600)
    write_new(public, signer.verifier.pem, 0o644)
    print(f"private key: {private}: a secret; give it to the job that verifies, as {SIGNING_KEY}")
    print(f"public key:  {public}: give it to whoever checks the evidence\nkey id:      {signer.verifier.id}")
    return ExitCode.PASS


def _verify(args: argparse.Namespace) -> ExitCode:
    from harness.attest.demands import Demands, claim_in, shortfalls
    from harness.attest.envelope import LARGEST, opened
    from harness.attest.keys import verifier_in
    from harness.attest.record import is_of_record
    from harness.load.evidence import content_of

    verifier = verifier_in(content_of(args.key, LARGEST), str(args.key))
    demands = Demands(
        not_older_than=args.not_older_than,
        contracts={str(file): hashlib.sha256(content_of(file, LARGEST)).hexdigest() for file in args.contract},
        require_pass=args.require_pass,
    )
    now = datetime.now(UTC)
    try:
        statement = opened(content_of(args.file, LARGEST), verifier)
        wrong: list[str] = []
        if is_of_record(statement):
            statement, wrong = _behind(statement, args.file.parent, verifier, complete=args.require_pass)
        claim = claim_in(statement)
    except SignatureError as error:
        print(f"✗ this evidence is refused: {error}")
        return ExitCode.FAIL
    except EvidenceError as error:
        raise EvidenceError(f"{args.file} cannot be read as evidence: {error}") from None
    short = [*((VerdictOutcome.FAIL, each) for each in wrong), *shortfalls(claim, demands, now)]
    for _, why in short:
        print(f"✗ this evidence is refused: {_plain(why)}")
    print(_told(claim, verifier.id))
    if any(outcome is VerdictOutcome.FAIL for outcome, _ in short):
        return ExitCode.FAIL
    return ExitCode.UNDECIDED if short else ExitCode.PASS


def _behind(statement: Any, folder: Path, verifier: "Verifier", *, complete: bool) -> tuple[Any, list[str]]:
    """The evidence that a signed record is counted from, and what is wrong with the files beside it.

    Raises EvidenceError when there is none that can be read.
    """
    from harness.attest.demands import claim_in
    from harness.attest.envelope import LARGEST, opened, strict_json
    from harness.attest.record import record_claim_in
    from harness.load.evidence import content_of

    signed = record_claim_in(statement)
    files = (signed.record, signed.report, signed.evidence)
    contents = {each: content_of(folder / each.name, LARGEST) for each in files}
    wrong = [f"{each.name} is not what was signed" for each, content in contents.items() if not each.is_so(content)]
    evidence = opened(contents[signed.evidence], verifier)
    if claim_in(evidence).run != signed.run:
        wrong.append("the record is of another run than the evidence")
    handoff = strict_json(contents[signed.record])
    status = handoff["handoff"]["status"] if not wrong else "unknown"
    print(_plain(f"It is the record of a hand-off, {status}, signed at {signed.signed.isoformat()}"))
    if complete and status != "complete":
        wrong.append(f"its record is {status}")
    return evidence, wrong


def _told(claim: "Claim", key: str) -> str:
    """What the evidence says, in lines that hold nothing but printable text."""
    lines = [
        f"It says {claim.verdict.value.upper()}: {claim.reason}",
        f"project {claim.project}, run {claim.run}, from {claim.started.isoformat()} to {claim.finished.isoformat()}",
        f"ages measured at {claim.as_of.isoformat()}",
        *([f"with {' '.join(claim.arguments)}"] if claim.arguments else []),
        f"about {len(claim.contracts)} contracts, {claim.tables} tables, "
        + (f"commit {claim.commit}" if claim.commit else "no commit"),
        *(f"left out: {name}: {reason}" for name, reason in claim.left_out),
        f"signed with the key {key}",
    ]
    return "\n".join(_plain(line) for line in lines)


def _plain(text: str) -> str:
    from harness.reporters.plain import inert, plain

    return inert(plain(text))
