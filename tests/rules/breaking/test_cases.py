"""The page of a breaking rule is its first test; further pairs are data: tests/cases/breaking/<id>.yaml."""

import re
from pathlib import Path

import pytest
import yaml

from harness.model.project import Project
from harness.rules.breaking import RULES, VERSION_RULES
from harness.rules.rule import Context, found_by

CASES = Path(__file__).parents[2] / "cases" / "breaking"
_SECTIONS = re.compile(r"^\*(Why|Bad|Good)\*", re.MULTILINE)
_BLOCK = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def cases():
    for rule in RULES:
        path = CASES / f"{rule.id}.yaml"
        for case in yaml.safe_load(path.read_text(encoding="utf-8"))["cases"] if path.exists() else ():
            yield pytest.param(rule, case, id=f"{rule.id}: {case['name']}")


def example(rule, section):
    parts = _SECTIONS.split(rule.doc)
    (text,) = _BLOCK.findall(parts[parts.index(section) + 1])
    return {"today": "2026-06-01", **yaml.safe_load(text)}


@pytest.mark.parametrize(("rule", "case"), tuple(cases()))
def test_case(rule, case, changes_between):
    """`expect` lists every change of the pair in the order shown, of whatever rule; the case's own rule by default."""
    options = {key: str(case[key]) for key in ("today", "perspective") if key in case}
    found = changes_between(case["before"], case["after"], **options)
    shown = [f"{c.impact} {c.rule} {c.change.effect.value} {c.change.path}: {c.message}" for c in found]
    assert len(found) == len(case["expect"]), shown
    for change, wanted in zip(found, case["expect"], strict=True):
        attributes = {
            "rule": change.rule,
            "impact": change.impact,
            "bump": change.bump,
            "effect": change.change.effect.value,
            "path": change.change.path,
            "before": change.change.before,
            "after": change.change.after,
            "governance": change.change.governance,
            "approval": change.change.approval,
            "line": change.at.line,
            "table": change.table,
            "column": change.column,
        }
        expected = {"rule": rule.id, **{key: value for key, value in wanted.items() if key != "message"}}
        assert {key: attributes[key] for key in expected} == expected, shown
        assert wanted.get("message", "") in change.message


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_bad_gives_the_id(rule, changes_between):
    bad = example(rule, "Bad")
    found = changes_between(bad["before"], bad["after"], str(bad["today"]))
    assert rule.id in {change.rule for change in found}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_good_does_not(rule, changes_between):
    good = example(rule, "Good")
    found = changes_between(good["before"], good["after"], str(good["today"]))
    assert rule.id not in {change.rule for change in found}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_has_a_page_and_cases(rule):
    assert _SECTIONS.findall(rule.doc) == ["Why", "Bad", "Good"]
    assert rule.scope == "change"
    assert rule.find.__name__ == rule.id.replace("-", "_") == rule.find.__module__.rpartition(".")[2]
    found = yaml.safe_load((CASES / f"{rule.id}.yaml").read_text(encoding="utf-8"))["cases"]
    own = [case for case in found if any(e.get("rule", rule.id) == rule.id for e in case["expect"])]
    assert own
    assert len(own) < len(found), "no case in which the rule stays silent"


def test_no_case_file_belongs_to_nothing():
    assert {path.stem for path in CASES.glob("*.yaml")} <= {rule.id for rule in RULES}


@pytest.mark.parametrize("section", ["Bad", "Good"])
@pytest.mark.parametrize("rule", VERSION_RULES, ids=lambda rule: rule.id)
def test_the_page_of_a_rule_over_versions(rule, section, contract_of, changes_between):
    shown = example(rule, section)
    before, after = (contract_of(shown[side]) for side in ("before", "after"))
    changes = changes_between(shown["before"], shown["after"], str(shown["today"]))
    context = Context(project=Project(name="test", root=Path()), previous=before, contract=after, changes=changes)
    assert bool(found_by(rule, context)) is (section == "Bad")
    assert _SECTIONS.findall(rule.doc) == ["Why", "Bad", "Good"]
