"""Numbers that people write as texts: plain digits, and nothing else that Python would take for a number."""

from decimal import Decimal

import pytest

from harness.model.number import plain_number
from harness.model.threshold import duration, from_text


@pytest.mark.parametrize(("text", "number"), [("10", 10), (" 10 ", 10), ("-0.5", Decimal("-0.5")), ("+007", 7)])
def test_plain_digits(text, number):
    assert plain_number(text) == number


@pytest.mark.parametrize(
    "text",
    ["", " ", "1_0", "\uff11\uff10", "\u0661\u0660", "nan", "inf", "-Infinity", "1e3", "1,5", ".5", "5.", "0x10", "1/3",
     "--1", "1 0", "10\n", "9" * 241],
)  # fmt: skip
def test_anything_else_is_none(text):
    with pytest.raises(ValueError, match="is no number in plain digits"):
        plain_number(text)
    with pytest.raises(ValueError, match="is no number in plain digits"):
        duration(text, "d")


@pytest.mark.parametrize("text", ["> \uff19\uff19 %", "> 1_0", "> 1e3", "> nan"])
def test_a_threshold_is_no_other(text):
    with pytest.raises(ValueError, match="is no threshold"):
        from_text(text)
