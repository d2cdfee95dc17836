"""The algebra of lawful values agrees with trying out the values one by one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.model.change import Effect
from harness.model.threshold import Threshold
from harness.rules.breaking.lawful import (
    ALL,
    Lawful,
    above,
    effect_of,
    effect_on_set,
    meeting,
    meeting_all,
    turned,
    up_to,
)

HALVES = st.integers(-8, 8).map(lambda n: n / 2)
SIMPLE = st.builds(Threshold, st.sampled_from(["=", "!=", ">", ">=", "<", "<="]), HALVES)
PAIRS = st.builds(
    lambda operator, pair: Threshold(operator, *sorted(pair)),
    st.sampled_from(["between", "not between"]),
    st.tuples(HALVES, HALVES),
)
THRESHOLDS = st.lists(SIMPLE | PAIRS, max_size=3)
TRIED = [quarter / 4 for quarter in range(-20, 21)]
"""Every bound, a number between each two of them, and one beyond on either side."""


def lawful(thresholds):
    return {number for number in TRIED if all(each.meets(number) for each in thresholds)}


@given(THRESHOLDS)
def test_membership(thresholds):
    found = meeting_all(thresholds)
    assert {number for number in TRIED if number in found} == lawful(thresholds)
    assert {number for number in TRIED if number in ~found} == set(TRIED) - lawful(thresholds)


@given(THRESHOLDS, THRESHOLDS)
def test_looser_is_a_proper_superset(one, other):
    effect = effect_of(meeting_all(one), meeting_all(other))
    assert (effect is Effect.LOOSENS) == (lawful(one) < lawful(other))
    assert (effect is Effect.TIGHTENS) == (lawful(one) > lawful(other))
    assert (effect is Effect.SAME) == (lawful(one) == lawful(other))
    assert effect is turned(effect_of(meeting_all(other), meeting_all(one)))


@given(THRESHOLDS, THRESHOLDS, THRESHOLDS)
def test_looser_is_an_order(one, other, third):
    a, b, c = map(meeting_all, (one, other, third))
    assert a <= ALL
    assert not (a <= b <= c) or a <= c
    assert (a <= b <= a) == (a == b)
    assert a & b == b & a
    assert ~~a == a


@given(THRESHOLDS, THRESHOLDS)
def test_among_whole_numbers(one, other):
    whole = set(map(float, range(-5, 6)))
    found = meeting_all(one).whole()
    assert {number for number in whole if number in found} == lawful(one) & whole
    assert (found == meeting_all(other).whole()) == (lawful(one) & whole == lawful(other) & whole)


@given(st.sets(st.integers(0, 3)), st.sets(st.integers(0, 3)))
def test_sets(one, other):
    effect = effect_on_set(one, other)
    assert (effect is Effect.LOOSENS) == (one < other)
    assert (effect is Effect.SAME) == (one == other)
    assert effect_on_set(other, one) is turned(effect)


def test_nothing_is_tighter_than_everything():
    nothing = Lawful(below=False)
    assert above(3) & up_to(2) == nothing
    assert effect_of(ALL, nothing) is Effect.TIGHTENS


@pytest.mark.parametrize("threshold", [Threshold("~", 1), Threshold("between", 1), Threshold("<", 1, 2)])
def test_no_threshold(threshold):
    with pytest.raises(ValueError, match="no threshold"):
        meeting(threshold)
