"""Our judgement of a change held against that of datacontract-cli; every disagreement is listed with who is right."""

import copy
import os
from collections import Counter
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import yaml

from harness.model.project import Project
from harness.uses.diff import compare_trees

FILE = Path(__file__).with_name("second_opinion.yaml")
PAGE = Path(__file__).parents[2] / "docs" / "second-opinion.md"
DATA = yaml.safe_load(FILE.read_text("utf-8"))
CASES = DATA["cases"]
NAMES = ("id", "name", "property", "server", "channel", "username", "role")
LEVELS = ("none", "safe", "risky", "breaking")
THEIRS = {"info": "safe", "warning": "risky", "error": "breaking"}


def texts(case: dict[str, Any]) -> tuple[str, str]:
    """The contract before and after the change."""
    before = copy.deepcopy(DATA["base"])
    for place, value in case.get("given", {}).items():
        _put(before, place, value)
    after = copy.deepcopy(before)
    if "remove" in case:
        holder, last = _at(after, case["remove"])
        del holder[_index(holder, last)]
    else:
        _put(after, case["set"], case["to"])
    assert after != before
    return yaml.safe_dump(before, sort_keys=False), yaml.safe_dump(after, sort_keys=False)


def _put(contract: Any, place: str, value: Any) -> None:
    holder, last = _at(contract, place)
    at = _index(holder, last)
    if at is None:
        holder.append(value)
    else:
        holder[at] = value


def _at(contract: Any, place: str) -> tuple[Any, str]:
    *way, last = place.split(".")
    for step in way:
        contract = contract[_index(contract, step)]
    return contract, last


def _index(holder: Any, step: str) -> Any:
    if isinstance(holder, dict):
        return step
    if step.isdecimal():
        return int(step)
    return next((n for n, each in enumerate(holder) if step in [each.get(name) for name in NAMES]), None)


def ours(case: dict[str, Any]) -> tuple[str, list[str]]:
    """The worst impact on consumers, and the rules that said something."""
    before, after = texts(case)
    trees = compare_trees(
        {"orders.odcs.yaml": before},
        {"orders.odcs.yaml": after},
        project=Project(name="", root=Path()),
        today=date(2026, 3, 1),
        perspective="consumers",
    )
    assert not trees.problems
    impacts = [change.impact for change in trees.changes]
    return max(impacts, key=LEVELS.index, default="none"), [change.rule for change in trees.changes]


def theirs(case: dict[str, Any]) -> tuple[str, bool]:
    """Their worst level for consumers, and whether their changelog shows anything at all."""
    from datacontract.data_contract import DataContract

    before, after = (DataContract(data_contract_str=text, inline_references=False) for text in texts(case))
    found = before.breaking(after, perspective="consumer").entries
    levels = [THEIRS[str(getattr(each.level, "value", each.level)).lower()] for each in found]
    return max(levels, key=LEVELS.index, default="none"), bool(before.changelog(after).entries)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_we_say_what_the_list_says(case):
    impact, rules = ours(case)
    assert impact == case.get("both", case.get("ours"))
    # one change, one finding
    assert len(rules) <= 1


@pytest.mark.xdist_group("datacontract")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_they_say_what_the_list_says(case):
    level, shown = theirs(case)
    assert level == case.get("both", case.get("theirs"))
    # what they do not show at all, we must
    assert shown or case["ours"] != "none"


@pytest.mark.parametrize("case", [case for case in CASES if "both" not in case], ids=lambda case: case["case"])
def test_a_disagreement_says_who_is_right_and_why(case):
    assert case["ours"] != case["theirs"]
    assert case["right"] in ("ours", "theirs", "either")
    assert case["why"]


def test_the_corpus_is_broad():
    assert len(CASES) >= 60
    assert len({case["case"] for case in CASES}) == len(CASES)
    assert {case.get("both") for case in CASES} == {None, "safe", "risky", "breaking"}


def test_the_page_lists_them():
    """`GOLDEN=rewrite` writes it."""
    if os.environ.get("GOLDEN") == "rewrite":
        PAGE.write_text(page(), encoding="utf-8")
    assert PAGE.read_text("utf-8") == page()


def page() -> str:
    apart = [case for case in CASES if "both" not in case]
    rows = [
        f"| {case['case']} | {case['ours']} | {case['theirs']} | {case['right']} | {case['why']} |" for case in apart
    ]
    right = Counter(case["right"] for case in apart)
    said = ", ".join(f"{who} in {count}" for who, count in right.most_common())
    return _PAGE.format(
        version=version("datacontract-cli"), cases=len(CASES), same=len(CASES) - len(apart), apart=len(apart),
        said=said, rows="\n".join(rows),
    )  # fmt: skip


_PAGE = """\
# A second opinion

datacontract-cli judges changes of contracts too (`datacontract breaking`). This page holds version {version} of it
against `harness diff`, both for consumers, on {cases} pairs of contracts that differ in one thing. It is written by
[a test](../tests/conformance/test_second_opinion.py), which fails when either tool says something else than
[the list of changes](../tests/conformance/second_opinion.yaml).

They agree on {same} of them. Of the {apart} others, these are right in our opinion: {said}.

| Change | `harness diff` | datacontract-cli | Right | Why |
| --- | --- | --- | --- | --- |
{rows}

*none* means that nothing is shown. What datacontract-cli shows as *safe* it mostly did not test: it says so by the rule
`metadata-or-unknown-change`. A renamed column is one change here, and two there (one is gone, one is new).
"""
