"""Two changes at once, another order and another spelling: nothing is dropped, and nothing is made up."""

import json
import runpy
from collections import Counter
from datetime import date
from itertools import permutations
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st

from harness.load.contract import read_contract
from harness.load.odcs import violations_of
from harness.load.yaml import read
from harness.model.project import Project
from harness.uses.diff import compare

ROOT = Path(__file__).parents[3]
standard = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("standard.py"))))
PROJECT = Project(name="test", root=Path())
HEAD = {"apiVersion": "v3.2.0", "kind": "DataContract", "id": "c", "version": "1.0.0", "status": "active"}
UNORDERED = {
    "servers", "schema", "properties", "quality", "relationships", "slaProperties", "members", "roles", "support",
    "customProperties", "authoritativeDefinitions", "tags", "synonyms", "transformSourceObjects", "enum", "examples",
    "verifiedStatements", "constraints", "validValues",
}  # fmt: skip
"""Keys whose list has no order."""


def changes(one, other):
    before, after = (read_contract(text, "c.odcs.yaml") for text in (one, other))
    return compare(before, after, project=PROJECT, today=date(2026, 6, 1)).changes


def words(found):
    """What is said of each key, though in one sentence on several; not where in the file they stand."""
    return Counter((each.rule, each.change.effect, each.impact, leaf) for each in found for leaf in each.change.leaves)


def text(keys):
    return yaml.safe_dump({**HEAD, **keys}, sort_keys=False)


# one key of the standard that comes, goes or is changed


def single_changes():
    """For each key of the standard, two contracts of which one has it, or that have two values of it."""
    for name, (pointers, needs, build) in standard.parts_of("3.2.0").items():
        for key, node in [pair for pointer in pointers for pair in standard.at("3.2.0", pointer).items()]:
            if name == "contract" and key in HEAD:
                continue
            without = {each: value for each, value in needs.items() if each != key}
            values = [{}, *({key: value} for value in standard.values_of("3.2.0", node, key, name))]
            contracts = [build({**without, **value}) for value in values]
            yield from permutations([each for each in contracts if not violations_of(read(text(each), "x"), "x")], 2)


SINGLE = list(single_changes())
PICKS = st.sampled_from(SINGLE)


def moved(keys):
    """The same in another table, so that it can stand beside the first."""
    keys = json.loads(json.dumps(keys).replace('"t.', '"t_2.'))
    for table in keys.get("schema", ()):
        table["name"] += "_2"
    return keys


def together(one, other):
    """Both contracts in one."""
    tables = [*one.get("schema", ()), *other.get("schema", ())]
    return {**one, **other, **({"schema": tables} if tables else {})}


@given(PICKS, PICKS)
def test_two_changes_are_each_seen_as_when_alone(first, second):
    """Of two tables, or of two parts of the contract that have nothing to do with one another."""
    second = [moved(each) for each in second]
    contracts = (*first, *second)
    shared = {key for one in first for other in second for key in {*one} & {*other}}
    assume(not shared or (shared == {"schema"} and all("schema" in each for each in contracts)))
    befores, afters = (together(one, other) for one, other in zip(first, second, strict=True))
    alone = words(changes(*map(text, first))) + words(changes(*map(text, second)))
    assert words(changes(text(befores), text(afters))) == alone


# another order, another spelling


def shuffled(value, draw, key=""):
    if isinstance(value, dict):
        items = list(value.items())
        draw.shuffle(items)
        return {name: shuffled(each, draw, name) for name, each in items}
    if isinstance(value, list):
        entries = [shuffled(each, draw, key) for each in value]
        if key in UNORDERED:
            draw.shuffle(entries)
        return entries
    return value


def spelt(keys, draw):
    """The same contract, with all that YAML leaves to taste."""
    style = {
        "default_flow_style": draw.choice([True, False, None]),
        "indent": draw.choice([2, 4, 7]),
        "width": draw.choice([40, 80, 1000]),
        "default_style": draw.choice([None, None, '"']) if not _has_bare_words(keys) else None,
    }
    other = shuffled(keys, draw)
    written = yaml.safe_dump(other, sort_keys=False, **style)
    # PyYAML writes some long texts wrong when they are deep inside
    assume(yaml.safe_load(written) == other)
    return f"# a comment\n{written}"


def _has_bare_words(value):
    """Whether it holds a number or a boolean, which quotes would make a text."""
    if isinstance(value, dict | list):
        return any(map(_has_bare_words, value.values() if isinstance(value, dict) else value))
    return not isinstance(value, str)


REPOSITORY = [yaml.safe_load(file.read_text()) for file in sorted((ROOT / "contracts").rglob("*.yaml"))]
WHOLE = [{**HEAD, **keys} for pair in SINGLE for keys in pair] + REPOSITORY


@given(st.sampled_from(WHOLE), st.randoms(use_true_random=False))
def test_order_and_formatting_never_count(keys, draw):
    assert changes(yaml.safe_dump(keys, sort_keys=False), spelt(keys, draw)) == ()


@given(PICKS, st.randoms(use_true_random=False))
def test_nor_do_they_hide_a_change_or_make_another_of_it(pick, draw):
    before, after = pick
    found = changes(text(before), spelt({**HEAD, **after}, draw))
    assert words(found) == words(changes(*map(text, pick)))


# another version of the standard


def promises(version):
    """The same promises in the words of each version of the standard."""
    members = [{"username": "ada", "role": "owner"}, {"username": "bob", "role": "steward"}]
    metric = "rule" if version == "3.0.2" else "metric"
    level = {"property": "latency", "value": 6, "unit": "h"}
    return {
        **HEAD,
        "apiVersion": f"v{version}",
        "team": members if version == "3.0.2" else {"members": members},
        **({"slaDefaultElement": "t.c"} if version == "3.0.2" else {}),
        "slaProperties": [level if version == "3.0.2" else {**level, "element": "t.c"}],
        "schema": [
            {
                "name": "t",
                "physicalType": "table",
                "properties": [{"name": "c", "logicalType": "timestamp", "required": True}],
                "quality": [
                    {metric: "rowCount", "mustBeGreaterThan": 0, **({"type": "library"} if version == "3.0.2" else {})},
                    {"type": "sql", "query": "select count(*) from t", "mustBeLessOrEqualTo": 9},
                ],
            }
        ],
    }


@pytest.mark.parametrize(("one", "other"), [("3.0.2", "3.1.0"), ("3.1.0", "3.2.0"), ("3.0.2", "3.2.0")])
def test_another_version_of_the_standard_breaks_nothing(one, other):
    found = changes(*(yaml.safe_dump(promises(version)) for version in (one, other)))
    assert [(each.rule, each.impact, each.change.path) for each in found] == [
        ("documentation-changed", "safe", "apiVersion")
    ]


@pytest.mark.parametrize("version", standard.VERSIONS)
def test_nor_does_it_for_a_real_contract(version):
    for keys in REPOSITORY:
        found = changes(yaml.safe_dump(keys), yaml.safe_dump({**keys, "apiVersion": f"v{version}"}))
        assert {each.change.path for each in found} <= {"apiVersion"}
