import re
from dataclasses import replace

import pytest

from harness.model.result import VerdictOutcome
from harness.reporters.github import LIMIT, render

REPORTS = ("report", "passing", "healed", "empty", "hostile")


def commands(text):
    """What the runner of GitHub Actions makes of each line: level, properties, message."""
    read = []
    for line in text.splitlines():
        end = line.index("::", 2)
        level, _, listed = line[2:end].partition(" ")
        pairs = (pair.split("=", 1) for pair in listed.split(","))
        properties = {name: unescaped(value, {"%3A": ":", "%2C": ","}) for name, value in pairs}
        read.append((level, properties, unescaped(line[end + 2 :], {})))
    return read


def unescaped(text, more):
    for escape, char in {"%0D": "\r", "%0A": "\n", **more, "%25": "%"}.items():
        text = text.replace(escape, char)
    return text


@pytest.mark.parametrize("name", REPORTS)
def test_every_line_is_an_annotation_and_nothing_else(name, request):
    text = render(request.getfixturevalue(name))

    assert text.split("\n")[-1] == ""
    for line in text.split("\n")[:-1]:
        assert re.match(r"::(error|warning|notice) [a-z]+=", line)
        assert "\r" not in line


@pytest.mark.parametrize("name", REPORTS)
def test_it_has_an_error_exactly_when_the_gate_is_shut(name, request):
    report = request.getfixturevalue(name)
    levels = [level for level, _, _ in commands(render(report))]

    assert ("error" in levels) == (report.verdict.outcome is not VerdictOutcome.PASS)
    assert max(map(levels.count, levels)) <= LIMIT


def test_the_verdict_comes_first(report, passing):
    assert commands(render(report))[0] == (
        "error",
        {"title": "contract-harness nycflights"},
        "FAIL: 3 violations block; 3 more could not be told; 1 failure is waived",
    )
    assert commands(render(passing)) == [
        ("notice", {"title": "contract-harness nycflights"}, "PASS: nothing blocks"),
    ]


def test_an_annotation_stands_on_the_line_of_its_clause(report):
    (one,) = (each for each in commands(render(report)) if "tail_number is empty too often" in each[2])

    assert one[0] == "error"
    assert one[1] == {
        "file": "contracts/marts/fct_flights.odcs.yaml",
        "line": "88",
        "title": "fct_flights.tail_number nullValues",
    }
    assert "expected < 1 %, actual 2.45 % (8,255 of 336,776 rows), owner flight-ops" in one[2]


def test_each_standing_has_its_level(report):
    told = {message.partition(";")[0]: level for level, _, message in commands(render(report))}

    assert told["could not tell: the relationship could not be followed"] == "error"
    assert told["the column tailnum has no description"] == "warning"
    assert told["waived: origin is not one of the airports"] == "notice"
    assert told["no tags"] == "notice"


def test_ten_of_a_level_are_shown_and_the_last_counts_the_rest(report):
    (template,) = (r for r in report.results if r.message == "contract marts-dim_planes has no owner")
    crowd = tuple(replace(template, id=f"n{i}") for i in range(25))
    verdict = replace(report.verdict, blocking=tuple(r.id for r in crowd))
    errors = [each for each in commands(render(replace(report, results=crowd, verdict=verdict))) if each[0] == "error"]

    assert len(errors) == LIMIT
    assert errors[-1][2] == "… and 17 more; the report holds every one"


def test_a_contract_cannot_write_a_property(report):
    text = "a,line=1::x%2C,file=b\n::stop-commands::c"
    crowd = (replace(report.results[0], file=text, message=text, rule=text, table=text),)
    (_, hit) = commands(render(replace(report, results=crowd)))

    assert set(hit[1]) == {"file", "line", "title"}
    assert hit[1]["line"] == str(report.results[0].line)
    assert hit[1]["file"] == text.replace("\n", " ")
