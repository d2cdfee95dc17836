"""Fields inside objects, arrays and maps, to any depth, have every clause that a column has."""

import copy

import pytest

from harness.model.result import Outcome

TABLE = """
create table zips (code varchar);
insert into zips values ('10115'), ('20095');
create table t (
    id integer,
    address struct(zip varchar, geo struct(lat double, lon double)),
    orders struct(id integer, lines struct(sku varchar, n integer)[])[],
    tags varchar[],
    attrs map(varchar, integer)
);
insert into t values
    (1, {zip: '10115', geo: {lat: 1, lon: 2}}, [{id: 1, lines: [{sku: 'a', n: 1}, {sku: 'b', n: 2}]}],
        ['x', 'y'], map {'k': 1}),
    (2, {zip: '20095', geo: null}, [{id: 2, lines: []}, {id: 3, lines: null}], [], map {'k': 2, 'l': 3}),
    (3, null, null, null, null);
"""
PROPERTIES = [
    {"name": "id", "logicalType": "integer"},
    {
        "name": "address",
        "logicalType": "object",
        "properties": [
            {
                "name": "zip",
                "logicalType": "string",
                "required": True,
                "unique": True,
                "logicalTypeOptions": {"minLength": 5, "maxLength": 5, "pattern": "^[0-9]+$"},
                "relationships": [{"to": "zips.code"}],
                "quality": [
                    {"metric": "nullValues", "mustBeLessOrEqualTo": 1},
                    {"type": "sql", "query": "select count(*) from ${object} where ${property} = 'x'", "mustBe": 0},
                ],
            },
            {
                "name": "place",
                "physicalName": "geo",
                "logicalType": "object",
                "properties": [
                    {
                        "name": "lat",
                        "physicalType": "DOUBLE",
                        "required": True,
                        "logicalTypeOptions": {"minimum": -90, "maximum": 90},
                    },
                    {"name": "lon", "physicalType": "DOUBLE"},
                ],
            },
        ],
    },
    {
        "name": "orders",
        "logicalType": "array",
        "items": {
            "logicalType": "object",
            "required": True,
            "properties": [
                {"name": "id", "logicalType": "integer", "required": True, "unique": True},
                {
                    "name": "lines",
                    "logicalType": "array",
                    "items": {
                        "logicalType": "object",
                        "properties": [
                            {"name": "sku", "logicalType": "string", "enum": [{"value": "a"}, {"value": "b"}]},
                            {
                                "name": "n",
                                "logicalType": "integer",
                                "logicalTypeOptions": {"exclusiveMinimum": 0},
                                "quality": [{"metric": "duplicateValues", "mustBe": 0}],
                            },
                        ],
                    },
                },
            ],
        },
    },
    {
        "name": "tags",
        "logicalType": "array",
        "items": {"logicalType": "string", "logicalTypeOptions": {"maxLength": 1}, "required": True},
    },
    {
        "name": "attrs",
        "logicalType": "map",
        "map": {
            "key": {"logicalType": "string", "logicalTypeOptions": {"pattern": "^[a-z]$"}},
            "value": {"logicalType": "integer", "required": True, "logicalTypeOptions": {"maximum": 9}},
        },
    },
]
ZIPS = {"name": "zips", "properties": [{"name": "code", "logicalType": "string"}]}


def contract(properties=None):
    return {"schema": [{"name": "t", "properties": properties or PROPERTIES}, ZIPS]}


