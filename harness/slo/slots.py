"""When each delivery is expected, and by when at the latest."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from harness.model.audit import Slot
from harness.slo.promise import Promise
from harness.slo.schedule import Cron, Due, dues


@dataclass(frozen=True, slots=True)
class Expected:
    """A slot, and from when on what arrives is taken for it."""

    slot: Slot
    begins: datetime
    step: timedelta
    """From the one before, by the schedule alone."""


def expected(promise: Promise, since: datetime, until: datetime) -> Iterator[Expected]:
    """The slots that are due in [since, until], in order; none without a schedule."""
    if not promise.schedule:
        return
    begin, end = max(since, promise.since or since), min(until, promise.until or until)
    for due in dues(promise.schedule, promise.zone, begin, end):
        if promise.calendar.is_open(due.at.astimezone(promise.zone).date()):
            yield Expected(Slot(due.at, deadline_of(promise, due)), due.at - _lead(promise, due), due.step)


def deadline_of(promise: Promise, due: Due) -> datetime:
    """A stated grace after it is due; else what the service level itself allows; else before the next is expected.

    A latency is an age: by then the data before would be older than it may be. One that is shorter than a step can
    only be meant of the delivery itself.
    """
    if promise.grace is not None:
        return due.at + timedelta(seconds=float(promise.grace.until(due.at)))
    if promise.age is not None:
        age = timedelta(seconds=float(promise.age.until(due.at)))
        return due.at + (age - due.step if age > due.step else age)
    if promise.clock is not None:
        return _at_clock(promise, due.at)
    return due.at + due.step - _lead(promise, due)


def _at_clock(promise: Promise, due: datetime) -> datetime:
    """The first time of the clock at or after it is due."""
    clock = promise.clock
    assert clock is not None  # noqa: S101 - for the type checker: the caller looked
    local = due.astimezone(clock.tzinfo or promise.zone)
    zone = local.tzinfo
    by = datetime.combine(local.date(), clock.replace(tzinfo=None)).replace(tzinfo=zone)
    if by < local:
        by = datetime.combine(local.date() + timedelta(days=1), clock.replace(tzinfo=None)).replace(tzinfo=zone)
    return by.astimezone(UTC)


def _lead(promise: Promise, due: Due) -> timedelta:
    if promise.lead is not None:
        return timedelta(seconds=float(promise.lead.until(due.at)))
    # without a schedule, a delivery is due at any time of its period: before it, it is one of the period before
    return due.step / 2 if isinstance(promise.schedule, Cron) else timedelta()
