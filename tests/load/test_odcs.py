"""A contract against the JSON Schema of the version it declares: each violation at its place, with its remedy."""

import copy
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.load import odcs
from harness.load.contract import parse_contract

CASES = yaml.safe_load((Path(__file__).parent / "odcs_cases.yaml").read_text(encoding="utf-8"))
FILE = "contracts/marts/t.odcs.yaml"


def said(violation):
    hint = f" ({violation.hint})" if violation.hint else ""
    return f"{violation.at.line}:{violation.at.column} {violation.path}: {violation.message}{hint}"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_case(case):
    document = parse_contract(case["contract"], FILE)
    assert document.error is None
    assert [said(violation) for violation in document.violations] == case["expect"]
    assert {violation.at.file for violation in document.violations} <= {FILE}


def test_every_version_has_a_valid_contract_here():
    valid = [case["contract"].splitlines()[0] for case in CASES if not case["expect"]]
    assert {line.removeprefix("apiVersion: ") for line in valid} >= {"v3.0.2", "v3.1.0", "v3.2.0"}


@pytest.mark.parametrize(
    ("before", "after"), [("apiVersion: v3.1.0", f"apiVersion: {version}") for version in odcs.VERSIONS]
)
def test_every_supported_version_is_held_to_a_schema(before, after):
    broken = next(case for case in CASES if case["name"] == "misspelt key at the top")["contract"]
    document = parse_contract(broken.replace(before, after), FILE)
    assert [violation.path for violation in document.violations] == ["schemas"]


VALID = [yaml.safe_load(case["contract"]) for case in CASES if not case["expect"]]
VALUES = st.sampled_from([None, True, 0, -1, 1.5, 10**240, "", "x", "v3.1.0", [], {}, ["x"], {"name": "x"}, [[]]])


def paths(node, path=()):
    yield path
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, child in items:
        yield from paths(child, (*path, key))


@settings(max_examples=150)
@given(data=st.data())
def test_the_fast_verdict_is_the_explained_one(data):
    """A valid contract is told by one validator and a broken one explained by another; they must not disagree."""
    contract = copy.deepcopy(data.draw(st.sampled_from(VALID)))
    for _ in range(data.draw(st.integers(1, 3))):
        *path, last = data.draw(st.sampled_from([path for path in paths(contract) if path and path[0] != "apiVersion"]))
        parent = contract
        for key in path:
            parent = parent[key]
        match data.draw(st.sampled_from(["replace", "remove", "rename"])):
            case "replace":
                parent[last] = copy.deepcopy(data.draw(VALUES))
            case "remove":
                del parent[last]
            case "rename" if isinstance(parent, dict):
                parent[f"{last}s"] = parent.pop(last)
    version = odcs.VERSIONS[contract["apiVersion"]]
    assert odcs._fast_validator(version).is_valid(contract) == odcs._validator(version).is_valid(contract)


@settings(max_examples=150)
@given(data=st.data())
def test_no_contract_breaks_the_reader(data):
    """Whatever stands where, it is built as far as it goes, and its violations have their places."""
    contract = copy.deepcopy(data.draw(st.sampled_from(VALID)))
    for _ in range(data.draw(st.integers(1, 4))):
        *path, last = data.draw(st.sampled_from([path for path in paths(contract) if path]))
        parent = contract
        for key in path:
            parent = parent[key]
        parent[last] = copy.deepcopy(data.draw(VALUES))
    text = yaml.safe_dump(contract, sort_keys=False)
    document = parse_contract(text, FILE)
    assert document.contract is not None
    for violation in document.violations:
        assert 1 <= violation.at.line <= text.count("\n") + 1
        assert violation.message