CLAUSES = {
    "t/id/present", "t/id/type", "t/address/present", "t/address/type",
    "t/address.zip/present", "t/address.zip/type", "t/address.zip/required", "t/address.zip/unique",
    "t/address.zip/minLength", "t/address.zip/maxLength", "t/address.zip/pattern", "t/address.zip/relationship/zips",
    "t/address.zip/nullValues", "t/address.zip/sql",
    "t/address.place/present", "t/address.place/type", "t/address.place.lat/present", "t/address.place.lat/type",
    "t/address.place.lat/required", "t/address.place.lat/minimum", "t/address.place.lat/maximum",
    "t/address.place.lon/present", "t/address.place.lon/type",
    "t/orders/present", "t/orders/type", "t/orders[]/type", "t/orders[]/required",
    "t/orders[].id/present", "t/orders[].id/type", "t/orders[].id/required", "t/orders[].id/unique",
    "t/orders[].lines/present", "t/orders[].lines/type", "t/orders[].lines[]/type",
    "t/orders[].lines[].sku/present", "t/orders[].lines[].sku/type", "t/orders[].lines[].sku/enum",
    "t/orders[].lines[].n/present", "t/orders[].lines[].n/type", "t/orders[].lines[].n/exclusiveMinimum",
    "t/orders[].lines[].n/duplicateValues",
    "t/tags/present", "t/tags/type", "t/tags[]/type", "t/tags[]/required", "t/tags[]/maxLength",
    "t/attrs/present", "t/attrs/type", "t/attrs{key}/type", "t/attrs{key}/pattern",
    "t/attrs{value}/type", "t/attrs{value}/required", "t/attrs{value}/maximum",
    "zips/code/present", "zips/code/type",
}  # fmt: skip


def test_every_clause_has_one_result_and_holds(hold):
    results = hold(TABLE, contract())
    assert set(results) == CLAUSES
    assert {check: r.message for check, r in results.items() if r.outcome is not Outcome.PASS} == {}


BROKEN = {
    # clause: what to do to the first row, and the number that is measured then
    "t/address.zip/required": ("address = {zip: null, geo: null}", 1),
    "t/address.zip/unique": ("address = {zip: '20095', geo: null}", 1),
    "t/address.zip/minLength": ("address = {zip: '1', geo: null}", 1),
    "t/address.zip/maxLength": ("address = {zip: '101150', geo: null}", 1),
    "t/address.zip/pattern": ("address = {zip: '1011x', geo: null}", 1),
    "t/address.zip/relationship/zips": ("address = {zip: '99999', geo: null}", 1),
    "t/address.zip/nullValues": ("address = null", 2),
    "t/address.zip/sql": ("address = {zip: 'x', geo: null}", 1),
    "t/address.place.lat/required": ("address = {zip: '10115', geo: {lat: null, lon: 2}}", 1),
    "t/address.place.lat/minimum": ("address = {zip: '10115', geo: {lat: -91, lon: 2}}", 1),
    "t/address.place.lat/maximum": ("address = {zip: '10115', geo: {lat: 'nan', lon: 2}}", 1),
    "t/orders[]/required": ("orders = [null, {id: 1, lines: []}]", 1),
    "t/orders[].id/required": ("orders = [{id: null, lines: []}, {id: null, lines: []}]", 1),
    "t/orders[].id/unique": ("orders = [{id: 2, lines: []}, {id: 3, lines: []}, {id: 3, lines: []}]", 3),
    "t/orders[].lines[].sku/enum": ("orders = [{id: 1, lines: [{sku: 'a', n: 1}, {sku: 'c', n: 2}]}]", 1),
    "t/orders[].lines[].n/exclusiveMinimum": ("orders = [{id: 1, lines: [{sku: 'a', n: 1}, {sku: 'a', n: 0}]}]", 1),
    "t/orders[].lines[].n/duplicateValues": ("orders = [{id: 1, lines: [{sku: 'a', n: 1}, {sku: 'b', n: 1}]}]", 1),
    "t/tags[]/required": ("tags = ['x', null]", 1),
    "t/tags[]/maxLength": ("tags = ['x', 'yy', 'zz']", 1),
    "t/attrs{key}/pattern": ("attrs = map {'A': 1}", 1),
    "t/attrs{value}/required": ("attrs = map {'k': null}", 1),
    "t/attrs{value}/maximum": ("attrs = map {'k': 10}", 1),
}


