"""The review for programs: one JSON document, described by `review.schema.json`, which ships with the package."""

import json
from typing import Any

from harness.model.affected import Affected
from harness.model.change import Judged, largest
from harness.model.lineage import ROWS, Field
from harness.model.location import Location
from harness.model.result import Result
from harness.model.review import ContractReview, DataReview, Review
from harness.reporters.plain import encodable, inert
from harness.reporters.spread import spread

SCHEMA_VERSION = "1.1"
"""Raised when a field is added (the second number) or changes its meaning or goes (the first)."""


def render(review: Review) -> str:
    """The document; each change stands on lines of its own. Keys keep their order."""
    covered = {name: how for contract in review.contracts for name, how in contract.covered.items()}
    document = {
        "schema": SCHEMA_VERSION,
        "breaking": any(change.impact == "breaking" for change in review.changes),
        "bump": largest(change.bump for change in review.changes),
        "outcome": review.outcome.value,
        "reason": review.reason,
        "project": review.project,
        "harness_version": review.harness_version,
        "today": review.today.isoformat(),
        "against": {"ref": review.against.ref, "commit": review.against.commit or None},
        "changes": [_change(each, covered) for each in review.changes],
        "contracts": [_contract(each) for each in review.contracts],
        "affected": _affected(review.affected) if review.affected else None,
        "data": _data(review.data) if review.data else None,
        "problems": [_at(each.at) | {"message": each.message} for each in review.problems],
        "notes": list(review.notes),
    }
    return inert(encodable(spread(document, 3)), hash="\\u0023") + "\n"


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) that every document of `render` is valid under."""
    from importlib import resources  # slow to import, and a review that is rendered does not need it

    text = resources.files("harness.reporters.review").joinpath("review.schema.json").read_text("utf-8")
    document: dict[str, Any] = json.loads(text)
    return document


def _at(at: Location) -> dict[str, Any]:
    return {"file": at.file, "line": at.line}


def _change(each: Judged, covered: dict[str, str]) -> dict[str, Any]:
    return {
        "rule": each.rule,
        "impact": each.impact,
        "path": each.change.path,
        "message": each.message,
        "before": each.change.before,
        "after": each.change.after,
        "effect": each.change.effect.value,
        "bump": each.bump,
        "instead": each.change.instead,
        "governance": each.change.governance,
        "approval": each.change.approval,
        "undecided": each.undecided,
        "against": each.against or None,
        "covered": covered.get(each.id),
        "contract": each.contract,
        "layer": each.layer,
        "owner": each.owner,
        "table": each.table,
        "column": each.column,
        **_at(each.at),
        "id": each.id,
    }


def _contract(each: ContractReview) -> dict[str, Any]:
    version = each.version
    return {
        "contract": each.contract,
        "file": each.file,
        "state": each.state,
        "layer": each.layer,
        "owner": each.owner,
        "compatibility": each.compatibility,
        "version": {
            "before": version.before,
            "after": version.after,
            "required": version.required,
            "write": version.write,
            "enough": version.enough,
        },
        "too_small": _change(each.too_small, {}) if each.too_small else None,
        "approvals": [
            {
                "change": approval.change,
                "owners": {name: list(owners) for name, owners in approval.owners.items()},
                "missing": list(approval.missing),
                "by": list(approval.by),
                "draft": approval.draft,
            }
            for approval in each.approvals
        ],
        "suggestions": [{"change": s.change, "message": s.message, "yaml": s.yaml} for s in each.suggestions],
    }


def _affected(found: Affected) -> dict[str, Any]:
    return {
        "complete": found.complete,
        "unknown": list(found.unknown),
        "starts": [_field(s.field) | {"contract": s.contract, "changes": list(s.changes)} for s in found.starts],
        "hits": [
            {
                "table": hit.table,
                "kind": hit.kind,
                "columns": list(hit.columns),
                "distance": hit.distance,
                "through": [_field(field) for field in hit.through],
                "changes": list(hit.changes),
                "declared": hit.declared,
                "contract": hit.contract or None,
                "owner": hit.owner or None,
                "file": hit.file or None,
                "consumers": None if hit.consumers is None else list(hit.consumers),
            }
            for hit in found.hits
        ],
        "asked": [
            {
                "name": each.name,
                "part": each.part,
                "contact": each.contact or None,
                "tables": list(each.tables),
                "contracts": list(each.contracts),
                "note": each.note or None,
            }
            for each in found.asked
        ],
    }


def _field(each: Field) -> dict[str, Any]:
    return {"table": each.table, "column": None if each.column == ROWS else each.column}


def _data(data: DataReview) -> dict[str, Any]:
    return {
        "outcome": data.verdict.outcome.value,
        "reason": data.verdict.reason,
        "passed": data.passed,
        "failing": [_result(each) for each in data.failing],
        "undecided": [_result(each) for each in data.undecided],
    }


def _result(each: Result) -> dict[str, Any]:
    return {
        "rule": each.rule,
        "contract": each.contract,
        "table": each.table,
        "column": each.column,
        "message": each.message,
        "expected": each.expected,
        "actual": each.actual,
        "file": each.file,
        "line": each.line,
        "id": each.id,
    }
