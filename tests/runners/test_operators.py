"""The faster operators on a real DuckDB: each number is the one that the plain SQL gives, whatever the rows are."""

import math

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp

from harness.engines.duckdb import DuckDB
from harness.metrics.expressions import column, field, table
from harness.model.check import TableName
from harness.model.errors import EngineError
from harness.runners import operators
from harness.runners.operators import Asking, distinct_keys, glob_of, proof_of, values_in, with_few_values

TABLE = table(TableName("main", "t"))
KEYS = {
    "compact": ("BIGINT", st.integers(-50, 50)),
    "sparse": ("BIGINT", st.integers(-(2**63), 2**63 - 1)),
    "small": ("TINYINT", st.integers(-128, 127)),
    "huge": ("HUGEINT", st.integers(-(2**100), 2**100)),
    "unsigned": ("UBIGINT", st.integers(0, 2**64 - 1)),
    "text": ("VARCHAR", st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=3)),
    "wide text": ("VARCHAR", st.sampled_from([letter * 20 for letter in "abcdefgh"])),
    "double": ("DOUBLE", st.floats() | st.just(float("nan"))),
    "boolean": ("BOOLEAN", st.booleans()),
    "blob": ("BLOB", st.binary(max_size=2)),
}


def opened(columns, rows):
    connection = duckdb.connect()
    connection.execute(f"create table t ({', '.join(f'{name} {kind}' for name, kind in columns.items())})")
    if rows:
        connection.executemany(f"insert into t values ({', '.join('?' for _ in columns)})", rows)
    return connection, Asking(answers(connection), "duckdb")


def answers(connection):
    engine = DuckDB(connection, 10)

    def ask(sql):
        try:
            return engine.query(sql), ""
        except EngineError as error:
            return (), str(error)

    return ask


@pytest.mark.parametrize("kind", KEYS)
@settings(max_examples=25)
@given(data=st.data())
def test_one_key_is_counted_as_by_plain_sql(kind, data):
    sql_type, values = KEYS[kind]
    rows = data.draw(st.lists(st.tuples(st.none() | values), max_size=12))
    rows = sorted(rows, key=str) if data.draw(st.booleans()) else rows
    connection, asked = opened({"a": sql_type}, rows)
    ((expected,),) = connection.execute("select count(distinct a) from t").fetchall()
    assert distinct_keys(asked, TABLE, [column("a")], len(rows)).different == expected


@settings(max_examples=30)
@given(
    rows=st.lists(st.tuples(st.none() | st.integers(0, 3), st.none() | st.sampled_from(["x", "y", ""])), max_size=12)
)
def test_a_key_of_two_columns_is_counted_as_by_plain_sql(rows):
    connection, asked = opened({"a": "INTEGER", "b": "VARCHAR"}, rows)
    query = "select count(*) from (select distinct a, b from t where a is not null and b is not null)"
    ((expected,),) = connection.execute(query).fetchall()
    assert distinct_keys(asked, TABLE, [column("a"), column("b")], len(rows)).different == expected


@pytest.mark.parametrize(
    ("rows", "operator"),
    [
        ("select i as a from range(1000) t(i)", "BITSTRING_AGG"),
        ("select i * 1000000 as a from range(1000) t(i)", "LAG"),
        ("select 'order ' || lpad(i::varchar, 12, '0') as a from range(1000) t(i)", "LAG"),
        ("select 'order ' || lpad((i * 7919 % 1000)::varchar, 12, '0') as a from range(1000) t(i)", "HASH"),
        ("select 'order ' || lpad((i * 7919 % 900)::varchar, 12, '0') as a from range(1000) t(i)", "HASH"),
        ("select (i * 7919 % 1000)::varchar as a from range(1000) t(i)", "GROUP BY"),
    ],
)
def test_the_operator_fits_the_column(rows, operator, tmp_path):
    with duckdb.connect(str(tmp_path / "t.duckdb")) as connection:
        connection.execute(f"create table t as {rows}")
    connection = duckdb.connect(str(tmp_path / "t.duckdb"), read_only=True)
    said = []

    def ask(sql):
        said.append(sql)
        return answers(connection)(sql)

    ((expected,),) = connection.execute("select count(distinct a) from t").fetchall()
    assert distinct_keys(Asking(ask, "duckdb"), TABLE, [column("a")], 1000).different == expected
    assert operator in next(sql for sql in reversed(said) if not sql.startswith("EXPLAIN"))


