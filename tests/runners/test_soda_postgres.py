"""Real soda-core on a real PostgreSQL server: read as strictly as on DuckDB, and no secret is left anywhere."""

import json
import os
import time
from datetime import UTC, datetime

import psycopg
import pytest

from harness.load.checks import parse_check_file
from harness.model.check import TableName
from harness.model.contract import Server
from harness.model.location import Location
from harness.runners.soda import SodaJob, start
from harness.runners.soda_jobs import prepared

AS_OF = datetime(2024, 1, 6, tzinfo=UTC)
TABLES = """
create schema staging;
create table staging.orders as
  select i as id, case when i % 10 = 0 then null else 'c' || (i % 7) end as code,
         timestamp '2024-01-01' + i * interval '1 hour' as placed_at
  from generate_series(0, 99) i;
create table staging.nothing as select * from staging.orders limit 0;
create table staging.words as select 'secret' as word;
create table staging.hidden as select 1 as id;
alter table staging.hidden enable row level security;
"""
GOOD = """
checks:
  - schema: {allow_extra_columns: true}
  - row_count: {threshold: {must_be: 100}}
  - freshness: {column: placed_at, threshold: {unit: day, must_be_less_than: 2}}
  - failed_rows: {expression: "id > 100"}
  - failed_rows: {qualifier: query, query: "select * from staging.orders where id > 98", threshold: {must_be: 1}}
  - metric: {expression: avg(id), threshold: {must_be_between: {greater_than: 49, less_than: 50}}}
  - duplicate: {columns: [id, code]}
columns:
  - name: id
    checks: [{missing: }, {duplicate: }, {aggregate: {function: max, threshold: {must_be: 99}}}]
  - name: code
    checks:
      - invalid: {qualifier: all, valid_values: [c0, c1, c2, c3, c4, c5, c6]}
      - invalid: {qualifier: some, valid_values: [c1]}
      - invalid: {qualifier: reference, valid_reference_data: {dataset: "pg/{database}/staging/orders", column: code}}
"""
WRONG = """
checks:
  - row_count:
  - failed_rows: {qualifier: two, query: "select 1; create table staging.left_over (i int)"}
  - failed_rows: {qualifier: writes, query: "with x as (delete from staging.orders returning *) select * from x"}
  - failed_rows: {qualifier: value, expression: "cast('a secret' || code as int) > 1"}
  - failed_rows: {qualifier: slow, query: "select pg_sleep(1), * from staging.orders"}
columns: [{name: gone, checks: [{missing: }]}]
"""
EMPTY = """
checks: [{row_count: }, {freshness: {column: placed_at, threshold: {must_be_less_than: 24}}}]
columns: [{name: id, checks: [{missing: }]}]
"""


@pytest.fixture(scope="module")
def admin(postgres, new_database):
    with psycopg.connect(host=str(postgres), user="postgres", dbname=new_database(), autocommit=True) as connection:
        connection.execute(TABLES)
        # roles are the server's, which other workers use too: its rights must end with this database
        role = f"soda_{connection.info.dbname}"
        connection.execute(f"create role {role} login password 'hunter22'")
        connection.execute(f"grant usage on schema staging to {role}")
        connection.execute(f"grant select on all tables in schema staging to {role}")
        yield connection
        connection.execute(f"drop owned by {role}; drop role {role}")


@pytest.fixture
def ask(admin, postgres, tmp_path):
    def asked(table, text, timeout=20.0, **settings):
        own = {
            "host": str(postgres),
            "database": admin.info.dbname,
            "user": f"soda_{admin.info.dbname}",
            "password": "hunter22",
            **settings,
        }
        head = f"dataset: pg/{admin.info.dbname}/staging/{table}\n"
        job = SodaJob(
            file=parse_check_file(head + text.replace("{database}", admin.info.dbname), f"{table}.soda.yml"),
            server=Server(at=Location("harness.yaml"), name="pg", type="postgres", settings=own),
            root=tmp_path,
            table=TableName("staging", table),
            as_of=AS_OF,
        )
        with start([job], os.environ, timeout) as run:
            return {key.removeprefix("soda/"): answer for (_, key), answer in run.collect(60).items()}

    return asked


def outcomes(answers):
    return {key: answer.outcome.value for key, answer in answers.items()}


def test_what_soda_finds(ask):
    answers = ask("orders", GOOD)
    assert outcomes(answers) == {
        **dict.fromkeys(answers, "passed"),
        "code/invalid/some": "failed",
    }
    assert len(answers) == 13
    assert answers["code/invalid/some"].failed_rows == 76
    assert answers["freshness"].value == pytest.approx(21 * 3600)
    assert '"staging"."orders"' in answers["row_count"].query


def test_what_cannot_be_told_is_no_pass(ask, admin):
    answers = ask("orders", WRONG, timeout=0.5)
    assert outcomes(answers) == {**dict.fromkeys(answers, "error"), "row_count": "passed"}
    assert "secret" not in "".join(answer.message for answer in answers.values())
    assert admin.execute("select to_regclass('staging.left_over'), count(*) from staging.orders").fetchone() == (
        None,
        100,
    )


def test_nothing_is_no_pass(ask):
    assert outcomes(ask("nothing", EMPTY)) == {"row_count": "failed", "freshness": "error", "id/missing": "error"}


def test_hidden_rows_are_no_pass(ask):
    assert outcomes(ask("hidden", "checks: [{row_count: {threshold: {must_be: 0}}}]\n")) == {"row_count": "error"}


def test_another_database_is_another_table(ask):
    (answer,) = ask("orders", "checks: [{row_count: }]\n", database="postgres").values()
    assert answer.outcome.value == "error"
    assert "but the table of its contract is `pg/postgres/staging/orders`" in answer.message


def test_its_password_is_in_no_file_and_no_answer(ask, tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr("harness.runners.soda.prepared", lambda job: (asked.append(prepared(job)), asked[-1])[1])
    answers = ask("orders", "checks: [{row_count: }, {failed_rows: {expression: nope}}]\n")
    assert outcomes(answers) == {"row_count": "passed", "failed_rows": "error"}
    assert "hunter22" not in str(answers) + json.dumps(asked)
    assert list(tmp_path.iterdir()) == []


def test_nothing_of_it_is_left_behind(ask, admin):
    ask("orders", WRONG, timeout=0.5)
    for _ in range(100):
        if admin.execute(
            "select count(*) from pg_stat_activity where usename = 'soda_' || current_database()"
        ).fetchone() == (0,):
            return
        time.sleep(0.05)
    pytest.fail("a session is still open")
