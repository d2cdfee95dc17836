"""The gate, held to its promise: it passes only what it knows."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.gate import NEVER_WAIVED, after_attempts, decided_clauses, judge, uses_of
from harness.model.location import Location
from harness.model.result import Outcome, Result, Severity, Verdict, VerdictOutcome, coverage_of
from harness.model.waiver import Waiver

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
    "two errors": ([("error", "error")] * 2, "error", UNDECIDED, "2 clauses or findings could not be told"),
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


TODAY = date(2026, 3, 1)


def waiver(expires=TODAY, **names):
    return Waiver(at=Location("waivers.yaml"), reason="r", approver="maria", author="ada", expires=expires, **names)


def judged(results, waivers=(), fail_on=Severity.ERROR, today=TODAY):
    return judge(results, fail_on, decided_clauses(results), waivers=waivers, today=today)


PLACED = Result(
    id="3f2a9c1b7d04",
    rule="nullValues",
    check="fct_flights/tail_number/nullValues",
    outcome=Outcome.FAIL,
    severity=Severity.ERROR,
    table="fct_flights",
    column="tail_number",
    file="contracts/marts/fct_flights.odcs.yaml",
    message="",
)
OTHER = Result(id="b", rule="rowCount", check="t/rowCount", outcome=Outcome.PASS, severity=Severity.ERROR, message="")
NAMES = {
    "its fingerprint": ({"fingerprint": "3f2a9c1b7d04"}, True),
    "another fingerprint": ({"fingerprint": "3f2a9c1b7d05"}, False),
    "its table": ({"rule": "nullValues", "path": "fct_flights"}, True),
    "its column": ({"rule": "nullValues", "path": "fct_flights/tail_number"}, True),
    "its check": ({"rule": "nullValues", "path": "fct_flights/tail_number/nullValues"}, True),
    "its file": ({"rule": "nullValues", "path": "contracts/marts/fct_flights.odcs.yaml"}, True),
    "all columns": ({"rule": "nullValues", "path": "fct_flights/*"}, True),
    "all facts": ({"rule": "nullValues", "path": "fct_*"}, True),
    "all marts": ({"rule": "nullValues", "path": "contracts/marts/*"}, True),
    "another rule": ({"rule": "required", "path": "fct_flights"}, False),
    "a rule in other letters": ({"rule": "nullvalues", "path": "fct_flights"}, False),
    "a rule is no pattern": ({"rule": "*", "path": "fct_flights"}, False),
    "another column": ({"rule": "nullValues", "path": "fct_flights/carrier"}, False),
    "a part of its name": ({"rule": "nullValues", "path": "fct"}, False),
    "a pattern stays within its part": ({"rule": "nullValues", "path": "contracts/*"}, False),
    "an inner part": ({"rule": "nullValues", "path": "tail_number"}, False),
    "the fingerprint with another rule": ({"fingerprint": "3f2a9c1b7d04", "rule": "required"}, False),
    "the fingerprint in another place": ({"fingerprint": "3f2a9c1b7d04", "path": "dim_planes"}, False),
    "all that it is": ({"fingerprint": "3f2a9c1b7d04", "rule": "nullValues", "path": "fct_flights/tail_number"}, True),
    "a rule alone": ({"rule": "nullValues"}, False),
    "a place alone": ({"path": "fct_flights"}, False),
    "nothing": ({}, False),
}


@pytest.mark.parametrize("name", NAMES)
def test_what_a_waiver_names(name):
    names, named = NAMES[name]
    verdict = judged([PLACED, OTHER], [waiver(**names)])
    assert verdict.waived == ((PLACED.id,) if named else ())
    assert verdict.outcome is (PASS if named else FAIL)


def test_a_name_with_the_letters_of_a_pattern_is_that_name_too():
    odd = Result(id="o", rule="enum", check="t/a[0]/enum", outcome=Outcome.FAIL, severity=Severity.ERROR, message="")
    assert judged([odd], [waiver(rule="enum", path="t/a[0]/enum")]).waived == ("o",)


def test_the_columns_of_a_table_are_not_the_table():
    finding = Result(id="f", rule="sla", outcome=Outcome.FAIL, severity=Severity.ERROR, table="t", message="")
    assert judged([finding, OTHER], [waiver(rule="sla", path="t/*")]).outcome is FAIL
    assert judged([finding, OTHER], [waiver(rule="sla", path="t")]).outcome is PASS


def test_a_finding_that_is_about_no_column_is_in_none():
    finding = Result(id="f", rule="sla", outcome=Outcome.FAIL, severity=Severity.ERROR, file="a/b.yaml", message="")
    assert judged([finding, OTHER], [waiver(rule="sla", path="*")]).outcome is FAIL
    assert judged([finding, OTHER], [waiver(rule="sla", path="*/*")]).outcome is PASS


def test_a_waived_finding_takes_no_clause_away():
    results = [result(Outcome.FAIL, check="", id="f"), result(Outcome.PASS, id="p")]
    verdict = judged(results, [waiver(fingerprint="f")])
    assert (verdict.outcome, verdict.reason) == (PASS, "1 clause checked and nothing blocks; 1 failure is waived")


WAIVED = {
    # outcomes with severities of results 0, 1, ...; what is waived; verdict and reason
    "a failure": (
        [("pass", "error"), ("fail", "error")], [1], PASS,
        "1 clause checked and nothing blocks; 1 failure is waived",
    ),
    "a warning": (
        [("pass", "error"), ("fail", "warning"), ("fail", "warning")], [1], PASS,
        "3 clauses checked and nothing blocks; 1 failure is waived; 1 finding below the blocking severity",
    ),
    "one of two failures": (
        [("fail", "error"), ("fail", "error")], [0], FAIL, "1 violation blocks; 1 failure is waived",
    ),
    "all that was checked": (
        [("fail", "error"), ("fail", "error")], [0, 1], UNDECIDED,
        "every clause that was checked is waived, so nothing is known to hold; 2 failures are waived",
    ),
    "all but a warning": (
        [("fail", "error"), ("fail", "warning")], [0], PASS,
        "1 clause checked and nothing blocks; 1 failure is waived; 1 finding below the blocking severity",
    ),
    "a warning alone": (
        [("fail", "warning")], [0], PASS, "1 clause checked and nothing blocks; 1 failure is waived",
    ),
    "an error": ([("pass", "error"), ("error", "error")], [1], UNDECIDED, UNTOLD),
    "a failure beside an error": (
        [("pass", "error"), ("fail", "error"), ("error", "info")], [1], UNDECIDED, f"{UNTOLD}; 1 failure is waived",
    ),
    "what passed": ([("pass", "error")], [0], PASS, "1 clause checked and nothing blocks"),
    "what is skipped": ([("skip", "error")], [0], UNDECIDED, NOTHING),
}  # fmt: skip


@pytest.mark.parametrize("name", WAIVED)
def test_waived(name):
    rows, waived, outcome, reason = WAIVED[name]
    results = [result(Outcome(o), Severity(s), id=f"r{n}") for n, (o, s) in enumerate(rows)]
    verdict = judged(results, [waiver(fingerprint=f"r{n}") for n in waived])
    assert (verdict.outcome, verdict.reason) == (outcome, reason)
    assert verdict.undecided == tuple(r.id for r in results if r.outcome is Outcome.ERROR)


@pytest.mark.parametrize(("days", "holds"), [(-1, False), (0, True), (1, True)])
def test_the_last_day_counts(days, holds):
    verdict = judged([PLACED, OTHER], [waiver(TODAY + timedelta(days), fingerprint=PLACED.id)])
    assert verdict.outcome is (PASS if holds else FAIL)
    assert (verdict.waived, verdict.expired) == (((PLACED.id,), ()) if holds else ((), (PLACED.id,)))
    (use,) = verdict.waivers
    assert (use.days_left, use.in_force, use.failures) == (days, holds, (PLACED.id,))


def test_of_two_waivers_the_one_in_force_counts():
    over, holds = waiver(date(2020, 1, 1), fingerprint=PLACED.id), waiver(rule="nullValues", path="fct_flights")
    for waivers in ([over, holds], [holds, over]):
        verdict = judged([PLACED, OTHER], waivers)
        assert (verdict.outcome, verdict.waived, verdict.expired) == (PASS, (PLACED.id,), ())


def test_without_a_day_no_waiver_is_in_force():
    results, waivers = [PLACED, OTHER], [waiver(date(9000, 1, 1), fingerprint=PLACED.id)]
    assert judge(results, Severity.ERROR, 2, waivers=waivers).outcome is FAIL


@pytest.mark.parametrize("rule", sorted(NEVER_WAIVED))
def test_what_keeps_waivers_honest_cannot_be_waived(rule):
    finding = Result(id="f", rule=rule, outcome=Outcome.FAIL, severity=Severity.ERROR, file="waivers.yaml", message="")
    waivers = [waiver(fingerprint="f"), waiver(rule=rule, path="waivers.yaml")]
    assert judged([finding, OTHER], waivers).blocking == ("f",)


def test_how_much_a_waiver_names_is_counted():
    outcomes = [Outcome.FAIL, Outcome.FAIL, Outcome.PASS, Outcome.SKIP, Outcome.ERROR]
    results = [result(outcome, check=f"t/c{n}/required", id=f"r{n}") for n, outcome in enumerate(outcomes)]
    entry = waiver(rule="required", path="t/*/required")
    (use,) = uses_of([entry], results, TODAY)
    assert use.waiver is entry
    assert (use.failures, use.calm, use.undecided) == (("r0", "r1"), 2, 1)


# a small world, so that waivers often meet results
SOME = st.builds(
    lambda outcome, severity, rule, column: Result(
        id=f"{rule} {column}",
        rule=rule,
        check=f"t/{column}/{rule}" if column else "",
        outcome=outcome,
        severity=severity,
        table="t",
        column=column,
        message="",
    ),
    st.sampled_from(Outcome),
    st.sampled_from(Severity),
    st.sampled_from(["required", "unique", "owner-missing", "waiver-expired"]),
    st.sampled_from(["", "a", "b"]),
)
RESULTS_OF_A_RUN = st.lists(SOME, max_size=8, unique_by=lambda r: r.id)
WAIVERS = st.lists(
    st.builds(
        waiver,
        st.dates(TODAY - timedelta(3), TODAY + timedelta(3)),
        fingerprint=st.sampled_from(["", "required a", "unique b", "owner-missing ", "waiver-expired a"]),
        rule=st.sampled_from(["", "required", "unique", "owner-missing", "waiver-expired"]),
        path=st.sampled_from(["", "t", "t/a", "t/*", "*", "t/b/unique"]),
    ),
    max_size=4,
)
RANK = {FAIL: 0, UNDECIDED: 1, PASS: 2}


@given(results=RESULTS_OF_A_RUN, waivers=WAIVERS, fail_on=FAIL_ON)
def test_a_waiver_never_turns_undecided_into_pass(results, waivers, fail_on):
    before, after = judged(results, (), fail_on), judged(results, waivers, fail_on)
    assert after.undecided == before.undecided
    if before.outcome is UNDECIDED or before.undecided:
        assert after.outcome is not PASS


@given(results=RESULTS_OF_A_RUN, waivers=WAIVERS, fail_on=FAIL_ON, data=st.data())
def test_removing_a_waiver_never_makes_the_verdict_better(results, waivers, fail_on, data):
    fewer = [each for each in waivers if data.draw(st.booleans())]
    more, less = judged(results, waivers, fail_on), judged(results, fewer, fail_on)
    assert set(less.waived) <= set(more.waived)
    assert RANK[less.outcome] <= RANK[more.outcome]


@given(results=RESULTS_OF_A_RUN, waivers=WAIVERS, fail_on=FAIL_ON)
def test_a_waived_failure_never_counts_as_passed(results, waivers, fail_on):
    verdict = judged(results, waivers, fail_on)
    by_id = {r.id: r for r in results}
    assert all(by_id[each].outcome is Outcome.FAIL for each in (*verdict.waived, *verdict.expired))
    assert not set(verdict.waived) & {*verdict.blocking, *verdict.undecided, *verdict.expired}
    before, after = coverage_of(results), coverage_of(results, verdict.waived)
    assert (after.passed, after.errored, after.skipped) == (before.passed, before.errored, before.skipped)
    assert after.failed + after.waived == before.failed


@given(results=RESULTS_OF_A_RUN, waivers=WAIVERS, fail_on=FAIL_ON)
def test_with_waivers_it_says_what_it_would_without_the_blocking_failures_they_name(results, waivers, fail_on):
    verdict = judged(results, waivers, fail_on)
    left = [r for r in results if r.id not in verdict.waived or r.severity.rank < fail_on.rank]
    assert verdict.outcome is judged(left, (), fail_on).outcome


@given(results=RESULTS_OF_A_RUN, waivers=WAIVERS, fail_on=FAIL_ON, data=st.data())
def test_the_order_of_results_and_waivers_does_not_matter(results, waivers, fail_on, data):
    one = judged(results, waivers, fail_on)
    other = judged(data.draw(st.permutations(results)), data.draw(st.permutations(waivers)), fail_on)
    assert (one.outcome, one.reason) == (other.outcome, other.reason)
    for ids in ("blocking", "undecided", "waived", "expired"):
        assert set(getattr(one, ids)) == set(getattr(other, ids))


@given(results=RESULTS_OF_A_RUN, waivers=WAIVERS, later=st.integers(1, 9))
def test_time_only_takes_waivers_away(results, waivers, later):
    now, then = judged(results, waivers), judged(results, waivers, today=TODAY + timedelta(later))
    assert set(then.waived) <= set(now.waived)


@pytest.mark.parametrize(
    ("outcome", "attempts", "said"),
    [
        (PASS, 1, "so it is"),
        (PASS, 2, "so it is; healed after 1 failed attempt"),
        (PASS, 3, "so it is; healed after 2 failed attempts"),
        (FAIL, 1, "so it is"),
        (FAIL, 3, "so it is; not healed in 3 attempts"),
        (UNDECIDED, 2, "so it is; not healed in 2 attempts"),
    ],
)
def test_a_verdict_says_that_it_was_not_the_first(outcome, attempts, said):
    verdict = after_attempts(Verdict(outcome=outcome, reason="so it is", blocking=("a",)), attempts)
    assert verdict == Verdict(outcome=outcome, reason=said, blocking=("a",))
