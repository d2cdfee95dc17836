"""The business calendar."""

from datetime import date

import pytest

from harness.slo.calendar import ALWAYS, calendar_of

OPEN = {
    "a weekday": ({"weekdays": ["mon-fri"]}, "2013-07-05", True),
    "a Saturday": ({"weekdays": ["mon-fri"]}, "2013-07-06", False),
    "names in full, one alone": ({"weekdays": "Saturday"}, "2013-07-06", True),
    "over Sunday": ({"weekdays": ["sat-mon"]}, "2013-07-08", True),
    "after it": ({"weekdays": ["sat-mon"]}, "2013-07-09", False),
    "a holiday": ({"holidays": "US"}, "2013-07-04", False),
    "the day after": ({"holidays": "US"}, "2013-07-05", True),
    "a holiday of a part of a country": ({"holidays": "DE-BY"}, "2013-01-06", False),
    "which is none in another": ({"holidays": "DE-BE"}, "2013-01-06", True),
    "a holiday of a market": ({"holidays": ["DE", "XNYS"]}, "2013-03-29", False),
    "an own day": ({"except": ["2013-07-05"]}, "2013-07-05", False),
    "only the days that are named": ({"only": ["2013-07-05"]}, "2013-07-08", False),
    "one of them": ({"only": ["2013-07-05"]}, "2013-07-05", True),
    "one of them that is closed": (
        {"only": ["2013-07-05", "2013-07-08"], "except": ["2013-07-05"]},
        "2013-07-05",
        False,
    ),
}


@pytest.mark.parametrize(("written", "day", "expected"), OPEN.values(), ids=OPEN)
def test_open(written, day, expected):
    assert calendar_of(written).is_open(date.fromisoformat(day)) is expected


def test_no_calendar_is_always_open():
    assert all(ALWAYS.is_open(date(2013, 12, day)) for day in range(1, 32))


WRONG = {
    "no mapping": ("US", "no calendar"),
    "empty": ({}, "no calendar"),
    "another key": ({"holiday": "US"}, "no 'holiday'"),
    "no day that is open": ({"only": ["2013-07-05", "2013-07-04"], "weekdays": ["sat"]}, "leaves out every day"),
    "only a holiday": ({"only": ["2013-07-04"], "holidays": "US"}, "leaves out every day"),
    "no weekdays": ({"weekdays": []}, "without weekdays"),
    "no weekday": ({"weekdays": ["mon", "t"]}, "'t' is no weekday"),
    "two letters": ({"weekdays": ["mo"]}, "'mo' is no weekday"),
    "a country that is none": ({"holidays": "QQ"}, "'QQ'"),
    "a part that is none": ({"holidays": "DE-QQ"}, "'DE-QQ'"),
    "a market that is none": ({"holidays": "NOWHERE"}, "'NOWHERE'"),
    "no day": ({"except": ["4 July"]}, "no day"),
    "a day that is none": ({"only": ["2013-02-30"]}, "no day"),
}


@pytest.mark.parametrize(("written", "message"), WRONG.values(), ids=WRONG)
def test_wrong(written, message):
    with pytest.raises(ValueError, match=message):
        calendar_of(written)
