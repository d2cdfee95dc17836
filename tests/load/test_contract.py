"""Every part of a contract that is built, and what of it survives violations."""

from datetime import date
from decimal import Decimal

import pytest

from harness.load.contract import MAX_DECLARED, parse_contract
from harness.model.contract import Member, Relationship
from harness.model.location import Location
from harness.model.threshold import from_operators

FILE = "contracts/marts/flights.odcs.yaml"
WHOLE = """\
apiVersion: v3.2.0
kind: DataContract
id: flights
name: Flights
version: 2.1.0
status: active
domain: aviation
tags: [gold, 7, pii]
description: {purpose: What flew., usage: Reports., limitations: [not text]}
team:
  name: data-platform
  description: Keeps it.
  members:
    - {username: ada, role: Owner, name: Ada L.}
    - {username: bob, role: steward}
support:
  - {channel: "#flights", url: "https://example.org"}
servers:
  - server: warehouse
    type: duckdb
    environment: prod
    database: w.duckdb
    schema: marts
    customProperties: [{property: region, value: eu}]
customProperties:
  - {property: layer, value: marts}
  - {property: consumers, value: [finance]}
schema:
  - name: fct_flights
    physicalName: marts.fct_flights
    physicalType: table
    description: One row per flight.
    dataGranularityDescription: flight
    tags: [fact]
    customProperties: [{property: mayBeEmpty, value: true}]
    properties:
      - name: flightId
        physicalName: flight_id
        logicalType: integer
        physicalType: BIGINT
        description: The key.
        primaryKey: true
        primaryKeyPosition: 2
        required: true
        unique: true
        logicalTypeOptions: {minimum: 1}
        transformSourceObjects: [stg_flights.id]
        transformLogic: id
        transformDescription: As it came.
        tags: [key]
      - name: day
        primaryKey: true
        primaryKeyPosition: 1
        partitioned: true
        partitionKeyPosition: 1
      - name: carrier
        classification: public
        enum: [{value: UA, description: United}, {value: AA}, plain]
        relationships:
          - to: dim_carriers.code
            customProperties: [{property: target, value: "< 3 %"}]
        quality:
          - id: no-null
            name: No NULL
            metric: nullValues
            dimension: completeness
            severity: warning
            unit: percent
            mustBeLessThan: 5
            description: Few.
            customProperties: [{property: alert, value: "> 9 %"}]
          - {type: custom, engine: soda, implementation: "checks: []"}
      - name: stops
        logicalType: array
        items:
          name: stop
          logicalType: object
          properties: [{name: airport, logicalType: string}]
    quality:
      - {metric: duplicateValues, mustBe: 0, arguments: {properties: [flightId, day]}}
      - {type: sql, query: " select 1 ", mustBeBetween: [1, 2]}
    relationships:
      - {from: [fct_flights.flightId, day], to: [other.id, other.day]}
      - {from: schema/fct_flights/properties/carrier, to: schema/dim_carriers/properties/code}
      - {from: elsewhere.x, to: other.x}
      - {from: [a, b], to: [one.a, two.b]}
slaProperties:
  - {property: LY, value: 1, unit: d, element: "fct_flights.day, fct_flights.flightId,", description: Fresh., schedule: daily}
  - {property: retention, value: P1Y}
"""  # noqa: E501


@pytest.fixture(scope="module")
def contract():
    document = parse_contract(WHOLE, FILE)
    assert document.error is None
    assert document.contract is not None
    return document.contract


def test_head(contract):
    assert (contract.id, contract.name, contract.version, contract.api_version) == (
        "flights", "Flights", "2.1.0", "v3.2.0",
    )  # fmt: skip
    assert (contract.status, contract.domain, contract.channels) == ("active", "aviation", ("#flights",))
    assert contract.tags == ("gold", "pii")
    assert contract.description == {"purpose": "What flew.", "usage": "Reports."}
    assert contract.custom == {"layer": "marts", "consumers": ["finance"]}
    assert (contract.layer, contract.owner) == ("marts", "data-platform")


def test_team_as_an_object(contract):
    team = contract.team
    assert (team.name, team.description, contract.owners(date.min)) == (
        "data-platform",
        "Keeps it.",
        ("data-platform", "ada"),
    )
    assert [(m.username, m.role, m.name) for m in team.members] == [("ada", "Owner", "Ada L."), ("bob", "steward", "")]
    assert team.members[1].at == Location(FILE, 15, 7)


def test_team_as_a_list():
    text = "apiVersion: v3.0.2\nteam:\n  - {username: ada, role: owner}\n  - not a member\n"
    team = parse_contract(text, FILE).contract.team
    assert team.at == Location(FILE, 2, 1)
    assert team.members == (Member(at=Location(FILE, 3, 5), username="ada", role="owner"),)
    assert parse_contract(text, FILE).contract.owner == "ada"


