"""The conformance of canonical forms: one value has one text, whichever server holds it."""

import runpy
from pathlib import Path

import duckdb
import pytest
from sqlglot import exp

from harness.metrics.expressions import column
from harness.reconcile.forms import FORMS, bucket, exact, fill, native
from harness.reconcile.kinds import Kind, Reading, common, number_of, order_of, reading_of, shown

_DATA = runpy.run_path(str(Path(__file__).with_name("forms.py")))
CASES = _DATA["CASES"]


@pytest.fixture(scope="module")
def duck():
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        yield connection


def ids(case):
    return f"{case[4]}-{case[1]}"


@pytest.mark.parametrize("case", CASES, ids=ids)
def test_duckdb_gives_the_canonical_text(duck, case):
    type_, value, _, _, kind, text = case
    reading = reading_of(type_, "duckdb")
    assert common(reading.kind, reading_of(case[2], "postgres").kind) is kind
    sql = exact(column("x"), reading, kind, "duckdb").sql("duckdb")
    assert duck.execute(f'select {sql} from (select cast({value} as {type_}) as "x")').fetchone() == (text,)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("'2024-02-29 12:34:56.789012345'", "1709210096789012.345"),
        ("'1969-12-31 23:59:59.9999999'", "-0.1"),
        ("'infinity'", "infinity"),
    ],
)
def test_nanoseconds_are_a_fraction_of_a_microsecond(duck, value, text):
    sql = exact(column("x"), Reading(Kind.TIMESTAMP, is_nanoseconds=True), Kind.TIMESTAMP, "duckdb").sql("duckdb")
    assert duck.execute(f'select {sql} from (select cast({value} as TIMESTAMP_NS) as "x")').fetchone() == (text,)


def test_a_whole_number_that_no_float_is_equals_no_float(duck):
    """A cast would round 2^53 + 1 to 2^53, and call them equal."""
    sql = exact(column("x"), Reading(Kind.INTEGER), Kind.FLOAT, "duckdb").sql("duckdb")
    assert duck.execute(f'select {sql} from (select 9007199254740993 as "x")').fetchone() == ("n9007199254740993",)
    assert number_of(Kind.FLOAT, "n9007199254740993") == 9007199254740993


@pytest.mark.parametrize(
    ("dialect", "type_", "name"),
    [
        ("duckdb", "JSON", "JSON"),
        ("postgres", "jsonb", "jsonb"),
        ("postgres", "json", "json"),
        ("duckdb", "INTEGER[]", "INTEGER"),
        ("duckdb", "STRUCT(a INTEGER)", "STRUCT"),
        ("duckdb", "INTERVAL", "INTERVAL"),
        ("duckdb", "TIME WITH TIME ZONE", "TIME WITH"),
        ("postgres", "inet", "inet"),
    ],
)
def test_types_without_a_canonical_form_are_refused(dialect, type_, name):
    with pytest.raises(ValueError, match=name):
        reading_of(type_, dialect)


@pytest.mark.parametrize(
    ("a", "b", "says"),
    [
        (Kind.TIMESTAMP, Kind.INSTANT, "--zone"),
        (Kind.TEXT, Kind.INTEGER, "cannot be compared"),
        (Kind.BOOLEAN, Kind.FLOAT, "cannot be compared"),
        (Kind.DATE, Kind.INSTANT, "cannot be compared"),
    ],
)
def test_kinds_that_are_not_alike(a, b, says):
    with pytest.raises(ValueError, match=says):
        common(a, b)
    with pytest.raises(ValueError, match=says):
        common(b, a)


def test_times_without_a_zone_are_read_in_the_zone_that_was_said(duck):
    assert common(Kind.TIMESTAMP, Kind.INSTANT, "Europe/Berlin") is Kind.INSTANT
    sql = exact(column("x"), Reading(Kind.TIMESTAMP), Kind.INSTANT, "duckdb", "Europe/Berlin").sql("duckdb")
    value = "timestamp '2024-07-01 12:00:00'"
    assert duck.execute(f'select {sql} from (select {value} as "x")').fetchone() == ("1719828000000000",)


