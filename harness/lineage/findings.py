"""What a run found out about a dataset, as OpenLineage facets.

Imports openlineage, which is slow: import this late. A facet is made anew for each slot and event, because the client
writes into those it is given.
"""

import math
from collections.abc import Iterable
from typing import Any

from openlineage.client.facet_v2 import data_quality_assertions_dataset, error_message_run, test_run

from harness.model.result import Outcome, Result, Severity, Verdict

_STATUS = {Outcome.PASS: "pass", Outcome.FAIL: "fail", Outcome.ERROR: "skip", Outcome.SKIP: "skip"}
"""The facet knows pass, fail and skip. What could not be told was not executed; it must not read as bad data."""


def assertions(
    results: Iterable[Result], verdict: Verdict, producer: str
) -> data_quality_assertions_dataset.DataQualityAssertionsDatasetFacet:
    """Only what was decided: an assertion has no third state, so anything else would read as a failure."""
    decided = [
        data_quality_assertions_dataset.Assertion(
            assertion=r.rule,
            success=r.outcome is Outcome.PASS,
            column=r.column or None,
            severity=_severity(r),
            name=_name(r),
            description=r.message,
            expected=r.expected or None,
            actual=r.actual or None,
            content=r.query or None,
            contentType="sql" if r.query else None,
            params=_params(r, verdict),
        )
        for r in results
        if r.outcome in (Outcome.PASS, Outcome.FAIL)
    ]
    return data_quality_assertions_dataset.DataQualityAssertionsDatasetFacet(assertions=decided, producer=producer)


def tests(results: Iterable[Result], verdict: Verdict, producer: str) -> test_run.TestRunFacet:
    """Every result, whatever came of it."""
    executions = [
        test_run.TestExecution(
            name=_name(r),
            status=_STATUS[r.outcome],
            severity=_severity(r),
            type=r.rule,
            description=f"error: could not tell: {r.message}" if r.outcome is Outcome.ERROR else r.message,
            expected=r.expected or None,
            actual=r.actual or None,
            content=r.query or None,
            contentType="sql" if r.query else None,
            params=_params(r, verdict),
        )
        for r in results
    ]
    return test_run.TestRunFacet(tests=executions, producer=producer)


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
        "failedRows": _number(result.failed_rows),
        "totalRows": _number(result.total_rows),
        "waived": result.id in verdict.waived or None,
    }
    return {key: value for key, value in params.items() if value not in (None, "")}


def _number(value: Any) -> int | float | None:
    if value is None or not math.isfinite(value):
        return None
    return int(value) if value == int(value) else float(value)


def trouble(results: Iterable[Result], producer: str) -> error_message_run.ErrorMessageRunFacet:
    """What could not be told, and why."""
    told = [f"{_name(r)}: {r.message}" for r in results if r.outcome is Outcome.ERROR]
    message = "\n".join((f"could not tell {len(told)} of the checks", *told))
    return error_message_run.ErrorMessageRunFacet(message=message, programmingLanguage="SQL", producer=producer)
