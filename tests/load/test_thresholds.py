"""A target and its alert: which pairs make sense together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.load.thresholds import clash_of
from harness.model.threshold import Threshold, from_text

PAIRS = {
    # target, alert: what is wrong
    ("> 99 %", "< 95 %"): "",
    ("= 100 %", "< 100 %"): "",
    ("< 1 h", "> 2 h"): "",
    ("< 3 %", ">= 3 %"): "",
    ("= 0", "> 5"): "",
    ("= 0", "!= 0"): "",
    ("!= 0", "< 0"): "turn it round",
    ("< 3 %", "< 5 %"): "turn it round",
    ("> 99 %", "> 95 %"): "turn it round",
    ("< 5 %", "> 3 %"): "turn it round",
    ("= 0", ">= 0"): "turn it round",
    ("< 3", "= 50"): "holds at one number only",
    ("= 0", "< 5"): "turn it round",
    ("< 3", "!= 3"): "turn it round",
}


@pytest.mark.parametrize("pair", PAIRS)
def test_pair(pair):
    target, alert = (from_text(text)[0] for text in pair)
    clash = clash_of(target, alert)
    assert PAIRS[pair] in clash
    assert bool(PAIRS[pair]) is bool(clash)


def test_between():
    assert clash_of(Threshold("between", 5, 10), Threshold(">", 20)) == ""
    assert "turn it round" in clash_of(Threshold("between", 5, 10), Threshold(">", 8))
    assert "turn it round" in clash_of(Threshold("not between", 5, 10), Threshold("<", 0))


HALVES = st.integers(-6, 6).map(lambda n: n / 2)
THRESHOLDS = st.builds(Threshold, st.sampled_from(["=", "!=", ">", ">=", "<", "<="]), HALVES)


@given(target=THRESHOLDS, alert=THRESHOLDS)
def test_without_a_clash_no_number_meets_both(target, alert):
    numbers = [quarters / 4 for quarters in range(-28, 29)]
    if not clash_of(target, alert):
        assert not any(target.meets(number) and alert.meets(number) for number in numbers)
