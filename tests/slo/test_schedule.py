"""When deliveries are due, by clocks that change."""

import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from croniter import croniter
from hypothesis import given, reject
from hypothesis import strategies as st

from harness.slo.schedule import cron_of, dues, every


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


DUES = {
    "daily in UTC, both ends included": (
        cron_of("0 11 * * *"), "UTC", "2013-01-01T11:00", "2013-01-03T11:00",
        ["01-01T11:00", "01-02T11:00", "01-03T11:00"],
    ),
    "a time that the clock jumps over": (
        cron_of("30 2 * * *"), "America/New_York", "2013-03-09T00:00", "2013-03-12T00:00",
        ["03-09T07:30", "03-10T07:30", "03-11T06:30"],
    ),
    "a time that the clock shows twice": (
        cron_of("30 1 * * *"), "America/New_York", "2013-11-02T00:00", "2013-11-05T00:00",
        ["11-02T05:30", "11-03T05:30", "11-04T06:30"],
    ),
    "every half hour in autumn": (
        cron_of("*/30 * * * *"), "America/New_York", "2013-11-03T04:30", "2013-11-03T07:30",
        ["11-03T04:30", "11-03T05:00", "11-03T05:30", "11-03T06:00", "11-03T06:30", "11-03T07:00", "11-03T07:30"],
    ),
    "every hour in spring": (
        cron_of("0 * * * *"), "Europe/Berlin", "2013-03-31T00:00", "2013-03-31T02:00",
        ["03-31T00:00", "03-31T01:00", "03-31T02:00"],
    ),
    "an hour as a period, in autumn": (
        every(1, "h"), "Europe/Berlin", "2013-10-26T23:00", "2013-10-27T02:00",
        ["10-26T23:00", "10-27T00:00", "10-27T01:00", "10-27T02:00"],
    ),
    "midnight of the zone": (
        every(1, "d"), "Europe/Berlin", "2013-03-30T00:00", "2013-04-01T23:00",
        ["03-30T23:00", "03-31T22:00", "04-01T22:00"],
    ),
    "weeks begin on Monday": (every(1, "w"), "UTC", "2013-01-01T00:00", "2013-01-21T00:00",
        ["01-07T00:00", "01-14T00:00", "01-21T00:00"]),
    "two days": (every(2, "d"), "UTC", "2013-01-06T00:00", "2013-01-10T00:00",
        ["01-07T00:00", "01-09T00:00"]),
    "months begin on the 1st": (every(1, "month"), "UTC", "2013-01-02T00:00", "2013-03-01T00:00",
        ["02-01T00:00", "03-01T00:00"]),
    "quarters": (every(3, "months"), "UTC", "2013-01-02T00:00", "2013-12-31T00:00",
        ["04-01T00:00", "07-01T00:00", "10-01T00:00"]),
    "six hours": (every("PT6H", ""), "UTC", "2013-01-01T01:00", "2013-01-01T18:00",
        ["01-01T06:00", "01-01T12:00", "01-01T18:00"]),
    "weekdays by name": (cron_of("0 6 * * mon-fri"), "UTC", "2013-01-04T00:00", "2013-01-08T00:00",
        ["01-04T06:00", "01-07T06:00"]),
    "an alias": (cron_of("@weekly"), "UTC", "2013-01-01T00:00", "2013-01-13T00:00", ["01-06T00:00", "01-13T00:00"]),
}  # fmt: skip


@pytest.mark.parametrize(("schedule", "zone", "since", "until", "expected"), DUES.values(), ids=DUES)
def test_dues(schedule, zone, since, until, expected):
    found = list(dues(schedule, ZoneInfo(zone), at(since), at(until)))
    assert [f"{due.at:%m-%dT%H:%M}" for due in found] == expected


def test_the_step_is_from_the_one_before():
    found = list(dues(cron_of("0 6 * * mon-fri"), ZoneInfo("UTC"), at("2013-01-04T00:00"), at("2013-01-08T00:00")))
    assert [due.step.days for due in found] == [1, 3]


def test_a_period_that_does_not_divide_the_day_goes_on_over_midnight():
    found = list(dues(every(5, "h"), ZoneInfo("UTC"), at("2013-01-01T00:00"), at("2013-01-03T00:00")))
    assert {due.step.total_seconds() for due in found} == {5 * 3600}
    again = list(dues(every(5, "h"), ZoneInfo("UTC"), at("2013-01-02T00:00"), at("2013-01-03T00:00")))
    assert again == found[-len(again) :]


