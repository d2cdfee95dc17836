"""The ladder on real tables: what it counts is exact, and it stops where equality is proven."""

import runpy
from collections import Counter
from datetime import date, datetime, timedelta
from math import isnan
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.model.errors import EngineError, UsageError
from harness.model.reconciliation import Difference, Pair, Step
from harness.reconcile import ladder
from harness.reconcile.match import Wanted

_TABLES = runpy.run_path(str(Path(__file__).with_name("tables.py")))
make, compare, described, AS_OF = (_TABLES[name] for name in ("make", "compare", "described", "AS_OF"))
COLUMNS = [("id", "integer"), ("part", "varchar"), ("price", "decimal(9,2)"), ("ratio", "double"), ("name", "varchar")]
KEY = Wanted(key=("id", "part"))
ROWS = "select i, 'ab'[i % 2 + 1], i * 3, i / 7, 'name ' || i % 5 from range(1000) t(i)"

values = st.tuples(
    st.none() | st.decimals(-1000, 1000, places=2, allow_nan=False),
    st.none() | st.sampled_from([0.0, -0.0, 0.1, 1e300, float("nan"), float("inf"), float("-inf")]),
    st.none() | st.sampled_from(["", "a", "|", "a|b", "1:a", "é", "e\u0301", "NULL", "ß"]),
)
keys = st.tuples(st.integers(0, 30), st.sampled_from(["", "a", "b", "a|b", "é"]))


@pytest.fixture
def duck():
    with duckdb.connect() as connection:
        yield connection


def same(one, other):
    """Equal as the harness means it: NULL is NULL, NaN is NaN, and there is one zero."""
    return one == other or (isinstance(one, float) and isinstance(other, float) and isnan(one) and isnan(other))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    a=st.dictionaries(keys, values, max_size=60),
    edits=st.dictionaries(keys, st.none() | values, max_size=12),
    segment=st.sampled_from([1, 4, 256]),
    batch=st.sampled_from([1, 20, 100_000]),
)
def test_the_counts_of_random_edits_are_exact(duck, monkeypatch, a, edits, segment, batch):
    monkeypatch.setattr(ladder, "SEGMENT", segment)
    monkeypatch.setattr(ladder, "BATCH", batch)
    b = {key: row for key, row in {**a, **edits}.items() if row is not None}
    tables = [
        make(duck, name, COLUMNS, [(*key, *row) for key, row in rows.items()]) for name, rows in (("a", a), ("b", b))
    ]
    changed = {key for key in a.keys() & b.keys() if not all(map(same, a[key], b[key]))}
    found = compare(duck, *tables, KEY)
    assert (found.missing, found.extra, found.different) == (len(a.keys() - b), len(b.keys() - a), len(changed))
    assert found.equal is (not found.missing and not found.extra and not found.different)
    assert found.same == len(a.keys() & b.keys()) - len(changed)
    by_column = {each.name: each.different for each in found.columns}
    for place, name in enumerate(("price", "ratio", "name")):
        assert by_column[name] == sum(not same(a[key][place], b[key][place]) for key in changed)
    differing = sorted((a.keys() ^ b.keys()) | changed)
    assert (found.first is None) == (not differing)
    if differing:
        assert dict(found.first.key) == {"id": str(differing[0][0]), "part": differing[0][1]}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.tuples(
        *[st.lists(st.tuples(st.none() | st.integers(0, 3), st.sampled_from(["a", "b", None])), max_size=12)] * 2
    )
)
def test_rows_that_share_a_key_or_have_none_cancel_out_when_alike_and_are_never_paired(duck, rows):
    a, b = (Counter(each) for each in rows)
    tables = [
        make(duck, name, [("id", "integer"), ("name", "varchar")], each) for name, each in zip("ab", rows, strict=True)
    ]
    found = compare(duck, *tables, Wanted(key=("id",)))
    sizes = [Counter(key for key, _ in each) for each in rows]
    alone = {key for key in sizes[0] | sizes[1] if key is not None and sizes[0][key] <= 1 and sizes[1][key] <= 1}
    missing, extra = a - b, b - a
    different = {key for key, _ in missing if key in alone} & {key for key, _ in extra if key in alone}
    assert found.equal is (a == b)
    assert (found.missing, found.extra, found.different) == (
        missing.total() - len(different),
        extra.total() - len(different),
        len(different),
    )
    assert found.null_keys == Pair(sizes[0][None], sizes[1][None])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    a=st.lists(st.integers(-10_000, 10_000), max_size=40),
    moves=st.lists(st.integers(-12, 12), min_size=40, max_size=40),
    type_=st.sampled_from(["double", "decimal(12,3)", "integer"]),
)
def test_a_tolerance_is_exact(duck, a, moves, type_):
    """Thousandths apart, of which a tolerance of 0.01 bears ten; whole ones with a tolerance of 10."""
    scale = 1 if type_ == "integer" else 1000
    shape = [("id", "integer"), ("x", type_)]
    rows = [(i, x / scale) for i, x in enumerate(a)], [(i, (x + moves[i]) / scale) for i, x in enumerate(a)]
    tables = [make(duck, name, shape, each) for name, each in zip("ab", rows, strict=True)]
    found = compare(duck, *tables, Wanted(key=("id",), tolerances={"x": "10" if scale == 1 else "0.01"}))
    assert found.different == sum(abs(move) > 10 for move in moves[: len(a)])
    assert found.equal is (not found.different)


