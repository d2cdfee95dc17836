"""What PostgreSQL means otherwise: types, collations, NULLs of composites, texts that it takes for times."""

from datetime import UTC, datetime

import psycopg
import pytest

from harness.engines import postgres as engine
from harness.metrics.guard import faithful, read_only
from harness.metrics.render import sql_of
from harness.model.check import Check, TableName
from harness.model.contract import Contract, Schema, Server
from harness.model.location import Location
from harness.runners.sql import run_sql

AT = Location("contract.odcs.yaml")
NOON = {"as_of": datetime(2024, 1, 1, 12, tzinfo=UTC)}
SETUP = """
create extension if not exists citext;
create extension if not exists hstore;
create type mood as enum ('sad', 'ok');
create type pair as (x int, y text);
create type item as (item int, "element 1" int);
create domain age as int check (value >= 0);
create domain instant as timestamptz;
"""
OF = {
    # the column's type, its values, the metric with its arguments, the number or a part of the error
    "padded texts are without their blanks": ("char(4)", ["'x'", "'xy'"], "enum", {"values": ["x"]}, 1),
    "and as long as without them": ("char(4)", ["'x'", "'xyz'"], "maxLength", {"bound": 2}, 1),
    "a list is exact, whatever the column takes for equal": ("citext", ["'x'", "'X'"], "enum", {"values": ["x"]}, 1),
    "so are words for missing": ("citext", ["'n/a'"], "missingValues", {"missingValues": ["N/A"]}, 0),
    "and valid values": ("citext", ["'x'", "'X'"], "invalidValues", {"validValues": ["x"]}, 1),
    "a pattern is, too": ("citext", ["'ab'", "'AB'"], "pattern", {"pattern": "^a"}, 1),
    "equality is the column's own": ("citext", ["'x'", "'X'"], "unique", {}, 1),
    "an enum lacks a declared value": ("mood", ["'sad'", "'ok'"], "enum", {"values": ["ok", "new"]}, 1),
    "a domain": ("age", ["1", "7"], "maximum", {"bound": 5, "logicalType": "integer"}, 1),
    "0.1 as a real is 0.1": ("real", ["0.1", "0.2"], "exclusiveMinimum", {"bound": 0.1, "logicalType": "number"}, 1),
    "and no less": ("real", ["0.1", "0.2"], "maximum", {"bound": 0.1, "logicalType": "number"}, 1),
    "and in a list": ("real", ["0.1", "0.2"], "enum", {"values": [0.1]}, 1),
    "below zero": ("real", ["-0.1", "-0.3"], "minimum", {"bound": -0.1, "logicalType": "number"}, 1),
    "a double in all of its digits": (
        "float8", ["0.1::float8 + 0.2", "0.3"], "maximum", {"bound": 0.3, "logicalType": "number"}, 1,
    ),
    "NaN as a numeric": ("numeric", ["'NaN'", "7"], "minimum", {"bound": 5, "logicalType": "number"}, 1),
    "infinity as a numeric": ("numeric", ["'Infinity'", "7"], "maximum", {"bound": 9, "logicalType": "number"}, 1),
    "NaN is no multiple": ("numeric", ["'NaN'", "'Infinity'", "6"], "multipleOf", {"bound": 3}, 2),
    "more digits than a double has": (
        "numeric", ["12345678901234567890.1", "12345678901234567890.2"], "multipleOf", {"bound": 0.2}, 1,
    ),
    "a real in the digits that it shows": ("real", ["0.7", "0.65"], "multipleOf", {"bound": 0.1}, 1),
    "money is no number": ("money", ["7"], "minimum", {"bound": 5}, "operator does not exist"),
    "a text in UTC, whatever its zone": ("text", ["'2024-01-01 12:00:00+02'"], "freshness", NOON, 7200),
    "a text of today is no time": ("text", ["'now'"], "freshness", NOON, "invalid input syntax"),
    "nor in another order": ("text", ["'01/02/2024'"], "freshness", NOON, "invalid input syntax"),
    "nor with a month in letters": ("varchar(20)", ["'Jan 1 2024'"], "freshness", NOON, "invalid input syntax"),
    "a domain of a time": ("instant", ["'2024-01-01 10:00+00'"], "freshness", NOON, 7200),
    "a date without an end": ("date", ["'infinity'", "'2024-01-01'"], "freshness", NOON, None),
    "a time of day has no age": ("time", ["'10:00'"], "freshness", NOON, "cannot cast type time"),
    "nor has an interval": ("interval", ["'1 day'"], "freshness", NOON, "cannot cast type interval"),
    "infinity is after every bound": (
        "timestamptz", ["'infinity'", "'2024-01-01'"], "maximum", {"bound": "2024-06-01", "logicalType": "timestamp"},
        1,
    ),
    "a text is no date in the American order": (
        "text", ["'01/02/2024'"], "minimum", {"bound": "2024-01-15", "logicalType": "date"}, "invalid input syntax",
    ),
    "a time with a zone": ("timetz", ["'07:00+00'", "'09:00+00'"], "minimum", {"bound": "08:00:00",
    "logicalType": "time"}, 1),
    "a composite of NULLs is there": ("pair", ["row(null, null)", "null"], "nullValues", {}, 1),
    "and is required to be": ("pair", ["row(1, null)", "row(null, null)", "null"], "required", {}, 1),
    "two of them are one twice": ("pair", ["row(1, null)", "row(1, null)"], "unique", {}, 1),
    "a dimension of two": ("int[]", ["'{{1,2},{3,4}}'", "'{1,2,3}'"], "minItems", {"bound": 3}, 1),
    "elements with a field of that name": ("item[]", ["array[row(1, 2), row(1, 3)]::item[]"], "uniqueItems", {}, 0),
    "texts in JSON": ("jsonb", ["'1'", "null"], "nullValues", {}, 1),
    "JSON is no array": ("jsonb", ["'[1]'"], "minItems", {"bound": 1}, "does not exist"),
    "JSON has no equality": ("json", ["'1'"], "unique", {}, "could not identify an equality operator"),
    "JSONB has": ("jsonb", ['\'{"a": 1, "b": 2}\'', '\'{"b": 2, "a": 1}\''], "unique", {}, 1),
    "a number for missing among dates": ("date", ["'2024-01-01'"], "missingValues", {"missingValues": [-1, ""]}, 0),
    "and among texts of any size": (
        "text", ["'-1.0'", "' -1'", "'1e9999'", "'x'"], "missingValues", {"missingValues": [-1]}, 2,
    ),
    "a backslash": ("text", [r"'a\b'", r"'a\\b'"], "enum", {"values": [r"a\b"]}, 1),
    "a uuid": ("uuid", ["'123e4567-e89b-12d3-a456-426614174000'"], "pattern", {"pattern": "^[0-9a-f-]{36}$"}, 0),
    "an address": ("inet", ["'10.0.0.1'"], "enum", {"values": ["10.0.0.1/32"]}, 0),
    "year 0 is none": ("text", ["'0000-01-01'", "'0001-01-01'"], "format", {"format": "date", "logicalType": "string"},
    1),
    "leap years": (
        "text", ["'2000-02-29'", "'1900-02-29'", "'2024-02-29'", "'2023-02-29'", "'0400-02-29'", "'2100-02-29'"],
        "format", {"format": "date", "logicalType": "string"}, 3,
    ),
    "a break of a line is no character": ("text", ["e'a\\nb'", "'a-b'"], "pattern", {"pattern": "^a.b$"}, 1),
    "the last line may not be another": ("text", ["e'a\\n'", "'a'"], "pattern", {"pattern": "^a$"}, 1),
}  # fmt: skip


