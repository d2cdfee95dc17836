import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest
import xmlschema

from harness.model.result import Outcome, VerdictOutcome
from harness.reporters.junit import render

SCHEMA = xmlschema.XMLSchema(Path(__file__).parent / "schemas" / "junit-10.xsd")
REPORTS = ("report", "passing", "healed", "empty", "hostile")


def counted(element):
    cases = element.findall(".//testcase")
    skipped = {"skipped": str(len(element.findall(".//skipped")))} if element.tag == "testsuite" else {}
    return skipped | {
        "tests": str(len(cases)),
        "failures": str(len(element.findall(".//failure"))),
        "errors": str(len(element.findall(".//error"))),
        "time": f"{sum(float(case.get('time')) for case in cases):.3f}",
    }


def case(root, name):
    (found,) = (each for each in root.iter("testcase") if each.get("name") == name)
    return found


def red(root):
    return root.find(".//failure") is not None or root.find(".//error") is not None


@pytest.mark.parametrize("name", REPORTS)
def test_counters_are_those_of_the_elements(name, request):
    root = ET.fromstring(render(request.getfixturevalue(name)))

    for element in (root, *root.iter("testsuite")):
        assert {key: element.get(key) for key in counted(element)} == counted(element)


@pytest.mark.parametrize("name", REPORTS)
def test_it_is_red_exactly_when_the_gate_is_shut(name, request):
    report = request.getfixturevalue(name)

    assert red(ET.fromstring(render(report))) == (report.verdict.outcome is not VerdictOutcome.PASS)


@pytest.mark.parametrize("outcome", [VerdictOutcome.FAIL, VerdictOutcome.UNDECIDED])
def test_a_shut_gate_with_nothing_to_blame_is_one_error(outcome, passing):
    root = ET.fromstring(render(replace(passing, verdict=replace(passing.verdict, outcome=outcome))))

    assert [each.get("message") for each in root.iter("error")] == ["nothing blocks"]
    assert case(root, "verdict").find("error") is not None


def test_each_standing_has_its_element(report):
    root = ET.fromstring(render(report))

    assert case(root, "fct_flights/tail_number/nullValues").find("failure").get("type") == "nullValues"
    assert case(root, "fct_flights/sql/delay").find("error") is not None
    assert case(root, "fct_flights/text").find("skipped").get("message") == "a rule of type text is for people"
    waived = case(root, "fct_flights/origin/invalidValues").find("skipped").get("message")
    assert waived.startswith("WAIVED: ")
    assert "waived until 2026-03-31 (29 days left)" in waived
    assert list(case(root, "fct_flights/regex")) == []
    warning = case(root, "description-missing(tailnum)")
    assert [child.tag for child in warning] == ["system-out"]
    assert warning.find("system-out").text.startswith("WARNING: the column tailnum has no description\n")


def test_a_case_says_where_it_stands_and_what_it_took(report):
    found = case(ET.fromstring(render(report)), "fct_flights/tail_number/nullValues")

    named = {"classname": "marts.fct_flights", "name": "fct_flights/tail_number/nullValues"}
    assert found.attrib == {**named, "time": f"{0.021 / 11:.6f}"}
    assert "where: contracts/marts/fct_flights.odcs.yaml:88\n" in found.find("failure").text


def test_the_time_of_a_statement_is_shared_out(passing):
    first, *others = passing.results[:5]
    fused = (replace(first, seconds=2.0), *(replace(each, seconds=0.25) for each in others))
    root = ET.fromstring(render(replace(passing, results=fused)))

    assert [case.get("time") for case in root.iter("testcase")] == ["2.000000"] + ["0.062500"] * 4
    assert root.get("time") == "2.250"


def test_a_suite_says_whose_contract_it_is(report):
    (suite,) = (s for s in ET.fromstring(render(report)).iter("testsuite") if s.get("name").endswith("/fct_flights"))

    properties = {each.get("name"): each.get("value") for each in suite.find("properties")}
    assert properties == {
        "contract": "marts-fct_flights",
        "version": "1.2.0",
        "layer": "marts",
        "owner": "flight-ops",
        "as_of": "2026-03-02T06:00:00+00:00",
        "run_id": report.run_id,
        "harness_version": "0.1.0",
    }
    assert suite.get("timestamp") == "2026-03-02T06:00:00"


@pytest.mark.parametrize("name", REPORTS)
def test_it_is_valid_under_the_schema_of_jenkins(name, request):
    SCHEMA.validate(render(request.getfixturevalue(name)))


def test_an_error_is_an_error_whatever_its_severity(report):
    told = {each.get("message") for each in ET.fromstring(render(report)).iter("error")}

    assert told == {r.message for r in report.results if r.outcome is Outcome.ERROR}


def test_no_two_cases_have_one_name(hostile):
    for suite in ET.fromstring(render(hostile)).iter("testsuite"):
        names = [each.get("name") for each in suite]
        assert len(names) == len(set(names))
