"""A measured number against its target and alert, as data."""

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.evaluate import evaluate, skipped, undecided
from harness.metrics import METRICS
from harness.model.check import Check, Measurement, TableName
from harness.model.contract import Contract, Schema, Team
from harness.model.location import Location
from harness.model.result import Dimension, Outcome, Severity, fingerprint
from harness.model.threshold import OPERATORS, Threshold, from_operators

AT = Location("contracts/marts/t.odcs.yaml", 12, 5)
CONTRACT = Contract(at=AT, id="c", version="1.2.0", custom={"layer": "marts"}, team=Team(at=AT, name="data"))
NONE = Threshold("=", 0)
PASS, WARNING, INFO, FAIL, ERROR = "pass", "warning", "info", "fail", "error"


def check(counts="rows", unit=None, target=NONE, alert=None, severity=Severity.ERROR, **fields):
    rule = fields.pop("rule", {"rows": "nullValues", "number": "sql", "seconds": "freshness"}[counts])
    return Check(
        **{
            "id": "t/a/nullValues",
            "rule": rule,
            "dimension": Dimension.COMPLETENESS,
            "contract": CONTRACT,
            "schema": Schema(at=AT, name="t", custom=fields.pop("custom", {})),
            "table": TableName("main", "t"),
            "server": "w",
            "columns": ("a",),
            "at": AT,
            **fields,
        },
        counts=counts,
        unit={"rows": "rows", "number": "", "seconds": "seconds"}[counts] if unit is None else unit,
        target=target,
        alert=alert,
        severity=severity,
    )


def word(result):
    """The outcome, and for a failure short of an error its severity."""
    if result.outcome is Outcome.FAIL and result.severity is not Severity.ERROR:
        return result.severity.value
    return result.outcome.value


COMPARISONS = [
    # operators of the rule, number, outcome
    ({"mustBe": 5}, 5, PASS), ({"mustBe": 5}, 6, FAIL), ({"mustBe": 5}, 5.0, PASS), ({"mustBe": 5}, Decimal(5), PASS),
    ({"mustNotBe": 5}, 5, FAIL), ({"mustNotBe": 5}, 6, PASS),
    ({"mustBeGreaterThan": 5}, 5, FAIL), ({"mustBeGreaterThan": 5}, 6, PASS),
    ({"mustBeGreaterOrEqualTo": 5}, 5, PASS), ({"mustBeGreaterOrEqualTo": 5}, 4, FAIL),
    ({"mustBeGreaterThanOrEqualTo": 5}, 5, PASS), ({"mustBeGreaterThanOrEqualTo": 5}, 4, FAIL),
    ({"mustBeLessThan": 5}, 5, FAIL), ({"mustBeLessThan": 5}, 4, PASS),
    ({"mustBeLessOrEqualTo": 5}, 5, PASS), ({"mustBeLessOrEqualTo": 5}, 6, FAIL),
    ({"mustBeLessThanOrEqualTo": 5}, 5, PASS), ({"mustBeLessThanOrEqualTo": 5}, 6, FAIL),
    ({"mustBeBetween": [5, 7]}, 5, PASS), ({"mustBeBetween": [5, 7]}, 7, PASS), ({"mustBeBetween": [5, 7]}, 8, FAIL),
    ({"mustNotBeBetween": [5, 7]}, 5, FAIL), ({"mustNotBeBetween": [5, 7]}, 8, PASS),
    ({"mustBe": 0}, -0.0, PASS), ({"mustBeLessThan": 0.1}, Decimal("0.1"), PASS),
]  # fmt: skip


@pytest.mark.parametrize(("operators", "number", "expected"), COMPARISONS)
def test_operators(operators, number, expected):
    result = evaluate(check("number", target=from_operators(operators)), Measurement(value=number, total=10))
    assert word(result) == expected


def test_every_operator_of_the_standard_is_compared():
    assert {name for operators, *_ in COMPARISONS for name in operators} == set(OPERATORS)