def test_server(contract):
    (server,) = contract.servers
    assert (server.name, server.type, server.environment) == ("warehouse", "duckdb", "prod")
    assert server.settings == {"database": "w.duckdb", "schema": "marts"}
    assert server.custom == {"region": "eu"}


def test_table(contract):
    (table,) = contract.schemas
    assert (table.name, table.physical_name, table.table) == ("fct_flights", "marts.fct_flights", "marts.fct_flights")
    assert (table.physical_type, table.description, table.granularity) == ("table", "One row per flight.", "flight")
    assert (table.tags, table.custom) == (("fact",), {"mayBeEmpty": True})
    assert [item.column for item in table.properties] == ["flight_id", "day", "carrier", "stops"]
    assert [item.name for item in table.primary_key] == ["day", "flightId"]
    assert contract.schema("fct_flights") is contract.schema("marts.fct_flights") is table
    assert contract.schema("Fct_flights") is None
    assert [item.name for _, item in contract.walk()] == ["flightId", "day", "carrier", "stops"]


def test_column(contract):
    item = contract.schemas[0].property("flight_id")
    assert item is contract.schemas[0].property("flightId")
    assert (item.logical_type, item.physical_type, item.description) == ("integer", "BIGINT", "The key.")
    assert (item.required, item.unique, item.primary_key, item.primary_key_position) == (True, True, True, 2)
    assert (item.options, item.sources, item.tags) == ({"minimum": 1}, ("stg_flights.id",), ("key",))
    assert (item.transform_logic, item.transform_description) == ("id", "As it came.")
    day = contract.schemas[0].property("day")
    assert (day.required, day.unique, day.partitioned, day.partition_key_position) == (False, False, True, 1)


def test_enum_is_its_values(contract):
    carrier = contract.schemas[0].property("carrier")
    assert carrier.enum == ("UA", "AA", "plain")
    assert carrier.classification == "public"


def test_nested_fields(contract):
    stops = contract.schemas[0].property("stops")
    assert stops.items.name == "stop"
    assert [item.name for item in stops.items.properties] == ["airport"]


def test_quality(contract):
    rule, custom = contract.schemas[0].property("carrier").quality
    assert (rule.id, rule.name, rule.type, rule.metric) == ("no-null", "No NULL", "library", "nullValues")
    assert (rule.dimension, rule.severity, rule.unit, rule.description) == (
        "completeness",
        "warning",
        "percent",
        "Few.",
    )
    assert (rule.operators, rule.custom) == ({"mustBeLessThan": 5}, {"alert": "> 9 %"})
    assert (custom.type, custom.engine, custom.implementation) == ("custom", "soda", "checks: []")
    duplicates, sql = contract.schemas[0].quality
    assert duplicates.arguments == {"properties": ["flightId", "day"]}
    assert (sql.type, sql.query, sql.operators) == ("sql", "select 1", {"mustBeBetween": [1, 2]})


def test_a_number_of_many_digits_is_no_violation_and_keeps_them():
    rule = "{metric: nullValues, mustBeLessThan: 99999999999999.9999}"
    options = "{maximum: 0.12345678901234567890}"
    columns = f"[{{name: a, logicalType: number, logicalTypeOptions: {options}, quality: [{rule}]}}]"
    head = "{apiVersion: v3.1.0, kind: DataContract, id: a, version: 1.0.0, status: active, schema: "
    document = parse_contract(f"{head}[{{name: t, properties: {columns}}}]}}", FILE)
    assert document.violations == ()
    (item,) = document.contract.schemas[0].properties
    assert str(item.options["maximum"]) == "0.12345678901234567890"
    assert from_operators(dict(item.quality[0].operators)).value == Decimal("99999999999999.9999")


def test_relationships(contract):
    (short,) = contract.schemas[0].property("carrier").relationships
    assert short == Relationship(
        at=short.at, columns=("carrier",), target="dim_carriers", target_columns=("code",), custom={"target": "< 3 %"}
    )
    composite, long, foreign, several = contract.schemas[0].relationships
    assert (composite.columns, composite.target) == (("flightId", "day"), "other")
    assert composite.target_columns == ("id", "day")
    assert (long.columns, long.target, long.target_columns) == (("carrier",), "dim_carriers", ("code",))
    assert foreign.columns == ("elsewhere.x",), "a column of another table must not become one of this table"
    assert several.target == "one and two", "a key into two tables must not become one into the first"


def test_a_column_with_a_dot_in_its_name_is_one_column():
    text = "schema:\n- name: t\n  properties:\n  - {name: a.b, relationships: [{to: u.x}]}\n"
    (schema,) = parse_contract(text, FILE).contract.schemas
    assert schema.properties[0].relationships[0].columns == ("a.b",)


