"""Every service level of the standard: measured, skipped with its reason, or a problem; the clock is 2024-01-06."""

from datetime import UTC, datetime

import pytest

from harness.model.result import Severity
from harness.model.sla import SYNONYMS, moment_of, period_of
from harness.model.threshold import Threshold
from harness.plan.sla import BY_AUDIT

DAY = 86400


def contract(*levels, custom=None, columns=("day", "at"), **fields):
    own = [{"property": name, "value": value} for name, value in (custom or {}).items()]
    schema = {"name": "t", "properties": [c if isinstance(c, dict) else {"name": c} for c in columns]}
    return {"schema": [{**schema, "customProperties": own}], "slaProperties": list(levels), **fields}


def level(property, value=1, unit="d", element=None, **custom):
    entry = {"property": property, "value": value, "unit": unit} | ({"element": element} if element else {})
    return entry | {"customProperties": [{"property": name, "value": text} for name, text in custom.items()]}


@pytest.fixture
def levels(planned):
    def of(*entries, **fields):
        return [check for key, check in planned(contract(*entries, **fields)).items() if "/sla/" in key]

    return of


def test_every_name_of_the_standard_is_decided_in_every_case(levels):
    values = {"generalAvailability": "2023-01-01", "endOfSupport": "2030-01-01", "endOfLife": "2030-01-01",
              "timeOfAvailability": "09:00-08:00"}  # fmt: skip
    for name, synonyms in SYNONYMS.items():
        spellings = (name, name.upper(), name.lower(), *synonyms, *(s.upper() for s in synonyms))
        unit = "percent" if name in ("availability", "errorRate") else "d"
        found = [levels(level(each, values.get(name, 1), unit, "t.at")) for each in spellings]
        for (check,) in found:
            assert check.problem == "", name
            assert (check.rule, check.skip) == (found[0][0].rule, found[0][0].skip)
            assert check.id == f"t/at/sla/{name}"


def test_a_name_that_the_standard_does_not_know_is_a_problem(levels):
    (check,) = levels(level("latncy", element="at"))
    assert check.problem == "the standard knows no service level 'latncy'; did you mean `latency`?"
    assert (check.rule, check.id) == ("latncy", "t/at/sla/latncy")
    (nameless,) = levels(level(""))
    assert (nameless.rule, nameless.id) == ("unknown", "t/sla/unknown")
    assert "docs/rules.md" in nameless.problem


@pytest.mark.parametrize("name", ["retention", "frequency", "availability", "endOfLife"])
@pytest.mark.parametrize("element", ["t.dya", "nowhere", "other.at"])
def test_an_element_that_is_not_there_is_a_problem_whatever_the_name(levels, name, element):
    (check,) = levels(level(name, element=element))
    assert f"{element!r}, which is no column of this contract; write `element: t.<column>`" in check.problem
    assert (check.rule, check.id, check.columns) == (name, f"t/sla/{name}", ())


def test_an_element_that_is_not_there_belongs_to_the_table_that_it_names(planned):
    own = contract(level("retention", element="main.u.nowhere"))
    own["schema"].append({"name": "u", "physicalName": "main.u", "properties": [{"name": "at"}]})
    check = planned(own)["u/sla/retention"]
    assert check.problem.endswith("write `element: u.<column>`")


def test_an_element_of_which_a_row_has_several_values_is_a_problem(levels):
    columns = ({"name": "seen", "logicalType": "array", "items": {"logicalType": "timestamp"}},)
    (check,) = levels(level("latency", element="t.seen[]"), columns=columns)
    assert "is inside an array or a map, where a row may have several values of it" in check.problem
    assert (check.rule, check.columns) == ("freshness", ())
    *_, kept = levels(level("latency", element="t.seen[]"), level("retention", unit="y"), columns=columns)
    assert kept.problem == "the retention names no column; write `element: t.<column>`"


HISTORY = ["availability", "errorRate", "throughput", "timeOfAvailability", "timeToDetect", "TN", "timeToRepair"]


@pytest.mark.parametrize("name", HISTORY)
def test_what_needs_history_is_skipped_and_says_so(levels, name):
    value, unit = ("09:30Z", "") if name == "timeOfAvailability" else (99.5, "percent")
    (check,) = levels(
        level(name, value if unit or ":" in str(value) else 1, "h" if "timeTo" in name or name == "TN" else unit)
    )
    canonical = {"TN": "timeToNotify"}.get(name, name)
    assert check.skip == f"{canonical} is judged over many runs, by `harness audit`"
    assert (check.rule, check.id, check.columns) == (canonical, f"t/sla/{canonical}", ())


