"""PostgreSQL against DuckDB: one value has one text and one checksum on both, and the ladder is the same."""

import json
import runpy
from pathlib import Path

import duckdb
import psycopg
import pytest
from sqlglot import exp

from harness.metrics.expressions import column
from harness.reconcile.forms import FORMS, bucket, exact, fill, native
from harness.reconcile.kinds import Kind, reading_of
from harness.reconcile.statements import sum_of

CASES = runpy.run_path(str(Path(__file__).with_name("forms.py")))["CASES"]
NASTY = ("", "|", "a|b", "1:a", "é", "e\u0301", "世界 🌍", "\\", "'", "\n\t", "NULL", " a ", "x" * 300)
SETTINGS = """\
version: 1
name: shop
servers:
  warehouse: {{type: duckdb, database: warehouse.duckdb}}
  source: {{type: postgres, host: "{host}", database: {database}, user: postgres}}
"""
ROWS = """
    select i as id, i % 7 = 0 as paid, case when i % 5 > 0 then i / 4.0 end as price,
        case i % 6 when 0 then 'NaN'::float8 when 1 then '-0' when 2 then 'Infinity' else i / 7.0 end as ratio,
        timestamp '2024-01-01' + i * interval '1 minute' as made, date '2024-01-01' + i::int as day,
        case i % 3 when 0 then 'Grüße ' || i when 1 then '' end as name
    from generate_series(0, 2999) as t(i)
"""


@pytest.fixture(scope="module")
def database(postgres, new_database):
    with psycopg.connect(host=str(postgres), user="postgres", dbname=new_database(), autocommit=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        yield connection


def one(connection, sql, value, type_):
    found = connection.execute(f'select {sql} from (select cast({value} as {type_}) as "x") as t').fetchone()
    return found[0]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[4]}-{case[3]}")
def test_postgres_gives_the_canonical_text_that_duckdb_gives(database, case):
    _, _, type_, value, kind, text = case
    sql = exact(column("x"), reading_of(type_, "postgres"), kind, "postgres").sql("postgres")
    assert one(database, sql, value, type_) == text


@pytest.mark.parametrize(
    ("kind", "width", "types", "values"),
    [
        (Kind.FLOAT, 0.005, ("DOUBLE", "double precision"), ("1.001", "-7.5", "1e300", "'nan'", "'infinity'", "NULL")),
        (Kind.DECIMAL, 0.005, ("DECIMAL(12,4)", "numeric"), ("1.0011", "-1.0011", "0.0049", "-0.0051", "NULL")),
        (Kind.INTEGER, 5.0, ("BIGINT", "bigint"), ("21", "-21", "9223372036854775807", "NULL")),
        (Kind.TIMESTAMP, 5e5, ("TIMESTAMP", "timestamp"), ("'2024-01-01 00:00:00.7'", "'1969-01-01'", "'infinity'")),
        (Kind.TIME, 5e5, ("TIME", "time"), ("'00:00:00.7'", "'23:59:59.9'", "NULL")),
        (Kind.DATE, 8.64e10, ("DATE", "date"), ("'2024-01-01'", "'1969-01-01'", "'-infinity'")),
    ],
)
def test_a_value_is_in_the_same_bucket_on_both(database, kind, width, types, values):
    with duckdb.connect() as duck:
        for value in values:
            found = []
            for connection, dialect, type_ in ((duck, "duckdb", types[0]), (database, "postgres", types[1])):
                reading = reading_of(type_, dialect)
                text = exact(column("x"), reading, kind, dialect)
                sql = bucket(native(column("x"), reading, kind, dialect), text, kind, dialect, width).sql(dialect)
                found.append(one(connection, sql, value, type_))
            assert found[0] == found[1], value


