"""House rules against a real PostgreSQL server: grants both ways, partitions, sizes, and values that look personal."""

import psycopg
import pytest

import harness
from harness.model.errors import EngineError
from harness.model.result import Outcome

SETTINGS = """\
version: 1
name: shop
as_of: "2024-01-02T12:00:00Z"
servers:
  sales: {{type: postgres, host: {host}, database: {database}, user: postgres, schema: marts}}
governance: {{large_table: 1000}}
"""
TABLES = """
create schema marts;
create table marts.fct_orders (id bigint not null, day date not null, contact text, note varchar(40))
    partition by range (day);
create table marts.fct_orders_2024 partition of marts.fct_orders for values from ('2024-01-01') to ('2025-01-01');
create table marts.dim_shops (id bigint primary key, city char(12));
insert into marts.fct_orders
select i, date '2024-01-01', case when i % 2 = 0 then ' a' || i || '@b.example ' else 'by hand' end, 'x' || i
from generate_series(1, 2000) i;
insert into marts.dim_shops select i, 'Berlin' from generate_series(1, 10) i;
analyze;
"""
CONTRACT = """\
apiVersion: v3.1.0
kind: DataContract
id: orders
version: 1.0.0
status: active
description: {purpose: What was bought.}
team: {name: sales, members: [{username: ada, role: owner}]}
support: [{channel: "#sales"}]
servers: [{server: sales, type: postgres, host: x.example, port: 5432, database: x, schema: marts}]
customProperties: [{property: layer, value: marts}]
roles:
  - {role: ROLE_analysts, access: read}
  - {role: ROLE_etl, access: write}
schema:
  - name: fct_orders
    properties:
      - {name: id, logicalType: integer, primaryKey: true, required: true}
      - {name: day, logicalType: date, required: true, partitioned: true, partitionKeyPosition: 1}
      - {name: contact, logicalType: string}
      - {name: note, logicalType: string}
  - name: dim_shops
    properties:
      - {name: id, logicalType: integer, primaryKey: true, required: true}
      - {name: city, logicalType: string}
"""
GRANTED = """
grant usage on schema marts to ROLE_analysts, ROLE_etl, ROLE_team;
grant select on all tables in schema marts to ROLE_team;
grant ROLE_team to ROLE_analysts;
grant insert, delete on marts.fct_orders, marts.dim_shops to ROLE_etl;
"""
ROLES = ("analysts", "etl", "team", "guest")


@pytest.fixture
def shop(postgres, postgres_database, tmp_path):
    """The project, and what runs SQL as its administrator; roles are the server's, so each has a prefix of its own."""
    prefix = f"{postgres_database}_"
    (tmp_path / "harness.yaml").write_text(SETTINGS.format(host=postgres, database=postgres_database))
    (tmp_path / "contracts" / "marts").mkdir(parents=True)
    contract = tmp_path / "contracts" / "marts" / "orders.odcs.yaml"
    contract.write_text(CONTRACT.replace("ROLE_", prefix))
    with psycopg.connect(host=str(postgres), user="postgres", dbname=postgres_database, autocommit=True) as admin:

        def sql(statements):
            admin.execute(statements.replace("ROLE_", prefix).encode())

        sql(TABLES + "".join(f"create role ROLE_{role};" for role in ROLES) + GRANTED)
        yield tmp_path, contract, sql, prefix
        sql("drop schema marts cascade; " + "".join(f"drop owned by ROLE_{r}; drop role ROLE_{r};" for r in ROLES))


def found(root, *rules):
    report = harness.verify(root)
    return sorted(
        (r.rule, r.table, r.outcome.value, r.message)
        for r in report.results
        if r.rule in rules and r.outcome is not Outcome.PASS
    )


ACCESS = ("grant-undeclared", "grant-missing")


def test_roles_that_are_granted_by_a_group(shop):
    """The group itself is in no contract; its member is."""
    root, _, _, prefix = shop
    results = found(root, *ACCESS)
    assert [result[:2] for result in results] == [("grant-undeclared", "dim_shops"), ("grant-undeclared", "fct_orders")]
    assert all(f"{prefix}team has SELECT" in result[3] for result in results)


def test_roles_as_the_server_has_them(shop):
    root, contract, _, prefix = shop
    declared = f"roles:\n  - {{role: {prefix}team, access: read}}\n"
    contract.write_text(contract.read_text().replace("roles:\n", declared))
    assert found(root, *ACCESS) == []