def test_equal_tables_are_proven_without_a_row(duck):
    tables = [make(duck, name, COLUMNS, ROWS) for name in ("a", "b")]
    found = compare(duck, *tables, KEY)
    assert (found.equal, found.proven_at, found.same, found.share) == (True, Step.COLUMNS, 1000, 1.0)
    assert [each.step for each in found.steps] == [Step.COUNT, Step.COLUMNS]
    assert [(each.statements, each.rows) for each in found.traffic] == [(2, 0), (2, 0)]
    assert all(each.bytes < 300 for each in found.traffic)


def test_of_tables_that_differ_only_the_segments_that_do_are_fetched(duck, monkeypatch):
    monkeypatch.setattr(ladder, "SEGMENT", 4)
    tables = [make(duck, name, COLUMNS, ROWS) for name in ("a", "b")]
    duck.execute("update b set price = price + 1 where id = 500; delete from b where id = 7")
    duck.execute("insert into b values (7000, 'a', 1, 1, 'new')")
    found = compare(duck, *tables, KEY)
    assert (found.equal, found.proven_at) == (False, Step.ROWS)
    assert (found.missing, found.extra, found.different, found.same) == (1, 1, 1, 998)
    assert found.share == 998 / 1001
    assert found.traffic[0].rows < 40
    assert [(each.difference, dict(each.key)["id"]) for each in found.samples] == [
        (Difference.MISSING, "7"),
        (Difference.DIFFERENT, "500"),
        (Difference.EXTRA, "7000"),
    ]
    assert found.samples[1].values == (("price", "1500", "1501"),)
    price = next(each for each in found.columns if each.name == "price")
    assert (price.different, price.apart) == (1, ("sum",))


def test_where_much_differs_only_the_columns_that_do_are_fetched(duck, monkeypatch):
    monkeypatch.setattr(ladder, "BATCH", 100)
    tables = [make(duck, name, COLUMNS, ROWS) for name in ("a", "b")]
    duck.execute("update b set price = price + 1")
    found = compare(duck, *tables, KEY)
    assert (found.different, found.same) == (1000, 0)
    assert "price of 3 columns" in found.steps[3].said
    assert {each.name: each.different for each in found.columns if each.different} == {"price": 1000}


