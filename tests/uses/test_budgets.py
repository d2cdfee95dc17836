"""A spent budget asks for its owner's approval, where the project wants it so."""

from contextlib import closing
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


def audited(shop, at=AT):
    project = load_project(shop.root, {})
    with closing(open_database(project)) as history:
        return audit(project, history, run_id=f"audit {at}", clock=lambda: at, as_of=at, slot=at)


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
    frequency, latency = asked(report)
    assert frequency == (
        "the error budget of fct_orders/sla/frequency is spent, by the audit of 2024-01-06 12:00 UTC; "
        "it asks for the approval of sales or ada"
    )
    assert latency.startswith(
        "the error budget of its latency is spent: 3 of 18 deliveries in 30 d were late or missing"
    )


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
