"""What a run found out about a dataset, as OpenLineage facets."""

from collections.abc import Iterable, Sequence
from typing import Any

from harness.lineage.facets import facet, number, present
from harness.model.result import Outcome, Result, Severity, Verdict

_STATUS = {Outcome.PASS: "pass", Outcome.FAIL: "fail", Outcome.ERROR: "skip", Outcome.SKIP: "skip"}
"""The facet knows pass, fail and skip. What could not be told was not executed; it must not read as bad data."""


Said = Sequence[tuple[Result, dict[str, Any]]]
"""Results, each with what an assertion and a test execution say alike of it."""


def said(results: Iterable[Result], verdict: Verdict) -> Said:
    """What both facets say of each result."""
    return [(result, _said(result, verdict)) for result in results]


def assertions(results: Said, producer: str) -> dict[str, Any]:
    """Only what was decided: an assertion has no third state, so anything else would read as a failure."""
    decided = [
        {
            "assertion": result.rule,
            "success": result.outcome is Outcome.PASS,
            **present(column=result.column or None),
            **alike,
            "description": result.message,
        }
        for result, alike in results
        if result.outcome in (Outcome.PASS, Outcome.FAIL)
    ]
    return facet("dataQualityAssertions", producer, assertions=decided)


def tests(results: Said, producer: str) -> dict[str, Any]:
    """Every result, whatever came of it."""
    executions = [
        {"status": _STATUS[result.outcome], "type": result.rule, **alike, "description": _told(result)}
        for result, alike in results
    ]
    return facet("test", producer, tests=executions)


def _told(result: Result) -> str:
    return f"error: could not tell: {result.message}" if result.outcome is Outcome.ERROR else result.message


def _said(result: Result, verdict: Verdict) -> dict[str, Any]:
    return present(
        name=_name(result),
        severity=_severity(result),
        expected=result.expected or None,
        actual=result.actual or None,
        content=result.query or None,
        contentType="sql" if result.query else None,
        params=_params(result, verdict),
    )


def _name(result: Result) -> str:
    return result.check or "/".join(part for part in (result.table, result.column, result.rule) if part)


def _severity(result: Result) -> str:
    return "error" if result.severity is Severity.ERROR else "warn"


def _params(result: Result, verdict: Verdict) -> dict[str, Any]:
    """What the facets have no field for, in JSON's own types: drivers give Decimal, and a ratio over no rows is NaN."""
    params = {
        "resultId": result.id,
        "outcome": result.outcome.value,
        "contract": result.contract,
        "contractVersion": result.version,
        "dimension": result.dimension.value if result.dimension else "",
        "file": result.file,
        "line": result.line or None,
        "failedRows": number(result.failed_rows),
        "totalRows": number(result.total_rows),
        **_waiver(result, verdict),
    }
    return {key: value for key, value in params.items() if value not in (None, "")}


def _waiver(result: Result, verdict: Verdict) -> dict[str, Any]:
    """A waived failure stays a failure; that it is set aside, and until when, is said beside it."""
    if result.outcome is not Outcome.FAIL or result.id not in verdict.waived:
        return {}
    uses = [use for use in verdict.waivers if use.in_force and result.id in use.failures]
    last = max(uses, key=lambda use: use.days_left)
    return {"waived": True, "waivedUntil": last.waiver.expires.isoformat(), "waiverDaysLeft": last.days_left}


def trouble(results: Iterable[Result], producer: str, reason: str = "") -> dict[str, Any]:
    """What could not be told, and why; `reason` is the one sentence before that."""
    told = [f"{_name(r)}: {r.message}" for r in results if r.outcome is Outcome.ERROR]
    message = "\n".join((reason or f"could not tell {len(told)} of the checks", *told))
    return facet("errorMessage", producer, message=message, programmingLanguage="SQL")