def test_columns_that_agree_each_and_rows_that_do_not(duck, monkeypatch):
    """With a key that rows share, the checksum of every column is the same."""
    monkeypatch.setattr(ladder, "BATCH", 0)
    shape = [("id", "integer"), ("x", "integer"), ("y", "integer")]
    tables = [make(duck, "a", shape, [(1, 1, 1), (1, 2, 2)]), make(duck, "b", shape, [(1, 1, 2), (1, 2, 1)])]
    found = compare(duck, *tables, Wanted(key=("id",)))
    assert (found.equal, found.missing, found.extra, found.duplicate_keys) == (False, 2, 2, Pair(1, 1))


def test_noise_within_a_tolerance_fetches_hardly_a_row(duck):
    tables = [make(duck, name, COLUMNS, ROWS) for name in ("a", "b")]
    duck.execute("update b set ratio = ratio + 1e-12")
    found = compare(duck, *tables, KEY._replace(tolerances={"ratio": "0.01"}))
    assert found.equal is True
    assert found.traffic[1].rows <= 500
    assert compare(duck, *tables, KEY).different == 1000


def test_times_have_tolerances_too(duck):
    shape = [("id", "integer"), ("at", "timestamp")]
    times = [(i, datetime.fromisoformat("2024-01-01") + timedelta(minutes=i)) for i in range(50)]
    tables = [make(duck, name, shape, times) for name in ("a", "b")]
    duck.execute("""update b set "at" = "at" + interval 1 second + interval (if(id = 3, 1, 0)) microsecond""")
    found = compare(duck, *tables, Wanted(key=("id",), tolerances={"at": "1s"}))
    assert (found.equal, found.different) == (False, 1)
    assert dict(found.first.key) == {"id": "3"}
    assert compare(duck, *tables, Wanted(key=("id",), tolerances={"at": "1001ms"})).equal is True


class TestLag:
    SHAPE = (("id", "integer"), ("at", "timestamp"), ("x", "integer"))
    WANTED = Wanted(key=("id",), lag=("at", "15m"))

    def rows(self, *ages):
        return [(i, AS_OF.replace(tzinfo=None) - timedelta(minutes=age), 0) for i, age in enumerate(ages)]

    def test_young_rows_of_either_side_are_left_out_and_counted(self, duck):
        tables = [make(duck, "a", self.SHAPE, self.rows(60, 60, 5)), make(duck, "b", self.SHAPE, self.rows(60, 60))]
        found = compare(duck, *tables, self.WANTED)
        assert (found.equal, found.same, found.left_out) == (True, 2, Pair(1, 0))

    def test_a_row_whose_other_half_is_young_is_neither_missing_nor_extra(self, duck):
        tables = [make(duck, "a", self.SHAPE, self.rows(60, 60)), make(duck, "b", self.SHAPE, self.rows(60, 5))]
        found = compare(duck, *tables, self.WANTED)
        assert (found.equal, found.missing, found.extra, found.left_out) == (True, 0, 0, Pair(1, 1))

    def test_old_rows_are_compared(self, duck):
        tables = [make(duck, "a", self.SHAPE, self.rows(60, 60, 5)), make(duck, "b", self.SHAPE, self.rows(60))]
        found = compare(duck, *tables, self.WANTED)
        assert (found.equal, found.missing) == (False, 1)

    def test_a_row_without_a_time_is_old(self, duck):
        tables = [make(duck, "a", self.SHAPE, [(1, None, 1)]), make(duck, "b", self.SHAPE, [(1, None, 2)])]
        assert compare(duck, *tables, self.WANTED._replace(ignored=())).different == 1

    def test_that_every_row_is_young_proves_nothing(self, duck):
        tables = [make(duck, name, self.SHAPE, self.rows(5)) for name in ("a", "b")]
        found = compare(duck, *tables, self.WANTED)
        assert (found.equal, found.share) == (None, None)
        assert "nothing was compared" in found.reason


def test_two_empty_tables_are_equal(duck):
    tables = [make(duck, name, COLUMNS, []) for name in ("a", "b")]
    found = compare(duck, *tables, KEY)
    assert (found.equal, found.share) == (True, 1.0)


