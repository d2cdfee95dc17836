"""The gate, held to its promise: it passes only what it knows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.gate import decided_clauses, judge
from harness.model.result import Outcome, Result, Severity, VerdictOutcome

PASS, FAIL, UNDECIDED = VerdictOutcome.PASS, VerdictOutcome.FAIL, VerdictOutcome.UNDECIDED


def result(outcome, severity=Severity.ERROR, check="t/a/required", id="r"):
    return Result(id=id, rule="required", check=check, outcome=outcome, severity=severity, message="")


NOTHING = "no clause was checked, so nothing is known"
UNTOLD = "1 clause or finding could not be told"
CASES = {
    # outcomes with severities, what closes the gate: verdict and reason
    "nothing": ([], "error", UNDECIDED, NOTHING),
    "one passes": ([("pass", "error")], "error", PASS, "1 clause checked and nothing blocks"),
    "two pass": ([("pass", "error"), ("pass", "info")], "error", PASS, "2 clauses checked and nothing blocks"),
    "all are skipped": ([("skip", "error")], "error", UNDECIDED, NOTHING),
    "an error": ([("pass", "error"), ("error", "error")], "error", UNDECIDED, UNTOLD),
    "a small error": ([("pass", "error"), ("error", "info")], "error", UNDECIDED, UNTOLD),
    "a failure": ([("pass", "error"), ("fail", "error")], "error", FAIL, "1 violation blocks"),
    "failures and an error": (
        [("fail", "error"), ("fail", "error"), ("error", "error")],
        "error", FAIL, "2 violations block; 1 more could not be told",
    ),
    "a warning": (
        [("pass", "error"), ("fail", "warning")],
        "error", PASS, "2 clauses checked and nothing blocks; 1 finding below the blocking severity",
    ),
    "a warning that blocks": ([("pass", "error"), ("fail", "warning")], "warning", FAIL, "1 violation blocks"),
    "an info": (
        [("pass", "error"), ("fail", "info"), ("fail", "info")],
        "warning", PASS, "3 clauses checked and nothing blocks; 2 findings below the blocking severity",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_case(name):
    rows, fail_on, outcome, reason = CASES[name]
    results = [result(Outcome(o), Severity(s)) for o, s in rows]
    verdict = judge(results, Severity(fail_on), decided_clauses(results))
    assert (verdict.outcome, verdict.reason) == (outcome, reason)


def test_the_verdict_names_what_it_rests_on():
    results = [result(Outcome.FAIL, id="a"), result(Outcome.ERROR, id="b"), result(Outcome.PASS, id="c")]
    verdict = judge(results, Severity.ERROR, 2)
    assert (verdict.blocking, verdict.undecided) == (("a",), ("b",))


def test_findings_of_rules_are_not_checked_clauses():
    results = [result(Outcome.FAIL, Severity.WARNING, check=""), result(Outcome.SKIP)]
    assert decided_clauses(results) == 0
    assert judge(results, Severity.ERROR, decided_clauses(results)).outcome is UNDECIDED


def test_lint_counts_contracts():
    assert judge([], Severity.ERROR, 3, "contract").reason == "3 contracts checked and nothing blocks"
    assert judge([], Severity.ERROR, 0, "contract").outcome is UNDECIDED


RESULTS = st.builds(
    result, st.sampled_from(Outcome), st.sampled_from(Severity), check=st.sampled_from(["", "t/a/required"])
)
MANY = st.lists(RESULTS, max_size=8)
FAIL_ON = st.sampled_from([Severity.ERROR, Severity.WARNING])


def verdict(results, fail_on):
    return judge(results, fail_on, decided_clauses(results)).outcome


@given(results=MANY, fail_on=FAIL_ON)
def test_it_passes_only_what_it_knows(results, fail_on):
    blocking = [r for r in results if r.outcome is Outcome.FAIL and r.severity.rank >= fail_on.rank]
    errors = [r for r in results if r.outcome is Outcome.ERROR]
    decided = [r for r in results if r.check and r.outcome in (Outcome.PASS, Outcome.FAIL)]
    expected = FAIL if blocking else PASS if decided and not errors else UNDECIDED
    assert verdict(results, fail_on) is expected


@given(results=MANY, fail_on=FAIL_ON, severity=st.sampled_from(Severity), at=st.integers(0, 8))
def test_an_error_never_opens_the_gate(results, fail_on, severity, at):
    with_error = [*results[:at], result(Outcome.ERROR, severity), *results[at:]]
    assert verdict(with_error, fail_on) is not PASS


@given(results=MANY, fail_on=FAIL_ON, at=st.integers(0, 8))
def test_a_violation_always_closes_it(results, fail_on, at):
    assert verdict([*results[:at], result(Outcome.FAIL), *results[at:]], fail_on) is FAIL


@given(results=MANY, more=MANY, fail_on=FAIL_ON)
def test_more_results_never_undo_a_failure_or_an_error(results, more, fail_on):
    before, after = verdict(results, fail_on), verdict(results + more, fail_on)
    assert after is FAIL or before is not FAIL
    if any(r.outcome is Outcome.ERROR for r in results):
        assert after is not PASS


@given(results=MANY)
def test_a_stricter_gate_never_passes_more(results):
    if verdict(results, Severity.WARNING) is PASS:
        assert verdict(results, Severity.ERROR) is PASS


@given(results=MANY, fail_on=FAIL_ON, data=st.data())
def test_order_does_not_matter(results, fail_on, data):
    assert verdict(data.draw(st.permutations(results)), fail_on) is verdict(results, fail_on)