@pytest.fixture(scope="module")
def admin(postgres, new_database):
    with psycopg.connect(host=str(postgres), user="postgres", dbname=new_database(), autocommit=True) as connection:
        connection.execute(SETUP)
        yield connection


@pytest.fixture(scope="module")
def session(admin, postgres, tmp_path_factory):
    settings = {"host": str(postgres), "database": admin.info.dbname, "user": "postgres"}
    server = Server(at=AT, name="w", type="postgres", settings=settings)
    with engine.connect(server, tmp_path_factory.mktemp("w"), 10) as opened:
        yield opened


@pytest.fixture
def filled(admin):
    """Makes a table of columns, with these rows in SQL."""
    made = []

    def fill(name, columns, rows):
        made.append(name)
        admin.execute(f'create table "{name}" ({columns})')
        for row in rows:
            admin.execute(f'insert into "{name}" values ({row})')

    yield fill
    for name in made:
        admin.execute(f'drop table "{name}"')


def check_of(rule, columns, arguments, table="t"):
    return Check(
        id="case",
        rule=rule,
        dimension=None,
        contract=Contract(at=AT, id="case"),
        schema=Schema(at=AT, name=table),
        table=TableName("public", table),
        server="",
        columns=columns,
        arguments=arguments,
        at=AT,
    )


def told(session, check):
    measured = run_sql(session, [check], "postgres")["case"]
    return measured.error or measured.value


@pytest.mark.parametrize("name", OF)
def test_of_a_type(session, filled, name):
    kind, values, rule, arguments, expected = OF[name]
    filled("t", f"a {kind}", values)
    found = told(session, check_of(rule, ("a",), arguments))
    if isinstance(expected, str):
        assert expected in str(found)
    else:
        assert found == expected