UNITS = [
    # counts, unit, target, alert, number, total, outcome
    ("rows", "rows", "= 0", "", 0, 10, PASS),
    ("rows", "rows", "= 0", "", 1, 10, FAIL),
    ("rows", "rows", "< 5", "> 8", 4, 10, PASS),
    ("rows", "rows", "< 5", "> 8", 5, 10, WARNING),
    ("rows", "rows", "< 5", "> 8", 8, 10, WARNING),
    ("rows", "rows", "< 5", "> 8", 9, 10, FAIL),
    ("rows", "percent", "< 5", "", 4, 100, PASS),
    ("rows", "percent", "< 5", "", 5, 100, FAIL),
    ("rows", "percent", "< 5", "> 50", 40, 100, WARNING),
    ("rows", "percent", "< 5", "> 50", 51, 100, FAIL),
    ("rows", "percent", "= 0", "", 1, 1_000_000, FAIL),
    ("rows", "percent kept", "> 99", "< 95", 0, 100, PASS),
    ("rows", "percent kept", "> 99", "< 95", 1, 100, WARNING),
    ("rows", "percent kept", "> 99", "< 95", 5, 100, WARNING),
    ("rows", "percent kept", "> 99", "< 95", 6, 100, FAIL),
    ("rows", "percent kept", "= 100", "< 100", 1, 100, FAIL),
    ("rows", "percent kept", "= 100", "< 100", 1, 10**9, FAIL),
    ("number", "", "> 5", "", 6, 10, PASS),
    ("number", "", "> 5", "< 3", 4, 10, WARNING),
    ("number", "", "> 5", "< 3", 2, 10, FAIL),
    # a query that gives a share has divided already
    ("number", "percent", "< 5", "", 50, 1_000_000, FAIL),
    ("number", "percent", "< 5", "", 4.9, 10, PASS),
    ("seconds", "seconds", "<= 3600", "> 7200", 3600, 10, PASS),
    ("seconds", "seconds", "<= 3600", "> 7200", 3601, 10, WARNING),
    ("seconds", "seconds", "<= 3600", "> 7200", 7201, 10, FAIL),
    ("seconds", "seconds", "<= 3600", "", 0, 10, PASS),
    ("seconds", "seconds", "<= 3600", "", -1, 10, FAIL),
    ("seconds", "seconds", "<= 3600", "> 7200", -(10**9), 10, FAIL),
    ("seconds", "seconds", "<= 3600", "", -0.5, 10, FAIL),
]


def threshold(text):
    sign, _, digits = text.partition(" ")
    return Threshold(sign, int(digits)) if text else None


@pytest.mark.parametrize(("counts", "unit", "target", "alert", "number", "total", "expected"), UNITS)
def test_units(counts, unit, target, alert, number, total, expected):
    asked = check(counts, unit, threshold(target), threshold(alert))
    assert word(evaluate(asked, Measurement(value=number, total=total))) == expected


UNKNOWN = [
    # what was found: why it cannot be told
    ({}, Measurement(error="the server is gone", query="select 1", total=9), "the server is gone"),
    ({}, Measurement(error="gone", value=0, total=9), "gone"),
    ({}, Measurement(value=None, total=9), "the query gave NULL, no number"),
    ({"target": None}, Measurement(value=0, total=9), "the check has no threshold"),
    ({}, Measurement(value=0, total=0), "a table that may be empty says `mayBeEmpty: true`"),
    ({}, Measurement(value=0, total=None), "the rows of the table could not be counted"),
    ({"unit": "percent", "target": Threshold("<", 5)}, Measurement(value=3, total=None), "could not be counted"),
    ({"unit": "percent", "target": Threshold("<", 5)}, Measurement(value=3, total=0), "the table is empty"),
    ({"unit": "percent kept", "target": Threshold(">", 5)}, Measurement(value=0, total=0), "the table is empty"),
    # a share of rows that nobody counted breaks nothing either, nor does the lack of any row
    ({"unit": "percent", "target": Threshold(">", 5)}, Measurement(value=3, total=None), "could not be counted"),
    ({"target": Threshold(">", 0)}, Measurement(value=0, total=0), "the table is empty"),
    ({"counts": "number"}, Measurement(value=0, total=0), "the table is empty"),
    ({"counts": "number"}, Measurement(value=0, total=None), "could not be counted"),
    ({"counts": "seconds", "target": Threshold("<", 5)}, Measurement(value=None, total=0), "NULL, no number"),
    ({"custom": {"mayBeEmpty": "false"}}, Measurement(value=0, total=0), "the table is empty"),
    ({"custom": {"mayBeEmpty": 1}}, Measurement(value=0, total=0), "the table is empty"),
]