def test_an_empty_table_is_not_equal_to_a_full_one(duck):
    tables = [make(duck, "a", COLUMNS, ROWS), make(duck, "b", COLUMNS, [])]
    found = compare(duck, *tables, KEY)
    assert (found.equal, found.missing, found.share) == (False, 1000, 0.0)


def test_more_rows_than_are_fetched_is_different_but_not_counted(duck, monkeypatch):
    monkeypatch.setattr(ladder, "BATCH", 100)
    monkeypatch.setattr(ladder, "MOST", 300)
    tables = [make(duck, name, COLUMNS, ROWS) for name in ("a", "b")]
    duck.execute("update b set price = price + 1")
    found = compare(duck, *tables, KEY)
    assert (found.equal, found.is_complete, found.share) == (False, False, None)
    assert 0 < found.different < 1000
    assert found.same == 0
    assert next(each for each in found.columns if each.name == "price").different is None


def test_too_many_rows_within_the_tolerance_prove_nothing(duck, monkeypatch):
    monkeypatch.setattr(ladder, "BATCH", 100)
    monkeypatch.setattr(ladder, "MOST", 300)
    tables = [make(duck, name, COLUMNS, ROWS) for name in ("a", "b")]
    duck.execute("update b set price = price + 1")
    found = compare(duck, *tables, KEY._replace(tolerances={"price": "1"}))
    assert (found.equal, found.share) == (None, None)
    assert found.reason


@pytest.mark.parametrize("part", ["by_segment", "rows"])
def test_a_table_that_changes_meanwhile_proves_nothing(duck, monkeypatch, part):
    tables = [make(duck, name, COLUMNS, ROWS) for name in ("a", "b")]
    duck.execute("update b set price = price + 1 where id = 500")
    asked = getattr(ladder.statements, part)

    def mended(*arguments):
        duck.execute("update b set price = price - 1 where id = 500")
        monkeypatch.setattr(ladder.statements, part, asked)
        return asked(*arguments)

    monkeypatch.setattr(ladder.statements, part, mended)
    found = compare(duck, *tables, KEY)
    assert (found.equal, found.share) == (None, None)
    assert "written to while it was read" in found.reason


def test_an_error_names_its_side(duck):
    tables = [make(duck, name, COLUMNS, ROWS) for name in ("a", "b")]

    def broken(sql, most):
        raise EngineError("the disk is full")

    matched = _TABLES["match"](*tables, KEY, AS_OF)
    wish = ladder.Wish({}, 0, frozenset(), lambda: 0.0)
    with pytest.raises(EngineError, match="warehouse: the disk is full"):
        ladder.reconcile(ladder.Side("warehouse", matched.a, broken), ladder.Side("b", matched.b, broken), wish)


def test_columns_that_are_called_as_the_statements_call_theirs(duck, monkeypatch):
    monkeypatch.setattr(ladder, "BATCH", 0)
    shape = [("segment", "varchar"), ("digest", "varchar"), ("digest 0", "varchar"), ("DIGEST_", "varchar")]
    tables = [make(duck, name, shape, [("a", "b", "c", each)]) for name, each in (("a", "d"), ("b", "e"))]
    found = compare(duck, *tables, Wanted(key=("segment",)))
    assert (found.equal, found.different, found.first.columns) == (False, 1, ("DIGEST_",))


def test_a_table_of_three_hundred_columns(duck):
    """More than a function takes arguments."""
    shape = [("id", "integer"), *((f"c{i}", "integer") for i in range(300))]
    tables = [make(duck, name, shape, [(1, *range(300))]) for name in ("a", "b")]
    assert compare(duck, *tables, Wanted(key=("id",))).equal is True
    duck.execute("update b set c298 = c299, c299 = c298")
    found = compare(duck, *tables, Wanted(key=("id",)))
    assert found.first.columns == ("c298", "c299")