KEYS = [
    # types of the key on both sides, rows on both sides, the keys that differ
    ("int", "bigint", ["1, 1", "null, 2", "3, 3"], ["3, 3", "1, 1", "null, 2"], 0),
    ("int", "bigint", ["1, 1", "null, 2"], ["1, 1", "null, 3"], 1),
    ("text", "varchar(9)", ["'a', 1", "'b', 2"], ["'b', 2", "'c', 3"], 2),
    ("date", "timestamp", ["'2024-01-01', 1"], ["'2024-01-01 00:00', 1"], 0),
    ("numeric", "int", ["1.0, 1", "null, 1"], ["1, 1"], 1),
    ("int", "int", ["null, 1"], [], 1),
    ("int", "int", [], ["null, 1"], 1),
    ("char(3)", "text", ["'a', 1"], ["'a', 1"], 0),
]


@pytest.mark.parametrize(("own", "other", "rows", "source", "differ"), KEYS)
def test_keys_of_two_types(session, filled, own, other, rows, source, differ):
    filled("t", f"k {own}, v int", rows)
    filled("s", f"k {other}, v int", source)
    arguments = {"source": TableName("public", "s"), "key": [("k", "k")], "compare": [("v", "v", 0)], "shown": ("k",)}
    check = check_of("reconcileRows", (), arguments)
    measured = run_sql(session, [check], "postgres")["case"]
    assert (measured.error, measured.value) == ("", differ)
    assert bool(measured.witness) is bool(differ)


@pytest.mark.parametrize("kind", ["citext", "text"])
def test_texts_are_reconciled_character_by_character(session, filled, kind):
    filled("t", f"k int, v {kind}", ["1, 'x'", "2, 'y'", "3, null", "4, 'a'", "4, 'A'"])
    filled("s", f"k int, v {kind}", ["1, 'X'", "2, 'y'", "3, null", "4, 'A'", "4, 'a'"])
    arguments = {"source": TableName("public", "s"), "key": [("k", "k")], "compare": [("v", "v", 0)], "texts": ["v"]}
    measured = run_sql(session, [check_of("reconcileRows", (), arguments)], "postgres")["case"]
    assert (measured.error, measured.value, measured.witness) == ("", 1, "k (classified) differs in v")


def test_what_is_late_has_an_end(session, filled):
    filled(
        "t", "a timestamptz, e date", ["'2024-01-03', '2024-01-01'", "'infinity', '2024-01-01'", "'2024-01-02', null"]
    )
    check = check_of("late", ("a",), {"event": "e", "allowance": 86400, "dialect": "postgres"})
    assert told(session, check) == 1


def test_a_name_is_cut_by_the_server_and_not_by_us(session, filled):
    long = "n" * 70
    filled("t", f'"{long}" int', ["1"])
    (column,) = session.query("select attname::text from pg_attribute where attrelid = 't'::regclass and attnum = 1")
    assert column == long[:63]
    assert told(session, check_of("nullValues", (column,), {})) == 0


def test_a_map_is_nothing_that_postgresql_has(session, filled):
    filled("t", "a hstore", ["'x=>1'"])
    assert (
        told(session, check_of("minItems", ("a",), {"bound": 1}))
        == "function array_length(hstore, integer) does not exist"
    )


def test_sql_of_a_user_stands_as_it_is(session, filled):
    filled("t", "a citext, b int", ["'X', 1", "null, 2"])
    sql = r"select count(*) from t where a in ('x') or a is null or 'ab' ~ '\yab' or b in (0.5)"
    assert told(session, check_of("sql", (), {"query": sql, "dialect": "postgres"})) == 2
    assert r"~ '\yab'" in sql_of(faithful(sql, "postgres"), "postgres")
    assert "IS NULL" in sql_of(faithful(sql, "postgres"), "postgres")


