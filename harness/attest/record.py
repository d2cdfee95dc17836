"""The signed word on a hand-off record: an in-toto Statement v1 about the record, its report and its evidence.

It says no more than their digests: what they say stands in them, and the evidence has a signature of its own.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from harness.attest.statement import STATEMENT
from harness.model.errors import EvidenceError

HANDOFF = "https://github.com/contract-harness/contract-harness/attestation/handoff/v1"
"""The type of the predicate; a change of what it means is another version."""
_KINDS = ("record", "report", "evidence")


@dataclass(frozen=True, slots=True)
class File:
    """One that is signed; it lies beside the envelope."""

    name: str
    digest: str
    """SHA-256 in hexadecimal digits."""

    def is_so(self, content: bytes) -> bool:
        """Whether this is what was signed."""
        return hashlib.sha256(content).hexdigest() == self.digest


@dataclass(frozen=True, slots=True)
class RecordClaim:
    """What is signed of a hand-off."""

    record: File
    report: File
    evidence: File
    run: str
    signed: datetime


def record_statement(files: Mapping[str, tuple[str, bytes]], run: str, signed: datetime) -> dict[str, Any]:
    """The statement; `files` are the name and content of the record, the report and the evidence, by these kinds."""
    return {
        "_type": STATEMENT,
        "subject": [
            {
                "name": files[kind][0],
                "digest": {"sha256": hashlib.sha256(files[kind][1]).hexdigest()},
                "annotations": {"kind": kind},
            }
            for kind in _KINDS
        ],
        "predicateType": HANDOFF,
        "predicate": {"run": run, "signed": signed.isoformat()},
    }


def is_of_record(statement: Any) -> bool:
    """Whether a statement is about a hand-off record."""
    return isinstance(statement, dict) and statement.get("predicateType") == HANDOFF


def record_claim_in(statement: Any) -> RecordClaim:
    """What a statement about a record says. Raises EvidenceError for another one."""
    try:
        if statement["_type"] != STATEMENT or not is_of_record(statement):
            raise EvidenceError("it is no statement about a hand-off record of this version")
        record, report, evidence = (_file(each, kind) for each, kind in zip(statement["subject"], _KINDS, strict=True))
        said = statement["predicate"]
        return RecordClaim(record, report, evidence, str(said["run"]), datetime.fromisoformat(said["signed"]))
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise EvidenceError(f"it is not as this version writes it: {type(error).__name__}: {error}") from None


def _file(subject: Any, kind: str) -> File:
    name = str(subject["name"])
    if subject["annotations"]["kind"] != kind or "/" in name or "\\" in name or name in ("", ".", ".."):
        raise ValueError(f"{name!r} is no {kind} beside it")
    return File(name, str(subject["digest"]["sha256"]))
