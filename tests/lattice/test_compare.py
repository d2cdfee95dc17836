"""The lattice: pairs of types as data, and the laws of a partial order."""

import itertools
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from harness.lattice import Kind, compare, parse_type
from harness.lattice.parse import DIALECTS
from harness.lattice.words import DIMENSIONS

FOLDER = Path(__file__).parents[1] / "cases" / "lattice"
PAIRS = [
    pytest.param(path.stem, *pair, id=f"{path.stem}: {pair[0]} -> {pair[1]}")
    for path in sorted(FOLDER.glob("*.yaml"))
    for pair in yaml.safe_load(path.read_text(encoding="utf-8"))
]
MIRRORED = {Kind.SAME: Kind.SAME, Kind.OTHER: Kind.OTHER, Kind.WIDENED: Kind.NARROWED, Kind.NARROWED: Kind.WIDENED}
SCALARS = {
    "duckdb": [
        "BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER",
        "UBIGINT", "UHUGEINT", "BIGNUM", "FLOAT", "DOUBLE", "DECIMAL(2,0)", "DECIMAL(3,0)", "DECIMAL(10,2)",
        "DECIMAL(12,2)", "DECIMAL(12,4)", "DECIMAL(10,4)", "DECIMAL(38,0)", "VARCHAR", "JSON", "UUID", "BLOB", "BIT",
        "DATE", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP", "TIMESTAMP_NS", "TIMESTAMPTZ", "TIME", "TIME_NS", "TIMETZ",
        "INTERVAL", "ENUM('a')", "ENUM('a', 'b')", "ENUM('b', 'a')", "ENUM('a', 'c', 'b')",
    ],
    "postgres": [
        "boolean", "smallint", "integer", "bigint", "numeric", "numeric(10,2)", "numeric(12,2)", "numeric(12,4)",
        "real", "double precision", "text", "varchar(5)", "varchar(9)", "char(5)", "char(9)", "bpchar", "citext",
        "json", "jsonb", "date", "timestamp(0)", "timestamp", "timestamptz", "time(0)", "time", "timetz", "interval",
        "bit(2)", "bit(3)", "varbit", "bit varying(2)", "uuid", "bytea", "inet", "cidr", "money",
    ],
}  # fmt: skip


def _nested(inner):
    fields = st.dictionaries(st.sampled_from(["a", "b", "zip_code", "zipCode"]), inner, min_size=1, max_size=3)
    records = fields.map(lambda d: "(" + ", ".join(f"{name} {type_}" for name, type_ in d.items()) + ")")
    return st.one_of(
        st.tuples(inner, st.sampled_from(["[]", "[2]", "[3]"])).map("".join),
        records.map("STRUCT{}".format),
        records.map("UNION{}".format),
        st.tuples(inner, inner).map(lambda pair: f"MAP({pair[0]}, {pair[1]})"),
    )


LEAVES = st.sampled_from(
    ["SMALLINT", "INTEGER", "DOUBLE", "DATE", "TIMESTAMP", "VARCHAR", "ENUM('a')", "ENUM('a','b')"]
)
TYPES = st.recursive(LEAVES, _nested, max_leaves=5)


@pytest.mark.parametrize(("dialect", "before", "after", "kind", "why"), PAIRS)
def test_pair(dialect, before, after, kind, why):
    found = compare(before, after, dialect)
    assert (found.kind.value, why) == (kind, why if why in found.why else found.why)
    assert compare(after, before, dialect).kind is MIRRORED[found.kind]
    assert bool(found.why) is (found.kind is not Kind.SAME)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_laws_hold_for_all_scalars(dialect):
    kinds = {(a, b): compare(a, b, dialect).kind for a, b in itertools.product(SCALARS[dialect], repeat=2)}
    below = {pair for pair, kind in kinds.items() if kind in (Kind.SAME, Kind.WIDENED)}
    assert [a for a, b in kinds if a == b and kinds[a, b] is not Kind.SAME] == []
    assert [pair for pair in kinds if kinds[pair] is Kind.SAME and pair[0] != pair[1]] == [], "they are all different"
    assert [(a, b) for a, b in kinds if kinds[b, a] is not MIRRORED[kinds[a, b]]] == []
    assert [(a, b, c) for a, b in below for other, c in below if b == other and (a, c) not in below] == []


@given(TYPES)
def test_a_type_is_the_same_as_itself(text):
    assert compare(text, text + " ", "duckdb").kind is Kind.SAME
    assert compare(text, parse_type(text, "duckdb").name, "duckdb").kind is Kind.SAME, "it is spelt as it is read"


@given(TYPES, TYPES)
def test_widened_one_way_is_narrowed_the_other(one, other):
    assert compare(other, one, "duckdb").kind is MIRRORED[compare(one, other, "duckdb").kind]


WIDER = {"SMALLINT": "INTEGER", "INTEGER": "DOUBLE", "DATE": "TIMESTAMP", "ENUM('a')": "ENUM('a','b')"}


@st.composite
def widenings(draw):
    """A type, one that is wider in some of its leaves, and one wider still."""
    steps = [draw(TYPES)]
    for _ in range(2):
        text = steps[-1]
        for narrow in draw(st.lists(st.sampled_from(list(WIDER)), max_size=2)):
            text = text.replace(narrow, WIDER[narrow])
        steps.append(text.replace("[2]", "[]") if draw(st.booleans()) else text)
    return steps


@given(widenings())
def test_wider_than_wider_is_wider(steps):
    kinds = [compare(*pair, "duckdb").kind for pair in itertools.combinations(steps, 2)]
    assert set(kinds) <= {Kind.SAME, Kind.WIDENED}
    assert (kinds[1] is Kind.SAME) is (kinds[0] is Kind.SAME and kinds[2] is Kind.SAME)


@pytest.mark.parametrize(
    "text",
    [
        "banana",
        "",
        "VARCHAR(",
        "select 1",
        "STRUCT(",
        "INTEGER; drop table t",
        "INTEGER foo",
        "INTEGER, DATE",
        "[" * 999,
    ],
)
def test_what_is_no_type(text):
    with pytest.raises(ValueError, match="is no type that duckdb is known to have"):
        parse_type(text, "duckdb")


def test_a_dialect_that_nobody_knows():
    with pytest.raises(ValueError, match="no types of an unknown engine are known"):
        parse_type("INTEGER", "")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_dimension_has_words(dialect):
    types = [parse_type(text, dialect) for text in SCALARS[dialect]]
    assert {(t.domain, len(DIMENSIONS[t.domain])) for t in types if t.capacity} == {
        (t.domain, len(t.capacity)) for t in types if t.capacity
    }
