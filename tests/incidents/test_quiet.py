"""Quiet hours, and patience with receivers."""

from datetime import UTC, datetime, time, timedelta

import pytest

from harness.incidents.quiet import MOST_ATTEMPTS, failed, held_until, is_given_up
from harness.model.alerts import QuietHours
from harness.model.audit import Alert
from harness.model.result import Severity
from tests.incidents.conftest import NOW

NIGHT = QuietHours(time(22), time(7), "Europe/Berlin")
NOON = QuietHours(time(12), time(14), "Europe/Berlin")


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("quiet", "now", "expected"),
    [
        (NIGHT, "2026-03-02T21:59+01:00", None),
        (NIGHT, "2026-03-02T22:00+01:00", "2026-03-03T07:00+01:00"),
        (NIGHT, "2026-03-03T06:59+01:00", "2026-03-03T07:00+01:00"),
        (NIGHT, "2026-03-03T07:00+01:00", None),
        (NOON, "2026-03-02T13:00+01:00", "2026-03-02T14:00+01:00"),
        (NOON, "2026-03-02T14:00+01:00", None),
        # the clock is put forward in that night, and back in this
        (NIGHT, "2026-03-28T23:00+01:00", "2026-03-29T07:00+02:00"),
        (NIGHT, "2026-10-24T23:00+02:00", "2026-10-25T07:00+01:00"),
        # an end that the clock jumps over, and one that strikes twice
        (QuietHours(time(1), time(2, 30), "Europe/Berlin"), "2026-03-29T01:30+01:00", "2026-03-29T03:30+02:00"),
        (QuietHours(time(1), time(2, 30), "Europe/Berlin"), "2026-10-25T02:10+02:00", "2026-10-25T02:30+02:00"),
        (QuietHours(time(1), time(2, 30), "Europe/Berlin"), "2026-10-25T02:10+01:00", "2026-10-25T02:30+01:00"),
    ],
)
def test_quiet_hours(quiet, now, expected):
    assert held_until(moment(now), Severity.WARNING, quiet) == (moment(expected) if expected else None)


def test_what_is_grave_breaks_through():
    night = moment("2026-03-02T23:00+01:00")
    assert held_until(night, Severity.ERROR, NIGHT) is None
    assert held_until(night, Severity.ERROR, QuietHours(time(22), time(7), "UTC", None)) is not None
    assert held_until(night, Severity.INFO, QuietHours(time(22), time(7), "UTC", Severity.INFO)) is None
    assert held_until(night, Severity.INFO, None) is None


ALERT = Alert(id="1", incident="1", channel="channels/a", kind="opened", title="", text="", created=NOW)


def test_the_wait_grows_and_ends():
    alert, waits = ALERT, []
    while not is_given_up(alert):
        alert = failed(alert, NOW, "HTTP 500")
        waits.append((alert.not_before - NOW) / timedelta(minutes=1))
    assert waits == [1, 4, 16, 64, 256, 1024, 1440, 1440]
    assert (alert.attempts, alert.error) == (MOST_ATTEMPTS, "given up after 8 attempts: HTTP 500")


def test_who_asks_for_a_longer_wait_gets_it():
    assert failed(ALERT, NOW, "HTTP 429", 600).not_before == NOW + timedelta(minutes=10)
    assert failed(ALERT, NOW, "HTTP 429", 5).not_before == NOW + timedelta(minutes=1)
    assert failed(ALERT, NOW, "HTTP 429", 1e12).not_before == NOW + timedelta(days=1)