WRITTEN = [
    "7 / 2", "-7 / 2", "7.0 / 2", "-7 % 3", "2 ^ 3", "-2 ^ 2", "|/ 4.0", "@ -5", "5 # 3", "'abc' ~ 'B'", "'abc' ~* 'B'",
    "'abc' !~ 'b'", "'abc' like 'a_c'", "'ABC' ilike 'a%'", "'abc' similar to 'a%'", "'a' || null", "concat('a', null)",
    "(array[1, 2, 3])[2:3]", "1 = any(array[1, 2])", "array[1] @> array[1]", "array[1] || 2",
    "'{\"a\": [1, 2]}'::jsonb -> 'a' ->> 0", "'{\"a\": {\"b\": 1}}'::jsonb #>> '{a,b}'", "'{\"a\": 1}'::jsonb ? 'a'",
    "extract(dow from date '2024-01-07')", "date_part('epoch', timestamp '2024-01-01')", "date '2024-01-31' + 1",
    "date '2024-01-31' + interval '1 month'", "timestamp '2024-03-01' - timestamp '2024-02-01'",
    "age(timestamp '2024-03-01', timestamp '2024-01-15')", "date_trunc('month', timestamp '2024-02-03')::date",
    "to_char(timestamp '2024-02-03 04:05', 'YYYY-MM-DD HH24:MI')", "to_date('2024-02-03', 'YYYY-MM-DD')",
    "timestamptz '2024-01-01 00:00+02' at time zone 'Asia/Tokyo'", "'2024-01-01'::timestamp at time zone 'Asia/Tokyo'",
    "substring('abcdef' from 2 for 3)", "substring('abcdef' from 'b.d')", "position('c' in 'abc')", "left('abc', -1)",
    "overlay('abcd' placing 'x' from 2)", "trim(both 'x' from 'xax')", "split_part('a,b', ',', 2)", "initcap('ab cd')",
    "regexp_replace('abcabc', 'b', 'x')", "regexp_replace('abcabc', 'b', 'x', 'g')", "round(2.5)", "round(2.5::float8)",
    "round(2.345, 2)", "trunc(-2.5)", "div(7, 2)", "log(100)", "ln(2.0)", "greatest(1, null)", "nullif(1, 1)",
    "1 is distinct from null", "row(1, null) is null",
    "(select count(*) filter (where i > 1) from generate_series(1, 3) i)",
    "(select string_agg(i::text, ',' order by i desc) from generate_series(1, 3) i)", "'1'::int + '2'", "1::bool",
    "'t'::bool",
    "(select percentile_cont(0.5) within group (order by i) from generate_series(1, 4) i)", "cast(1.5 as int)",
    "2.5::int",
    "(select sum(i) over () from generate_series(1, 3) i limit 1)", "case when 1 > 2 then 'a' end",
    "'a'::char(3) = 'a'",
    "length('é')", "octet_length('é')", "md5('a')", "e'a\\nb'", "$$it's$$", "U&'\\0061'", "b'101'::int",
    "interval '1 day 2 hours'",
    "(values (1))", "exists (select 1)", "1 between 0 and 2", "not 1 = 2", "(1, 2) < (1, 3)", "make_date(2024, 1, 2)",
]  # fmt: skip


@pytest.mark.parametrize("value", WRITTEN)
def test_what_is_rendered_gives_what_was_written(admin, value):
    """Or it is refused: never another number."""
    sql = f"select {value}"
    written = admin.execute(sql.encode()).fetchall()
    try:
        rendered = sql_of(faithful(sql, "postgres"), "postgres")
    except ValueError:
        return
    assert admin.execute(rendered.encode()).fetchall() == written, rendered


STATELESS = {
    "amvalidate", "array_sample", "array_shuffle", "clock_timestamp", "currtid2", "gen_random_uuid", "random",
    "random_normal", "timeofday", "txid_status", "uuidv4", "uuidv7",
}  # fmt: skip


def test_every_function_with_a_state_has_been_looked_at(admin):
    names = admin.execute(
        "select distinct proname::text from pg_proc where pronamespace = 'pg_catalog'::regnamespace "
        "and provolatile = 'v' and prokind = 'f' and 'internal'::regtype <> all(proargtypes::oid[]) "
        "and prorettype not in ('trigger'::regtype, 'event_trigger'::regtype)"
    ).fetchall()
    through = set()
    for (name,) in names:
        try:
            read_only(f"select {name}('x')", "postgres")
            through.add(name)
        except ValueError:
            pass
    assert through <= STATELESS


@pytest.mark.parametrize(
    "sql",
    [
        "select pg_terminate_backend(1)", "select pg_read_file('/etc/passwd')", "select lo_import('/etc/passwd')",
        "select pg_catalog.pg_sleep(1)", "select query_to_xml('select 1', true, true, '')",
        "select * from dblink('x', 'y')",
        "select * from pg_stats", "select * from pg_catalog.pg_authid", "select * from pg_ls_dir('/')",
        "select pg_advisory_lock(1)", "select loread(1, 2)", "select database_to_xml(true, true, '')",
        "select current_setting('x')", "select * from t for share", "copy t to program 'x'",
        "select inet_server_addr()",
    ],
)  # fmt: skip
def test_what_is_not_of_the_warehouse_is_refused(sql):
    with pytest.raises(ValueError, match=r"a check may|one SELECT is needed|cannot be parsed"):
        read_only(sql, "postgres")
