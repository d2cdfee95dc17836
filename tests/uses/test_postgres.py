"""The whole of a project on a real PostgreSQL server: verify, drift, samples, and what a contract alone may not do."""

import json

import psycopg
import pytest
import yaml

import harness
from harness.model.result import Outcome, VerdictOutcome

SETTINGS = """\
version: 1
name: shop
as_of: "2024-01-02T12:00:00Z"
servers:
  sales: {{type: postgres, host: {host}, database: {database}, user: "${{DB_USER}}", password: "${{DB_PASSWORD}}"}}
"""
TABLES = """
create schema marts;
create type marts.state as enum ('open', 'paid');
create type marts.address as (zip varchar(8), city text);
create table marts.dim_customers (id int primary key);
create table marts.fct_orders (
    id bigint primary key, email text not null, state marts.state, amount numeric(10, 2), placed timestamptz,
    tags text[], home marts.address, customer int
);
insert into marts.dim_customers values (1), (2);
insert into marts.fct_orders
select i, 'a' || i || '@b.example', 'paid', i / 4.0, '2024-01-02 10:00+00', '{a,b}',
    row('12345', 'x')::marts.address, i % 2 + 1
from generate_series(1, 60) i;
"""
CONTRACT = """
apiVersion: v3.2.0
kind: DataContract
id: orders
version: 1.0.0
status: active
description: {purpose: What was bought.}
team: {name: sales, members: [{username: ada, role: owner}]}
servers: [{server: sales, type: postgres, host: elsewhere.example, port: 5432, database: nope, schema: marts}]
customProperties: [{property: layer, value: marts}]
schema:
  - name: fct_orders
    description: One row per order.
    properties:
      - {name: id, description: x, logicalType: integer, physicalType: bigint, primaryKey: true, required: true}
      - {name: email, description: x, logicalType: string, required: true, classification: secret,
         logicalTypeOptions: {format: email}}
      - {name: state, description: x, logicalType: string, physicalType: marts.state, enum: [{value: paid}]}
      - {name: amount, description: x, logicalType: number, physicalType: "numeric(10,2)",
         logicalTypeOptions: {minimum: 0.25, multipleOf: 0.01}}
      - {name: placed, description: x, logicalType: timestamp, physicalType: timestamptz}
      - {name: tags, description: x, logicalType: array, physicalType: "text[]", logicalTypeOptions: {minItems: 1},
         items: {logicalType: string, logicalTypeOptions: {pattern: '^[a-z]$'}}}
      - name: home
        description: x
        logicalType: object
        properties:
          - {name: zip, description: x, logicalType: string, physicalType: varchar(8), required: true,
             logicalTypeOptions: {maxLength: 5}}
          - {name: city, description: x, logicalType: string}
      - {name: customer, description: x, logicalType: integer, relationships: [{to: dim_customers.id}]}
    quality:
      - {metric: rowCount, mustBeGreaterThan: 50}
      - {type: sql, query: "select count(*) from ${object} where amount > 100", mustBe: 0}
      - {type: custom, engine: soda, implementation: {row_count: {threshold: {must_be: 60}}}}
  - name: dim_customers
    description: One row per customer.
    properties: [{name: id, description: x, logicalType: integer, primaryKey: true, required: true}]
slaProperties: [{property: latency, value: 1, unit: d, element: fct_orders.placed}]
"""


@pytest.fixture
def shop(postgres, postgres_database, tmp_path, monkeypatch):
    monkeypatch.setenv("DB_USER", "postgres")
    monkeypatch.setenv("DB_PASSWORD", "hunter22")
    (tmp_path / "harness.yaml").write_text(SETTINGS.format(host=postgres, database=postgres_database))
    (tmp_path / "contracts" / "marts").mkdir(parents=True)
    (tmp_path / "contracts" / "marts" / "orders.odcs.yaml").write_text(CONTRACT)
    (tmp_path / "checks" / "marts").mkdir(parents=True)
    (tmp_path / "checks" / "marts" / "fct_orders.dear.sql").write_text(
        "select id from marts.fct_orders where amount > 50"
    )
    with psycopg.connect(host=str(postgres), user="postgres", dbname=postgres_database, autocommit=True) as admin:
        admin.execute(TABLES)
        yield tmp_path, admin


def bad(report):
    return sorted((r.rule, r.column) for r in report.results if r.outcome in (Outcome.FAIL, Outcome.ERROR))


def test_as_promised(shop):
    root, _ = shop
    report = harness.verify(root)
    assert bad(report) == [], [r.message for r in report.results if r.outcome is Outcome.FAIL]
    assert report.verdict.outcome is VerdictOutcome.PASS
    assert {"freshness", "relationship", "soda", "failedRows", "multipleOf", "primaryKey"} <= {
        r.rule for r in report.results if r.outcome is Outcome.PASS
    }


