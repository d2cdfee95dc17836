"""The scorecard: what is measured, against what, and how it stands; it never decides anything."""

import pytest

from harness.load.policy import DEFAULT_GOALS
from harness.model.project import Goal
from harness.model.result import Dimension, Outcome, Result, Severity, Standard
from harness.model.threshold import from_text
from harness.scorecard import scorecard

GOALS = {
    Dimension(name): Goal(from_text(target)[0], from_text(alert)[0], from_text(target)[1])
    for name, (target, alert) in DEFAULT_GOALS.items()
}


def result(dimension="completeness", outcome=Outcome.PASS, failed=0, total=100, **fields):
    table = fields.get("table", "t")
    counted = {} if failed is None else {"failed_rows": failed, "total_rows": total}
    stated = {"layer": "marts", "table": table, "check": f"{table}/a", "rule": "nullValues", "message": "", **counted}
    return Result(id="x", outcome=outcome, severity=Severity.ERROR, dimension=Dimension(dimension), **stated | fields)


def age(seconds, outcome=Outcome.PASS, **fields):
    return result("freshness", outcome, None, rule="freshness", value=seconds, expected="<= 1 h", **fields)


def scored(*results):
    return {(s.layer, s.table, s.dimension.value): s for s in scorecard(results, GOALS)}


def one(*results):
    return scored(*results)["marts", "t", results[0].dimension.value]


SHARES = [
    # failing rows of 1,000 in two clauses; the share, and how it stands
    ("completeness", (0, 0), 100, Standard.MET),
    ("completeness", (0, 19), 99.05, Standard.MET),
    ("completeness", (20, 0), 99, Standard.MISSED),
    ("completeness", (50, 50), 95, Standard.MISSED),
    ("completeness", (60, 50), 94.5, Standard.ALERT),
    ("uniqueness", (1, 0), 99.95, Standard.ALERT),
    ("accuracy", (1, 0), 99.95, Standard.MISSED),
    ("accuracy", (1, 2), 99.85, Standard.ALERT),
    ("validity", (5000, 0), 50, Standard.ALERT),
]


@pytest.mark.parametrize(("dimension", "failed", "share", "standard"), SHARES)
def test_the_share_of_good_rows_over_all_clauses(dimension, failed, share, standard):
    score = one(*(result(dimension, failed=rows, total=1000) for rows in failed))
    assert score.value == pytest.approx(share)
    assert (score.unit, score.clauses, score.standard) == ("percent", 2, standard)
    assert (score.target, score.alert) == tuple(from_text(text)[0].text("percent") for text in DEFAULT_GOALS[dimension])


def test_a_clause_that_could_not_be_told_leaves_a_good_share_unknown_and_a_bad_one_bad():
    undecided = result(outcome=Outcome.ERROR, failed=None)
    assert one(result(), undecided).standard is Standard.UNKNOWN
    assert one(result(failed=50), undecided).standard is Standard.ALERT
    nothing = one(undecided)
    assert (nothing.value, nothing.standard, nothing.clauses) == (None, Standard.UNKNOWN, 0)


def test_what_counts_no_rows_or_was_not_run_has_no_score():
    skipped = result(outcome=Outcome.SKIP)
    assert scored(result(failed=None), skipped, result(total=0), result(check="")) == {}


def test_freshness_is_the_worst_age_against_its_own_target():
    score = one(age(60), age(1800), result("freshness", failed=5))
    assert (score.value, score.unit, score.target, score.standard) == (1800, "seconds", "<= 1 h", Standard.MET)
    assert one(age(60, Outcome.FAIL), age(90000)).value == 60
    assert one(age(60, Outcome.FAIL), age(90000)).standard is Standard.MISSED
    assert one(age(None, Outcome.ERROR), age(60)).standard is Standard.UNKNOWN
    assert one(age(None, Outcome.ERROR), age(7200, Outcome.FAIL)).standard is not Standard.MET


def test_a_waiver_mends_no_data():
    results = [result(failed=50, outcome=Outcome.FAIL), result(failed=0)]
    plain, waived = (scorecard(results, GOALS, ids) for ids in ((), ("x",)))
    assert [(s.value, s.standard) for s in waived] == [(s.value, s.standard) for s in plain]
    assert {s.waived for s in plain} == {0}
    assert {s.waived for s in waived} == {1}


def test_each_table_and_each_layer_in_the_order_in_which_data_flows():
    results = [result(table="b"), result(table="a", failed=10), result(layer="raw", table="z"), result("validity")]
    scores = scored(*results)
    assert list(scores) == [
        ("raw", "", "completeness"), ("raw", "z", "completeness"), ("marts", "", "completeness"),
        ("marts", "", "validity"), ("marts", "a", "completeness"), ("marts", "b", "completeness"),
        ("marts", "t", "validity"),
    ]  # fmt: skip
    assert scores["marts", "", "completeness"].value == 95


def test_without_goals_only_ages_are_scored():
    assert [s.dimension for s in scorecard([result(), age(60)], {})] == [Dimension.FRESHNESS] * 2
