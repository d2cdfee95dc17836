"""How far back an objective looks where its contract does not say it."""

from zoneinfo import ZoneInfo

import pytest

from harness.slo.calendar import calendar_of
from harness.slo.promise import Promise
from harness.slo.schedule import cron_of, every
from harness.slo.terms import window_of
from harness.slo.window import holds, window_for

UTC = ZoneInfo("UTC")
WEEKDAYS = calendar_of({"weekdays": ["mon-fri"]})
DEFAULTS = {
    "a delivery a day": ("frequency", every(1, "d"), {}, None, "30 d"),
    "on weekdays": ("latency", cron_of("0 6 * * *"), {"calendar": WEEKDAYS}, None, "30 d"),
    "a delivery a week": ("frequency", every(1, "w"), {}, None, "20 deliveries"),
    "a delivery a month": ("frequency", every(1, "mo"), {}, None, "20 deliveries"),
    "a minimum of its own": ("frequency", every(1, "w"), {"minimum": 4}, None, "30 d"),
    "more than 30 days hold": ("frequency", every(1, "d"), {"minimum": 40}, None, "80 deliveries"),
    "on Mondays": ("frequency", every(1, "d"), {"calendar": calendar_of({"weekdays": ["mon"]})}, None, "20 deliveries"),
    "stated": ("frequency", every(1, "w"), {"window": window_of("90 d")}, None, "90 d"),
    "an audit a day": ("availability", None, {}, cron_of("30 13 * * *"), "30 d"),
    "an audit a week": ("availability", every(1, "d"), {}, cron_of("30 13 * * mon"), "20 deliveries"),
    "audits that only the scheduler knows of": ("availability", every(1, "w"), {}, None, "30 d"),
    "an age that is counted in audits": ("latency", None, {}, cron_of("30 13 * * mon"), "20 deliveries"),
    "a time of day": ("timeOfAvailability", None, {}, None, "30 d"),
    "incidents are rare": ("timeToRepair", every(1, "d"), {}, cron_of("30 13 * * *"), "365 d"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "schedule", "more", "audits", "text"), DEFAULTS.values(), ids=DEFAULTS)
def test_windows(name, schedule, more, audits, text):
    promise = Promise(property=name, schedule=schedule, zone=UTC, **more)
    audits = (audits, UTC) if audits else None
    window = window_for(promise, audits)
    assert window.text == text
    assert holds(promise, window, audits)
