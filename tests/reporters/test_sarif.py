import gzip
import json
import random
import re
import string
from dataclasses import replace
from pathlib import Path

import pytest
from jsonschema import Draft4Validator, FormatChecker

from harness.docs import FAMILIES
from harness.metrics import METRICS
from harness.model.result import Outcome, Severity, VerdictOutcome
from harness.reporters.sarif import LIMIT, render

SCHEMA = Draft4Validator(
    json.loads((Path(__file__).parent / "schemas" / "sarif-2.1.0.json").read_text("utf-8")),
    format_checker=FormatChecker(),
)
REPORTS = ("report", "passing", "healed", "empty", "hostile")
HOUSE = ("Governance", "Anti-patterns")


def run_of(report):
    document = json.loads(render(report))
    SCHEMA.validate(document)
    (run,) = document["runs"]
    return run


def found(run, message):
    (one,) = (each for each in run["results"] if message in each["message"]["text"])
    return one


@pytest.mark.parametrize("name", REPORTS)
def test_it_is_valid_and_red_exactly_when_the_gate_is_shut(name, request):
    report = request.getfixturevalue(name)
    run = run_of(report)

    shut = report.verdict.outcome is not VerdictOutcome.PASS
    assert any(each["level"] == "error" for each in run["results"]) == shut
    assert run["invocations"][0]["exitCode"] == {"pass": 0, "fail": 1, "undecided": 3}[report.verdict.outcome.value]


def test_a_run_that_could_not_tell_something_was_no_success(report, empty, passing):
    decided = replace(report, verdict=replace(report.verdict, undecided=()))
    told = [run_of(each)["invocations"][0]["executionSuccessful"] for each in (report, empty, decided, passing)]
    assert told == [False, False, True, True]


def test_what_could_not_be_told_never_looks_harmless(report):
    run = run_of(report)
    undecided = [each for each in run["results"] if each["properties"].get("outcome") == "error"]

    assert len(undecided) == sum(r.outcome is Outcome.ERROR for r in report.results)
    assert {(each["kind"], each["level"]) for each in undecided} == {("fail", "error")}
    assert all(": could not tell: " in each["message"]["text"] for each in undecided)


def test_what_passed_or_was_skipped_is_counted_and_no_result(report, passing):
    assert run_of(passing)["results"] == []
    counts = run_of(report)["properties"]
    told = [each["properties"]["outcome"] for each in run_of(report)["results"]]
    assert set(told) == {"fail", "error"}
    assert (counts["passed"], counts["skipped"]) == (30, 3)


def test_a_waived_failure_is_a_suppressed_note(report):
    waived = found(run_of(report), "origin is not one of the airports")

    assert (waived["level"], waived["properties"]["severity"]) == ("note", "error")
    assert waived["suppressions"] == [
        {
            "kind": "external",
            "status": "accepted",
            "justification": "the vendor mends it in April (until 2026-03-31, approved by maria)",
        }
    ]
    assert sum("suppressions" in each for each in run_of(report)["results"]) == 1


def test_a_failure_whose_waiver_expired_is_not_suppressed(report):
    expired = found(run_of(report), "contract marts-dim_planes has no owner")

    assert "suppressions" not in expired
    assert expired["level"] == "error"


def test_a_result_says_where_and_what_it_is(report):
    result = found(run_of(report), "tail_number is empty too often")

    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "contracts/marts/fct_flights.odcs.yaml", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 88, "startColumn": 1, "endLine": 88},
    }
    assert result["message"]["text"].startswith("fct_flights.tail_number: tail_number is empty too often; expected < 1")
    (name,) = {r.id for r in report.results if r.message == "tail_number is empty too often"}
    assert result["partialFingerprints"]["primaryLocationLineHash"] == name


@pytest.mark.parametrize("name", REPORTS)
def test_each_result_points_at_its_rule_and_a_file(name, request):
    run = run_of(request.getfixturevalue(name))
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert re.fullmatch(r"[A-Za-z0-9._~%-][A-Za-z0-9._~/%-]*", uri)


def test_every_rule_and_metric_brings_its_page(passing):
    rules = pages_in(passing)
    for name, _, family in FAMILIES:
        # the rules of changes bring their pages along in the review, those of the house where one found something
        for rule in (each for each in family if each.scope != "change" and name not in HOUSE):
            brings(rules, rule)
    for metric in METRICS.values():
        assert rules[metric.id]["shortDescription"]["text"] == " ".join(metric.doc.split("\n\n")[0].split())
        assert metric.dimension.value in rules[metric.id]["properties"]["tags"]
    assert "soda" in rules


def test_house_rules_bring_their_pages_where_one_found_something(report):
    failed = next(each for each in report.results if each.outcome is Outcome.FAIL)
    rules = pages_in(replace(report, results=(*report.results, replace(failed, rule="runbook-missing"))))
    for rule in (rule for name, _, family in FAMILIES if name in HOUSE for rule in family):
        brings(rules, rule)


def pages_in(report):
    return {rule["id"]: rule for rule in run_of(report)["tool"]["driver"]["rules"]}


def brings(rules, rule):
    levels = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
    assert rules[rule.id]["help"]["markdown"] == rule.doc
    assert rules[rule.id]["defaultConfiguration"]["level"] == levels[rule.severity]


def test_no_text_of_a_contract_becomes_a_link(hostile):
    texts = [each["message"]["text"] for each in run_of(hostile)["results"]]

    assert any("[a]" in text for text in texts)
    assert not any("](" in text for text in texts)


def test_more_than_github_takes_is_cut_and_said(report):
    (template,) = (r for r in report.results if r.message == "the column tailnum has no description")
    (blocking,) = (r for r in report.results if r.message == "contract marts-dim_planes has no owner")
    chance = random.Random(7)
    crowd = tuple(
        replace(template, id=f"n{i}", message="".join(chance.choices(string.printable, k=900)), owner=f"o{i}" * 50)
        for i in range(LIMIT + 5)
    )
    text = render(replace(report, results=(*crowd, blocking)))
    (run,) = json.loads(text)["runs"]

    assert len(run["results"]) == LIMIT
    assert run["results"][0]["level"] == "error", "the most important come first"
    said = [each["message"]["text"] for each in run["invocations"][0]["toolExecutionNotifications"]]
    assert said[-1] == "6 of 5,006 findings are left out; the JSON report has them all"
    assert len(gzip.compress(text.encode())) < 10_000_000