BROKEN = {
    "update fct_orders set email = 'nobody' where id = 1": [("format", "email")],
    "update fct_orders set state = 'open' where id = 1": [("enum", "state")],
    "update fct_orders set amount = 0.2 where id = 1": [("minimum", "amount")],
    "update fct_orders set amount = 'NaN' where id = 1": [
        ("failedRows", ""), ("minimum", "amount"), ("multipleOf", "amount"), ("sql", ""),
    ],
    "update fct_orders set tags = '{}' where id = 1": [("minItems", "tags")],
    "update fct_orders set tags = '{a,B}' where id = 1": [("pattern", "tags[]")],
    "update fct_orders set home = row(null, null)::address where id = 1": [("required", "home.zip")],
    "update fct_orders set customer = 9 where id = 1": [("relationship", "customer")],
    "update fct_orders set placed = '2024-01-01'": [("freshness", "placed")],
    "update fct_orders set placed = 'infinity' where id = 1": [("freshness", "placed")],
    "delete from fct_orders where id > 40": [("rowCount", ""), ("soda", "")],
    "alter table fct_orders alter amount type numeric(12, 2)": [("type-changed", "amount")],
    "alter table fct_orders alter email drop not null": [("nullability-changed", "email")],
    "alter type state add value 'gone'": [],
    "alter table fct_orders alter state type text": [("type-changed", "state")],
    "alter table fct_orders rename placed to placed_at": [
        ("column-renamed", "placed"), ("freshness", "placed"), ("type-changed", "placed"),
    ],
    "alter table fct_orders add more int": [("column-undeclared", "more")],
    "create table extra (i int)": [("table-without-contract", "")],
    "alter table fct_orders set schema public": None,
    "alter table fct_orders rename to gone": None,
}  # fmt: skip


@pytest.mark.parametrize("sql", BROKEN)
def test_what_breaks_a_promise_is_found(shop, sql):
    root, admin = shop
    admin.execute("set search_path = marts, public")
    admin.execute(sql)
    report = harness.verify(root)
    if BROKEN[sql] is None:
        assert report.verdict.outcome is not VerdictOutcome.PASS
        assert not any(r.outcome is Outcome.PASS and r.table == "fct_orders" and r.check for r in report.results)
    else:
        assert bad(report) == BROKEN[sql]


def test_samples_show_keys_and_no_classified_value(shop):
    root, admin = shop
    admin.execute(
        "update marts.fct_orders set email = 'secret', home = row('1234567', 'x')::marts.address where id = 7"
    )
    found = {r.rule: r.sample for r in harness.verify(root, samples=3).results if r.outcome is Outcome.FAIL}
    assert found["maxLength"].rows == (("7", "1234567"),)
    assert found["format"].rows == ()
    assert "secret" not in str([sample.rows for sample in found.values()])


def test_a_contract_alone_does_not_choose_the_server(shop):
    root, _ = shop
    settings = yaml.safe_load((root / "harness.yaml").read_text())
    settings["servers"] = {}
    (root / "harness.yaml").write_text(yaml.safe_dump(settings))
    report = harness.verify(root)
    assert report.verdict.outcome is VerdictOutcome.UNDECIDED
    said = {r.message for r in report.results if r.outcome is Outcome.ERROR}
    assert any("no contract chooses where to connect" in each for each in said), said


def test_nobody_there_is_undecided_and_shows_no_secret(shop, monkeypatch):
    root, _ = shop
    monkeypatch.setenv("DB_USER", "stranger")
    report = harness.verify(root)
    assert report.verdict.outcome is VerdictOutcome.UNDECIDED
    said = str([r.message for r in report.results])
    assert "stranger" not in said
    assert "hunter22" not in said
    assert "${DB_USER}" in said


def test_a_server_that_is_not_there_yet_is_waited_for_and_missing_days_are_loaded(
    shop, run, postgres, postgres_database, monkeypatch
):
    """Its folder appears between two attempts; a day of orders is missing then, and loaded before the third."""
    root, admin = shop
    monkeypatch.chdir(root)
    admin.execute("set search_path to marts; update fct_orders set placed = placed - interval '3 day' where id <= 30")
    partition = "{property: partition, value: {column: placed, transform: day}}"
    described = "    description: One row per order.\n"
    contract = CONTRACT.replace(described, f"{described}    customProperties: [{partition}]\n")
    (root / "contracts" / "marts" / "orders.odcs.yaml").write_text(contract)
    load = (
        "import psycopg, sys\n"
        f"connect = dict(host={str(postgres)!r}, user='postgres', dbname={postgres_database!r}, autocommit=True)\n"
        "moved = 'update marts.fct_orders set placed = %s::timestamptz where id = %s'\n"
        "with psycopg.connect(**connect) as c: c.execute(moved, (sys.argv[1] + ' 10:00+00', int(sys.argv[1][-2:])))\n"
    )
    (root / "load.py").write_text(load)
    (root / "harness.yaml").write_text(
        SETTINGS.format(host=root / "socket", database=postgres_database)
        + f"""
heal:
  - {{when: transient, command: [ln, -s, "{postgres}", socket]}}
  - {{when: missing-partition, table: fct_orders, command: [python, load.py, "{{partition}}"]}}
"""
    )
    code, out, _ = run("verify", "--heal")
    report = json.loads((root / "reports" / "latest" / "report.json").read_text())
    assert [(each["status"], each["fix"]) for each in report["attempts"]] == [
        ("undecided", f"ln -s {postgres} socket: done".replace("postgres", "${DB_USER}")),
        ("fail", "python load.py 2023-12-31: done; python load.py 2024-01-01: done"),
        ("pass", None),
    ], out
    assert code == 0
    assert "hunter22" not in out
