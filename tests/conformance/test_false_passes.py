"""Every false pass that was measured on the peers, done to a project that passes: here the gate stays shut.

Each name says what the peer does; datacontract-cli is 1.2.8, Soda is soda-core 4.28.0.
"""

import runpy
from pathlib import Path

import pytest

from harness.model.errors import HarnessError
from harness.model.result import Outcome

_SHOP = runpy.run_path(str(Path(__file__).parents[1] / "uses" / "shop.py"))["Shop"]
SODA = "checks/marts/fct_orders.soda.yml"


def contract(change):
    def apply(shop):
        change(shop)
        shop.saved()

    return apply


def quality(*rules):
    return contract(lambda shop: shop.table.update(quality=list(rules)))


def column(name, **fields):
    return contract(lambda shop: shop.column(name).update(fields))


def sla(*levels):
    return contract(lambda shop: shop.orders.update(slaProperties=list(levels)))


def soda(text, sql=""):
    def apply(shop):
        shop.write(SODA, "dataset: warehouse/marts/fct_orders\n" + text)
        if sql:
            shop.sql(sql)

    return apply


def both(*changes):
    return lambda shop: [change(shop) for change in changes]


def data(sql):
    return lambda shop: shop.sql(sql)


def duplicates(name):
    return {"metric": "duplicateValues", "arguments": {"properties": [name]}, "mustBe": 0}


def valid(*values):
    return {"metric": "invalidValues", "arguments": {"validValues": list(values)}, "mustBe": 0}


def with_field(value, field, *, many=False):
    """A column `address` of objects with one declared field, or of arrays of them."""

    def apply(shop):
        shop.sql(f"create or replace table marts.fct_orders as select *, {value} as address from marts.fct_orders")
        holder = {"logicalType": "object", "properties": [{"description": "A field.", **field}]}
        whole = {"logicalType": "array", "items": holder} if many else holder
        shop.table["properties"].append({"name": "address", "description": "Where.", **whole})
        shop.saved()

    return apply


def option(name, value):
    return contract(lambda shop: shop.column("address").update(logicalTypeOptions={name: value}))


