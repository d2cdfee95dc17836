import json
from dataclasses import replace
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from harness.model.result import VerdictOutcome
from harness.reporters.gitlab import render

SCHEMA = Draft202012Validator(
    json.loads((Path(__file__).parent / "schemas" / "gitlab-code-quality.json").read_text("utf-8"))
)
REPORTS = ("report", "passing", "healed", "empty", "hostile")


@pytest.mark.parametrize("name", REPORTS)
def test_it_is_valid_its_fingerprints_are_unique_and_a_shut_gate_has_an_issue(name, request):
    report = request.getfixturevalue(name)
    issues = json.loads(render(report))

    SCHEMA.validate(issues)
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)
    grave = [issue for issue in issues if issue["severity"] in ("blocker", "critical")]
    assert bool(grave) == (report.verdict.outcome is not VerdictOutcome.PASS)


def test_each_standing_has_its_severity(report):
    told = {issue["description"]: issue["severity"] for issue in json.loads(render(report))}
    severity = {
        "tail_number is empty too often": "blocker",
        "could not tell: the relationship could not be followed": "critical",
        "the column tailnum has no description": "major",
        "waived: origin is not one of the airports": "minor",
        "no tags": "info",
    }
    for message, expected in severity.items():
        (actual,) = (each for text, each in told.items() if message in text)
        assert actual == expected


def test_an_issue_says_where(report):
    (issue,) = (each for each in json.loads(render(report)) if "tail_number is empty" in each["description"])

    assert issue["check_name"] == "nullValues"
    assert issue["location"] == {"path": "contracts/marts/fct_flights.odcs.yaml", "lines": {"begin": 88}}


def test_one_result_told_twice_has_two_fingerprints(report):
    twice = (report.results[0], report.results[0])
    prints = [issue["fingerprint"] for issue in json.loads(render(replace(report, results=twice)))]

    assert prints == [report.results[0].id, f"{report.results[0].id}-2"]


def test_what_says_itself_that_it_could_not_tell_says_it_once(report):
    (undecided,) = (r for r in report.results if r.message == "the relationship could not be followed")
    result = replace(undecided, message="could not tell: the table is absent.")
    (issue,) = (i for i in json.loads(render(replace(report, results=(result,)))))

    assert issue["description"].startswith("fct_flights.dest: could not tell: the table is absent; owner")