@pytest.mark.parametrize("clause", BROKEN)
def test_a_value_that_breaks_its_clause(hold, clause):
    change, value = BROKEN[clause]
    results = hold(TABLE + f"update t set {change} where id = 1;", contract())
    assert set(results) == CLAUSES
    assert (results[clause].outcome, results[clause].value) == (Outcome.FAIL, value), results[clause]
    assert results[clause].query


GONE = {
    # type of the column: what each clause of the field says
    "struct(geo struct(lat double, lon double))": ("fail", "the field zip is declared, but address does not have it"),
    "struct(ZIP varchar, geo struct(lat double, lon double))": ("fail", "called ZIP now: only its case differs"),
    "varchar": ("fail", "the field zip is declared, but address does not have it"),
}


@pytest.mark.parametrize("type_", GONE)
def test_a_field_that_is_absent(hold, type_):
    outcome, said = GONE[type_]
    results = hold(TABLE + f"alter table t drop address; alter table t add column address {type_};", contract())
    assert set(results) == CLAUSES
    present = results["t/address.zip/present"]
    assert (present.outcome.value, present.column) == (outcome, "address.zip")
    assert said in present.message
    others = {r.outcome for c, r in results.items() if c.startswith("t/address.zip/") and c != "t/address.zip/present"}
    assert others == {Outcome.ERROR}
    assert "absent from address" in results["t/address.zip/required"].message


def test_a_column_that_is_no_array_any_more(hold):
    results = hold(TABLE + "alter table t drop orders; alter table t add column orders varchar;", contract())
    assert set(results) == CLAUSES
    inner = {r.outcome for c, r in results.items() if c.startswith("t/orders[]")}
    assert inner == {Outcome.ERROR}
    assert results["t/orders/type"].outcome is Outcome.FAIL
    assert "orders is VARCHAR, which has no elements" in results["t/orders[]/required"].message


def test_a_field_of_another_type(hold):
    change = "alter table t drop orders; alter table t add column orders struct(id varchar, lines varchar)[];"
    results = hold(TABLE + change, contract())
    assert results["t/orders[].id/type"].outcome is Outcome.FAIL
    assert results["t/orders[].lines/type"].outcome is Outcome.FAIL
    assert results["t/orders[].lines[].sku/enum"].outcome is Outcome.ERROR


def test_a_table_called_as_the_column(hold):
    """`"address"."zip"` would be a column of the table."""
    table = "create table address (address struct(zip varchar), zip varchar);"
    table += "insert into address values ({zip: null}, 'x');"
    zip_ = {"name": "zip", "required": True}
    properties = [{"name": "address", "properties": [zip_], "logicalType": "object"}, {"name": "zip"}]
    results = hold(table, {"schema": [{"name": "address", "properties": properties}]})
    assert results["address/address.zip/required"].outcome is Outcome.FAIL


def test_odd_names(hold):
    table = """create table t ("a.b" struct("c d" struct("e""f" integer)[]));"""
    table += """insert into t values ({'c d': [{'e"f': null}]})"""
    inner = {"name": "items", "logicalType": "object", "properties": [{"name": 'e"f', "required": True}]}
    outer = {"name": "c d", "logicalType": "array", "items": inner}
    properties = [{"name": "a.b", "logicalType": "object", "properties": [outer]}]
    results = hold(table, {"schema": [{"name": "t", "properties": properties}]})
    assert results['t/a.b.c d[].e"f/present'].outcome is Outcome.PASS
    assert results['t/a.b.c d[].e"f/required'].outcome is Outcome.FAIL


def test_a_key_with_a_part_inside_an_object(hold):
    properties = copy.deepcopy(PROPERTIES)
    properties[1]["properties"][0]["primaryKey"] = True
    properties[0]["primaryKey"] = True
    results = hold(TABLE, contract(properties))
    assert (results["t/primaryKey"].outcome, results["t/primaryKey"].value) == (Outcome.FAIL, 1), "the third has no zip"


