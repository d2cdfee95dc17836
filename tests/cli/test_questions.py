"""`harness questions`: what it prints, when it fails, and that only an answer or a waiver closes a question."""

import json
from datetime import UTC, datetime, timedelta
from importlib import resources

import pytest
from jsonschema import Draft202012Validator

WAIVER = """\
version: 1
waivers:
  - {{rule: question-open, path: {path}, reason: decided in spring, approver: ada, author: bob, expires: {day}}}
"""


def day(days):
    return (datetime.now(UTC) + timedelta(days=days)).date()


def answer_all(shop):
    """Every question of both tables."""
    for data, file in ((shop.customers(), "contracts/marts/dim_customers.odcs.yaml"), (shop.orders, shop.orders_file)):
        data["slaProperties"] = [
            {"property": "latency", "value": 26, "unit": "h"},
            {"property": "frequency", "value": 1, "unit": "d"},
            {"property": "retention", "value": 2, "unit": "y"},
        ]
        data["customProperties"] = [
            {"property": "layer", "value": "marts"},
            {"property": "upstream", "value": []},
            {"property": "consumers", "value": [{"name": "board"}]},
            {"property": "costLimit", "value": "unlimited"},
        ]
        data["schema"][0]["properties"][0]["transformLogic"] = "by hand"
        shop.contract(file, data)


@pytest.mark.parametrize(("form", "ending"), [("text", "txt"), ("markdown", "md"), ("json", "json")])
def test_what_it_prints(shop, run, golden, form, ending):
    code, out, _ = run("questions", "--format", form)
    golden(f"cli/questions.{ending}", out)
    assert code == 1


@pytest.mark.parametrize("answered", [False, True])
def test_json_is_valid_under_its_schema(shop, run, answered):
    if answered:
        answer_all(shop)
    shop.write("waivers.yaml", WAIVER.format(path="fct_orders", day=day(3)))
    schema = json.loads(resources.files("harness.reporters").joinpath("questions.schema.json").read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    document = json.loads(run("questions", "--format", "json")[1])
    assert list(Draft202012Validator(schema).iter_errors(document)) == []
    kinds = [point["kind"] for point in document["points"]]
    summary = document["summary"]
    assert (summary["said"], summary["assumptions"]) == (kinds.count("said"), kinds.count("assumption"))
    assert summary["open"] + summary["waived"] == kinds.count("question")


def test_answers_in_the_contract_close_them(shop, run):
    answer_all(shop)
    code, out, _ = run("questions")
    assert code == 0
    assert out.startswith("0 open questions of 2 tables, of which 0 block the hand-off;")


def test_a_waiver_closes_those_that_it_names_until_its_day(shop, run):
    shop.write("waivers.yaml", WAIVER.format(path="fct_orders", day=day(3)))
    code, out, _ = run("questions", "--select", "fct_orders")
    assert code == 0
    assert "- cost of fct_orders is waived: decided in spring; approved by ada, until" in out
    assert run("questions")[0] == 1
    shop.write("waivers.yaml", WAIVER.format(path="fct_orders", day=day(-1)))
    assert run("questions", "--select", "fct_orders")[0] == 1


def test_a_rule_that_is_off_closes_none(shop, run):
    shop.settings("governance: {}\nrules: {question-open: 'off'}\n")
    assert run("questions")[0] == 1


def test_questions_of_other_layers_do_not_block(shop, run):
    shop.orders["customProperties"] = [{"property": "layer", "value": "intermediate"}]
    shop.saved()
    assert run("questions", "--layer", "intermediate")[0] == 0
    shop.orders["customProperties"] = []
    shop.saved()
    assert run("questions", "--select", "fct_orders")[0] == 1


def test_what_cannot_be_read_may_ask_more(shop, run):
    answer_all(shop)
    shop.write("contracts/marts/broken.odcs.yaml", "id: [")
    code, _, err = run("questions")
    assert code == 3
    assert "there may be more to ask" in err


def test_nothing_is_selected(shop, run):
    code, _, err = run("questions", "--select", "nothing*")
    assert code == 3
    assert "no table was found, so nothing is known" in err


def test_verify_reports_them_where_governance_is_declared(shop):
    assert [r for r in shop.verify().results if r.rule == "question-open"] == []
    shop.settings("governance: {}\n")
    found = [r for r in shop.verify().results if r.rule == "question-open"]
    assert {r.table for r in found} == {"fct_orders", "dim_customers"}
    assert {r.severity.value for r in found} == {"warning"}
