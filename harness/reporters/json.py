"""The report for programs: one JSON document, described by `report.schema.json`, which ships with the package."""

import json
from operator import attrgetter
from typing import Any

from harness.model.attempt import Attempt
from harness.model.result import Coverage, Outcome, Report, Result, Sample, Score, Verdict
from harness.model.waiver import WaiverUse
from harness.reporters import patches
from harness.reporters.past import streak_in
from harness.reporters.plain import encodable, inert
from harness.reporters.spread import spread
from harness.reporters.words import waiver_of

SCHEMA_VERSION = "1.8"
"""Raised when a field is added (the second number) or changes its meaning or goes (the first)."""


_OUTCOMES = {each: each.value for each in Outcome}
_OUTCOME = attrgetter("outcome")


def render(report: Report) -> str:
    """The document, each result and score on a line of its own, so that `grep` and `diff` show whole ones.

    Keys keep their order. Raises ValueError for a number that JSON does not have (NaN, Infinity).
    """
    return inert(encodable(spread(_report(report), 2)), hash="\\u0023") + "\n"


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) that every document of `render` is valid under."""
    from importlib import resources  # slow to import, and a run that writes a report does not need it

    text = resources.files("harness.reporters").joinpath("report.schema.json").read_text("utf-8")
    document: dict[str, Any] = json.loads(text)
    return document


def _report(report: Report) -> dict[str, Any]:
    waivers = waiver_of(report.verdict)
    return {
        "schema": SCHEMA_VERSION,
        "run_id": report.run_id,
        "command": report.command,
        "project": report.project,
        "harness_version": report.harness_version,
        "started": report.started.isoformat(),
        "finished": report.finished.isoformat(),
        "as_of": report.as_of.isoformat(),
        "inputs": report.inputs or None,
        "verdict": _verdict(report.verdict),
        "attempts": [_attempt(each) for each in report.attempts],
        "coverage": _coverage(report.coverage),
        "waivers": [_use(each) for each in report.verdict.waivers],
        "scorecard": [_score(each) for each in report.scorecard],
        "results": [_result(each, waivers.get(each.id), report) for each in report.results],
        "patches": patches.as_json(report),
        **_over_time(report),
    }


def _over_time(report: Report) -> dict[str, Any]:
    if not (report.slas or report.incidents):
        return {"slas": [], "incidents": []}
    from harness.reporters import incidents, levels  # of audits alone, and slow to import for a run

    return {
        "slas": [levels.as_json(each) for each in report.slas],
        "incidents": [incidents.as_data(each, report.alerts) for each in report.incidents],
    }


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {
        "outcome": verdict.outcome.value,
        "reason": verdict.reason,
        "blocking": list(verdict.blocking),
        "undecided": list(verdict.undecided),
        "waived": list(verdict.waived),
        "expired": list(verdict.expired),
    }


def _attempt(attempt: Attempt) -> dict[str, Any]:
    return {
        "attempt": attempt.attempt,
        "status": attempt.status.value,
        "error": attempt.error or None,
        "fix": attempt.fix or None,
        "started": attempt.started.isoformat(),
        "seconds": round(attempt.seconds, 6),
    }


def _use(use: WaiverUse) -> dict[str, Any]:
    waiver = use.waiver
    return {
        "fingerprint": waiver.fingerprint or None,
        "rule": waiver.rule or None,
        "path": waiver.path or None,
        "reason": waiver.reason,
        "approver": waiver.approver,
        "author": waiver.author,
        "created": waiver.created.isoformat() if waiver.created else None,
        "expires": waiver.expires.isoformat(),
        "days_left": use.days_left,
        "in_force": use.in_force,
        "failures": list(dict.fromkeys(use.failures)),
        "undecided": use.undecided,
        "file": waiver.at.file,
        "line": waiver.at.line,
    }


def _mark(use: WaiverUse) -> dict[str, Any]:
    return {
        "in_force": use.in_force,
        "expires": use.waiver.expires.isoformat(),
        "days_left": use.days_left,
        "file": use.waiver.at.file,
        "line": use.waiver.at.line,
    }


def _coverage(coverage: Coverage) -> dict[str, int]:
    return {
        "declared": coverage.declared,
        "passed": coverage.passed,
        "failed": coverage.failed,
        "errored": coverage.errored,
        "skipped": coverage.skipped,
        "waived": coverage.waived,
    }


def _score(score: Score) -> dict[str, Any]:
    return {
        "layer": score.layer or None,
        "table": score.table or None,
        "dimension": score.dimension.value,
        "value": score.value,
        "unit": score.unit,
        "clauses": score.clauses,
        "waived": score.waived,
        "target": score.target or None,
        "alert": score.alert or None,
        "standard": score.standard.value,
    }


def _result(result: Result, use: WaiverUse | None, report: Report) -> dict[str, Any]:
    # null is the one way to say "does not apply": an empty text and the line 0 are never written
    return {
        "id": result.id,
        "rule": result.rule,
        "check": result.check or None,
        "outcome": result.outcome.value,
        "waiver": _mark(use) if use and result.outcome is Outcome.FAIL else None,
        "severity": result.severity.value,
        "dimension": result.dimension.value if result.dimension else None,
        "contract": result.contract or None,
        "version": result.version or None,
        "layer": result.layer or None,
        "table": result.table or None,
        "column": result.column or None,
        "owner": result.owner or None,
        "file": result.file or None,
        "line": result.line or None,
        "message": result.message,
        "expected": result.expected or None,
        "actual": result.actual or None,
        "value": result.value,
        "failed_rows": result.failed_rows,
        "total_rows": result.total_rows,
        "query": result.query or None,
        "seconds": round(result.seconds, 6),
        "unanswered": result.unanswered,
        "sample": _sample(result.sample) if result.sample else None,
        "past": _past(result, report) if result.id in report.history else None,
    }


def _past(result: Result, report: Report) -> dict[str, Any]:
    streak = streak_in(report, result)
    return {
        "outcomes": list(map(_OUTCOMES.__getitem__, map(_OUTCOME, report.history[result.id]))),
        "since": streak.since.isoformat() if streak else None,
        "new": streak.new if streak else None,
        "flapping": streak.flapping if streak else None,
    }


def _sample(sample: Sample) -> dict[str, Any]:
    return {
        "columns": list(sample.columns),
        "rows": [list(row) for row in sample.rows],
        "hidden": list(sample.hidden),
        "note": sample.note or None,
    }