@pytest.mark.parametrize("name", ["h", "n", "k", "before", "present", "probe", "pairs", "shared", "hashes", "some"])
@pytest.mark.parametrize("second", [False, True])
@pytest.mark.parametrize("wide", ["a text of many bytes ", ""])
def test_a_field_of_a_column_with_a_name_that_an_operator_uses_too(name, second, wide):
    """Each row has an object of its own, and not a key of its own."""
    connection = duckdb.connect()
    objects = f"select {{'a': '{wide}' || i * 7 % 10, 'b': i % 5, 'c': i}} as {name} from range(100) t(i)"
    connection.execute(f"create table t as {objects}")
    asked = Asking(answers(connection), "duckdb")
    keys = [field(column(name), part) for part in ("a", "b")[: 1 + second]]
    assert distinct_keys(asked, TABLE, keys, 100).different == 10


def test_more_doubtful_hashes_than_are_confirmed_are_counted_by_value(monkeypatch):
    monkeypatch.setattr(operators, "_CANDIDATES", 3)
    rows = [(letter * 20,) for letter in "abcdeabcde"]
    _, asked = opened({"a": "VARCHAR"}, rows)
    assert distinct_keys(asked, TABLE, [column("a")], len(rows)).different == 5


def test_an_engine_that_gives_no_answer_gives_no_count():
    assert distinct_keys(Asking(lambda sql: ((), "gone"), "duckdb"), TABLE, [column("a")], 9) is None


GLOBS = {
    "^C[0-9]{8}$": "C" + "[0-9]" * 8,
    r"^\d{4}-\d{2}$": "[0-9]" * 4 + "-" + "[0-9]" * 2,
    "^[A-Z]{2}[a-z]_$": "[A-Z][A-Z][a-z]_",
    "^[0-9a-f]{32}$": "",
    "^[A-Z]{2}[a-z0-9_]$": "",
    "^DE$": "DE",
    "C[0-9]{8}": "",
    "^C[0-9]*$": "",
    "^C[0-9]{1,8}$": "",
    "^C.$": "",
    "^[^a]$": "",
    "^a|b$": "",
    "^a?$": "",
    "^a+$": "",
    "^(a)$": "",
    r"^\w$": "",
    "^[z-a]$": "[z-a]",
    "^ä$": "",
    "^a{0}$": "",
    "^*$": "",
    "^a$\n": "",
    "": "",
}


@pytest.mark.parametrize("pattern", GLOBS)
def test_a_pattern_of_fixed_width_is_a_glob(pattern):
    assert glob_of(pattern) == GLOBS[pattern]


@settings(max_examples=60)
@given(
    atoms=st.lists(
        st.tuples(st.sampled_from(["a", "B", "7", "_", "-", " ", "[0-9]", "[a-c]", "[A-Z]", r"\d"]), st.integers(1, 3)),
        min_size=1,
        max_size=4,
    ),
    texts=st.lists(st.text("aBbX7_- \n*[]?", max_size=6), max_size=8),
)
def test_the_glob_matches_what_the_pattern_matches(atoms, texts):
    pattern = "^" + "".join(atom + (f"{{{times}}}" if times > 1 else "") for atom, times in atoms) + "$"
    glob = glob_of(pattern)
    assert glob
    connection = duckdb.connect()
    for text in texts:
        row = connection.execute("select ? glob ?, regexp_matches(?, ?)", [text, glob, text, pattern]).fetchone()
        assert row[0] is row[1], (text, pattern, glob)