def test_a_digest_is_the_same_two_halves_of_md5(duck):
    forms = FORMS["duckdb"]
    parts = [
        fill(each, "duckdb", x=exp.Literal.string("0cc175b9c0f1b6a831c399e269772661"))
        for each in (forms.first, forms.second)
    ]
    assert duck.sql(f"select {', '.join(each.sql('duckdb') for each in parts)}").fetchone() == (
        0x0CC175B9C0F1B6A8,
        0x31C399E269772661,
    )
    assert duck.sql(
        fill(forms.digest, "duckdb", x=exp.Literal.string("a")).sql("duckdb").join(("select ", ""))
    ).fetchone() == ("0cc175b9c0f1b6a831c399e269772661",)


@pytest.mark.parametrize(
    ("type_", "kind", "width", "near", "far"),
    [
        ("DOUBLE", Kind.FLOAT, 0.005, ("1.001", "1.002"), ("1.001", "1.02")),
        ("DECIMAL(12,4)", Kind.DECIMAL, 0.005, ("-1.0011", "-1.0012"), ("-1.001", "1.001")),
        ("BIGINT", Kind.INTEGER, 5.0, ("21", "22"), ("21", "26")),
        ("TIMESTAMP", Kind.TIMESTAMP, 500_000.0, ("'2024-01-01 00:00:00.1'", "'2024-01-01 00:00:00.2'"),
         ("'2024-01-01 00:00:00.1'", "'2024-01-01 00:00:01.2'")),
        ("TIME", Kind.TIME, 500_000.0, ("'00:00:00.1'", "'00:00:00.2'"), ("'00:00:00.1'", "'00:00:01.2'")),
        ("DATE", Kind.DATE, 86_400_000_000.0, ("'2024-01-01'", "'2024-01-01'"), ("'2024-01-01'", "'2024-01-04'")),
        # where there is no bucket, values are equal or not
        ("DOUBLE", Kind.FLOAT, 0.005, ("'nan'", "'nan'"), ("'nan'", "'inf'")),
        ("DOUBLE", Kind.FLOAT, 0.005, ("1e300", "1e300"), ("1e300", "1.1e300")),
        ("TIMESTAMP", Kind.TIMESTAMP, 500_000.0, ("'infinity'", "'infinity'"), ("'infinity'", "'-infinity'")),
    ],
)  # fmt: skip
def test_what_is_near_is_in_one_bucket_and_what_is_far_is_not(duck, type_, kind, width, near, far):
    reading = reading_of(type_, "duckdb")

    def bucket_of(value):
        text = exact(column("x"), reading, kind, "duckdb")
        sql = bucket(native(column("x"), reading, kind, "duckdb"), text, kind, "duckdb", width).sql("duckdb")
        return duck.execute(f'select {sql} from (select cast({value} as {type_}) as "x")').fetchone()[0]

    assert bucket_of(near[0]) == bucket_of(near[1])
    assert bucket_of(far[0]) != bucket_of(far[1])


@pytest.mark.parametrize(
    ("kind", "text", "people"),
    [
        (Kind.FLOAT, "4591870180066957722", "0.1"),
        (Kind.FLOAT, "NaN", "nan"),
        (Kind.FLOAT, "n9007199254740993", "9007199254740993"),
        (Kind.DATE, "19782", "2024-02-29"),
        (Kind.DATE, "infinity", "infinity"),
        (Kind.DATE, "-735160", "-735160 (since 1970-01-01)"),
        (Kind.TIMESTAMP, "1709210096789012.345", "2024-02-29 12:34:56.789012345"),
        (Kind.INSTANT, "1709200800000000", "2024-02-29 10:00:00+00:00"),
        (Kind.TIME, "86400000000", "24:00:00"),
        (Kind.TEXT, "é", "é"),
        (Kind.TEXT, None, None),
    ],
)
def test_a_canonical_text_is_shown_as_people_write_it(kind, text, people):
    assert shown(kind, text) == people


def test_numbers_are_in_the_order_of_their_size_behind_null():
    texts = ["10", "9", None, "-1"]
    assert sorted(texts, key=lambda text: order_of(Kind.INTEGER, text)) == [None, "-1", "9", "10"]
    assert sorted(texts, key=lambda text: order_of(Kind.TEXT, text)) == [None, "-1", "10", "9"]