@pytest.mark.parametrize(("fields", "measured", "said"), UNKNOWN)
def test_could_not_tell(fields, measured, said):
    result = evaluate(check(**fields), measured)
    assert result.outcome is Outcome.ERROR
    assert result.message.startswith("could not tell: ")
    assert said in result.message
    assert (result.query, result.total_rows) == (measured.query, measured.total)


KNOWN_OF_AN_EMPTY_TABLE = [
    ({"custom": {"mayBeEmpty": True}}, 0, PASS),
    ({"custom": {"mayBeEmpty": True}, "unit": "percent", "target": Threshold("<", 5)}, 0, PASS),
    ({"custom": {"mayBeEmpty": True}, "unit": "percent kept", "target": Threshold(">", 99)}, 0, PASS),
    ({"custom": {"mayBeEmpty": True}, "counts": "number"}, 0, PASS),
    ({"counts": "number", "target": Threshold(">", 0)}, 0, FAIL),
    ({"counts": "number", "rule": "rowCount", "target": Threshold(">", 0)}, 0, FAIL),
    ({"counts": "number", "rule": "rowCount", "target": Threshold("=", 0)}, 0, PASS),
    ({"rule": "failedRows"}, 3, FAIL),
    ({"counts": "seconds", "target": Threshold("<=", 3600)}, 60, PASS),
]


@pytest.mark.parametrize(("fields", "number", "expected"), KNOWN_OF_AN_EMPTY_TABLE)
def test_what_is_known_of_an_empty_table(fields, number, expected):
    assert word(evaluate(check(**fields), Measurement(value=number, total=0))) == expected


@pytest.mark.parametrize("severity", Severity)
def test_an_alert_softens_an_error_and_nothing_else(severity):
    asked = check(target=Threshold("<", 5), alert=Threshold(">", 8), severity=severity)
    assert evaluate(asked, Measurement(value=9, total=10)).severity is severity
    softened = evaluate(asked, Measurement(value=6, total=10)).severity
    assert softened is (Severity.WARNING if severity is Severity.ERROR else severity)


def test_a_result_has_its_evidence():
    asked = check(target=Threshold("<", 5), alert=Threshold(">", 50), unit="percent", description="known gaps")
    result = evaluate(asked, Measurement(value=8255, total=336776, query="select 1", seconds=0.25))
    assert result.message == "known gaps"
    assert (result.actual, result.expected) == ("8,255 rows of 336,776 (2.45 %)", "< 5 % (alert > 50 %)")
    assert (result.outcome, result.failed_rows, result.total_rows) == (Outcome.PASS, 8255, 336776)
    assert (result.query, result.seconds) == ("select 1", 0.25)
    assert result.value == pytest.approx(2.4512, abs=1e-4)
    assert result.id == fingerprint("nullValues", "c", "t/a/nullValues")
    assert (result.check, result.rule, result.dimension) == ("t/a/nullValues", "nullValues", Dimension.COMPLETENESS)
    assert (result.contract, result.version, result.layer, result.owner) == ("c", "1.2.0", "marts", "data")
    assert (result.table, result.column, result.file, result.line) == ("t", "a", AT.file, 12)


def test_what_was_not_measured():
    assert (skipped(check(skip="later")).outcome, skipped(check(skip="later")).message) == (Outcome.SKIP, "later")
    assert undecided(check(), "gone").outcome is Outcome.ERROR
    assert undecided(check(), "gone").message == "could not tell: gone"