@pytest.mark.parametrize("text", NASTY)
def test_a_text_has_the_same_checksum_on_both(database, text):
    literal = exp.Literal.string(text)
    found = []
    with duckdb.connect() as duck:
        for connection, dialect in ((duck, "duckdb"), (database, "postgres")):
            forms = FORMS[dialect]
            digest = fill(forms.digest, dialect, x=literal)
            halves = [fill(half, dialect, x=digest).sql(dialect) for half in (forms.first, forms.second)]
            found.append(sum_of(*connection.execute(f"select {', '.join(halves)}").fetchone()))
    assert found[0] == found[1]


@pytest.fixture
def shop(tmp_path, monkeypatch, postgres, database):
    """The same table in both, which the COPY of one wrote and that of the other read."""
    monkeypatch.chdir(tmp_path)
    database.execute(f"drop table if exists orders; create table orders as {ROWS}")
    database.execute("alter table orders alter price type numeric(12, 4), add primary key (id)")
    (tmp_path / "contracts").mkdir()
    (tmp_path / "harness.yaml").write_text(SETTINGS.format(host=postgres, database=database.info.dbname))
    with database.cursor().copy("copy orders to stdout (format csv, force_quote (name))") as copied:
        (tmp_path / "rows.csv").write_bytes(b"".join(map(bytes, copied)))
    types = "id bigint, paid boolean, price decimal(9,2), ratio double, made timestamp, day date, name varchar"
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as duck:
        duck.execute(f"create table orders ({types})")
        duck.execute("copy orders from 'rows.csv' (header false, nullstr '', allow_quoted_nulls false)")
    return tmp_path


def asked(run, *more):
    code, out, err = run("reconcile", "source:orders", "warehouse:orders", "--key", "id", "--format", "json", *more)
    assert err == ""
    return code, json.loads(out)


def test_the_same_table_on_two_servers(shop, run):
    code, found = asked(run)
    assert (code, found["equal"], found["equal_rows"], found["proven_at"]) == (0, True, 3000, "columns")
    assert [each["rows"] for each in found["traffic"].values()] == [0, 0]
    assert not any(column["differs_in"] for column in found["columns"].values())


def test_differences_between_two_servers_are_counted(shop, run, database):
    database.execute("update orders set name = 'Grüsse 3' where id = 3; delete from orders where id = 77")
    database.execute("update orders set ratio = ratio * (1 + 1e-9) where id = 10; insert into orders (id) values (-1)")
    code, found = asked(run)
    assert (code, found["missing"], found["extra"], found["different"], found["equal_rows"]) == (1, 1, 1, 2, 2997)
    assert {name: each["different"] for name, each in found["columns"].items() if each["different"]} == {
        "ratio": 1,
        "name": 1,
    }
    code, found = asked(run, "--tolerance", "ratio=0.001")
    assert found["different"] == 1


def test_lag_between_two_servers(shop, run, database):
    database.execute("update orders set price = 0, made = '2024-06-01' where id = 5")
    code, found = asked(run, "--lag", "made=15m", "--as-of", "2024-06-01T00:05:00Z")
    assert (code, found["left_out"], found["equal_rows"]) == (0, {"a": 1, "b": 1}, 2999)


def test_padded_texts_and_zones(shop, run, database):
    database.execute(
        "alter table orders add code char(5) default 'ab', add seen timestamptz default '2024-07-01 12:00+02'"
    )
    with duckdb.connect(str(shop / "warehouse.duckdb")) as duck:
        duck.execute("alter table orders add column code varchar default 'ab'")
        duck.execute("alter table orders add column seen timestamp default '2024-07-01 12:00'")
    code, found = asked(run)
    assert (code, found["equal"]) == (3, None)
    assert "--zone" in found["reason"]
    assert asked(run, "--zone", "Europe/Berlin")[0] == 0
    assert asked(run, "--zone", "UTC")[1]["different"] == 3000


def test_a_server_that_is_not_there(shop, run):
    (shop / "harness.yaml").write_text((shop / "harness.yaml").read_text().replace("user: postgres", "user: nobody"))
    code, found = asked(run)
    assert (code, found["equal"]) == (3, None)
    assert "cannot be reached" in found["reason"]