READABLE = [
    ("availability", 0, ""), ("availability", 100, "%"), ("availability", "99.5 %", ""), ("errorRate", "1%", "percent"),
    ("errorRate", "0.5", "Percent"), ("throughput", 1000, ""), ("throughput", "1e3", "rows/s"),
    ("timeOfAvailability", "9:30", ""), ("timeOfAvailability", "09:30:15+01:00", ""),
    ("timeOfAvailability", "23:59 Z", ""),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value", "unit"), READABLE)
def test_values_that_could_be_judged(levels, name, value, unit):
    (check,) = levels(level(name, value, unit))
    assert (check.problem, bool(check.skip)) == ("", True)


UNREADABLE = [
    ("availability", 101, "percent"), ("availability", "99X", ""),
    ("availability", "high", "percent"), ("availability", 99, "d"),
    ("errorRate", -1, "percent"), ("throughput", "fast", ""), ("timeOfAvailability", 570, ""),
    ("timeOfAvailability", "25:00", ""), ("timeOfAvailability", "noon", ""), ("timeToRepair", 1, "moons"),
    ("timeToDetect", None, "d"), ("endOfLife", "soon", ""), ("endOfLife", 2030, ""), ("endOfSupport", "2030-13-01", ""),
    ("generalAvailability", None, ""), ("frequency", 0, "d"), ("frequency", "daily", ""), ("frequency", -1, "d"),
    ("retention", 6, "m"), ("retention", 1.5, "y"), ("retention", 9999, "y"), ("latency", 10**9, "y"),
    ("retention", "P", ""),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value", "unit"), UNREADABLE)
def test_a_value_that_could_never_be_judged_is_a_problem(levels, name, value, unit):
    (check,) = levels(level(name, value, unit, "t.day"))
    assert check.problem.startswith("the service level cannot be read: ")
    assert not check.problem.endswith(": None")
    assert (check.rule, check.columns, check.skip) == ("freshness" if name == "latency" else name, ("day",), "")


ZONES = [
    # options of the column, its physical type: the zone that its times are read in, or what is wrong
    ({}, "", {}),
    ({"defaultTimezone": "UTC"}, "", {}),
    ({"defaultTimezone": " etc/utc "}, "TIMESTAMP", {}),
    *(({"defaultTimezone": name}, "TIMESTAMP", {}) for name in ("Z", "GMT", "Etc/GMT", "UCT", "Zulu")),
    ({"defaultTimezone": "America/New_York"}, "TIMESTAMP", {"zone": "America/New_York"}),
    ({"defaultTimezone": " America/New_York ", "timezone": False}, "", {"zone": "America/New_York"}),
    ({"defaultTimezone": "America/New_York", "timezone": True}, "", {}),
    ({"defaultTimezone": "America/New_York"}, "TIMESTAMPTZ", {}),
    ({"defaultTimezone": "America/New_York"}, "timestamp with time zone", {}),
    ({"defaultTimezone": "America/New_York"}, "", "at has a `defaultTimezone`; say `timezone: false`"),
]


@pytest.mark.parametrize("name", ["latency", "retention"])
@pytest.mark.parametrize(("options", "physical", "expected"), ZONES)
def test_the_zone_of_a_time_without_one(levels, name, options, physical, expected):
    column = {"name": "at", "logicalType": "timestamp", "logicalTypeOptions": options}
    column |= {"physicalType": physical} if physical else {}
    (check,) = levels(level(name, element="t.at"), columns=[column])
    if isinstance(expected, str):
        assert expected in check.problem
    else:
        assert check.arguments == {"as_of": datetime(2024, 1, 6, tzinfo=UTC), **expected}


PERIODS = [
    # value, unit: seconds before 2024-01-06
    (2, "D", 2 * DAY), (2, "days", 2 * DAY), (90, "min", 5400), (90, "m", 5400), ("3", "w", 21 * DAY),
    (1, "month", 31 * DAY), (2, "Months", 61 * DAY), (1, "y", 365 * DAY), (4, "yr", 1461 * DAY),
    (4, "years", 1461 * DAY),
    ("P1Y", "", 365 * DAY), ("P6M", "", 184 * DAY), ("P1Y6M", "y", 549 * DAY), ("P1M1D", "", 32 * DAY),
    ("PT30M", "", 1800),
]  # fmt: skip


@pytest.mark.parametrize(("value", "unit", "seconds"), PERIODS)
def test_periods(value, unit, seconds):
    assert period_of(value, unit).until(datetime(2024, 1, 6, tzinfo=UTC)) == seconds


def test_a_month_before_its_longer_neighbour_is_its_last_day():
    assert period_of(1, "month").before(datetime(2024, 3, 31, tzinfo=UTC)) == datetime(2024, 2, 29, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "P", "PT", "P1", "1Y", "P1.5Y", "P-1D", "p1y"])
def test_what_is_no_iso_8601_duration(text):
    with pytest.raises(ValueError, match="is no"):
        period_of(text, "")


def test_moments():
    assert moment_of("2024-12-31") == datetime(2025, 1, 1, tzinfo=UTC)
    assert moment_of("2024-12-31T12:00:00") == datetime(2024, 12, 31, 12, tzinfo=UTC)
    assert moment_of("2024-12-31T12:00:00-08:00") == datetime(2024, 12, 31, 20, tzinfo=UTC)


def test_plain_retention_means_nothing_older_than(levels):
    (check,) = levels(level("retention", 1, "y", "t.day"))
    assert (check.rule, check.columns, check.unit) == ("retention", ("day",), "seconds")
    assert check.target == Threshold("<=", 365 * DAY)


def test_retention_may_mean_kept_at_least(levels):
    (check,) = levels(level("retention", 1, "y", "t.day", reading="atLeast"))
    assert check.target == Threshold(">=", 365 * DAY)
    (young,) = levels(level("retention", 1, "y", "t.day", reading="atLeast", since="2024-01-01T00:00:00Z"))
    assert young.target == Threshold(">=", 5 * DAY)
    assert young.arguments == {"as_of": datetime(2024, 1, 6, tzinfo=UTC)}
    (unborn,) = levels(level("retention", 1, "y", "t.day", reading="atLeast", since="2025-01-01T00:00:00Z"))
    assert unborn.target == Threshold(">=", 0)


READINGS = [
    ({"reading": "always"}, "its reading is 'always'"),
    ({"since": "2024-01-01"}, "`since` belongs to the reading `atLeast`"),
    ({"reading": "atLeast", "since": "once"}, "'once'"),
]


@pytest.mark.parametrize(("custom", "said"), READINGS)
def test_a_reading_of_retention_that_means_nothing_is_a_problem(levels, custom, said):
    (check,) = levels(level("retention", 1, "y", "t.day", **custom))
    assert said in check.problem


NO_NUMBERS = [
    ("retention", "1_0", "d"), ("latency", "\uff11\uff10", "d"), ("frequency", "0x10", "d"), ("latency", "nan", "h"),
    ("availability", "9_9", "percent"), ("errorRate", "1_0 %", ""), ("throughput", "1_0", "rows/d"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value", "unit"), NO_NUMBERS)
def test_a_text_that_only_python_takes_for_a_number_is_a_problem(levels, name, value, unit):
    (check,) = levels(level(name, value, unit, "t.at"))
    assert "is no number in plain digits" in check.problem


@pytest.mark.parametrize("name", ["frequency", "latency", "availability", "endOfLife"])
def test_a_second_value_that_the_standard_says_nothing_of_is_a_problem(levels, name):
    value, more = ("2030-01-01", "2031-01-01") if name == "endOfLife" else (1, 2)
    unit = "percent" if name == "availability" else "d"
    (check,) = levels(level(name, value, unit, "t.at") | {"valueExt": more})
    assert f"stands the valueExt {more!r}, and the standard does not say what it promises" in check.problem
    for same in (value, str(value), None):
        (plain,) = levels(level(name, value, unit, "t.at") | {"valueExt": same})
        assert plain.problem == ""


COLUMNS = [
    # customProperties and columns of the table: the column of latency, of retention, of frequency
    ({}, ("day", "at"), None, None, None),
    ({}, ({"name": "day", "partitioned": True}, "at"), "day", "day", "day"),
    ({}, ({"name": "day", "partitioned": True}, {"name": "at", "partitioned": True}), None, None, None),
    ({"partition": {"column": "day", "transform": "month"}}, ("day", "at"), "day", "day", "day"),
    ({"updatedAt": "at"}, ("day", "at"), "at", "at", None),
    ({"updatedAt": "at"}, ({"name": "day", "partitioned": True}, "at"), "at", "day", "day"),
    ({"updatedAt": "nowhere"}, ("day", "at"), None, None, None),
    ({"updatedAt": 5}, ("day", "at"), None, None, None),
    ({"updatedAt": "seen[]"}, ({"name": "seen", "logicalType": "array", "items": {}},), None, None, None),
    ({"partition": {"column": ["day"]}}, ("day", "at"), None, None, None),
    ({"partition": {"column": 5}}, ({"name": "day", "partitioned": True}, "at"), "day", "day", "day"),
]


@pytest.mark.parametrize("element", [None, "t"])
@pytest.mark.parametrize(("custom", "columns", "latency", "retention", "frequency"), COLUMNS)
def test_the_column_of_a_table(levels, custom, columns, latency, retention, frequency, element):
    names = {"latency": latency, "retention": retention, "frequency": frequency}
    for name, column in names.items():
        (check,) = levels(level(name, element=element), custom=custom, columns=columns)
        assert check.columns == ((column,) if column else ())
        assert bool(check.problem) is (column is None and name != "frequency")
        assert bool(check.skip) is (column is None and name == "frequency")


def test_the_contract_may_say_when_its_table_was_updated(planned):
    said = [{"property": "updatedAt", "value": "at"}]
    checks = planned(contract(level("latency"), customProperties=said))
    assert checks["t/sla/latency"].columns == ("at",)
    own = planned(contract(level("latency"), custom={"updatedAt": "day"}, customProperties=said))
    assert own["t/sla/latency"].columns == ("day",)


def test_a_table_of_several_may_be_named_and_then_it_is_its_own_column(planned):
    def of(*levels):
        own = contract(*levels, custom={"updatedAt": "at"})
        own["schema"].append({"name": "u", "properties": [{"name": "seen"}]})
        return {key: check for key, check in planned(own).items() if "/sla/" in key}

    assert of(level("latency", element="t"))["t/sla/latency"].columns == ("at",)
    assert of(level("latency"))["t/sla/latency"].problem.startswith("the latency names none of the 2 tables")
    found = of(level("freshness", element="u.seen"), level("retention", unit="y", element="u"))
    assert found["u/sla/retention"].columns == ("seen",)
    found = of(level("freshness", element="t.day"), level("retention", unit="y", element="u"))
    assert found["u/sla/retention"].problem == "the retention names no column; write `element: u.<column>`"


def test_retention_of_a_table_is_measured_on_the_column_of_its_latency(levels):
    found = {check.rule: check for check in levels(level("latency", element="t.at"), level("retention", unit="y"))}
    assert found["retention"].columns == ("at",)
    unclear = levels(level("latency", element="t.at, t.day"), level("retention", unit="y"))
    assert unclear[-1].problem == "the retention names no column; write `element: t.<column>`"
    assert unclear[-1].rule == "retention"


def test_frequency_is_the_period_of_a_partition(levels):
    custom = {"partition": {"column": "day", "transform": "day"}}
    (daily,) = levels(level("FY", 1, "day", target="< 3"), custom=custom)
    assert daily.arguments == {"transform": "day", "months": 0, "seconds": DAY}
    assert (daily.target, daily.unit) == (Threshold("<", 3), "partitions")
    (yearly,) = levels(level("frequency", "P1Y", ""), custom=custom)
    assert yearly.arguments == {"transform": "day", "months": 12, "seconds": 0}
    (named,) = levels(level("frequency", element="t.at"), custom=custom)
    assert (named.rule, named.columns, named.arguments["transform"]) == ("frequency", ("at",), "identity")
    (mixed,) = levels(level("frequency", "P1M1D", ""), custom=custom)
    assert mixed.arguments == {"transform": "day", "months": 0, "seconds": 32 * DAY}
    (none,) = levels(level("frequency"))
    assert (none.rule, none.id) == ("frequency", "t/sla/frequency")


TRANSFORMS = [
    # `partition` of the table: the partition column and transform of its frequency
    ({"column": "day"}, "day", "identity"),
    ({"column": "day", "transform": "month"}, "day", "month"),
    ({"column": "day", "transform": "bucket[16]"}, "day", "identity"),
    ({"transform": "month"}, "at", "identity"),
    ({"column": "nowhere", "transform": "month"}, "at", "identity"),
    ("day", "at", "identity"),
]


@pytest.mark.parametrize(("stated", "column", "transform"), TRANSFORMS)
def test_the_transform_belongs_to_the_column_that_it_is_stated_of(planned, stated, column, transform):
    said = [{"property": "partition", "value": stated}]
    columns = ("day", {"name": "at", "partitioned": True})
    for fields in ({"custom": {"partition": stated}}, {"customProperties": said}):
        check = planned(contract(level("frequency"), columns=columns, **fields))["t/sla/frequency"]
        assert (check.columns, check.arguments["transform"]) == ((column,), transform)


def test_ends_are_days_left(levels):
    (life,) = levels(level("el", "2024-01-05", ""))
    assert (life.rule, life.target, life.unit, life.severity) == (
        "endOfLife",
        Threshold(">", 0),
        "days",
        Severity.ERROR,
    )
    assert life.arguments == {"until": "2024-01-06T00:00:00+00:00", "as_of": datetime(2024, 1, 6, tzinfo=UTC)}
    (support,) = levels(level("endOfSupport", "2030-01-01T00:00:00Z", "", target="> 90"))
    assert (support.severity, support.target) == (Severity.WARNING, Threshold(">", 90))
    (watched,) = levels(level("endOfLife", "2030-01-01", "", target="> 90", alert="< 30"))
    assert (watched.target, watched.alert, watched.unit) == (Threshold(">", 90), Threshold("<", 30), "days")
    (loud,) = levels(level("endOfLife", "2030-01-01", "", alert="> 30"))
    assert "turn it round" in loud.problem
    (timed,) = levels(level("endOfLife", "2030-01-01", "", target="> 90 d", alert="<= 36 h"))
    assert (timed.target, timed.alert, timed.unit) == (Threshold(">", 90), Threshold("<=", 1.5), "days")
    (late,) = levels(level("endOfLife", "2030-01-01", "", target="> 90 %"))
    assert late.problem.endswith("the number is in days, and the threshold in percent")


def test_general_availability(levels):
    (past,) = levels(level("ga", "2024-01-01", ""))
    assert (past.rule, past.target, past.unit) == ("rowCount", Threshold(">=", 1), "rows")
    (today,) = levels(level("ga", "2024-01-06T00:00:00Z", ""))
    assert today.rule == "rowCount"
    (sparse,) = levels(level("ga", "2024-01-01", ""), custom={"mayBeEmpty": True})
    assert sparse.target == Threshold(">=", 0)
    (full,) = levels(level("ga", "2024-01-01", ""), custom={"mayBeEmpty": False})
    assert full.target == Threshold(">=", 1)
    (to_come,) = levels(level("ga", "2024-02-01", ""))
    assert to_come.skip == "the data is generally available from 2024-02-01 on"
    assert to_come.rule == "generalAvailability"


def test_a_level_is_described_by_the_contract_or_says_what_its_number_is(levels):
    values = {"latency": 1, "retention": 1, "frequency": 1, "ga": "2024-01-01", "es": "2030-01-01", "el": "2030-01-01"}
    for name, value in values.items():
        entry = level(name, value, "d", "t.at")
        (own,), (plain,) = levels(entry | {"description": "why"}), levels(entry)
        assert own.description == "why"
        assert (plain.description == "") is (plain.rule == "freshness")


def test_each_element_of_a_list_is_a_check_and_with_several_tables_none_is_implied(planned):
    checks = levels_of(planned, "t.at, u.at,t.day")
    assert list(checks) == ["t/at/sla/retention", "t/day/sla/retention", "u/at/sla/retention"]
    (check,) = levels_of(planned, None).values()
    assert check.problem == "the retention names none of the 2 tables; write `element: t.<column>`"


def levels_of(planned, element):
    own = contract(level("retention", unit="y", element=element))
    own["schema"].append({"name": "u", "properties": [{"name": "at", "partitioned": True}]})
    return {key: check for key, check in planned(own).items() if "/sla/" in key}


def test_the_number_of_partitions_knows_of_no_holidays(levels):
    """So a frequency by a business calendar is for the audit to judge."""
    custom = {"partition": {"column": "day", "transform": "day"}}
    (check,) = levels(level("frequency"), custom=custom)
    assert (check.skip, check.problem) == ("", "")
    (check,) = levels(level("frequency", calendar={"weekdays": ["mon-fri"]}), custom=custom)
    assert check.skip == f"frequency by a business calendar {BY_AUDIT}"
    (check,) = levels(level("frequency", calendar={"weekdays": ["funday"]}), custom=custom)
    assert check.problem.startswith("the service level cannot be read: `calendar`: 'funday' is no weekday")