@settings(max_examples=60)
@given(
    values=st.lists(st.none() | st.floats(-3, 3) | st.sampled_from([float("nan"), float("inf")]), max_size=6),
    bound=st.integers(-2, 2),
    comparison=st.sampled_from([exp.GTE, exp.GT, exp.LTE, exp.LT]),
    guarded=st.booleans(),
)
def test_what_is_proven_holds_of_every_row(values, bound, comparison, guarded):
    condition = comparison(this=column("a"), expression=exp.Literal.number(bound)).not_()
    nan = exp.EQ(this=column("a"), expression=exp.cast(exp.Literal.string("NaN"), "double"))
    condition = exp.or_(condition, nan, column("a").is_(exp.null())) if guarded else condition
    counted = exp.Count(this=exp.Case(ifs=[exp.If(this=condition, true=exp.Literal.number(1))]))
    _, asked = opened({"a": "DOUBLE"}, [(value,) for value in values])
    proof = proof_of(counted)
    assert proof is not None
    (violating,) = asked.row(exp.select(counted).from_(TABLE))
    (proven,) = asked.row(exp.select(proof).from_(TABLE))
    assert not (proven and violating)
    present = [value for value in values if value is not None]
    if values and len(present) == len(values):
        assert bool(proven) is not bool(violating), "with a value in every row the proof decides"


@pytest.mark.parametrize(
    "condition", ["a > 3", "a = 3", "NOT a IN (1, 2)", "a IS NULL OR b LIKE 'x'", "NOT a >= b + 1 AND a IS NULL"]
)
def test_of_other_conditions_nothing_is_proven(condition):
    expression = exp.maybe_parse(f"COUNT(CASE WHEN {condition} THEN 1 END)", dialect="duckdb")
    assert proof_of(expression) is None


def test_many_queries_are_planned_as_one(tmp_path):
    with duckdb.connect(str(tmp_path / "t.duckdb")) as connection:
        connection.execute("create table t as select i as a, nullif(i, 3) as b, i::varchar as c from range(9) s(i)")
    said = []

    def ask(sql):
        said.append(sql)
        return answers(duckdb.connect(str(tmp_path / "t.duckdb"), read_only=True))(sql)

    asked = Asking(ask, "duckdb")
    proofs = ["COUNT(a) = COUNT(*)", "COUNT(b) = COUNT(*)", "MAX(a) < 9", "MIN(LENGTH(c)) > 0", "COUNT(c) = COUNT(*)"]
    queries = [exp.select(proof, dialect="duckdb").from_(TABLE) for proof in proofs]
    assert asked.are_free(queries) == [True, False, True, False, True]
    assert asked.are_free(queries[:1]) == [True]
    assert len(said) == 2
    assert asked.are_free([*queries, exp.select("gone").from_(TABLE)]) == [], (
        "of what cannot be planned nothing is known"
    )


def test_a_row_is_not_read_for_the_types(tmp_path):
    _, asked = opened({"a": "VARCHAR", "b": "DECIMAL(5,2)"}, [(None, None)])
    knows = asked.knowing(TABLE, ["a", "b"])
    assert [knows.kind(column(name)) for name in "abc"] == ["VARCHAR", "DECIMAL(5,2)", ""]
    assert asked.knowing(TABLE, ["a", "gone"]) is asked


def test_columns_of_few_values_are_seen_in_a_look_where_the_engine_has_no_estimate(tmp_path):
    rows = 300_000
    connection = duckdb.connect()
    connection.execute(
        f"""copy (select (i % 5)::varchar as five, (i % 20000)::varchar as many, i::varchar as each, i % 5 as number,
        null::varchar as nothing from range({rows}) s(i)) to '{tmp_path / "t.parquet"}'"""
    )
    connection.execute(f"create view t as select * from '{tmp_path / 't.parquet'}'")
    names = ["five", "many", "each", "number", "nothing"]
    asked = Asking(answers(connection), "duckdb").knowing(TABLE, names)
    assert with_few_values(asked, TABLE, names, rows) == {"five", "many", "nothing"}
    assert with_few_values(asked, TABLE, names, 60_000) == set(), "of a smaller table a look is half of the work"
    assert with_few_values(asked, TABLE, ["number"], rows) == set()


@given(values=st.integers(1, 10**6), look=st.integers(10, 10**5))
def test_how_many_values_there_are_follows_from_a_look(values, look):
    seen = round(values * -math.expm1(-look / values))
    found = values_in(look, seen)
    assert found >= seen
    # rounded to a whole number, what a look sees leaves some doubt
    least, most = values_in(look, max(seen - 1, 0)), values_in(look, seen + 1)
    assert least - 2 <= values <= most + 2


def test_a_look_that_sees_a_new_value_in_each_row_tells_nothing():
    assert values_in(50_000, 50_000) == math.inf
