"""How far back an objective looks: as it is written, else as far as it takes to tell anything."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from harness.model.project import AuditSettings
from harness.slo.calendar import ALWAYS
from harness.slo.lengths import length_of
from harness.slo.promise import DELIVERIES, Promise
from harness.slo.schedule import Schedule, cron_of, every
from harness.slo.slots import expected
from harness.slo.terms import Window

USUAL = "30 d"
RARE = "365 d"
"""Of what is counted in incidents."""
_SPANS = (timedelta(days=1), timedelta(days=8))
"""Looked at before a whole window, which may hold a slot a minute."""
_SAMPLES = tuple(datetime(2024, month, 1, tzinfo=UTC) for month in (2, 5, 8, 11))
"""Ends of windows, where no day counts more than another."""


def window_for(promise: Promise, audits: tuple[Schedule, ZoneInfo] | None) -> Window:
    """The window of a promise; `audits` are when the project is audited, if anything says so.

    Where none is written and the usual one holds fewer deliveries than the minimum, it is twice as many of them.
    """
    if promise.window:
        return promise.window
    if promise.property.startswith("timeTo"):
        return Window(RARE, length_of(RARE))
    usual = Window(USUAL, length_of(USUAL))
    if holds(promise, usual, audits):
        return usual
    count = 2 * promise.minimum
    return Window(f"{count} deliveries", count=count)


def holds(promise: Promise, window: Window, audits: tuple[Schedule, ZoneInfo] | None) -> bool:
    """Whether the window can hold as many deliveries as the minimum; what nobody can say is taken to be enough."""
    if not window.period:
        return window.count >= promise.minimum
    counted = _counted(promise, audits)
    return counted is None or any(
        len(list(islice(expected(counted, begin, end), promise.minimum))) >= promise.minimum
        for end in _ends(counted)
        for begin in _begins(window, end)
    )


def audits_of(settings: AuditSettings) -> tuple[Schedule, ZoneInfo] | None:
    """When a project is audited, if it says so."""
    return (cron_of(settings.schedule), ZoneInfo(settings.timezone)) if settings.schedule else None


def _counted(promise: Promise, audits: tuple[Schedule, ZoneInfo] | None) -> Promise | None:
    """The promise whose slots are what is counted."""
    if promise.property in DELIVERIES and (promise.schedule or promise.property == "timeOfAvailability"):
        return replace(promise, schedule=promise.schedule or every(1, "d"), since=None, until=None)
    if promise.property.startswith("timeTo") or not audits:
        return None
    schedule, zone = audits
    return replace(promise, schedule=schedule, zone=zone, calendar=ALWAYS, since=None, until=None)


def _ends(counted: Promise) -> Iterator[datetime]:
    """Where the most slots may lie before: after each of the only days on which something is due, or anywhere."""
    for day in sorted(counted.calendar.only):
        yield datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=2)
    yield from () if counted.calendar.only else _SAMPLES


def _begins(window: Window, end: datetime) -> Iterator[datetime]:
    assert window.period  # noqa: S101 - for the type checker: the caller looked
    whole = window.period.before(end)
    yield from (end - span for span in _SPANS if end - span > whole)
    yield whole