def test_what_has_no_meaning_inside_an_array_is_said(hold):
    properties = copy.deepcopy(PROPERTIES)
    item = properties[2]["items"]["properties"][0]
    item["primaryKey"] = True
    item["quality"] = [
        {"type": "sql", "query": "select count(${property}) from ${object}", "mustBe": 0},
        {"metric": "duplicateValues", "mustBeLessThan": 5, "unit": "percent"},
        {"type": "custom", "engine": "soda", "implementation": "duplicate: {threshold: {must_be: 0}}"},
    ]
    results = hold(TABLE, contract(properties))
    assert results["t/orders[].id/primaryKey"].outcome is Outcome.SKIP
    assert "does not say what a primary key inside an array" in results["t/orders[].id/primaryKey"].message
    assert "values are counted" in results["t/orders[].id/duplicateValues"].message
    assert "Soda knows columns" in results["t/orders[].id/soda"].message
    for name in ("sql", "duplicateValues", "soda"):
        assert results[f"t/orders[].id/{name}"].outcome is Outcome.ERROR


def test_a_document_and_a_measure_are_skipped_with_their_reasons(hold):
    properties = [
        {
            "name": "doc",
            "logicalType": "object",
            "physicalType": "JSON",
            "properties": [{"name": "zip", "required": True, "quality": [{"metric": "nullValues", "mustBe": 0}]}],
        },
        {"name": "revenue", "semanticType": "measure", "logicalType": "number", "transformLogic": "sum(x)"},
    ]
    results = hold(
        "create table t (doc json); insert into t values ('{}')", {"schema": [{"name": "t", "properties": properties}]}
    )
    skipped = {check: r.message for check, r in results.items() if r.outcome is Outcome.SKIP}
    assert set(skipped) == {
        "t/doc.zip/present", "t/doc.zip/required", "t/doc.zip/nullValues", "t/revenue/present", "t/revenue/type",
    }  # fmt: skip
    assert "doc is a JSON document" in skipped["t/doc.zip/required"]
    assert "a measure is computed" in skipped["t/revenue/present"]


LINKS = {
    # relationship of the ids inside an array: the outcome and what is counted
    "held": ("[1, 2]", {}, "pass", "0 values"),
    "two orphans in one row": ("[1, 8, 9]", {}, "fail", "2 values"),
    "NULL refers to nothing": ("[1, null]", {}, "pass", "0 values"),
    "some are tolerated": ("[1, 8, 9]", {"target": "< 3"}, "pass", "2 values"),
    "a share of values is not counted": ("[1, 8]", {"target": "< 3 %"}, "error", ""),
}


@pytest.mark.parametrize("name", LINKS)
def test_a_foreign_key_inside_an_array(hold, name):
    values, custom, outcome, actual = LINKS[name]
    table = f"create table p (id integer); insert into p values (1), (2); create table t as select {values} as ids;"
    link = {"to": "p.id", "customProperties": [{"property": key, "value": value} for key, value in custom.items()]}
    ids = {"name": "ids", "logicalType": "array", "items": {"logicalType": "integer", "relationships": [link]}}
    parent = {"name": "p", "properties": [{"name": "id"}]}
    result = hold(table, {"schema": [{"name": "t", "properties": [ids]}, parent]})["t/ids[]/relationship/p"]
    assert (result.outcome.value, result.actual) == (outcome, actual), result.message


def test_a_list_may_be_a_vector(hold):
    options = {"dimensions": 2}
    vector = {"name": "v", "logicalType": "vector", "logicalTypeOptions": options}
    for rows, outcome in (("([1, 2]), ([3, 4])", Outcome.PASS), ("([1, 2]), ([3])", Outcome.FAIL)):
        table = f"create or replace table t (v float[]); insert into t values {rows};"
        results = hold(table, {"schema": [{"name": "t", "properties": [vector]}]})
        assert results["t/v/dimensions"].outcome is outcome
