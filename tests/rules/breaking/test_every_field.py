"""No field of the standard is invisible: each key of its JSON Schemas, new, gone or other, is a change that is seen."""

import copy
import runpy
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml

from harness.load.contract import read_contract
from harness.load.odcs import violations_of
from harness.load.yaml import read
from harness.model.project import Project
from harness.uses.diff import compare

standard = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("standard.py"))))
VERSIONS = standard.VERSIONS
PROJECT = Project(name="test", root=Path())
PARTS = {version: standard.parts_of(version) for version in VERSIONS}
SAME = {
    "contract.kind": "there is one kind, which is the default",
    "contract.version": "what it calls for is told by the other changes; a lower one is version-lowered",
    "schema relationship.type": "there is one type, which is the default",
    "property relationship.type": "there is one type, which is the default",
    "library rule.rule": "after 3.0 a rule must have a metric, which goes before; in 3.0 it is comparator.rule",
    "property relationship.from": "it is the column itself, and so may not be written",
}
"""Keys whose change is none, and why."""


@pytest.mark.parametrize("version", VERSIONS)
def test_every_place_of_the_standard_is_a_part(version):
    """A key that nobody tries below would be one that nobody knows to be seen."""
    tried = {pointer for pointers, *_ in PARTS[version].values() for pointer in pointers}
    found = {pointer for pointer, keys in standard.places_of(standard.schema_of(version)) if keys}
    # written again for the kinds that a relationship of a table may be of
    found = {pointer for pointer in found if "/RelationshipSchemaLevel/" not in pointer}
    assert found - tried == set()
    assert tried - found == set()


@pytest.mark.parametrize(("version", "name"), [(version, name) for version in VERSIONS for name in PARTS[version]])
def test_every_key_is_seen_and_known(version, name):
    untried, invisible, unknown = {}, {}, {}
    for key, node in keys_of(version, name):
        pairs = list(pairs_of(version, name, key, node))
        if f"{name}.{key}" in SAME or len(standard.resolved(version, node).get("enum", (1, 2))) == 1:
            continue
        if not pairs:
            untried[key] = [violations_of(read(text, "x"), "x") for _, text in variants(version, name, key, node)]
        for one, other in pairs:
            found = changes(one, other)
            if not found:
                invisible[key] = (one, other)
            unknown |= {each.change.path: each.message for each in found if each.rule == "change-unknown"}
    assert untried == {}, "no two values that the standard allows"
    assert invisible == {}
    assert unknown == {}


def keys_of(version, name):
    pointers, *_ = PARTS[version][name]
    return [pair for pointer in pointers for pair in standard.at(version, pointer).items()]


def pairs_of(version, name, key, node):
    """Two contracts that are valid and mean two things, in both orders."""
    valid = [each for each in variants(version, name, key, node) if not violations_of(read(each[1], "x"), "x")]
    return [(one, other) for meant, one in valid for means, other in valid if meant != means]


def variants(version, name, key, node):
    """The part with one value of the key, with another, and without it, which means its default: (meaning, text)."""
    _, needs, build = PARTS[version][name]
    without = {each: value for each, value in needs.items() if each != key}
    default = standard.DEFAULTS.get(f"{name}.{key}", standard.resolved(version, node).get("default"))
    for value in [None, *standard.values_of(version, node, key, name)]:
        part = copy.deepcopy(without if value is None else {**without, key: value})
        is_default = any(value is same or value == same for same in (None, [], {})) or value is False
        meaning = "its default" if is_default or value == default else repr(value)
        yield meaning, text_of(version, build(part))


def text_of(version, keys):
    head = {"apiVersion": f"v{version}", "kind": "DataContract", "id": "c", "version": "1.0.0", "status": "active"}
    return yaml.safe_dump({**head, **keys}, sort_keys=False)


def changes(one, other):
    before, after = (read_contract(text, "c.odcs.yaml") for text in (one, other))
    found = compare(before, after, project=PROJECT, today=date(2026, 6, 1)).changes
    assert not [each.message for each in found if each.undecided]
    return found
