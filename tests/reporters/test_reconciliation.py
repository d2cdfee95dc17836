"""What a reconciliation says, for people and for programs."""

import json

import pytest

from harness.model.reconciliation import ComparedColumn, Difference, Divergence, Pair, Reconciliation, Step
from harness.reporters.reconciliation import as_json, as_text

DIFFERENT = {"a": "x", "b": "y", "key": ("id",), "equal": False, "proven_at": Step.ROWS}

NEAR = ComparedColumn(name="p", kind="float", tolerance="0.1", different=2)
UNTOLD = ComparedColumn(name="p", different=None, untold="it is JSON")


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"same": 999_999, "missing": 1}, "999,999 of 1,000,000 rows are equal (> 99.99 %)"),
        ({"same": 1, "extra": 999_999}, "1 of 1,000,000 rows are equal (< 0.01 %)"),
        ({"same": 0, "different": 3}, "0 of 3 rows are equal (0.00 %)"),
        ({"same": 5, "different": 3, "is_complete": False}, "how many rows is not known"),
        ({"different": 3, "is_complete": False}, "different at least 3 rows  in both"),
        ({"different": 1}, "different 1 row  in both"),
        ({"null_keys": Pair(1, 2)}, "NULL keys 1 in A, 2 in B"),
        ({"duplicate_keys": Pair(1, 0)}, "shared    1 in A, 0 in B"),
        ({"columns": (NEAR,)}, "2 rows differ (compared as float, 0.1 apart at most)"),
        ({"columns": (ComparedColumn(name="p", different=None, apart=("sum",)),)}, "p: differs in sum"),
        ({"columns": (UNTOLD,)}, "p: could not be compared: it is JSON"),
        ({"only_a": ("old",), "only_b": ("new",)}, "old: only A has this column\n  new: only B"),
        (
            {"first": Divergence(Difference.DIFFERENT, (("id", None), ("part", "a")), ("p", "q"))},
            "first     id NULL, part a: different in p, q",
        ),
    ],
)  # fmt: skip
def test_what_differs_is_said(fields, says):
    text = as_text(Reconciliation(**{**DIFFERENT, **fields}))
    assert says in text
    assert text.endswith("Exit code 1: the tables differ.\n")


def test_what_nobody_can_tell_has_no_share():
    found = Reconciliation(a="x", b="y", key=("id",), equal=None, reason="the disk is full", is_complete=False)
    assert "? COULD NOT TELL: the disk is full" in as_text(found)
    document = json.loads(as_json(found))
    assert (document["equal"], document["share"], document["reason"]) == (None, None, "the disk is full")


def test_two_empty_tables():
    found = Reconciliation(a="x", b="y", key=("id",), equal=True, proven_at=Step.COLUMNS)
    assert "✓ EQUAL: both are empty" in as_text(found)
    assert json.loads(as_json(found))["share"] == 1.0
