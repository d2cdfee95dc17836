"""All rules together: nothing is said of another order, and what tightens one way loosens the other way."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from tests.changes.contracts import CONTRACTS, ONE_TABLE, shuffled, written

MIRRORED = {
    "table-added": {"adds": ("table-removed", "loosens")},
    "table-removed": {"loosens": ("table-added", "adds")},
    "column-added": {"adds": ("column-removed", "loosens"), "tightens": ("column-removed", "loosens")},
    "required-changed": {"tightens": ("required-changed", "loosens"), "loosens": ("required-changed", "tightens")},
    "unique-changed": {"tightens": ("unique-changed", "loosens"), "loosens": ("unique-changed", "tightens")},
    "primary-key-changed": {
        "tightens": ("primary-key-changed", "loosens"),
        "loosens": ("primary-key-changed", "tightens"),
    },
    "partition-key-changed": {
        "adds": ("partition-key-changed", "loosens"),
        "loosens": ("partition-key-changed", "adds"),
    },
    "relationship-changed": {
        "tightens": ("relationship-changed", "loosens"),
        "loosens": ("relationship-changed", "tightens"),
    },
    "column-type-changed": {
        "widens": ("column-type-changed", "tightens"),
        "tightens": ("column-type-changed", "widens"),
    },
    "column-moved": {},
    "column-name-changed": {},
    "table-renamed": {},
    "table-moved": {},
    "semantic-type-changed": {},
}
"""Rule -> effect -> what is said the other way round, where it is not the same."""


@given(CONTRACTS | ONE_TABLE, st.randoms(use_true_random=False))
def test_another_order_says_nothing(changes_between, contract, random):
    assert changes_between(written(contract), written(shuffled(contract, random), flow=False)) == ()


@given(ONE_TABLE, ONE_TABLE)
def test_the_other_way_round(changes_between, before, after):
    there, back = (_said(changes_between(*map(written, pair))) for pair in ((before, after), (after, before)))
    assert Counter(_other_way(*each) for each in there if each[0] != "column-removed") == Counter(
        each for each in back if each[0] != "column-added"
    )


def _said(changes):
    known = {*MIRRORED, "column-removed"}
    said = [(change.rule, change.change.effect.value) for change in changes if change.rule in known]
    # the last type that goes loosens, any other widens; the first that comes tightens as any other does
    return [("column-type-changed", "widens") if each == ("column-type-changed", "loosens") else each for each in said]


def _other_way(rule, effect):
    return MIRRORED[rule].get(effect, (rule, effect))