CHANGES = {
    "grant select (contact) on marts.fct_orders to public": [
        ("grant-undeclared", "fct_orders", "PUBLIC has SELECT (contact)")
    ],
    "grant update on marts.dim_shops to ROLE_guest": [("grant-undeclared", "dim_shops", "guest has UPDATE")],
    "grant update on marts.dim_shops to ROLE_analysts": [("grant-undeclared", "dim_shops", "analysts has UPDATE")],
    "grant pg_read_all_data to ROLE_guest": [
        ("grant-undeclared", "dim_shops", "guest has SELECT by pg_read_all_data"),
        ("grant-undeclared", "fct_orders", "guest has SELECT by pg_read_all_data"),
    ],
    "revoke insert, delete on marts.dim_shops from ROLE_etl": [
        ("grant-missing", "dim_shops", "etl may not INSERT, UPDATE or DELETE")
    ],
    "revoke usage on schema marts from ROLE_analysts, ROLE_team": [
        ("grant-missing", "dim_shops", "analysts may not SELECT"),
        ("grant-missing", "dim_shops", "team may not SELECT"),
        ("grant-missing", "fct_orders", "analysts may not SELECT"),
        ("grant-missing", "fct_orders", "team may not SELECT"),
    ],
    "revoke ROLE_team from ROLE_analysts": [
        ("grant-missing", "dim_shops", "analysts may not SELECT"),
        ("grant-missing", "fct_orders", "analysts may not SELECT"),
    ],
}


@pytest.mark.parametrize(("change", "expected"), CHANGES.items())
def test_access_both_ways(shop, change, expected):
    root, contract, sql, prefix = shop
    contract.write_text(contract.read_text().replace("roles:\n", f"roles:\n  - {{role: {prefix}team, access: read}}\n"))
    sql(change)
    results = found(root, *ACCESS)
    assert [(rule, table) for rule, table, *_ in results] == [(rule, table) for rule, table, _ in expected]
    assert all(said in result[3] for result, (*_, said) in zip(results, expected, strict=True)), results


def test_a_role_that_does_not_exist_is_locked_out(shop):
    root, contract, _, prefix = shop
    contract.write_text(contract.read_text().replace(f"{prefix}etl", "nobody'; drop table marts.fct_orders --"))
    messages = [message for rule, _, _, message in found(root, "grant-missing")]
    assert len(messages) == 2
    assert "create it and grant it" in messages[0]


STORED = ("large-table-unpartitioned", "storage-not-as-declared")


def test_partitions_and_clusters(shop):
    root, contract, sql, _ = shop
    assert found(root, *STORED) == []
    contract.write_text(contract.read_text().replace(", partitioned: true, partitionKeyPosition: 1", ""))
    sql("cluster marts.dim_shops using dim_shops_pkey")
    large, clustered, partitioned = found(root, *STORED)
    assert large[:2] == ("large-table-unpartitioned", "fct_orders")
    assert "has about 2,000 rows" in large[3]
    assert clustered[1:] == ("dim_shops", "fail", "the contract clusters `dim_shops` by nothing, the server by id")
    assert partitioned[1:] == (
        "fct_orders",
        "fail",
        "the contract partitions `fct_orders` by nothing, the server by day",
    )


def test_a_table_that_nobody_has_analysed_may_be_large(shop):
    root, _, sql, _ = shop
    sql("create table marts.t as select s.* from marts.dim_shops as s, generate_series(1, 5000)")
    sql("drop table marts.dim_shops; alter table marts.t rename to dim_shops")
    ((_, table, outcome, message),) = found(root, "large-table-unpartitioned")
    assert (table, outcome) == ("dim_shops", "error")
    assert "ANALYZE" in message


def test_values_that_look_personal_are_counted_and_never_shown(shop):
    root, contract, _, _ = shop
    report = harness.verify(root)
    (seen,) = [result for result in report.results if result.rule == "personal-data-in-values"]
    assert seen.column == "contact"
    assert "500 of 1,000 values of `contact` of `fct_orders` look like e-mail addresses" in seen.message
    assert not [result for result in report.results if "@b.example" in repr(result)]
    contract.write_text(contract.read_text().replace("name: contact,", "name: contact, classification: pii,"))
    assert found(root, "personal-data-in-values") == []


def test_what_the_server_does_not_say_is_an_error(shop, monkeypatch):
    """As on a server where the role of the harness may not look into the catalog."""
    from harness.engines.postgres import Postgres

    def refuse(self, roles):
        raise EngineError("permission denied for function pg_partition_tree")

    monkeypatch.setattr(Postgres, "facts", refuse)
    root, *_ = shop
    ((_, _, outcome, message),) = found(root, "governance-undecided")
    assert outcome == "error"
    assert "permission denied" in message
    assert all(rule in message for rule in (*ACCESS, *STORED))
