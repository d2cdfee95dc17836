"""What differs between two versions: nothing in another order or layout, all else on both sides of the mirror."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.changes import Side, parts_of
from harness.load.yaml import read
from tests.changes.contracts import CONTRACTS, ONE_TABLE, shuffled, written


def parts(before, after, *, flow=False):
    one, other = read(written(before), "a.yaml"), read(written(after, flow=flow), "b.yaml")
    return parts_of(Side(one, "a.yaml"), Side(other, "b.yaml"), "duckdb")


def leaves(found):
    return [leaf for part in found for leaf in part.leaves]


@given(CONTRACTS | ONE_TABLE, st.randoms(use_true_random=False), st.booleans())
def test_another_order_or_layout_is_no_change(contract, random, flow):
    assert leaves(parts(contract, shuffled(contract, random), flow=flow)) == []


@given(*[CONTRACTS | ONE_TABLE] * 2)
def test_what_is_new_one_way_is_gone_the_other_way(before, after):
    there, back = parts(before, after), parts(after, before)
    assert sorted(_kinds(there)) == sorted(_mirrored(back))


def _kinds(found):
    for part in found:
        state = "added" if part.added else "removed" if part.removed else "changed"
        yield part.shape, state, sorted((key, repr(old), repr(new)) for key, (old, new) in part.changed.items())


def _mirrored(found):
    other = {"added": "removed", "removed": "added", "changed": "changed"}
    for shape, state, changed in _kinds(found):
        yield shape, other[state], sorted((key, new, old) for key, old, new in changed)


@given(*[CONTRACTS | ONE_TABLE] * 2)
def test_two_that_differ_have_a_leaf(before, after):
    """Two contracts without a leaf between them are one in other words, and so the other way round."""
    assert bool(leaves(parts(before, after))) is bool(leaves(parts(after, before)))


@pytest.mark.parametrize(("one", "other"), [(1, True), (0, False), ("1", 1), ("true", True)])
def test_values_of_two_kinds_are_two(one, other):
    found = parts({"schema": [{"name": "t", "owl": one}]}, {"schema": [{"name": "t", "owl": other}]})
    assert leaves(found) == [("schema.t", "owl")]


def _table(*names):
    return {"name": "t", "quality": [{"name": name, "metric": "rowCount", "mustBe": 1} for name in names]}


@pytest.mark.parametrize(
    "tables",
    [
        [_table("x", "x", "x#2")],
        [_table("x#2", "x", "x")],
        [{"name": "t", "properties": [{"name": "c"}]}, {"name": "t.properties.c"}],
        [{"name": "t", "properties": [{"name": "c", "items": {"name": "i"}}, {"name": "c.items"}]}],
    ],
)
def test_every_part_has_a_path_of_its_own(tables):
    """By its path a change is settled; two of one path, and what is said of one hides the other."""

    def changed(entry):
        inside = {key: [changed(each) for each in value] for key, value in entry.items() if isinstance(value, list)}
        items = {"items": changed(entry["items"])} if "items" in entry else {}
        return {**entry, "owl": 1, **inside, **items}

    found = leaves(parts({"schema": tables}, {"schema": [changed(table) for table in tables]}))
    count = repr(tables).count("'name'")
    assert len(set(found)) == len(found) == count


def test_a_column_that_moved_is_one_part_of_two_places():
    before = {"schema": [{"name": "t", "properties": [{"name": "a"}, {"name": "z", "owl": 1}]}]}
    after = {"schema": [{"name": "t", "properties": [{"name": "a"}, {"name": "o", "properties": [{"name": "z"}]}]}]}
    for one, other, was, now in ((before, after, "z", "o.z"), (after, before, "o.z", "z")):
        (moved,) = (part for part in parts(one, other) if part.origin)
        assert (moved.origin, moved.was, moved.table, moved.column) == (was, ("t", was), "t", now)
        assert set(moved.changed) == {"owl"}
