"""Further cases of every rule, as data: tests/cases/rules/<id>.yaml."""

from pathlib import Path

import pytest
import yaml

from harness.rules import antipatterns, governance, lint, waivers
from harness.rules.rule import apply

RULES = (*lint.RULES, *governance.RULES, *antipatterns.RULES, *waivers.RULES)
CASES = Path(__file__).parents[1] / "cases" / "rules"


def cases():
    for rule in RULES:
        path = CASES / f"{rule.id}.yaml"
        for case in yaml.safe_load(path.read_text(encoding="utf-8"))["cases"] if path.exists() else ():
            yield pytest.param(rule, case, id=f"{rule.id}: {case['name']}")


@pytest.mark.parametrize(("rule", "case"), tuple(cases()))
def test_case(rule, case, find):
    actual = find(rule, case)
    expected = case["expect"]
    shown = [f"{f.at} {f.table}/{f.column} {f.message}" for f in actual]
    assert len(actual) == len(expected), shown
    for finding, wanted in zip(actual, expected, strict=True):
        attributes = {
            "file": finding.at.file,
            "line": finding.at.line,
            "column": finding.at.column,
            "table": finding.table,
            "field": finding.column,
            "outcome": finding.outcome.value,
        }
        assert {key: attributes[key] for key in wanted if key != "message"} == {
            key: value for key, value in wanted.items() if key != "message"
        }, shown
        assert wanted.get("message", "") in finding.message


@pytest.mark.parametrize(("rule", "case"), tuple(cases()))
def test_results_of_a_case_have_their_own_ids(rule, case, contexts_of, project_of):
    """A waiver names an id, so two findings of one rule must never share it."""
    contexts = contexts_of(rule, project_of(case), case)
    results = [result for context in contexts for result in apply([rule], context)]
    assert len({result.id for result in results}) == len(results) == len(case["expect"])


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_has_passing_and_failing_cases(rule, case_file):
    failing = [case["name"] for case in case_file(rule.id)["cases"] if case["expect"]]
    passing = [case["name"] for case in case_file(rule.id)["cases"] if not case["expect"]]
    assert len(failing) >= 2
    assert len(passing) >= 2


def test_no_case_file_belongs_to_nothing():
    from harness.rules.drift import RULES as DRIFT

    assert {path.stem for path in CASES.glob("*.yaml")} <= {rule.id for rule in (*RULES, *DRIFT)}