@pytest.mark.parametrize(
    ("type_", "values", "apart"),
    [
        ("uuid", ["a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12"], True),
        ("blob", [b"", None], True),
        ("varchar", ["", None], True),
        ("varchar", ["e\u0301", "é"], True),
        ("varchar", ["a", "a "], True),
        ("varchar", ["a", "A"], True),
        ("boolean", [False, None], True),
        ("date", [date(2024, 1, 1), date(2024, 1, 2)], True),
        ("double", [0.0, -0.0], False),
        ("double", [float("nan"), float("inf")], True),
    ],
)
def test_what_is_equal(duck, type_, values, apart):
    tables = [
        make(duck, name, [("id", "integer"), ("x", type_)], [(1, each)])
        for name, each in zip("ab", values, strict=True)
    ]
    assert compare(duck, *tables, Wanted(key=("id",))).equal is not apart


class TestMatching:
    SHAPE = (("id", "integer"), ("x", "integer"))

    @pytest.mark.parametrize(
        ("wanted", "says"),
        [
            (Wanted(key=("nr",)), "`key` names nr, which A lacks"),
            (Wanted(key=("y",)), "`key` names y, which B lacks"),
            (Wanted(key=("id", "ID")), "names a column twice"),
            (Wanted(key=()), "names no column"),
            (Wanted(key=("id",), only=("z",)), "`columns` names z, which A lacks"),
            (Wanted(key=("id",), ignored=("z",)), "`ignore` names z, which neither side has"),
            (Wanted(key=("id",), tolerances={"x": "-1"}), "no number from 0 on"),
            (Wanted(key=("id",), tolerances={"x": "1s"}), "no number from 0 on"),
            (Wanted(key=("id",), tolerances={"x": "1e400"}), "no number from 0 on"),
            (Wanted(key=("id",), tolerances={"x": "nan"}), "no number from 0 on"),
            (Wanted(key=("id",), lag=("at", "999999999d")), "is no period"),
            (Wanted(key=("id",), tolerances={"name": "1"}), "is of type text"),
            (Wanted(key=("id",), tolerances={"at": "1"}), "is no period"),
            (Wanted(key=("id",), tolerances={"id": "1"}), "part of the key"),
            (Wanted(key=("id",), tolerances={"x": "1"}, ignored=("x",)), "not compared"),
            (Wanted(key=("id",), lag=("x", "1h")), "is of type integer and no time"),
            (Wanted(key=("id",), lag=("at", "1 parsec")), "is no period"),
            (Wanted(key=("doc",)), "the key doc cannot be compared"),
        ],
    )
    def test_what_cannot_be_asked(self, duck, wanted, says):
        shape = [*self.SHAPE, ("at", "timestamp"), ("name", "varchar"), ("doc", "json")]
        tables = [make(duck, "a", [*shape, ("y", "integer")], []), make(duck, "b", shape, [])]
        with pytest.raises(UsageError, match=says):
            compare(duck, *tables, wanted)

    def test_columns_of_one_side_only(self, duck):
        tables = [
            make(duck, "a", [*self.SHAPE, ("y", "integer")], []),
            make(duck, "b", [*self.SHAPE, ("z", "integer")], []),
        ]
        matched = _TABLES["match"](*tables, Wanted(key=("id",)), AS_OF)
        assert (matched.only_a, matched.only_b) == (("y",), ("z",))
        matched = _TABLES["match"](*tables, Wanted(key=("id",), ignored=("y", "Z")), AS_OF)
        assert (matched.only_a, matched.only_b) == ((), ())
        matched = _TABLES["match"](*tables, Wanted(key=("id",), only=("x",)), AS_OF)
        assert (matched.only_a, matched.only_b) == ((), ())

    def test_names_in_other_cases_of_letters(self, duck):
        tables = [
            make(duck, "a", [("ID", "integer"), ("X", "integer")], [(1, 2)]),
            make(duck, "b", self.SHAPE, [(1, 2)]),
        ]
        assert compare(duck, *tables, Wanted(key=("id",))).equal is True
