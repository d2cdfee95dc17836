"""The page of a rule is its first test: the bad example gives the rule's id, the good one nothing."""

import re

import pytest

from harness.metrics import METRICS
from harness.rules import antipatterns, governance, lint, waivers
from harness.rules.lint.threshold_missing import ROW_METRICS

RULES = (*lint.RULES, *governance.RULES, *antipatterns.RULES, *waivers.RULES)
SQL_FILE = "checks/marts/fct_flights.distance.sql"
_SECTIONS = re.compile(r"^\*(Why|Bad|Good)\*$", re.MULTILINE)
_OF_DBT = re.compile(r"(?:--|#) ((?:models|macros|snapshots|seeds|tests|target)/\S+)\n")
"""The first line of an example that is a file of a dbt project."""
_SCRIPT = re.compile(r"-- (load/\S+)\n")
_BLOCK = re.compile(r"^```(yaml|sql)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def example(rule, section):
    """The example as part of a case: a contract, a file of waivers, a file of a dbt project, or a SQL check."""
    parts = _SECTIONS.split(rule.doc)
    ((language, text),) = _BLOCK.findall(parts[parts.index(section) + 1])
    if rule in waivers.RULES:
        return {"waivers": text}
    if of_dbt := _OF_DBT.match(text):
        return {"dbt": {of_dbt[1]: text}}
    if script := _SCRIPT.match(text):
        return {"scripts": {script[1]: text}}
    return {"contracts": {"contract.odcs.yaml": text}} if language == "yaml" else {"checks": {SQL_FILE: text}}


def case_of(rule, section, case_file):
    """The example in the setting that the rule's case file gives it."""
    setting, shown = case_file(rule.id).get("docstring", {}), example(rule, section)
    merged = {key: {**setting.get(key, {}), **text} if isinstance(text, dict) else text for key, text in shown.items()}
    return {**setting, **merged}


def test_ids_are_unique():
    ids = [rule.id for rule in RULES]
    assert sorted(set(ids)) == sorted(ids)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_id_names_file_and_function(rule):
    assert re.fullmatch(r"[a-z]+(-[a-z]+)+", rule.id)
    assert rule.find.__name__ == rule.id.replace("-", "_") == rule.find.__module__.rpartition(".")[2]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_page_has_every_section(rule):
    assert _SECTIONS.findall(rule.doc) == ["Why", "Bad", "Good"]
    assert rule.summary.endswith(".")
    assert rule.doc.splitlines()[1] == ""


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_bad_gives_the_id(rule, find, case_file):
    assert find(rule, case_of(rule, "Bad", case_file))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_good_gives_nothing(rule, find, case_file):
    assert find(rule, case_of(rule, "Good", case_file)) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_examples_are_valid_contracts(rule, project_of, case_file):
    sections = ["Good"] if rule.id == "schema-violation" else ["Bad", "Good"]
    for section in sections:
        for document in project_of(case_of(rule, section, case_file)).documents:
            about_thresholds = rule.id == "threshold-missing" and section == "Bad"
            assert document.error is None
            assert about_thresholds or document.violations == ()


def test_metrics_that_fall_back_on_a_goal_are_those_that_count_rows():
    """Rules may not import metrics, so what they know of them is held together here."""
    library = {"nullValues", "missingValues", "invalidValues", "duplicateValues", "rowCount"}
    counting = {m.id: m.dimension for m in METRICS.values() if m.id in library and m.counts == "rows"}
    assert counting == ROW_METRICS
