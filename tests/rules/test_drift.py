"""The drift rules: their pages as tests, spellings of types, and severities by layer."""

import itertools
import re

import pytest
import yaml

from harness.load.contract import parse_contract
from harness.model.contract import Property, Schema
from harness.model.location import Location
from harness.model.project import LAYERS, Policy, Project
from harness.model.result import Outcome, Severity
from harness.rules.drift import RULES
from harness.rules.drift.types import is_logical, same_type
from harness.rules.rule import Context, apply

FILE = "contracts/marts/t.odcs.yaml"
_EXAMPLE = re.compile(r"^\*(Bad|Good)\*\s+```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def observed(table):
    columns = [
        Property(at=Location(""), name=c["name"], physical_type=c["type"], required=c.get("not_null", False))
        for c in table
    ]
    return Schema(at=Location(""), name="t", properties=tuple(columns))


def results(case, layer="marts", severities=None, rules=RULES, dialect="duckdb"):
    """The results of the rules over a `contract` and a `table`, both lists of columns."""
    data = {
        "apiVersion": "v3.1.0",
        "kind": "DataContract",
        "id": "t",
        "customProperties": [{"property": "layer", "value": layer}],
        "schema": [{"name": "t", "properties": case["contract"]}],
    }
    contract = parse_contract(yaml.safe_dump(data, sort_keys=False), FILE).contract
    project = Project(name="test", root=None, policy=Policy(severities=severities or {}))
    context = Context(
        project=project,
        contract=contract,
        declared=contract.schemas[0],
        observed=observed(case["table"]),
        dialect=dialect,
    )
    return apply(rules, context)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_the_page_is_a_test(rule):
    examples = {word: yaml.safe_load(text) for word, text in _EXAMPLE.findall(rule.doc)}
    assert {result.rule for result in results(examples["Bad"], rules=[rule])} == {rule.id}
    assert results(examples["Good"], rules=[rule]) == []
    assert "*Why*:" in rule.doc


CASES = yaml.safe_load("""
- name: as declared
  contract: [{name: id, physicalType: BIGINT}]
  table: [{name: id, type: BIGINT}]
  expect: []
- name: the physical name counts
  contract: [{name: flightId, physicalName: id, physicalType: BIGINT}]
  table: [{name: id, type: BIGINT}]
  expect: []
- name: the business name does not
  contract: [{name: id, physicalName: flight_id, physicalType: BIGINT}]
  table: [{name: id, type: BIGINT}]
  expect:
    - [column-missing, flight_id, fail, "declared, but t does not have it"]
    - [column-undeclared, id, fail, "has the column id, which the contract does not declare"]
- name: another case is another name
  contract: [{name: ID, physicalType: BIGINT}]
  table: [{name: id, type: BIGINT}]
  expect:
    - [column-missing, ID, fail, "it has id, spelt otherwise"]
    - [column-undeclared, id, fail, "has the column id"]
- name: a column that is gone has no type
  contract: [{name: id, physicalType: BIGINT, logicalType: string, required: true}]
  table: [{name: other, type: BIGINT}]
  expect:
    - [column-missing, id, fail, "does not have it"]
    - [column-undeclared, other, fail, "has the column other"]
- name: an empty table of columns
  contract: [{name: a}, {name: b}]
  table: []
  expect:
    - [column-missing, a, fail, "does not have it"]
    - [column-missing, b, fail, "does not have it"]
- name: no type is declared
  contract: [{name: id}]
  table: [{name: id, type: BIGINT}]
  expect: []
- name: only a family is declared
  contract: [{name: id, logicalType: integer}]
  table: [{name: id, type: SMALLINT}]
  expect: []
- name: another family
  contract: [{name: id, logicalType: integer}]
  table: [{name: id, type: "DECIMAL(18,3)"}]
  expect:
    - [type-changed, id, fail, "id is DECIMAL(18,3), which is no integer"]
- name: the type is right and the family is wrong
  contract: [{name: id, logicalType: string, physicalType: BIGINT}]
  table: [{name: id, type: BIGINT}]
  expect:
    - [type-changed, id, fail, "which is no string"]
- name: a narrower number
  contract: [{name: id, physicalType: "DECIMAL(12,2)"}]
  table: [{name: id, type: "DECIMAL(10,2)"}]
  expect:
    - [type-changed, id, fail, "id is DECIMAL(10,2), not DECIMAL(12,2)"]
- name: a field of a struct has changed
  contract: [{name: s, physicalType: "STRUCT(a INTEGER)"}]
  table: [{name: s, type: "STRUCT(a BIGINT)"}]
  expect:
    - [type-changed, s, fail, "s is STRUCT(a BIGINT)"]
- name: a type that nobody has
  contract: [{name: id, physicalType: banana}]
  table: [{name: id, type: BIGINT}]
  expect:
    - [type-changed, id, error, "'banana' is no type that duckdb is known to have"]
- name: a family that nobody knows
  contract: [{name: id, logicalType: int}]
  table: [{name: id, type: BIGINT}]
  expect:
    - [type-changed, id, error, "'int' is no logicalType that can be compared"]
- name: no longer NOT NULL
  contract: [{name: id, required: true}]
  table: [{name: id, type: BIGINT}]
  expect:
    - [nullability-changed, id, fail, "id is nullable in the warehouse"]
- name: NOT NULL unannounced
  contract: [{name: id}]
  table: [{name: id, type: BIGINT, not_null: true}]
  expect:
    - [nullability-changed, id, fail, "id is NOT NULL in the warehouse"]
- name: a key is NOT NULL
  contract: [{name: id, primaryKey: true}]
  table: [{name: id, type: BIGINT, not_null: true}]
  expect: []
""")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_case(case):
    found = [[r.rule, r.column, r.outcome.value, r.message] for r in results(case)]
    assert [row[:3] for row in found] == [row[:3] for row in case["expect"]], found
    for (*_, message), (*_, said) in zip(found, case["expect"], strict=True):
        assert said in message


def test_a_finding_points_at_its_clause():
    case = {
        "contract": [{"name": "id", "required": True, "physicalType": "BIGINT"}, {"name": "gone"}],
        "table": [{"name": "id", "type": "VARCHAR"}, {"name": "new", "type": "DATE"}],
    }
    found = {result.rule: result for result in results(case)}
    assert {rule: result.line for rule, result in found.items()} == {
        "column-missing": 13, "type-changed": 12, "column-undeclared": 9, "nullability-changed": 11,
    }  # fmt: skip
    assert {result.file for result in found.values()} == {FILE}
    assert (found["type-changed"].expected, found["type-changed"].actual) == ("BIGINT", "VARCHAR")
    assert (found["column-undeclared"].expected, found["column-undeclared"].actual) == (
        "not there, or declared",
        "DATE",
    )


SAME = [
    ("bigint", "BIGINT"), ("int8", "BIGINT"), ("long", "BIGINT"), ("int", "INTEGER"), ("int4", "INTEGER"),
    ("integer", "INTEGER"), ("smallint", "SMALLINT"), ("short", "SMALLINT"), ("tinyint", "TINYINT"),
    ("ubigint", "UBIGINT"), ("hugeint", "HUGEINT"), ("bool", "BOOLEAN"), ("logical", "BOOLEAN"),
    ("real", "FLOAT"), ("float4", "FLOAT"), ("float", "FLOAT"), ("double precision", "DOUBLE"), ("float8", "DOUBLE"),
    ("decimal", "DECIMAL(18,3)"), ("numeric", "DECIMAL(18,3)"), ("numeric(10, 2)", "DECIMAL(10,2)"),
    ("decimal(10)", "DECIMAL(10,0)"), ("dec(4,1)", "DECIMAL(4,1)"), ("decimal(10)[]", "DECIMAL(10,0)[]"),
    ("text", "VARCHAR"), ("string", "VARCHAR"), ("varchar(10)", "VARCHAR"), ("char(3)", "VARCHAR"),
    ("character varying(20)", "VARCHAR"), ("nvarchar", "VARCHAR"), ("bpchar", "VARCHAR"),
    ("bytea", "BLOB"), ("varbinary", "BLOB"), ("binary", "BLOB"), ("uuid", "UUID"), ("json", "JSON"),
    ("date", "DATE"), ("time", "TIME"), ("timestamp", "TIMESTAMP"), ("datetime", "TIMESTAMP"),
    ("timestamp without time zone", "TIMESTAMP"), ("timestamp_us", "TIMESTAMP"), ("timestamp_s", "TIMESTAMP_S"),
    ("timestamptz", "TIMESTAMP WITH TIME ZONE"), ("timetz", "TIME WITH TIME ZONE"), ("interval", "INTERVAL"),
    ("int[]", "INTEGER[]"), ("integer[3]", "INTEGER[3]"), ("map(varchar, int)", "MAP(VARCHAR, INTEGER)"),
    ("struct(a int, b text)", "STRUCT(a INTEGER, b VARCHAR)"), ("enum('a','b')", "ENUM('a', 'b')"),
    ("banana", "banana"),
]  # fmt: skip
ALL = [
    "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT",
    "FLOAT", "DOUBLE", "DECIMAL(18,3)", "DECIMAL(18,2)", "DECIMAL(10,0)", "VARCHAR", "BLOB", "BOOLEAN", "DATE", "TIME",
    "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "TIMESTAMP WITH TIME ZONE", "TIME WITH TIME ZONE",
    "INTERVAL", "UUID", "JSON", "BIT", "BIGNUM", "ENUM('a', 'b')", "ENUM('a', 'c')", "INTEGER[]", "BIGINT[]",
    "INTEGER[3]", "INTEGER[4]", "STRUCT(a INTEGER)", "STRUCT(b INTEGER)", "STRUCT(a BIGINT)", "MAP(VARCHAR, INTEGER)",
    "MAP(VARCHAR, BIGINT)", "UNION(a INTEGER)", "UNION(a BIGINT)",
]  # fmt: skip
"""Different types, as DuckDB spells them."""


@pytest.mark.parametrize(("declared", "actual"), SAME)
def test_other_spellings_of_a_type(declared, actual):
    assert same_type(declared, actual, "duckdb")


def test_no_type_is_taken_for_another():
    taken = [(a, b) for a, b in itertools.permutations(ALL, 2) if same_type(a, b, "duckdb")]
    assert taken == []
    assert all(same_type(f" {each.lower()} ", each, "duckdb") for each in ALL)


@pytest.mark.parametrize("declared", ["banana", "", "VARCHAR(", "select 1"])
def test_what_is_no_type_cannot_be_compared(declared):
    with pytest.raises(ValueError, match="is no type that duckdb is known to have"):
        same_type(declared, "BIGINT", "duckdb")


FAMILIES = {
    "string": ["VARCHAR", "UUID", "JSON", "ENUM('a', 'b')"],
    "integer": ["TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "UBIGINT"],
    "number": ["INTEGER", "BIGINT", "FLOAT", "DOUBLE", "DECIMAL(18,3)", "HUGEINT"],
    "boolean": ["BOOLEAN"],
    "date": ["DATE"],
    "timestamp": ["TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_NS", "TIMESTAMP WITH TIME ZONE"],
    "time": ["TIME", "TIME WITH TIME ZONE"],
    "object": ["STRUCT(a INTEGER)", "MAP(VARCHAR, INTEGER)", "JSON"],
    "array": ["INTEGER[]", "INTEGER[3]"],
}
STRANGERS = {
    "string": ["BIGINT", "BLOB", "DATE", "VARCHAR[]"],
    "integer": ["DOUBLE", "DECIMAL(10,0)", "VARCHAR", "BOOLEAN", "BIT"],
    "number": ["VARCHAR", "BOOLEAN", "DATE", "INTEGER[]", "BIT"],
    "boolean": ["INTEGER", "VARCHAR"],
    "date": ["TIMESTAMP", "VARCHAR"],
    "timestamp": ["DATE", "TIME", "BIGINT", "VARCHAR"],
    "time": ["TIMESTAMP", "INTERVAL"],
    "object": ["VARCHAR", "INTEGER[]"],
    "array": ["VARCHAR", "MAP(VARCHAR, INTEGER)"],
}


@pytest.mark.parametrize("family", FAMILIES)
def test_families(family):
    assert [each for each in FAMILIES[family] if not is_logical(family, each, "duckdb")] == []
    assert [each for each in STRANGERS[family] if is_logical(family, each, "duckdb")] == []


DRIFTED = {
    "contract": [{"name": "id", "physicalType": "BIGINT", "required": True}, {"name": "gone"}],
    "table": [{"name": "id", "type": "VARCHAR"}, {"name": "new", "type": "DATE"}],
}


def test_default_severities():
    assert {r.rule: r.severity for r in results(DRIFTED)} == {
        "column-missing": Severity.ERROR,
        "type-changed": Severity.ERROR,
        "column-undeclared": Severity.ERROR,
        "nullability-changed": Severity.INFO,
    }


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
@pytest.mark.parametrize("layer", LAYERS)
def test_a_severity_by_layer(rule, layer):
    severities = {rule.id: {"raw": Severity.WARNING, "marts": None, "*": Severity.INFO}}
    found = [r.severity for r in results(DRIFTED, layer, severities) if r.rule == rule.id]
    expected = {"raw": [Severity.WARNING], "marts": []}.get(layer, [Severity.INFO])
    assert found == expected


def test_a_rule_that_cannot_tell_is_an_error_whatever_its_severity():
    case = {"contract": [{"name": "id", "physicalType": "banana"}], "table": [{"name": "id", "type": "BIGINT"}]}
    (result,) = results(case, severities={"type-changed": {"*": Severity.INFO}})
    assert (result.outcome, result.severity) == (Outcome.ERROR, Severity.INFO)


def test_ids_are_unique_and_hold_no_measured_value():
    before, after = (
        results(DRIFTED),
        results({**DRIFTED, "table": [{"name": "id", "type": "DATE"}, *DRIFTED["table"][1:]]}),
    )
    assert len({result.id for result in before}) == len(before)
    assert [result.id for result in before] == [result.id for result in after]