def test_service_levels(contract):
    latency, retention = contract.sla
    assert (latency.property, latency.value, latency.unit) == ("LY", 1, "d")
    assert latency.elements == ("fct_flights.day", "fct_flights.flightId")
    assert (latency.description, latency.schedule) == ("Fresh.", "daily")
    assert (retention.value, retention.unit, retention.elements) == ("P1Y", "", ())


def test_places(contract):
    table = contract.schemas[0]
    assert contract.at == Location(FILE, 1, 1)
    assert contract.where("version") == Location(FILE, 5, 1)
    assert contract.where("price") == contract.at
    assert table.at == Location(FILE, 29, 5)
    assert table.where("quality") == Location(FILE, 79, 5)
    key = table.property("flightId")
    assert key.where("unique") == Location(FILE, 45, 9)
    assert key.option_keys == {"minimum": Location(FILE, 46, 30)}
    place = contract.sla[0].where("element")
    assert WHOLE.splitlines()[place.line - 1][place.column - 1 :].startswith("element:")


BROKEN = {
    "required: 'yes'": lambda p: p.required is False,
    "name: [x]": lambda p: p.name == "",
    "enum: x": lambda p: p.enum == (),
    "logicalTypeOptions: [1]": lambda p: p.options == {},
    "quality: {metric: rowCount}": lambda p: p.quality == (),
    "quality: [rowCount, {metric: rowCount}]": lambda p: [r.metric for r in p.quality] == ["rowCount"],
    "relationships: [{to: 5}, {to: [u.x, 5]}]": lambda p: [r.target for r in p.relationships] == ["", "u"],
    "items: [x]": lambda p: p.items is None,
    "customProperties: [{value: 1}, {property: 5}, {property: a}]": lambda p: p.custom == {"a": None},
    "primaryKeyPosition: first": lambda p: p.primary_key_position == -1,
    "tags: x": lambda p: p.tags == (),
}


@pytest.mark.parametrize("line", BROKEN)
def test_a_broken_part_is_left_out_and_the_rest_is_built(line):
    name = "" if line.startswith("name") else "name: x, "
    text = f"apiVersion: v3.2.0\nschema:\n  - name: t\n    properties:\n      - {{{name}{line}}}\n      - name: other\n"
    document = parse_contract(text, FILE)
    broken, other = document.contract.schemas[0].properties
    assert BROKEN[line](broken)
    assert other.name == "other"
    assert any(violation.at.line == 5 for violation in document.violations)


@pytest.mark.parametrize("text", ["- a\n", "hello\n", "5\n", "null\n"])
def test_what_is_no_mapping_is_a_violation_and_no_contract(text):
    document = parse_contract(text, FILE)
    assert document.contract is None
    assert document.error is None
    assert [v.message for v in document.violations] == ["a contract must be a mapping of keys to values"]


def test_what_is_no_yaml_has_its_error():
    document = parse_contract("id: x\nschema: [\n", FILE)
    assert document.contract is None
    assert document.violations == ()
    assert document.error.at == Location(FILE, 3, 1)


def test_a_contract_may_declare_so_many_tables_and_columns_and_not_one_more():
    head = "apiVersion: v3.2.0\nkind: DataContract\nid: a\nversion: 1.0.0\nstatus: active\nschema:\n"
    table = "- name: t\n  properties:\n"
    column = "  - {name: o, items: {logicalType: object, properties: [{name: p}]}}\n"
    most = head + (table + column * 3) * (MAX_DECLARED // 10)
    assert parse_contract(most, FILE).error is None
    error = parse_contract(f"{most}- name: one\n", FILE).error
    assert error is not None
    assert (error.at, error.path) == (Location(FILE, most.count("\n") + 1, 3), "schema")
    assert "declares more than 20,000 tables and columns" in error.message


@pytest.mark.parametrize("key", ["key", "value"])
def test_the_parts_of_maps_count_too(key):
    nested = f"{{map: {{{key}: {{logicalType: string}}}}}}"
    text = f"schema: [{{properties: [{', '.join([nested] * (MAX_DECLARED // 2))}]}}]\n"
    assert parse_contract(text, FILE).error is not None


@pytest.mark.parametrize("order", [1, -1])
def test_of_several_vendors_the_custom_property_without_one_counts(order):
    entries = ["{property: tier, value: ours}", '{property: tier, value: "1", vendor: acme}'][::order]
    document = parse_contract(f"apiVersion: v3.2.0\ncustomProperties: [{', '.join(entries)}]\n", FILE)
    assert document.contract.custom == {"tier": "ours"}
    assert not [each for each in document.violations if "twice" in each.message]
