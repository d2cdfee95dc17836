import json
from dataclasses import fields, replace

import pytest
from jsonschema import Draft202012Validator

from harness.model.result import Result
from harness.reporters.json import SCHEMA_VERSION, render, schema

REPORTS = ("report", "passing", "healed", "empty", "hostile")


def validator():
    return Draft202012Validator(schema(), format_checker=Draft202012Validator.FORMAT_CHECKER)


def objects(node):
    """Every object schema inside `node`."""
    if isinstance(node, dict):
        if node.get("type") == "object":
            yield node
        for child in node.values():
            yield from objects(child)


def test_the_schema_is_a_schema_and_of_the_version_that_is_written():
    Draft202012Validator.check_schema(schema())

    assert schema()["properties"]["schema"]["const"] == SCHEMA_VERSION


def test_the_schema_describes_and_requires_every_field_and_allows_no_other():
    for each in objects(schema()):
        assert each["additionalProperties"] is False
        assert each["required"] == list(each["properties"])
        assert all(field.get("description") or "$ref" in field for field in each["properties"].values())


@pytest.mark.parametrize("name", REPORTS)
def test_every_document_is_valid(name, request):
    validator().validate(json.loads(render(request.getfixturevalue(name))))


def test_keys_stand_in_the_order_of_the_schema(report):
    document = json.loads(render(report))

    assert list(document) == schema()["required"]
    assert list(document["results"][0]) == schema()["$defs"]["result"]["required"]


def test_no_field_of_a_result_is_left_out(report):
    assert set(json.loads(render(report))["results"][0]) == {
        "waiver",
        "past",
        *(field.name for field in fields(Result)),
    }


def test_what_does_not_apply_is_null(report):
    finding = next(r for r in json.loads(render(report))["results"] if r["rule"] == "owner-missing")

    names = ("check", "dimension", "table", "column", "owner", "expected", "actual", "failed_rows", "query")
    assert {name: finding[name] for name in names} == dict.fromkeys(names)


def test_a_waived_failure_is_a_failure_with_its_days_left(report):
    document = json.loads(render(report))
    marked = {r["rule"]: r for r in document["results"] if r["waiver"]}

    place = {"file": "waivers.yaml"}
    in_force = {"in_force": True, "expires": "2026-03-31", "days_left": 29, **place, "line": 4}
    assert marked["invalidValues"]["waiver"] == in_force
    assert marked["owner-missing"]["waiver"]["in_force"] is False
    assert {r["outcome"] for r in marked.values()} == {"fail"}
    assert [w["days_left"] for w in document["waivers"]] == [29, -2, 0, 60]
    assert [len(w["failures"]) for w in document["waivers"]] == [1, 1, 0, 0]
    assert document["coverage"]["waived"] == 1


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_a_number_that_json_does_not_have_is_refused(report, number):
    with pytest.raises(ValueError, match="not JSON compliant"):
        render(replace(report, results=(replace(report.results[0], seconds=number),)))
