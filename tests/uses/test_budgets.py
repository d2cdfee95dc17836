"""A spent budget asks for its owner's approval, where the project wants it so."""

from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import yaml

from harness.load.project import load_project
from harness.model.result import Outcome, VerdictOutcome
from harness.uses.audit import audit
from harness.uses.history import open_database

POLICY = "budgets: {spent: needs-approval}\n"
AT = datetime(2024, 1, 6, 12, tzinfo=UTC)


@pytest.fixture
def broken(shop):
    """Its budget is spent, though today's data is in order."""
    shop.settings(POLICY)
    shop.sql("update marts.fct_orders set ordered_at = timestamp '2023-12-20 10:00:00' + to_days((id % 18)::int)")
    shop.sql("delete from marts.fct_orders where ordered_at between '2023-12-25' and '2023-12-28'")
    shop.orders["tags"] = ["append-only"]
    shop.orders["slaProperties"] = [
        {"property": "latency", "value": 26, "unit": "h", "element": "fct_orders.ordered_at"},
        {"property": "frequency", "value": 1, "unit": "d", "schedule": "0 10 * * *"},
    ]
    return shop.saved()


def audited(shop, at=AT, select=()):
    project = load_project(shop.root, {})
    with closing(open_database(project)) as history:
        run_id = f"audit {at} {select}"
        return audit(project, history, run_id=run_id, clock=lambda: at, as_of=at, slot=at, select=select)


def asked(report):
    return sorted(each.message for each in report.results if each.rule == "budget-spent")


def waive(shop, approver):
    shared = {"rule": "budget-spent", "path": "fct_orders", "reason": "the strike at Christmas", "author": "eve"}
    shared |= {"approver": approver, "expires": f"{datetime.now(UTC).date() + timedelta(days=30)}"}
    shop.write("waivers.yaml", yaml.safe_dump({"version": 1, "waivers": [shared]}))


def test_a_change_waits_for_the_owner(broken):
    audited(broken)
    report = broken.verify()
    assert report.verdict.outcome is VerdictOutcome.FAIL
    latency, frequency = asked(report)
    assert frequency == (
        "the error budget of fct_orders/sla/frequency is spent: 83.3 % (15 of 18 kept, 3 missed), "
        "by the audit of 2024-01-06 12:00 UTC; it asks for the approval of sales or ada"
    )
    assert latency.startswith("the error budget of fct_orders/ordered_at/sla/latency is spent: 83.3 % kept, by the")


def test_an_audit_of_something_else_is_not_the_last_of_a_service_level(broken):
    audited(broken)
    audited(broken, AT + timedelta(minutes=5), select=["fct_orders/rowCount"])
    assert len(asked(broken.verify(as_of=AT + timedelta(hours=1)))) == 2
    # one that did judge a level counts for that alone
    broken.sql("insert into marts.fct_orders select i, 1, 1, 'paid', timestamp '2024-01-06 10:00:00' + to_days(i::int) "
               "from range(0, 73) t(i)")  # fmt: skip
    at = AT + timedelta(days=70)
    audited(broken, at, select=["fct_orders/sla/frequency"])
    (left,) = asked(broken.verify(as_of=at))
    assert left.startswith("the error budget of fct_orders/ordered_at/sla/latency is spent")


def test_verifications_do_not_push_out_the_audit(broken):
    audited(broken)
    project = load_project(broken.root, {})
    with closing(open_database(project)) as history:
        for minute in range(70):
            report = broken.verify(as_of=AT + timedelta(minutes=minute))
            history.record(replace(report, run_id=f"verify {minute}"))
    assert len(asked(report)) == 2


def test_a_partition_that_is_missing_just_now_is_no_spent_budget(broken):
    """The clause of the frequency is measured there, and fails by itself."""
    partition = {"property": "partition", "value": {"column": "ordered_at", "transform": "day"}}
    broken.orders["customProperties"] = [*broken.orders["customProperties"], partition]
    objective = [{"property": "objective", "value": 50}]
    broken.orders["slaProperties"] = [
        {"property": "frequency", "value": 1, "unit": "d", "element": "fct_orders.ordered_at"},
        {"property": "latency", "value": 26, "unit": "h", "element": "fct_orders.ordered_at"},
    ]
    broken.orders["customProperties"] += objective
    broken.saved()
    report = audited(broken)
    assert [each.outcome for each in report.results if each.rule == "frequency"] == [Outcome.FAIL]
    assert [said for said in asked(broken.verify()) if "frequency" in said] == []


def test_a_budget_that_the_last_audit_could_not_tell_is_not_unspent(broken):
    broken.orders["tags"] = []
    broken.saved()
    report = audited(broken)
    assert [each.outcome for each in report.results if each.rule == "frequency"] == [Outcome.ERROR]
    # the delivery of today is there, and passes its own clause
    assert [each.outcome for each in report.results if each.rule == "freshness"] == [Outcome.PASS]
    assert [each.outcome for each in report.results if each.rule == "budget-unknown"] == [Outcome.ERROR]
    nobody = "could not tell: by the audit of 2024-01-06 12:00 UTC nobody knows whether the error budget of"
    assert asked(broken.verify()) == [
        f"{nobody} {level} is spent" for level in ("fct_orders/ordered_at/sla/latency", "fct_orders/sla/frequency")
    ]


@pytest.mark.parametrize(("approver", "opens"), [("ada", True), ("sales", True), ("bob", False)])
def test_only_an_owner_approves(broken, approver, opens):
    audited(broken)
    waive(broken, approver)
    outcome = broken.verify().verdict.outcome
    assert outcome is (VerdictOutcome.PASS if opens else VerdictOutcome.FAIL)


def test_nothing_is_asked_once_the_budget_has_recovered(broken):
    audited(broken)
    more = "select 1000 + i, 1, 1, 'paid', timestamp '2024-01-06 10:00:00' + to_days(i::int) from range(1, 74) t(i)"
    broken.sql(f"insert into marts.fct_orders {more}")
    audited(broken, AT + timedelta(days=70))
    assert asked(broken.verify(as_of=AT + timedelta(days=70))) == []


def test_without_any_audit_nobody_knows(broken):
    report = broken.verify()
    (result,) = [each for each in report.results if each.rule == "budget-spent"]
    assert result.outcome is Outcome.ERROR
    assert "no audit of it is known" in result.message
    assert report.verdict.outcome is VerdictOutcome.UNDECIDED


def test_a_history_that_does_not_answer_is_no_approval(broken):
    broken.write("reports/history.db", "no database")
    assert broken.verify().verdict.outcome is VerdictOutcome.UNDECIDED


def test_a_contract_that_promises_nothing_over_time_is_asked_nothing(broken):
    audited(broken)
    assert asked(broken.verify(select=["dim_customers"])) == []


def test_nothing_is_asked_where_the_project_does_not_want_it(broken):
    audited(broken)
    broken.settings("budgets: {spent: report}\n")
    assert asked(broken.verify()) == []
    broken.settings("")
    assert asked(broken.verify()) == []
