"""Drift findings as answers to clauses: each clause has one, whatever the catalog says."""

from contextlib import ExitStack
from datetime import UTC, datetime

import pytest

from harness.load.project import load_project
from harness.model.result import Outcome
from harness.plan import plan
from harness.uses.observe import drift_results, open_sessions


def answers(shop):
    """Outcome and message of the clauses `present` and `type`, and the findings beside them."""
    project = load_project(shop.saved().root, {})
    planned = plan(project, datetime(2024, 1, 6, tzinfo=UTC), select=["fct_orders"])
    checks = [check for check in planned if check.rule in ("column-missing", "type-changed")]
    with ExitStack() as stack:
        sessions = open_sessions(project, checks, stack)
        answered, findings = drift_results(project, checks, sessions)
    assert set(answered) == {check.id for check in checks}
    return {r.check.partition("/")[2]: (r.outcome, r.message) for r in answered.values()}, findings


def test_a_renamed_column_is_one_finding_and_answers_one_clause(shop):
    shop.sql("alter table marts.fct_orders rename column customer_id to customerId")
    said, findings = answers(shop)
    assert {finding.rule for finding in findings} == {"nullability-changed"}
    outcome, message = said["customer_id/present"]
    assert outcome is Outcome.FAIL
    assert "customer_id is probably called customerId now" in message
    assert said["customer_id/type"] == (
        Outcome.ERROR, "could not tell: the column customer_id is absent from marts.fct_orders",
    )  # fmt: skip


def test_the_name_of_the_rule_stays_with_the_answer(shop):
    shop.sql("alter table marts.fct_orders rename column customer_id to customerId")
    (found,) = (r for r in shop.saved().verify().results if r.check == "fct_orders/customer_id/present")
    assert found.rule == "column-renamed"


ADDRESS = {
    "name": "address",
    "logicalType": "object",
    "properties": [{"name": "zip", "physicalType": "INTEGER"}, {"name": "city", "logicalType": "string"}],
}


@pytest.mark.parametrize(
    ("type_", "expected"),
    [
        ("STRUCT(zip INTEGER, city VARCHAR)", [(Outcome.PASS, "is as declared"), (Outcome.PASS, "is as declared")]),
        ("STRUCT(zip BIGINT, city VARCHAR)", [(Outcome.PASS, "is as declared"), (Outcome.FAIL, "is BIGINT, wider")]),
        ("STRUCT(city VARCHAR)", [(Outcome.FAIL, "does not have it"), (Outcome.ERROR, "zip is absent from address")]),
        (
            "STRUCT(Zip INTEGER, city VARCHAR)",
            [(Outcome.FAIL, "called Zip now"), (Outcome.ERROR, "zip is absent from address")],
        ),
        ("JSON", [(Outcome.ERROR, "cannot be seen"), (Outcome.ERROR, "zip is absent from address")]),
        ("VARCHAR", [(Outcome.FAIL, "does not have it"), (Outcome.ERROR, "zip is absent from address")]),
        ("", [(Outcome.ERROR, "column address is absent"), (Outcome.ERROR, "column address is absent")]),
    ],
)
def test_a_field_has_its_own_answers(shop, type_, expected):
    if type_:
        shop.sql(f"alter table marts.fct_orders add column address {type_}")
    shop.table["properties"].append(ADDRESS)
    said, _ = answers(shop)
    found = [said["address.zip/present"], said["address.zip/type"]]
    assert [outcome for outcome, _ in found] == [outcome for outcome, _ in expected], found
    assert all(part in message for (_, message), (_, part) in zip(found, expected, strict=True)), found


def test_a_text_is_not_held_against_a_number(shop):
    # DuckDB would cast the text, and find the customer 7 for '007'
    shop.sql("alter table marts.fct_orders alter customer_id type varchar using '00' || customer_id")
    (orphans,) = (r for r in shop.saved().verify().results if r.rule == "relationship")
    assert orphans.outcome is Outcome.ERROR
    assert "customer_id of marts.fct_orders is VARCHAR and id of" in orphans.message
