"""What counts as a failure, as over, and as unknown."""

from datetime import timedelta

import pytest

from harness.incidents.causes import groups
from harness.incidents.failures import failures_of, standing
from harness.model.audit import Budget, Delivery, DeliveryState, SlaStatus, Slot
from harness.model.past import Past
from harness.model.result import Coverage, Dimension, Outcome, Report, Result, Severity, Verdict, VerdictOutcome
from tests.incidents.conftest import at


def result(outcome: Outcome, **more) -> Result:
    said = {"id": "r", "rule": "nullValues", "check": "orders/id/nullValues", "severity": Severity.ERROR, "message": ""}
    return Result(outcome=outcome, **{**said, **more})


def report(*results: Result, waived: tuple[str, ...] = (), **more) -> Report:
    return Report(
        run_id="1", command="audit", started=at(0), finished=at(0), as_of=at(0), project="shop", harness_version="1",
        results=results, coverage=Coverage(0, 0, 0, 0, 0, 0),
        verdict=Verdict(outcome=VerdictOutcome.FAIL, reason="", waived=waived), **more,
    )  # fmt: skip


def past(hours: float, outcome: Outcome, **more) -> Past:
    return Past(run_id=str(hours), started=at(hours), as_of=at(hours), outcome=outcome, severity=Severity.ERROR, **more)


ERRED = {"history": {"r": (past(-1, Outcome.ERROR),)}}


@pytest.mark.parametrize(
    ("results", "more", "expected"),
    [
        ([result(Outcome.PASS)], {}, "it holds"),
        ([result(Outcome.FAIL)], {}, "fails"),
        ([result(Outcome.FAIL)], {"waived": ("r",)}, "it is waived"),
        ([result(Outcome.SKIP)], {}, "unknown"),
        ([result(Outcome.ERROR)], {}, "unknown"),
        # a waiver never hides that it could not be told
        ([result(Outcome.ERROR)], {"waived": ("r",)}, "unknown"),
        ([result(Outcome.ERROR)], ERRED, "fails"),
        ([result(Outcome.ERROR)], {"history": {"r": (past(-2, Outcome.ERROR), past(-1, Outcome.PASS))}}, "unknown"),
        ([result(Outcome.ERROR)], {"history": {"r": (past(-2, Outcome.ERROR), past(-1, Outcome.SKIP))}}, "fails"),
        # findings: of drift, and of documents
        ([result(Outcome.FAIL, check="", rule="column-missing")], {}, "fails"),
        ([result(Outcome.FAIL, check="", rule="column-missing", severity=Severity.INFO)], {}, "it holds"),
        ([result(Outcome.FAIL, check="", rule="owner-missing")], {}, "it holds"),
        ([result(Outcome.ERROR, check="", rule="owner-missing")], ERRED, "fails"),
        # of two with one id the worse counts, in any order
        ([result(Outcome.FAIL), result(Outcome.PASS)], {}, "fails"),
        ([result(Outcome.PASS), result(Outcome.ERROR)], {}, "unknown"),
        ([], {}, "it is promised no more"),
    ],
)  # fmt: skip
def test_how_a_result_stands(results, more, expected):
    stands = standing(report(*results, **more), findings=("column-missing",))
    failing = [each.id for each in stands.failures] == ["r"]
    assert (expected == "fails") == failing
    assert stands.verdict("r") == (None if expected in ("fails", "unknown") else expected)


def test_a_part_of_the_project_says_nothing_of_the_rest():
    assert standing(report(), whole=False).verdict("r") is None


def test_what_could_not_be_looked_at_may_still_be_there():
    """A finding that is gone left no trace: with the server away, it is not known to be mended."""
    away = result(Outcome.ERROR, id="x", rule="column-missing")
    assert standing(report(away), findings=("column-missing",)).verdict("r") is None
    assert standing(report(away), findings=()).verdict("r") == "it is promised no more"
    unread = result(Outcome.ERROR, id="x", check="", rule="schema-violation")
    assert standing(report(unread)).verdict("r") is None


def test_since_when():
    days = {"r": (past(-5, Outcome.FAIL), past(-4, Outcome.PASS), past(-3, Outcome.FAIL), past(-2, Outcome.FAIL))}
    assert standing(report(result(Outcome.FAIL), history=days)).failures[0].since == at(-3)
    assert standing(report(result(Outcome.FAIL))).failures[0].since == at(0)
    waived = {"r": (past(-3, Outcome.FAIL, waived=True), past(-2, Outcome.FAIL))}
    assert standing(report(result(Outcome.FAIL), history=waived)).failures[0].since == at(-2)
    long = {"r": (past(-2, Outcome.FAIL, since=at(-900)),)}
    assert standing(report(result(Outcome.FAIL), history=long)).failures[0].since == at(-900)


def test_how_old_a_table_is_concerns_all_of_it():
    stale = result(Outcome.FAIL, column="updated_at", dimension=Dimension.FRESHNESS)
    assert standing(report(stale)).failures[0].column == ""


