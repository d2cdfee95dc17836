"""The drift rules: their pages as tests, spellings of types, and severities by layer."""

import itertools
import re

import psycopg
import pytest
import yaml

from harness.engines import postgres as on_postgres
from harness.lattice import Kind, compare, parse_type
from harness.lattice.logical import misfit
from harness.load.contract import parse_contract
from harness.model.check import TableName
from harness.model.contract import Property, Schema, Server
from harness.model.location import Location
from harness.model.project import LAYERS, Policy, Project
from harness.model.result import Outcome, Severity
from harness.rules.drift import RULES
from harness.rules.rule import Context, apply

FILE = "contracts/marts/t.odcs.yaml"
_EXAMPLE = re.compile(r"^\*(Bad|Good)\*\s+```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def observed(table):
    columns = [
        Property(
            at=Location(""),
            name=c["name"],
            physical_type=c["type"],
            required=c.get("not_null", False),
            custom={key: c[key] for key in ("files", "values", "unconstrained", "untold", "called") if key in c},
        )
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
    - [column-renamed, flight_id, fail, "called id now: one name is part of the other, it has the same type"]
- name: another case is another name
  contract: [{name: ID, physicalType: BIGINT}]
  table: [{name: id, type: BIGINT}]
  expect:
    - [column-renamed, ID, fail, "ID is probably called id now: only its case differs"]
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
    - [type-changed, id, fail, "id is DECIMAL(10,2), narrower than the declared DECIMAL(12,2): 2 fewer digits"]
- name: a field of a struct has changed
  contract: [{name: s, physicalType: "STRUCT(a INTEGER)"}]
  table: [{name: s, type: "STRUCT(a BIGINT)"}]
  expect:
    - [type-changed, s, fail, "s is STRUCT(a BIGINT), wider than the declared STRUCT(a INTEGER): a: numbers to"]
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
- name: a wider type
  contract: [{name: id, physicalType: INTEGER}]
  table: [{name: id, type: BIGINT}]
  expect:
    - [type-changed, id, fail, "id is BIGINT, wider than the declared INTEGER: numbers to 9,223,372,036,854,775,807"]
- name: another type
  contract: [{name: id, physicalType: INTEGER}]
  table: [{name: id, type: VARCHAR}]
  expect:
    - [type-changed, id, fail, "id is VARCHAR, not the declared INTEGER: VARCHAR in place of INTEGER is another kind"]
- name: a rename by spelling
  contract: [{name: id}, {name: customer_id, physicalType: BIGINT}, {name: day}]
  table: [{name: id, type: BIGINT}, {name: day, type: DATE}, {name: customerId, type: BIGINT}]
  expect:
    - [column-renamed, customer_id, fail, "customerId now: it is only spelt otherwise and it has the same type"]
- name: a rename by place and type
  contract: [{name: id}, {name: tail_number, physicalType: VARCHAR}, {name: day}]
  table: [{name: id, type: BIGINT}, {name: registration, type: VARCHAR}, {name: day, type: DATE}]
  expect:
    - [column-renamed, tail_number, fail, "registration now: it has the same type and it stands in the same place"]
- name: the same place and another type is no rename
  contract: [{name: id}, {name: tail_number, physicalType: VARCHAR}, {name: day}]
  table: [{name: id, type: BIGINT}, {name: registration, type: DATE}, {name: day, type: DATE}]
  expect:
    - [column-missing, tail_number, fail, "the column tail_number is declared"]
    - [column-undeclared, registration, fail, "t has the column registration"]
- name: the last place is no place
  contract: [{name: id}, {name: tail_number, physicalType: VARCHAR}]
  table: [{name: id, type: BIGINT}, {name: registration, type: VARCHAR}]
  expect:
    - [column-missing, tail_number, fail, "the column tail_number is declared"]
    - [column-undeclared, registration, fail, "t has the column registration"]
- name: alike in name and of another kind is no rename
  contract: [{name: amount_net, physicalType: "DECIMAL(10,2)"}]
  table: [{name: amount_nets, type: VARCHAR}]
  expect:
    - [column-missing, amount_net, fail, "declared"]
    - [column-undeclared, amount_nets, fail, "has the column"]
- name: alike in name and wider is a rename
  contract: [{name: amount_net, physicalType: "DECIMAL(10,2)"}]
  table: [{name: net_amount, type: "DECIMAL(12,2)"}]
  expect:
    - [column-renamed, amount_net, fail, "net_amount now: the names are alike and it stands in the same place"]
- name: two names that are equally probable
  contract: [{name: price_net, physicalType: DOUBLE}, {name: id}]
  table: [{name: price_nets, type: DOUBLE}, {name: price_netx, type: DOUBLE}, {name: id, type: BIGINT}]
  expect:
    - [column-missing, price_net, fail, "declared"]
    - [column-undeclared, price_nets, fail, "has the column"]
    - [column-undeclared, price_netx, fail, "has the column"]
- name: two renames at once
  contract: [{name: firstName, physicalType: VARCHAR}, {name: lastName, physicalType: VARCHAR}]
  table: [{name: first_name, type: VARCHAR}, {name: last_name, type: VARCHAR}]
  expect:
    - [column-renamed, firstName, fail, "called first_name now"]
    - [column-renamed, lastName, fail, "called last_name now"]
- name: a field is gone, one is new, one has another type
  contract:
    - name: address
      logicalType: object
      properties:
        - {name: street, logicalType: string}
        - {name: zip, physicalType: INTEGER}
        - {name: city, logicalType: string}
  table: [{name: address, type: "STRUCT(city VARCHAR, zip BIGINT, country VARCHAR)"}]
  expect:
    - [column-missing, address.street, fail, "the field street is declared, but address does not have it"]
    - [type-changed, address.zip, fail, "address.zip is BIGINT, wider than the declared INTEGER"]
    - [column-undeclared, address.country, fail, "address of t has the field country"]
    - [order-changed, address, fail, "address has city where the contract has zip"]
- name: a field is renamed
  contract: [{name: a, logicalType: object, properties: [{name: zip_code, logicalType: string}]}]
  table: [{name: a, type: "STRUCT(zipCode VARCHAR)"}]
  expect:
    - [column-renamed, a.zip_code, fail, "a.zip_code is probably called zipCode now"]
- name: the items of an array
  contract:
    - name: orders
      logicalType: array
      items:
        logicalType: object
        properties: [{name: id, logicalType: integer}, {name: day, physicalType: DATE}]
  table: [{name: orders, type: "STRUCT(id VARCHAR, day DATE)[]"}]
  expect:
    - [type-changed, "orders[].id", fail, "orders[].id is VARCHAR, which is no integer"]
- name: items as they are declared
  contract: [{name: tags, logicalType: array, items: {logicalType: string}}]
  table: [{name: tags, type: "VARCHAR[]"}]
  expect: []
- name: items of another type
  contract: [{name: tags, logicalType: array, items: {logicalType: string}}]
  table: [{name: tags, type: "INTEGER[]"}]
  expect:
    - [type-changed, "tags[]", fail, "tags[] is INTEGER, which is no string"]
- name: fields of what has none
  contract: [{name: a, logicalType: object, properties: [{name: b, properties: [{name: c}]}]}]
  table: [{name: a, type: VARCHAR}]
  expect:
    - [column-missing, a.b, fail, "the field b is declared, but a does not have it"]
    - [type-changed, a, fail, "a is VARCHAR, which is no object"]
- name: fields of a column that is gone
  contract: [{name: a, logicalType: object, properties: [{name: b}]}]
  table: [{name: z, type: DATE}]
  expect:
    - [column-missing, a, fail, "the column a is declared"]
    - [column-undeclared, z, fail, "has the column"]
- name: the inside of JSON is not told
  contract: [{name: a, logicalType: object, properties: [{name: b, logicalType: string}]}]
  table: [{name: a, type: JSON}]
  expect:
    - [column-missing, a.b, error, "a.b cannot be seen: a is JSON, which does not say what is inside"]
- name: the inside of what is declared as JSON is nobody's matter
  contract: [{name: a, logicalType: object, physicalType: JSON, properties: [{name: b, logicalType: string}]}]
  table: [{name: a, type: JSON}]
  expect: []
- name: the keys and values of a map
  contract:
    - {name: m, logicalType: map, map: {key: {logicalType: string}, value: {physicalType: INTEGER}}}
  table: [{name: m, type: "MAP(DATE, BIGINT)"}]
  expect:
    - [type-changed, "m{key}", fail, "m{key} is DATE, which is no string"]
    - [type-changed, "m{value}", fail, "m{value} is BIGINT, wider than the declared INTEGER"]
- name: what the physical type spells out is declared
  contract:
    - {name: a, physicalType: "STRUCT(b INTEGER, c DATE)", properties: [{name: b, physicalType: INTEGER}]}
  table: [{name: a, type: "STRUCT(b INTEGER, c DATE)"}]
  expect: []
- name: another order
  contract: [{name: a}, {name: b}, {name: c}]
  table: [{name: c, type: DATE}, {name: a, type: DATE}, {name: b, type: DATE}]
  expect:
    - [order-changed, "", fail, "t has c where the contract has a: their order differs"]
- name: a vector
  contract: [{name: v, logicalType: vector, logicalTypeOptions: {dimensions: 3, elementType: float32}}]
  table: [{name: v, type: "FLOAT[3]"}]
  expect: []
- name: a vector of texts
  contract: [{name: v, logicalType: vector}]
  table: [{name: v, type: "VARCHAR[]"}]
  expect:
    - [type-changed, v, fail, "which is no vector"]
- name: no time zone any more
  contract: [{name: at, logicalType: timestamp, logicalTypeOptions: {timezone: true}}]
  table: [{name: at, type: TIMESTAMP}]
  expect:
    - [timezone-changed, at, fail, "at is TIMESTAMP, which has no time zone"]
- name: a time zone inside an array
  contract:
    - name: s
      logicalType: array
      items: {logicalType: object, properties: [{name: at, logicalType: time, logicalTypeOptions: {timezone: false}}]}
  table: [{name: s, type: "STRUCT(at TIME WITH TIME ZONE)[]"}]
  expect:
    - [timezone-changed, "s[].at", fail, "which carries a time zone"]
- name: the time zone of a text is in the text
  contract:
    - {name: at, logicalType: time, physicalType: VARCHAR, logicalTypeOptions: {format: "HH", timezone: true}}
  table: [{name: at, type: VARCHAR}]
  expect: []
- name: the time zone of what is no time
  contract: [{name: at, physicalType: DATE, logicalTypeOptions: {timezone: true}}]
  table: [{name: at, type: DATE}]
  expect:
    - [timezone-changed, at, error, "at is DATE, which is no time of day"]
- name: a date in a text whose format nobody says
  contract: [{name: d, logicalType: date, physicalType: VARCHAR}]
  table: [{name: d, type: VARCHAR}]
  expect:
    - [type-changed, d, fail, "which is no date"]
- name: a file has no NOT NULL
  contract: [{name: id, required: true}]
  table: [{name: id, type: BIGINT, unconstrained: true}]
  expect: []
- name: values that are not of the declared type
  contract: [{name: id, physicalType: BIGINT}]
  table: [{name: id, type: VARCHAR, values: "1 of 2 values are no BIGINT, the first in a.csv"}]
  expect:
    - [type-changed, id, fail, "another kind of value; 1 of 2 values are no BIGINT, the first in a.csv"]
- name: a text file without a row
  contract: [{name: id, physicalType: BIGINT}]
  table: [{name: id, type: BIGINT, untold: there is no row in its files}]
  expect:
    - [type-changed, id, error, "the type of id cannot be told: there is no row in its files"]
- name: files that differ in a column that nobody declares
  contract: [{name: id}]
  table: [{name: id, type: BIGINT}, {name: more, type: DATE, files: it is absent from a.csv}]
  expect:
    - [column-undeclared, more, fail, "t has the column more"]
    - [files-differ, more, fail, "the files of t differ in more: it is absent from a.csv"]
- name: a type by the name that the warehouse gave it
  contract: [{name: a, physicalType: Mood}, {name: b, physicalType: shop.mood}, {name: c, physicalType: sad}]
  table:
    - {name: a, type: "ENUM('x')", called: shop.mood}
    - {name: b, type: "ENUM('x')", called: shop.mood}
    - {name: c, type: "ENUM('x')", called: shop.mood}
  expect:
    - [type-changed, c, error, "'sad' is no type"]
- name: a type that nobody knows is itself
  contract: [{name: a, physicalType: "Geometry(Point,4326)"}, {name: b, physicalType: "geometry(Point,4326)"}]
  table: [{name: a, type: "geometry(Point,4326)"}, {name: b, type: "geometry(Line,4326)"}]
  expect:
    - [type-changed, b, error, "is no type that duckdb is known to have"]
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


ELSEWHERE = ("untold", "values", "files", "unconstrained", "called", "geometry", "MAP")
"""What is said of files, or made otherwise than this test makes it."""


@pytest.fixture(scope="module")
def in_postgres(postgres, new_database, postgres_type):
    """What the catalog of a real server says of a table with these columns."""
    own = {"host": str(postgres), "database": new_database(), "user": "postgres"}
    server = Server(at=Location(""), name="w", type="postgres", settings=own)
    with psycopg.connect(host=own["host"], dbname=own["database"], user="postgres", autocommit=True) as admin:

        def seen(table):
            admin.execute("drop table if exists t")
            columns = (
                f'"{c["name"]}" {postgres_type(c["type"], admin)}{" not null" if c.get("not_null") else ""}'
                for c in table
            )
            admin.execute(f"create table t ({', '.join(columns)})".encode())
            with on_postgres.connect(server, None, 10) as session:
                found = session.catalog()[TableName("public", "t")]
            return [{"name": c.name, "type": c.physical_type, "not_null": c.required} for c in found]

        yield seen


@pytest.mark.parametrize(
    "case",
    [case for case in CASES if not any(word in str(case["table"]) for word in ELSEWHERE)],
    ids=lambda case: case["name"],
)
def test_case_in_postgres(case, in_postgres):
    found = results({**case, "table": in_postgres(case["table"])}, dialect="postgres")
    assert [[r.rule, r.column, r.outcome.value] for r in found] == [row[:3] for row in case["expect"]], found


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


def same_type(declared, actual, dialect):
    return compare(declared, actual, dialect).kind is Kind.SAME


def is_logical(family, actual, dialect):
    return misfit(family, parse_type(actual, dialect)) == ""


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


ZONED = {"name": "at", "logicalType": "timestamp", "logicalTypeOptions": {"timezone": True}}
DRIFTED = {
    "contract": [
        {"name": "id", "physicalType": "BIGINT", "required": True}, {"name": "gone"}, {"name": "day"},
        {"name": "old_x"}, ZONED,
    ],
    "table": [
        {"name": "day", "type": "DATE"}, {"name": "id", "type": "VARCHAR", "files": "..."},
        {"name": "new", "type": "DATE"}, {"name": "oldX", "type": "DATE"}, {"name": "at", "type": "TIMESTAMP"},
    ],
}  # fmt: skip


def test_default_severities():
    assert {r.rule: r.severity for r in results(DRIFTED)} == {
        "column-missing": Severity.ERROR,
        "column-renamed": Severity.ERROR,
        "type-changed": Severity.ERROR,
        "timezone-changed": Severity.ERROR,
        "column-undeclared": Severity.ERROR,
        "nullability-changed": Severity.INFO,
        "order-changed": Severity.INFO,
        "files-differ": Severity.ERROR,
    }


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
@pytest.mark.parametrize("layer", LAYERS)
def test_a_severity_by_layer(rule, layer):
    severities = {rule.id: {"raw": Severity.WARNING, "marts": None, "*": Severity.INFO}}
    if rule.id == "column-renamed":  # it may not matter less than what it stands for
        severities |= {other: {"*": Severity.INFO} for other in ("column-missing", "column-undeclared")}
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
        results({**DRIFTED, "table": [{**c, "type": "DATE"} if c["name"] != "at" else c for c in DRIFTED["table"]]}),
    )
    assert len({result.id for result in before}) == len(before)
    assert [result.id for result in before] == [result.id for result in after]


RENAMED = {
    "contract": [{"name": "email", "physicalType": "VARCHAR"}],
    "table": [{"name": "e_mail", "type": "VARCHAR"}],
}


@pytest.mark.parametrize(
    "severities",
    [
        {"column-renamed": {"*": Severity.WARNING}},
        {"column-renamed": {"*": None}},
        {"column-renamed": {"*": Severity.WARNING}, "column-missing": {"*": Severity.WARNING}},
        {"column-renamed": {"*": Severity.WARNING}, "column-undeclared": {"*": None}},
    ],
)
def test_a_rename_never_matters_less_than_what_it_stands_for(severities):
    ranks = [r.severity.rank for r in results(RENAMED, severities=severities)]
    apart = [r.severity.rank for r in results(RENAMED, severities=severities | {"column-renamed": {"*": None}})]
    assert ranks == apart
    assert ranks


def test_a_rename_to_another_name_is_another_finding():
    (one,), (other,) = (
        results({**RENAMED, "table": [{"name": name, "type": "VARCHAR"}]}) for name in ("e_mail", "eMail")
    )
    assert (one.rule, other.rule) == ("column-renamed", "column-renamed")
    assert one.id != other.id
