"""Service levels of how audits and incidents went."""

from datetime import UTC, datetime, timedelta

import pytest

from harness.model.audit import Incident
from harness.model.result import Outcome, Severity
from harness.model.sla import Period
from harness.slo.observations import answered, audited, error_rate, reactions, throughput

PASS, FAIL, ERROR, SKIP = Outcome
START = datetime(2013, 1, 1, tzinfo=UTC)


def hours(count):
    return START + timedelta(hours=count)


def test_each_audit_that_looked_is_one():
    found = audited([(hours(3), ERROR), (hours(1), PASS), (hours(2), FAIL), (hours(4), SKIP)])
    assert [(each.slot.due, each.state.value) for each in found] == [
        (hours(1), "kept"),
        (hours(2), "missed"),
        (hours(3), "unknown"),
    ]


@pytest.mark.parametrize(
    ("outcomes", "ages", "expected"),
    [
        ([PASS, ERROR], [PASS], PASS),
        ([FAIL], [], PASS),
        ([PASS, FAIL], [FAIL], FAIL),
        ([ERROR, ERROR], [ERROR], FAIL),
        ([ERROR, SKIP], [], FAIL),
        ([PASS, ERROR], [ERROR], ERROR),
        ([PASS], [PASS, ERROR], ERROR),
        ([PASS, ERROR, FAIL], [ERROR, FAIL], FAIL),
        ([SKIP], [SKIP], SKIP),
        ([], [], SKIP),
    ],
)
def test_a_table_answers_when_a_check_is_decided_and_its_data_is_not_too_old(outcomes, ages, expected):
    assert answered(outcomes, ages) is expected


@pytest.mark.parametrize(
    ("outcomes", "most", "expected"),
    [
        ([PASS] * 99 + [FAIL], 1, PASS),
        ([PASS] * 98 + [FAIL], 1, FAIL),
        ([PASS] * 99 + [FAIL] + [SKIP] * 9 + [ERROR] * 9, 1, PASS),
        ([PASS], 0, PASS),
        ([ERROR], 100, ERROR),
        ([SKIP], 100, SKIP),
        ([], 100, SKIP),
    ],
)
def test_error_rates_are_of_what_was_decided(outcomes, most, expected):
    assert error_rate(outcomes, most) is expected


def incident(opened, detected, notified=None, resolved=None):
    return Incident(
        id="i",
        cause="c",
        severity=Severity.ERROR,
        opened=hours(opened),
        detected=hours(detected),
        notified=hours(notified) if notified is not None else None,
        resolved=hours(resolved) if resolved is not None else None,
        updated=hours(detected),
        state="open" if resolved is None else "resolved",
    )


REACTIONS = {
    "detected in time": ("timeToDetect", incident(0, 2), 9, "kept"),
    "detected late": ("timeToDetect", incident(0, 3), 9, "late"),
    "told in time, from when it was detected": ("timeToNotify", incident(0, 5, 7), 9, "kept"),
    "told late": ("timeToNotify", incident(0, 5, 8), 9, "late"),
    "not told yet": ("timeToNotify", incident(0, 5), 7, "pending"),
    "not told": ("timeToNotify", incident(0, 5), 8, "missed"),
    "repaired in time": ("timeToRepair", incident(0, 5, None, 7), 9, "kept"),
    "repaired late": ("timeToRepair", incident(0, 5, None, 8), 9, "late"),
    "not repaired yet": ("timeToRepair", incident(0, 5, 6), 6, "pending"),
    "not repaired": ("timeToRepair", incident(0, 5, 6), 8, "missed"),
    "repaired, but after the audit": ("timeToRepair", incident(0, 5, 6, 9), 8, "missed"),
}


@pytest.mark.parametrize(("name", "found", "as_of", "expected"), REACTIONS.values(), ids=REACTIONS)
def test_reactions(name, found, as_of, expected):
    (delivery,) = reactions([found], name, Period(0, 2 * 3600), hours(as_of))
    assert delivery.state.value == expected


def test_throughput_is_growth_over_time():
    counts = [(hours(0), 100.0), (hours(24), 124.0), (hours(36), None), (hours(48), 147.0)]
    assert [each.state.value for each in throughput(counts, 24, "rows/d")] == ["kept", "unknown", "missed"]
    assert [each.state.value for each in throughput(counts, 1, "records per hour")] == ["kept", "unknown", "missed"]
    assert throughput(counts[:1], 24, "rows/d") == ()


@pytest.mark.parametrize("unit", ["", "rows", "rows/moon", "MB/s"])
def test_a_unit_of_throughput_that_is_none(unit):
    with pytest.raises(ValueError, match="no unit"):
        throughput([], 1, unit)
