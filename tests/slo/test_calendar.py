"""The business calendar."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from harness.slo.calendar import ALWAYS, age_by_clock, calendar_of

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


UTC = ZoneInfo("UTC")
BERLIN = ZoneInfo("Europe/Berlin")
WEEKDAYS = {"weekdays": ["mon-fri"]}
AGES = {
    # 2013-07-08 is a Monday; calendar, zone, as of, hours, hours by the clock
    "no day is left out": ({"weekdays": ["mon-sun"]}, UTC, "2013-07-08T10:00", 26, 26),
    "on a Tuesday": (WEEKDAYS, UTC, "2013-07-09T13:00", 26, 26),
    "on a Monday": (WEEKDAYS, UTC, "2013-07-08T13:00", 26, 26 + 48),
    "a Monday is long enough": (WEEKDAYS, UTC, "2013-07-08T13:00", 12, 12),
    "exactly the Monday": (WEEKDAYS, UTC, "2013-07-08T13:00", 13, 13),
    "on a Saturday": (WEEKDAYS, UTC, "2013-07-06T13:00", 26, 26 + 13),
    "after a holiday": ({**WEEKDAYS, "holidays": "US"}, UTC, "2013-07-05T10:00", 20, 20 + 24),
    "two weekends": (WEEKDAYS, UTC, "2013-07-15T12:00", 6 * 24, 6 * 24 + 96),
    "in the days of a zone": (WEEKDAYS, BERLIN, "2013-07-08T01:00", 4, 4 + 48),
    "over a change of the clock": (WEEKDAYS, BERLIN, "2013-04-01T10:00", 24, 24 + 47),
    "nothing was due for years": ({"only": ["1990-01-01"]}, UTC, "2013-07-08T00:00", 1, 1600 * 24),
}


@pytest.mark.parametrize(("written", "zone", "as_of", "hours", "expected"), AGES.values(), ids=AGES)
def test_days_on_which_nothing_is_due_do_not_make_data_older(written, zone, as_of, hours, expected):
    at = datetime.fromisoformat(f"{as_of}+00:00")
    assert age_by_clock(calendar_of(written), zone, at, hours * 3600) == expected * 3600