TEXTS = [
    # counts, unit, target, number, total: message, actual, expected
    ("rows", "rows", "= 0", 0, 10, ("NULL", "0 rows of 10 (0.00 %)", "no rows")),
    ("rows", "rows", "= 0", 1, 10, ("NULL", "1 row of 10 (10.00 %)", "no rows")),
    ("rows", "rows", "= 0", 1, 10**6, ("NULL", "1 row of 1,000,000 (< 0.01 %)", "no rows")),
    ("rows", "rows", "= 0", 1, 10_000, ("NULL", "1 row of 10,000 (0.01 %)", "no rows")),
    ("rows", "rows", "= 0", 9999, 10_000, ("NULL", "9,999 rows of 10,000 (99.99 %)", "no rows")),
    ("rows", "rows", "= 0", 999_999, 10**6, ("NULL", "999,999 rows of 1,000,000 (> 99.99 %)", "no rows")),
    ("rows", "rows", "= 0", 10, 10, ("NULL", "10 rows of 10 (100.00 %)", "no rows")),
    ("rows", "rows", "= 0", 1, 200, ("NULL", "1 row of 200 (0.50 %)", "no rows")),
    ("rows", "rows", "< 5", 1, 10, ("NULL", "1 row of 10 (10.00 %)", "< 5 rows")),
    ("rows", "percent", "= 0", 1, 10, ("NULL", "1 row of 10 (10.00 %)", "= 0 %")),
    ("rows", "percent kept", "> 99", 1, 10, ("NULL", "1 row of 10 (10.00 %)", "> 99 % of rows good")),
    ("number", "", "> 5", 1.5, 10, ("sql", "1.5", "> 5")),
    ("number", "percent", "< 5", 1.5, 10, ("sql", "1.5 %", "< 5 %")),
    ("seconds", "seconds", "<= 3600", 5400, 10, ("freshness", "1 h 30 m", "<= 1 h")),
    (
        "seconds", "seconds", "<= 3600", -90000, 10,
        ("the newest value is 1 d 1 h in the future", "-1 d 1 h", "<= 1 h"),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("counts", "unit", "target", "number", "total", "texts"), TEXTS)
def test_words(counts, unit, target, number, total, texts):
    result = evaluate(check(counts, unit, threshold(target)), Measurement(value=number, total=total))
    assert (result.message, result.actual, result.expected) == texts


STRUCTURAL = ("scd", "late", "pointInTime", "reconcile")
"""What the metrics of structural checks begin with; the plan describes those."""
COUNTED = [rule for rule, metric in METRICS.items() if metric.counts == "rows" and not rule.startswith(STRUCTURAL)]


@pytest.mark.parametrize("rule", COUNTED)
def test_violating_rows_are_told_in_words_and_not_by_the_id_of_the_metric(rule):
    assert evaluate(check(rule=rule), Measurement(value=1, total=9)).message != rule


def test_what_else_is_known_of_the_number():
    found = Measurement(value=2, total=10, breakdown="1 of them NULL", witness="k 7")
    broken, kept = evaluate(check(), found), evaluate(check(target=Threshold("<", 5)), found)
    assert (broken.message, kept.message) == ("NULL; the first: k 7", "NULL")
    assert broken.actual == kept.actual == "2 rows of 10 (20.00 %): 1 of them NULL"
    number = evaluate(check("number"), Measurement(value=2, total=10, breakdown="of 3"))
    assert number.actual == "2: of 3"


@given(bad=st.integers(1, 10**12), more=st.integers(1, 10**12))
def test_a_few_rows_are_never_rounded_away(bad, more):
    actual = evaluate(check(), Measurement(value=bad, total=bad + more)).actual
    assert "(0.00 %)" not in actual
    assert "(100.00 %)" not in actual


NUMBERS = st.integers(-(10**6), 10**6) | st.floats(allow_nan=False, allow_infinity=False, width=32)
THRESHOLDS = st.builds(Threshold, st.sampled_from(["=", "!=", ">", ">=", "<", "<="]), st.integers(-9, 9))


@given(
    counts=st.sampled_from(["rows", "number", "seconds"]),
    value=st.none() | NUMBERS,
    total=st.none() | st.integers(0, 5),
    target=st.none() | THRESHOLDS,
    alert=st.none() | THRESHOLDS,
    may_be_empty=st.booleans(),
)
def test_a_pass_has_a_number_a_threshold_and_rows(counts, value, total, target, alert, may_be_empty):
    asked = check(counts, target=target, alert=alert, custom={"mayBeEmpty": may_be_empty})
    result = evaluate(asked, Measurement(value=value, total=total))
    if result.outcome is Outcome.PASS:
        assert value is not None
        assert target is not None
        assert math.isfinite(value)
        assert target.meets(value)
        assert counts == "seconds" or total or (total == 0 and may_be_empty)
