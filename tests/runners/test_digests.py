"""The digest of a table: of what is in it, and of nothing else."""

from decimal import Decimal

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.model.check import TableName
from harness.model.contract import Property
from harness.model.location import Location
from harness.runners.digests import digest_sql, table_digest

NAME = TableName("main", 'a "table"')


@pytest.fixture(scope="module")
def connection():
    with duckdb.connect() as opened:
        yield opened


def digest_of(connection, rows, columns=("a", "b"), types=("INTEGER", "VARCHAR")):
    declared = ", ".join(f'"{name}" {kind}' for name, kind in zip(columns, types, strict=True))
    connection.execute(f'create or replace table "a ""table""" ({declared})')
    if rows:
        connection.executemany(f'insert into "a ""table""" values ({", ".join("?" * len(columns))})', rows)
    return held(connection)


def held(connection):
    found = connection.execute("select column_name, data_type from duckdb_columns() where not internal").fetchall()
    columns = [Property(at=Location(""), name=name, physical_type=kind) for name, kind in found]

    def ask(sql):
        try:
            return connection.execute(sql).fetchone(), ""
        except duckdb.Error as error:
            return (), str(error)

    return table_digest(ask, "warehouse", NAME, columns)


ROWS = st.lists(st.tuples(st.none() | st.integers(-9, 9), st.none() | st.sampled_from(["", "-", "1:", "a", "NULL"])))


@settings(max_examples=40)
@given(rows=ROWS, others=ROWS, random=st.randoms())
def test_two_tables_have_one_digest_when_they_hold_the_same_rows(connection, rows, others, random):
    one, shuffled = digest_of(connection, rows), list(rows)
    random.shuffle(shuffled)
    assert one.rows == len(rows)
    assert digest_of(connection, shuffled) == one
    same = sorted(map(repr, rows)) == sorted(map(repr, others))
    assert (digest_of(connection, others).digest == one.digest) is same


def test_the_order_of_columns_is_nothing():
    with duckdb.connect() as connection:
        one = digest_of(connection, [(1, "x"), (2, None)])
        assert digest_of(connection, [("x", 1), (None, 2)], ("b", "a"), ("VARCHAR", "INTEGER")) == one


def test_their_names_and_types_are_something(connection):
    digests = {
        digest_of(connection, [(1, "1")]).digest,
        digest_of(connection, [(1, "1")], ("a", "c")).digest,
        digest_of(connection, [(1, "1")], types=("BIGINT", "VARCHAR")).digest,
        digest_of(connection, [(Decimal(1), "1")], types=("DECIMAL(3,1)", "VARCHAR")).digest,
        digest_of(connection, []).digest,
    }
    assert len(digests) == 5


def test_a_value_does_not_move_over_to_its_neighbour(connection):
    texts = ("VARCHAR", "VARCHAR")
    pairs = [("a", "bc"), ("ab", "c"), ("abc", ""), ("abc", None), (None, "abc"), ("a1:b", "c"), ("-", None)]
    assert len({digest_of(connection, [pair], types=texts).digest for pair in pairs}) == len(pairs)


@pytest.mark.parametrize(
    ("type", "values"),
    [
        ("VARCHAR[]", ["[NULL]", "['NULL']", "['']", "[]", "['a, b']", "['a','b']", "['[a]']", "[' a']"]),
        ("STRUCT(x VARCHAR)", ["{'x': NULL}", "{'x': 'NULL'}", "{'x': ''}", "NULL"]),
        ("MAP(VARCHAR, VARCHAR)", ["map{'a=b':'c'}", "map{'a':'b=c'}", "map{'a':'c'}", "map{}"]),
        ("BLOB", ["'\\x00'::blob", "'x00'::blob", "'\\x5Cx00'::blob", "''::blob"]),
        ("DOUBLE", ["0e0", "-0e0", "'nan'", "'inf'", "1e-1", "1e-1 + 2e-1", "3e-1"]),
        ("INTERVAL", ["interval 1 month", "interval 30 days", "interval 720 hours"]),
        ("TIMESTAMP", ["'2024-01-01'", "'2024-01-01 00:00:00.000001'"]),
    ],
)
def test_values_of_every_type_are_told_apart(type, values):
    with duckdb.connect() as connection:
        digests = set()
        for value in values:
            connection.execute(f'create or replace table "a ""table""" as select cast({value} as {type}) as a')
            found = held(connection)
            assert not found.why_not
            digests.add(found.digest)
        assert len(digests) == len(values)


@pytest.mark.parametrize("type", ["UNION(x INTEGER, y VARCHAR)", "UNION(x INTEGER)[]", "VARIANT"])
def test_a_type_whose_values_share_a_text_has_no_digest(type):
    with duckdb.connect() as connection:
        connection.execute(f'create table "a ""table""" (a {type})')
        found = held(connection)
        assert found.digest == ""
        assert "not told apart" in found.why_not


def test_a_macro_of_the_database_changes_nothing():
    with duckdb.connect() as connection:
        one = digest_of(connection, [(1, "x")])
        names = ("sha256", "strlen", "concat", "substr", "sum", "string_agg", "count")
        for name in names:
            connection.execute(f"create macro {name}(a, b := 1, c := 1) as '1'")
        assert held(connection) == one


def test_what_cannot_be_read_has_no_digest_and_says_why(connection):
    connection.execute('create or replace table "a ""table""" (a int)')
    asked = [Property(at=Location(""), name="gone", physical_type="INTEGER")]
    with pytest.raises(duckdb.BinderException, match="gone"):
        connection.execute(digest_sql(NAME, ["gone"]))
    found = table_digest(lambda sql: ((), "no column gone"), "warehouse", NAME, asked)
    assert (found.digest, found.why_not) == ("", "no column gone")
