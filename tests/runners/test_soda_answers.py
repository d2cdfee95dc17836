"""From Soda's facts to an answer and a Result, where Soda itself would be too kind."""

from typing import Any

import pytest

from harness.load.soda import SodaClause
from harness.model.check import Check, TableName
from harness.model.contract import Contract, Schema
from harness.model.location import Location
from harness.model.result import Dimension, Outcome, Severity
from harness.runners.soda_answers import SodaAnswer, SodaOutcome, answer_of, soda_result

MISSING = SodaClause(key="soda/id/missing", type="missing", unit="rows", expected="= 0 rows")
FRESHNESS = SodaClause(key="soda/freshness", type="freshness", unit="seconds", expected="< 1 h")
FACT: dict[str, Any] = {
    "outcome": "PASSED",
    "value": 0,
    "age": None,
    "newest": "",
    "metrics": {"missing_count": 0, "check_rows_tested": 9},
    "differences": [],
    "errors": [],
    "warnings": [],
    "query": "select 1",
    "seconds": 0.5,
}
AT = Location("checks/staging/orders.soda.yml", 4)


@pytest.mark.parametrize(
    ("clause", "fact", "outcome", "message"),
    [
        (MISSING, {}, "passed", ""),
        (MISSING, {"outcome": "WARN", "value": 3}, "warned", ""),
        (MISSING, {"outcome": "FAILED", "value": 3}, "failed", ""),
        (MISSING, {"outcome": "NOT_EVALUATED"}, "error", "Soda could not evaluate it"),
        (MISSING, {"outcome": "EXCLUDED"}, "error", "Soda left it out"),
        (MISSING, {"outcome": "LOST", "errors": ["a", "b"]}, "error", "Soda gave no answer for it: a; b"),
        (
            MISSING,
            {"errors": ["lost\nconnection"]},
            "error",
            "Soda answered, but also logged an error: lost connection",
        ),
        (MISSING, {"value": None}, "error", "Soda decided without a number"),
        (MISSING, {"metrics": {"check_rows_tested": 0}}, "error", "no rows were tested"),
        (MISSING, {"metrics": {}}, "error", "no rows were tested"),
        (FRESHNESS, {"age": 60}, "passed", ""),
        (FRESHNESS, {"outcome": "FAILED"}, "error", "the age cannot be told: there is no timestamp"),
        (FRESHNESS, {"age": -1, "newest": "t"}, "failed", "the newest row is 1 s in the future (t)"),
        (FRESHNESS, {"age": -1, "newest": "t", "outcome": "WARN"}, "failed", "the newest row is 1 s in the future (t)"),
    ],
)
def test_an_answer_in_doubt_is_an_error(clause: SodaClause, fact: dict[str, Any], outcome: str, message: str) -> None:
    answer = answer_of(clause, FACT | fact)

    assert (answer.outcome.value, answer.message) == (outcome, message)


def _check(severity: Severity = Severity.ERROR, error: str = "") -> Check:
    schema = Schema(at=AT, name="orders")
    return Check(
        id="orders/soda/id/missing",
        rule="soda",
        dimension=Dimension.COMPLETENESS,
        contract=Contract(at=AT, id="shop", version="1.2.0", schemas=(schema,), custom={"layer": "staging"}),
        schema=schema,
        table=TableName("staging", "orders"),
        server="warehouse",
        columns=("id",),
        arguments={"file": AT.file, "key": "soda/id/missing", "error": error},
        severity=severity,
        at=AT,
    )


def _answers(outcome: SodaOutcome, **fields: Any) -> dict[tuple[str, str], SodaAnswer]:
    return {(AT.file, "soda/id/missing"): SodaAnswer(outcome=outcome, **fields)}


def test_a_result_carries_the_evidence() -> None:
    answers = _answers(SodaOutcome.FAILED, expected="= 0 rows", actual="3 rows", failed_rows=3, total_rows=9, query="q")
    result = soda_result(_check(), answers)

    assert (result.rule, result.check, result.outcome) == ("soda", "orders/soda/id/missing", Outcome.FAIL)
    assert (result.contract, result.version, result.layer) == ("shop", "1.2.0", "staging")
    assert (result.table, result.column, result.file, result.line) == ("orders", "id", AT.file, 4)
    assert (result.failed_rows, result.total_rows, result.query) == (3, 9, "q")
    assert result.message == "soda/id/missing: 3 rows, expected = 0 rows"


def test_the_id_does_not_depend_on_the_answer() -> None:
    results = [soda_result(_check(), _answers(each)) for each in SodaOutcome]

    assert {result.id for result in results} == {results[0].id}


@pytest.mark.parametrize(
    ("outcome", "severity", "expected"),
    [
        (SodaOutcome.WARNED, Severity.ERROR, (Outcome.FAIL, Severity.WARNING)),
        (SodaOutcome.WARNED, Severity.INFO, (Outcome.FAIL, Severity.INFO)),
        (SodaOutcome.FAILED, Severity.WARNING, (Outcome.FAIL, Severity.WARNING)),
        (SodaOutcome.FAILED, Severity.ERROR, (Outcome.FAIL, Severity.ERROR)),
        (SodaOutcome.PASSED, Severity.ERROR, (Outcome.PASS, Severity.ERROR)),
        (SodaOutcome.ERROR, Severity.WARNING, (Outcome.ERROR, Severity.WARNING)),
    ],
)
def test_outcome_and_severity_stay_apart(
    outcome: SodaOutcome, severity: Severity, expected: tuple[Outcome, Severity]
) -> None:
    result = soda_result(_check(severity), _answers(outcome))

    assert (result.outcome, result.severity) == expected


@pytest.mark.parametrize(
    ("error", "said"),
    [("", "soda/id/missing: Soda was not asked about it"), ("no key `x`", "soda/id/missing: no key `x`")],
)
def test_a_check_without_an_answer_is_an_error(error: str, said: str) -> None:
    result = soda_result(_check(error=error), {})

    assert (result.outcome, result.message) == (Outcome.ERROR, said)
