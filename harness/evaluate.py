"""Check + measured number -> Result. A number against target and alert; no number is ERROR, never a pass."""

from typing import Any

from harness.model.check import Check, Measurement
from harness.model.errors import NoAnswer
from harness.model.result import Outcome, Result, Severity, fingerprint
from harness.model.threshold import Number, Threshold, quantity

_SUBJECTS: dict[str, str] = {
    "required": "NULL in a required column",
    "nullValues": "NULL",
    "missingValues": "missing values",
    "invalidValues": "invalid values",
    "duplicateValues": "surplus rows of duplicated values",
    "unique": "surplus rows of a unique column",
    "primaryKey": "rows that break the primary key",
    "relationship": "orphans: the row they refer to does not exist",
    "enum": "values outside the enum",
    "minLength": "texts that are too short",
    "maxLength": "texts that are too long",
    "minimum": "values below the minimum",
    "maximum": "values above the maximum",
    "exclusiveMinimum": "values not above the exclusive minimum",
    "exclusiveMaximum": "values not below the exclusive maximum",
    "pattern": "texts that do not match the pattern",
    "format": "values that are not in the declared format",
    "multipleOf": "values that are no multiple of the declared number",
    "timezone": "times whose zone is not as declared",
    "minItems": "arrays with too few elements",
    "maxItems": "arrays with too many elements",
    "uniqueItems": "arrays that hold a value twice",
    "minProperties": "objects with too few properties",
    "maxProperties": "objects with too many properties",
    "requiredProperties": "objects that lack a required property",
    "dimensions": "vectors of another number of dimensions",
    "elementType": "vectors with an element that does not fit its type",
    "normalized": "vectors that are not normalized",
    "failedRows": "rows returned by the check",
}
"""What the violating rows of a metric are."""


def evaluate(check: Check, measured: Measurement) -> Result:
    """The Result of a measured check."""
    evidence: dict[str, Any] = {"query": measured.query, "seconds": measured.seconds, "total_rows": measured.total}
    if measured.error:
        evidence["unanswered"] = isinstance(measured.error, NoAnswer)
        return result_of(check, Outcome.ERROR, f"could not tell: {measured.error}", **evidence)
    if measured.value is None or check.target is None:
        missing = "the query gave NULL, no number" if check.target else "the check has no threshold"
        return result_of(check, Outcome.ERROR, f"could not tell: {missing}", **evidence)
    if check.counts == "rows":
        evidence["failed_rows"] = int(measured.value)
    number = _in_unit(check, measured)
    evidence["value"] = float(number)
    doubt = _doubt(check, measured, passes=check.target.meets(number))
    if doubt:
        return result_of(check, Outcome.ERROR, f"could not tell: {doubt}", **evidence)
    evidence["expected"] = _expected(check)
    evidence["actual"] = _actual(check, measured, number)
    if check.unit == "seconds" and number < 0:
        message = f"the newest value is {quantity(-number, 'seconds')} in the future"
        return result_of(check, Outcome.FAIL, message, **evidence)
    message = _message(check)
    if check.target.meets(number):
        return result_of(check, Outcome.PASS, message, **evidence)
    message += f"; the first: {measured.witness}" if measured.witness else ""
    return result_of(check, Outcome.FAIL, message, severity=_severity(check, number), **evidence)


def skipped(check: Check) -> Result:
    """The Result of a check that the plan set aside; its reason is the message."""
    return result_of(check, Outcome.SKIP, check.skip)


def undecided(check: Check, reason: str) -> Result:
    """The Result of a check that could not be run."""
    unanswered = isinstance(reason, NoAnswer)
    return result_of(check, Outcome.ERROR, f"could not tell: {reason}", unanswered=unanswered)


def result_of(check: Check, outcome: Outcome, message: str, **fields: Any) -> Result:
    """A Result with all that the check already knows; `fields` adds the evidence."""
    contract = check.contract
    return Result(
        id=fingerprint(check.rule, contract.id, check.id),
        rule=check.rule,
        check=check.id,
        outcome=outcome,
        dimension=check.dimension,
        contract=contract.id,
        version=contract.version,
        layer=contract.layer,
        table=check.schema.name,
        column=check.column,
        file=check.at.file,
        line=check.at.line,
        owner=contract.owner,
        message=message,
        **{"severity": check.severity, **fields},
    )


def _doubt(check: Check, measured: Measurement, *, passes: bool) -> str:
    """Why the number proves nothing, or "": a good number of no rows, or of who knows how many."""
    if check.rule == "rowCount" or check.counts == "seconds":
        return ""
    of_rows = check.counts == "rows"
    if not (passes or (of_rows and (check.unit != "rows" or not measured.value))):
        return ""
    if measured.total is None:
        return "the rows of the table could not be counted"
    if measured.total == 0 and check.schema.custom.get("mayBeEmpty") is not True:
        return "the table is empty, so nothing was checked; a table that may be empty says `mayBeEmpty: true`"
    return ""


def _in_unit(check: Check, measured: Measurement) -> Number:
    """The number as the threshold compares it; of an empty table that may be empty, no row is violating."""
    value = measured.value
    assert value is not None  # noqa: S101 - evaluate has looked
    if check.counts != "rows":
        return value  # a number that a query gives is in the rule's unit already
    share = 100 * float(value) / measured.total if measured.total else 0.0
    return {"percent": share, "percent kept": 100 - share}.get(check.unit, value)


def _severity(check: Check, number: Number) -> Severity:
    """A failure short of the alert is a warning at most."""
    if check.alert and not check.alert.meets(number) and check.severity is Severity.ERROR:
        return Severity.WARNING
    return check.severity


def _expected(check: Check) -> str:
    assert check.target is not None  # noqa: S101 - evaluate has looked
    return _threshold(check.target, check.unit) + (
        f" (alert {_threshold(check.alert, check.unit)})" if check.alert else ""
    )


def _threshold(threshold: Threshold, unit: str) -> str:
    if unit == "percent kept":
        return threshold.text("percent") + " of rows good"
    return "no rows" if threshold == Threshold("=", 0) and unit == "rows" else threshold.text(unit)


def _actual(check: Check, measured: Measurement, number: Number) -> str:
    more = f": {measured.breakdown}" if measured.breakdown else ""
    if check.counts != "rows":
        return quantity(number, check.unit) + more
    failed = quantity(measured.value or 0, "rows")
    if not measured.total:
        return failed + more
    share = 100 * float(measured.value or 0) / measured.total
    return f"{failed} of {measured.total:,} ({_percent(share)}){more}"


def _percent(share: float) -> str:
    """Never rounds a few bad rows down to 0 %, nor a few good ones up to 100 %."""
    if 0 < share < 0.01:
        return "< 0.01 %"
    if 99.99 < share < 100:
        return "> 99.99 %"
    return f"{share:.2f} %"


def _message(check: Check) -> str:
    """What was asked; `expected` and `actual` hold the numbers."""
    return check.description or _SUBJECTS.get(check.rule) or check.rule
