"""The rules over service levels over time."""

from dataclasses import replace

import pytest

from harness.model.audit import Budget, SlaStatus
from harness.rules import budgets
from harness.rules.rule import Context, apply

SPENT = Budget(
    objective=95, window="30 d", expected=30, delivered=29, kept=27, late=2, missed=1, unknown=0, allowed=1.5, left=-1,
    burn_long=2, burn_short=0, state="spent",
)  # fmt: skip
SLA = SlaStatus(
    contract="flights", version="1.0.0", layer="marts", table="fct_flights", property="latency",
    element="fct_flights.loaded_at", budget=SPENT, file="contract.odcs.yaml", line=7,
)  # fmt: skip
CONTRACT = """\
team: {name: sales}
customProperties: [{property: layer, value: marts}]
schema: [{name: fct_flights}]
"""


def found(project_of, *slas):
    return apply(budgets.RULES, Context(project=project_of({"contract": CONTRACT}), slas=slas))


def test_a_spent_budget_is_a_failure_of_its_owner(project_of):
    (result,) = found(project_of, SLA)
    assert (result.rule, result.outcome.value, result.severity.value) == ("budget-spent", "fail", "error")
    assert (result.contract, result.layer, result.table, result.owner) == ("flights", "marts", "fct_flights", "sales")
    assert (result.file, result.line) == ("contract.odcs.yaml", 7)
    assert result.message == "the error budget of its latency is spent: 3 of 30 deliveries in 30 d were late or missing"
    assert (result.expected, result.actual) == (">= 95 % kept", "90.0 % kept")


def test_each_service_level_has_its_own_id(project_of):
    other = replace(SLA, element="fct_flights.seen_at"), replace(SLA, property="frequency", element="")
    assert len({result.id for result in found(project_of, SLA, *other)}) == 3


def test_a_budget_of_which_too_much_is_unknown_is_no_pass(project_of):
    unknown = replace(SLA, budget=replace(SPENT, kept=20, late=0, missed=0, unknown=10, left=None, state="unknown"))
    (result,) = found(project_of, unknown)
    assert (result.rule, result.outcome.value, result.severity.value) == ("budget-unknown", "error", "error")
    assert result.message == (
        "nobody can say whether the error budget of its latency is spent: 10 of 30 deliveries in 30 d are unknown"
    )
    (told,) = found(project_of, replace(unknown, note="the history does not go back"))
    assert told.message.endswith("is spent: the history does not go back")


@pytest.mark.parametrize("state", ["ok", "burning", "too-few"])
def test_nothing_else_is(project_of, state):
    assert found(project_of, replace(SLA, budget=replace(SPENT, state=state))) == []


def test_its_page_has_every_section():
    for rule in budgets.RULES:
        assert rule.find.__module__.rpartition(".")[2] == rule.id.replace("-", "_")
        assert all(f"*{section}*" in rule.doc for section in ("Why", "Bad", "Good"))
