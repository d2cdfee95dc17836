"""Patterns of personal data, in the words of each engine; only counts come back."""

import re
from pathlib import Path

import duckdb
import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.engines import duckdb as duckdb_engine
from harness.engines import postgres as postgres_engine
from harness.model.check import TableName
from harness.model.contract import Property, Server
from harness.model.location import Location
from harness.runners.personal import _PERHAPS, PATTERNS, sightings, text_columns

VALUES = {
    "e-mail addresses": ["ada@shop.example", " Grace.Hopper+x@navy.mil.us "],
    "telephone numbers": ["+49 30 123456-78", "(212) 555 0199", "212-555-0199"],
    "IBANs": ["DE89 3704 0044 0532 0130 00", "NO9386011117947", "GB29NWBK60161331926819"],
    "card numbers": ["4111 1111 1111 1111", "5500000000000004", "3782 822463 10005"],
    "US social security numbers": ["078-05-1120"],
    "IP addresses": ["10.0.0.255", "192.168.1.1"],
}
OTHERS = [
    "N14228", "JFK", "2013-03-05", "d95f3fe67cdf", "12345678", "a@b", "1.2.3", "256.1.1.1", "X1 2345 6789 ABCD EFGH",
    "https://shop.example/a@b", "", " ", "@", "4111-1111", "+1", "BOEING 737-824", "09:05:00.123", "100.5",
]  # fmt: skip
NAME = TableName("s", "t")


def rows():
    return [(kind, value) for kind, values in VALUES.items() for value in values] + [("other", v) for v in OTHERS]


@pytest.fixture
def on_duckdb(tmp_path):
    path = tmp_path / "x.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute('create schema s; create table s.t (kind varchar, "né ""e" varchar)')
        connection.executemany("insert into s.t values (?, ?)", [*rows(), ("none", None)])
    server = Server(at=Location("harness.yaml"), name="w", type="duckdb", settings={"database": "x.duckdb"})
    with duckdb_engine.connect(server, tmp_path, 10) as engine:
        yield engine, "duckdb"


@pytest.fixture
def on_postgres(postgres, postgres_database, tmp_path):
    with psycopg.connect(host=str(postgres), user="postgres", dbname=postgres_database, autocommit=True) as connection:
        connection.execute('create schema s; create table s.t (kind text, "né ""e" char(40))')
        with connection.cursor() as cursor:
            cursor.executemany("insert into s.t values (%s, %s)", [*rows(), ("none", None)])
    settings = {"host": str(postgres), "database": postgres_database, "user": "postgres"}
    server = Server(at=Location("harness.yaml"), name="w", type="postgres", settings=settings)
    with postgres_engine.connect(server, Path(tmp_path), 10) as engine:
        yield engine, "postgres"


@pytest.fixture(params=["on_duckdb", "on_postgres"])
def engine(request):
    return request.getfixturevalue(request.param)


def test_every_kind_is_counted_and_nothing_else(engine):
    found, error = sightings(*engine, NAME, ["kind", 'né "e'], 1000)
    assert error == ""
    assert {seen.kind: seen.count for seen in found} == {kind: len(values) for kind, values in VALUES.items()}
    assert {seen.column for seen in found} == {'né "e'}
    assert {seen.values for seen in found} == {len(rows())}


def test_no_more_rows_than_the_sample(engine):
    found, _ = sightings(*engine, NAME, ['né "e'], 2)
    assert [(seen.kind, seen.count, seen.values) for seen in found] == [("e-mail addresses", 2, 2)]


def test_a_table_without_texts_is_not_asked(engine):
    assert sightings(*engine, TableName("s", "gone"), [], 10) == ((), "")


def test_a_statement_that_fails_says_why(engine):
    found, error = sightings(*engine, TableName("s", "gone"), ["a"], 10)
    assert found == ()
    assert "gone" in error


@pytest.mark.parametrize(
    ("written", "is_text"),
    [
        ("VARCHAR", True), ("character varying(10)", True), ("text", True), ("CHAR(3)", True), ("citext", True),
        ("VARCHAR[]", False), ("INTEGER", False), ("STRUCT(a VARCHAR)", False), ("ENUM('a')", False), ("JSON", False),
    ],
)  # fmt: skip
def test_which_columns_are_texts(written, is_text):
    item = Property(at=Location(""), name="a", physical_type=written)
    assert text_columns([item]) == (["a"] if is_text else [])


@given(value=st.one_of([st.from_regex(pattern, fullmatch=True) for pattern in PATTERNS.values()]))
def test_what_is_personal_is_perhaps_personal(value):
    """The second statement is asked only where the first one found something."""
    assert re.fullmatch(_PERHAPS, value)
