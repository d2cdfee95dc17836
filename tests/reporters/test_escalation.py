"""The document for whoever must decide, on the shared reports."""

import re

import pytest

from harness.reporters.escalation import render


def test_golden(report, golden):
    [first, *_] = [each for each in report.results if each.id in report.verdict.blocking]
    golden("reporters/report.escalation.md", render(report, [(first, "no remedy is declared for it")]))


@pytest.mark.parametrize("name", ["report", "empty", "hostile"])
def test_it_ends_with_a_decision_to_be_made(name, request):
    text = render(request.getfixturevalue(name))
    assert [line for line in text.splitlines() if line.startswith("## ")] == [
        "## Error", "## Attempts", "## Root cause", "## Options", "## Decision",
    ]  # fmt: skip
    assert text.endswith("\n\nDECISION:\n")


def test_what_could_not_be_told_cannot_be_waived(report):
    undecided = {each.id for each in report.results if each.id in report.verdict.undecided}
    assert undecided
    waived = set(re.findall(r"harness waive (\w+)", render(report)))
    assert waived == set(report.verdict.blocking)


def test_strangers_say_nothing_but_words(hostile):
    text = render(hostile, [(each, each.message) for each in hostile.results[:3]])
    assert not re.search(r"<script|<!--|(?<!\\)\]\(|@everyone|\x1b", text)
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    assert len({line.count("|") for line in rows if line.startswith("| 1 | fail")}) == 1
    assert len(text) < 60_000