LATENCY = {"property": "latency", "value": 1, "unit": "d", "element": "fct_orders.ordered_at"}
STALE = data("update marts.fct_orders set ordered_at = '2020-01-01'")
FUTURE = data("update marts.fct_orders set ordered_at = '2099-01-01'")
CASES = {
    # the peer's false pass: how the project is broken, the verdict (or the two it may be), part of what is said
    "datacontract-cli: the second of two duplicateValues overwrites the first": (
        quality(duplicates("status"), duplicates("id")), "fail", "fct_orders/duplicateValues"),
    "datacontract-cli: two bounds on one column break the statement of the whole table": (
        column("amount", logicalTypeOptions={"exclusiveMinimum": 0, "exclusiveMaximum": 149}), "fail",
        "amount/exclusiveMaximum"),
    "datacontract-cli: a contract without a table exits 0": (
        contract(lambda shop: [shop.orders.pop("schema"), shop.orders.pop("slaProperties")]), "fail or undecided",
        "nothing here can be checked"),
    "datacontract-cli: a contract without a server exits 0": (
        lambda shop: shop.write("harness.yaml", "version: 1\nname: shop\n"), "undecided", "no server is named"),
    "datacontract-cli: a server of a type that nobody knows exits 0": (
        lambda shop: shop.write("harness.yaml", "version: 1\nname: shop\nserver: w\nservers: {w: {type: abacus}}\n"),
        "undecided", "abacus"),
    "datacontract-cli: a table without rows passes everything": (
        both(quality(), sla(), data("delete from marts.fct_orders")), "undecided", "the table is empty"),
    "datacontract-cli: a column that nobody declared is never reported": (
        data("alter table marts.fct_orders add column ssn varchar"), "fail", "column-undeclared"),
    "datacontract-cli: physicalType is ignored on DuckDB": (
        column("id", physicalType="INTEGER"), "fail", "id/type"),
    "datacontract-cli: NaN meets a minimum": (
        data("update marts.fct_orders set amount = 'nan' where id = 1"), "fail", "amount/minimum"),
    "datacontract-cli: a time in the future is fresh": (FUTURE, "fail", "sla/latency"),
    "datacontract-cli: latency makes no check": (STALE, "fail", "sla/latency"),
    "datacontract-cli: Freshness with a capital makes no check": (
        both(sla({**LATENCY, "property": "Freshness"}), STALE), "fail", "sla/freshness"),
    "datacontract-cli: a service level of a table that is not there makes no check": (
        sla({**LATENCY, "element": "nowhere.ordered_at"}), "fail",
        "which is no column of this contract"),
    "datacontract-cli: of a list of elements none is checked": (
        both(sla({**LATENCY, "element": "fct_orders.ordered_at, fct_orders.ordered_at"}), STALE), "fail",
        "sla/latency"),
    "datacontract-cli: the engine soda is a warning": (
        quality({"type": "custom", "engine": "soda", "implementation": "row_count: {threshold: {must_be: 1}}"}),
        "fail", "soda/row_count"),
    "datacontract-cli lints green: duplicate names": (
        contract(lambda shop: shop.table["properties"].append({"name": "id"})), "fail", "declared twice"),
    "datacontract-cli lints green: a foreign key to nowhere": (
        column("customer_id", relationships=[{"to": "nowhere.id"}]), "fail", "relationship"),
    "datacontract-cli lints green: a pattern that is no regular expression": (
        column("status", logicalTypeOptions={"pattern": "("}), "fail", "pattern"),
    "datacontract-cli lints green: a minimum above the maximum": (
        column("amount", logicalTypeOptions={"minimum": 9, "maximum": 1}), "fail", "bounds-contradict"),
    "datacontract-cli lints green: SQL that drops a table": (
        quality({"type": "sql", "query": "drop table marts.fct_orders", "mustBe": 0}), "undecided", "SELECT"),
    "datacontract-cli lints green: SQL on a column that is not there": (
        quality({"type": "sql", "query": "select count(nothing) from ${object}", "mustBe": 0}), "undecided", "nothing"),
    "datacontract-cli lints green: an unknown unit of time": (
        sla({**LATENCY, "unit": "moons"}), "fail", "no unit of time"),
    "datacontract-cli reads v3.3.0 as 3.2.0 and v9.9.9 not at all": (
        contract(lambda shop: shop.orders.update(apiVersion="v9.9.9")), "fail", "is not supported"),
    "datacontract-cli: two rules of one kind on a column break the statement of the whole table": (
        column("status", quality=[valid("paid", "open"), valid("open")]), "fail", "status/invalidValues#2"),
    "datacontract-cli: two rules of one kind on a table break its statement": (
        quality({"metric": "rowCount", "mustBeGreaterThan": 9}, {"metric": "rowCount", "mustBeLessThan": 100}),
        "fail", "fct_orders/rowCount#2"),
    "datacontract-cli: format is not enforced": (
        column("status", logicalTypeOptions={"format": "email"}), "fail", "status/format"),
    "datacontract-cli: multipleOf is not enforced": (
        column("amount", logicalTypeOptions={"multipleOf": 3}), "fail", "amount/multipleOf"),
    "datacontract-cli: timezone is not enforced": (
        column("ordered_at", logicalTypeOptions={"timezone": True}), "fail", "ordered_at/timezone"),
    "datacontract-cli: minProperties of an object is not enforced": (
        both(with_field("{zip: null}", {"name": "zip"}), option("minProperties", 1)),
        "fail", "fct_orders/address/minProperties"),
    "datacontract-cli: a latency without an element makes no check": (
        sla({"property": "latency", "value": 1, "unit": "d"}), "undecided", "the latency names no column"),
    "datacontract-cli: a misspelt service level makes no check": (
        sla({**LATENCY, "property": "latancy"}), ("fail", "undecided"), "knows no service level"),
    "datacontract-cli: of two service levels of one kind the first is overwritten": (
        sla({**LATENCY, "unit": "h"}, LATENCY), "fail", "fct_orders/ordered_at/sla/latency freshness"),
    "datacontract-cli: retention in months is taken for minutes elsewhere": (
        sla({**LATENCY, "property": "retention", "unit": "m"}), "undecided", "may be a minute or a month"),
    "datacontract-cli: an apiVersion that is a number is an internal error": (
        contract(lambda shop: shop.orders.update(apiVersion=3)), "fail", "`apiVersion` 3 is not supported"),
    "Soda: the fields of a struct are not compared": (
        with_field("{zip: '1'}", {"name": "zip", "physicalType": "INTEGER"}), "fail", "address.zip/type"),
    "Soda: a field of a struct that is gone is not seen": (
        with_field("{street: '1'}", {"name": "zip"}), "fail", "address.zip/present"),
    "nobody looks into arrays": (
        with_field("[{zip: '10115'}, {zip: null}]", {"name": "zip", "required": True}, many=True),
        "fail", "address[].zip/required"),
    "Soda: two comparisons leave a check undecided, and exit 0": (
        soda("checks: [{row_count: {threshold: {must_be: 1, must_not_be: 2}}}]"), "undecided",
        "must make one comparison"),
    "Soda: the schema check of a table in another case finds no column and is ok": (
        soda("checks: [{schema: }]\ncolumns: [{name: ID}]"), "fail", "soda/schema"),
    "Soda: treshold is ignored": (
        soda("checks: [{row_count: {treshold: {must_be: 1}}}]"), "undecided", "did you mean `threshold`?"),
    "Soda: data_tpe is ignored": (
        soda("checks: [{schema: {allow_extra_columns: true}}]\ncolumns: [{name: id, data_tpe: text}]"), "undecided",
        "did you mean `data_type`?"),
    "Soda: colums is ignored": (soda("colums: []\nchecks: [{row_count: }]"), "undecided", "did you mean `columns`?"),
    "Soda: group_by is ignored": (
        soda("columns: [{name: id, checks: [{missing: {group_by: [status]}}]}]"), "undecided", "no key `group_by`"),
    "Soda: reconciliation is ignored": (
        soda("reconciliation: {}\nchecks: [{row_count: }]"), "undecided", "no key `reconciliation`"),
    "Soda: [v1, v2] and [v1v2] are one metric": (
        soda("columns: [{name: status, checks: [{invalid: {qualifier: a, valid_values: [pa, id]}},"
             " {invalid: {qualifier: b, valid_values: [paid]}}]}]"), "fail", "status/invalid/a"),
    "Soda: a null among invalid values finds nothing": (
        soda("columns: [{name: status, checks: [{invalid: {invalid_values: [null, paid]}}]}]"), "undecided",
        "without null"),
    "Soda: optional is in its JSON Schema and does nothing": (
        soda("columns: [{name: id, optional: true, checks: [{missing: }]}]"), "undecided", "no key `optional`"),
    "Soda: int, bigint and decimal are one type": (
        data("alter table marts.fct_orders alter id type integer"), "fail", "id/type"),
    "Soda: the data source of reference data is ignored": (
        soda("columns: [{name: id, checks: [{invalid: {valid_reference_data: {dataset: lake/a/b, column: c}}}]}]"),
        "undecided", "must begin with `warehouse/`"),
    "Soda: a time in the future is fresh": (
        both(soda("checks: [{freshness: {column: ordered_at, threshold: {must_be_less_than: 9}}}]"), FUTURE), "fail",
        "soda/freshness"),
    "Soda: a filter that selects nothing passes": (
        soda("filter: id < 0\ncolumns: [{name: id, checks: [{missing: }, {duplicate: }]}]"), "undecided",
        "no rows were tested"),
    "Soda: a quotation mark in a name is not escaped": (
        soda("columns: [{name: 'id\"x', checks: [{missing: }]}]"), "undecided", "without quotation marks"),
    "Soda: a variable of the environment goes into the SQL as it is": (
        soda("columns: [{name: id, checks: [{missing: {filter: '${env.HOME} = 1'}}]}]"), "undecided",
        "perhaps a secret"),
    "Soda: one missing column leaves every check undecided": (
        soda("columns: [{name: gone, checks: [{missing: }]}, {name: amount, checks: [{invalid: {valid_max: 9}}]}]"),
        "fail", "amount/invalid"),
    "Soda: a check that it does not know is left out": (
        soda("checks: [{row_count: }, {anomaly: }]"), "undecided", "there is no type of check `anomaly`"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_the_gate_stays_shut(tmp_path, name):
    change, expected, said = CASES[name]
    shop = _SHOP(tmp_path)
    change(shop)
    try:
        report = shop.verify()
    except HarnessError as error:
        verdict, told = "undecided", [str(error)]
    else:
        verdict = report.verdict.outcome.value
        bad = [r for r in report.results if r.outcome in (Outcome.FAIL, Outcome.ERROR)]
        told = [f"{r.check or r.rule} {r.rule} {r.message}" for r in bad]
    assert verdict in expected, (name, told)
    assert any(said in line for line in told), (name, told)


def test_datacontract_cli_tests_only_the_first_of_all_servers(tmp_path):
    shop = _SHOP(tmp_path)
    servers = "a: {type: duckdb, database: warehouse.duckdb}, b: {type: duckdb, database: gone.duckdb}"
    shop.write("harness.yaml", f"version: 1\nname: shop\nserver: a\nservers: {{{servers}}}\n")
    shop.orders["servers"] = [{"server": "b", "type": "duckdb", "database": "gone.duckdb"}]
    shop.saved()
    report = shop.verify()
    assert report.verdict.outcome.value != "pass"
    assert any("gone.duckdb does not exist" in result.message for result in report.results)


SKIPPED = {
    # the peer makes no check and says nothing: rule, what we say
    "a text for people": ({"type": "text", "description": "plausible"}, "a text rule is for people"),
    "another engine": (
        {"type": "custom", "engine": "greatExpectations", "implementation": "x"},
        "rules of the engine 'greatExpectations' are not run",
    ),
}


@pytest.mark.parametrize("name", SKIPPED)
def test_what_datacontract_cli_leaves_out_in_silence_is_said(tmp_path, name):
    rule, said = SKIPPED[name]
    shop = _SHOP(tmp_path)
    shop.table["quality"].append(rule)
    shop.saved()
    (skipped,) = [result for result in shop.verify().results if result.outcome is Outcome.SKIP]
    assert said in skipped.message
    assert skipped.line