def sla(
    *states: DeliveryState,
    state: str = "ok",
    burn: tuple[float | None, float | None] = (None, None),
    of: str = "frequency",
) -> SlaStatus:
    def delivery(number: int, each: DeliveryState) -> Delivery:
        due = at(24 * (number - len(states)))
        arrived = due if each in (DeliveryState.KEPT, DeliveryState.LATE) else None
        return Delivery(Slot(due, due + timedelta(hours=2)), arrived, each)

    budget = Budget(
        objective=95, window="30 d", expected=len(states), delivered=0, kept=0, late=2, missed=3, unknown=0,
        allowed=1, left=0.5, burn_long=burn[0], burn_short=burn[1], state=state,
    )  # fmt: skip
    deliveries = tuple(delivery(number, each) for number, each in enumerate(states))
    return SlaStatus(contract="fct", table="orders", property=of, budget=budget, deliveries=deliveries)


K, L, M, P, U = (DeliveryState[name] for name in ("KEPT", "LATE", "MISSED", "PENDING", "UNKNOWN"))


@pytest.mark.parametrize(
    ("status", "failing"),
    [
        (sla(K, K), []),
        (sla(K, M), ["delivery-missed"]),
        (sla(K, M, P), ["delivery-missed"]),
        (sla(M, K), []),
        (sla(M, L, P), []),  # it came
        (sla(M, U), []),  # nobody knows
        (sla(), []),
        (sla(K, L, state="burning", burn=(3, 20)), ["budget-burning"]),
        (sla(K, M, state="spent", burn=(3, 20)), ["delivery-missed", "budget-burning"]),
        (sla(L, K, state="spent", burn=(3, 0)), []),  # it has stopped
        (sla(K, L, state="too-few"), []),
        # the deliveries of these are audits
        (sla(K, M, of="availability"), []),
        (sla(K, M, of="availability", state="burning", burn=(3, 20)), ["budget-burning"]),
        # and of these incidents: one that took too long is not another
        (sla(K, M, of="timeToRepair", state="burning", burn=(3, 20)), []),
    ],
)
def test_how_a_service_level_stands(status, failing):
    assert [each.rule for each in standing(report(slas=(status,))).failures] == failing


@pytest.mark.parametrize(
    ("more", "last", "expected"),
    [
        ({}, K, "it is a matter of its budget"),
        ({"outcome": Outcome.ERROR}, K, "it is a matter of its budget"),
        ({"outcome": Outcome.ERROR}, U, None),  # just now nothing is known
        ({"query": "select 1"}, K, None),  # this one was measured
        ({"rule": "nullValues"}, K, None),
        ({"table": "people"}, K, None),
    ],
)
def test_a_budget_that_is_spent_is_no_incident(more, last, expected):
    """It stays spent for as long as its window is, whatever anybody mends."""
    said = {"outcome": Outcome.FAIL, "rule": "frequency", "contract": "fct", "table": "orders", **more}
    stands = standing(report(result(**said), slas=(sla(K, last),)), unknown_after=1)
    assert stands.verdict("r") == expected
    assert [each.id for each in stands.failures] == ([] if expected else ["r"])


def test_the_delivery_is_named_before_its_budget():
    stands = standing(report(slas=(sla(K, M, state="burning", burn=(3, 20)),)))
    assert [group.causes[0].rule for group in groups(stands.failures, None)] == ["delivery-missed"]


def test_what_is_missing_began_at_the_first_deadline():
    (missing,) = standing(report(slas=(sla(K, M, M, P),))).failures
    assert missing.since == at(-72 + 2)
    assert missing.message == "frequency: a delivery was due by 2026-02-28 08:00 UTC; 2 in a row did not come"
    assert missing.actual == "the last came at 2026-02-26 06:00 UTC"


def test_a_service_level_that_cannot_be_told_ends_nothing():
    (failing,) = standing(report(slas=(sla(K, M),))).failures
    assert standing(report(slas=(sla(K, M, U),))).verdict(failing.id) is None
    assert standing(report(slas=(sla(K, M, K),))).verdict(failing.id) == "it is kept"
    assert standing(report()).verdict(failing.id) == "it is promised no more"


def test_what_could_not_be_told_for_one_reason_is_one_failure_of_its_table():
    def told(outcome, id, table, column, message):
        return result(outcome, id=id, contract="shop", table=table, column=column, message=message)

    results = [
        told(Outcome.ERROR, "a", "orders", "id", "locked"),
        told(Outcome.ERROR, "b", "orders", "amount", "locked"),
        told(Outcome.ERROR, "c", "orders", "amount", "no such column"),
        told(Outcome.ERROR, "d", "customers", "id", "locked"),
        told(Outcome.FAIL, "e", "orders", "id", "locked"),
        told(Outcome.FAIL, "f", "orders", "id", "locked"),
    ]
    found = [(each.id, each.column) for each in failures_of(results, report(*results))]
    assert found == [("a", ""), ("c", "amount"), ("d", "id"), ("e", "id"), ("f", "id")]