@pytest.mark.parametrize(
    "text",
    ["", "daily", "0 11 * *", "0 0 11 * * *", "60 11 * * *", "0 24 * * *", "0 11 * * xyz", "0 0 31 2 *", "H * * * *"],
)
def test_no_cron_schedule(text):
    with pytest.raises(ValueError, match=r"no cron schedule|never comes"):
        cron_of(text)


@pytest.mark.parametrize(("value", "unit"), [(0, "d"), (-1, "d"), ("P1M1D", ""), ("daily", ""), (1, "moon")])
def test_no_period(value, unit):
    with pytest.raises(ValueError, match=r"no period|mixes months|no unit|no number|could not"):
        every(value, unit)


@given(
    st.integers(0, 59),
    st.sampled_from(["*", *map(str, range(24))]),
    st.sampled_from(["*", *"01234567"]),
    st.datetimes(at("2000-01-01").replace(tzinfo=None), at("2040-01-01").replace(tzinfo=None)),
)
def test_plain_schedules_are_those_of_croniter(minute, hour, weekday, since):
    text, until = f"{minute} {hour} * * {weekday}", since + timedelta(days=20)
    found = [
        due.at.replace(tzinfo=None) for due in dues(cron_of(text), ZoneInfo("UTC"), at(f"{since}"), at(f"{until}"))
    ]
    witness = croniter(text, since - timedelta(seconds=1))
    expected = [witness.get_next(datetime)]
    while expected[-1] <= until:
        expected.append(witness.get_next(datetime))
    assert found == [moment for moment in expected if since <= moment <= until]


FIELDS = (
    st.sampled_from(["*", "0", "5,35", "10-20", "*/7", "59"]),
    st.sampled_from(["*", "3", "0,23", "1-4", "*/6", "2"]),
    st.sampled_from(["*", "1", "1,15", "1-31", "*/10", "29-31", "l"]),
    st.sampled_from(["*", "2", "3-11/2", "*/2", "jan,oct"]),
    st.sampled_from(["*", "1", "0,6", "7", "mon-fri", "*/2", "fri#2", "0-6"]),
)
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kolkata")


def slowly(text, zone, since, until):
    """Every time by croniter, each put on the clock of the zone by itself."""
    before, after = (each.astimezone(zone).replace(tzinfo=None) for each in (since, until))
    begin = croniter(text, croniter(text, before).get_prev(datetime)).get_prev(datetime)
    local, forward = begin, croniter(text, begin)
    real = text.split()[1].startswith("*")
    moments = set()
    while local <= after + timedelta(hours=2):
        first = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
        exists = first.astimezone(zone).replace(tzinfo=None) == local
        second = local.replace(tzinfo=zone, fold=1).astimezone(UTC)
        moments |= ({first, second} if exists else set()) if real else {first}
        local = forward.get_next(datetime)
    return [(due, due - last) for last, due in pairwise(sorted(moments)) if since <= due <= until]


@given(
    st.tuples(*FIELDS).map(" ".join),
    st.sampled_from(ZONES),
    st.datetimes(at("2011-01-01").replace(tzinfo=None), at("2030-01-01").replace(tzinfo=None)),
    st.integers(0, 20 * 24 * 60),
)
def test_every_schedule_is_as_croniter_has_it(text, zone, since, minutes):
    since, until = since.replace(tzinfo=UTC), since.replace(tzinfo=UTC) + timedelta(minutes=minutes // 60 or minutes)
    try:
        schedule = cron_of(text)
    except ValueError:
        reject()
    found = [(due.at, due.step) for due in dues(schedule, ZoneInfo(zone), since, until)]
    assert found == slowly(text, ZoneInfo(zone), since, until)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("text", ["*/20 * * * *", "30 1-3 * * *", "*/15 2 * * *"])
def test_a_year_with_its_changes_of_the_clock(text, zone):
    since, until = at("2011-06-01"), at("2012-06-01")
    found = [(due.at, due.step) for due in dues(cron_of(text), ZoneInfo(zone), since, until)]
    assert found == slowly(text, ZoneInfo(zone), since, until)


def test_every_minute_of_a_year_takes_no_half_minute():
    begun = time.process_time()
    found = dues(cron_of("* * * * *"), ZoneInfo("Europe/Berlin"), at("2024-01-01"), at("2024-12-31"))
    assert sum(1 for _ in found) == 365 * 1440 + 1
    assert time.process_time() - begun < 10


def test_no_more_is_worked_out_than_is_asked_for():
    begun = time.process_time()
    found = dues(cron_of("* * * * *"), ZoneInfo("UTC"), at("1900-01-01"), at("2900-01-01"))
    assert next(found).step == timedelta(minutes=1)
    assert time.process_time() - begun < 1
