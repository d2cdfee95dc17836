"""When deliveries are due: by cron, or once in each period; in a time zone, with its changes of the clock."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from harness.model.sla import Period, period_of
from harness.slo.calendar import INSTALL

_ALIASES = ("@hourly", "@daily", "@midnight", "@weekly", "@monthly", "@yearly", "@annually")
# most schedules are as plain as this one; croniter takes fifty times as long for it, and must be imported
_PLAIN = re.compile(r"([0-5]?\d) (\*|1?\d|2[0-3]) \* \* (\*|[0-7])", re.ASCII)
_DAY, _HOUR = 86_400, 3_600
_MONDAY = date(1, 1, 1)


@dataclass(frozen=True, slots=True)
class Cron:
    """Five fields of cron, in the clock of a time zone."""

    text: str


@dataclass(frozen=True, slots=True)
class Every:
    """Once in each period; days are counted from a Monday, months from a January, smaller ones from midnight."""

    period: Period


Schedule = Cron | Every


@dataclass(frozen=True, slots=True)
class Due:
    """A moment at which a delivery is due by the schedule alone, in UTC, and how long after the one before."""

    at: datetime
    step: timedelta


def cron_of(text: str) -> Cron:
    """The cron schedule written as `text`. Raises ValueError for what is none, or never comes."""
    fields = text.split()
    if _PLAIN.fullmatch(" ".join(fields)):
        return Cron(text)
    croniter = _croniter()
    try:
        if (len(fields) != 5 and text not in _ALIASES) or not croniter.is_valid(text):
            raise ValueError(f"{text!r} is no cron schedule; write five fields, as in '0 11 * * mon-fri'")
        croniter(text, datetime(2024, 1, 1)).get_next(datetime)  # noqa: DTZ001
    except KeyError as error:
        raise ValueError(f"{text!r} is no cron schedule: {error}") from None
    except ValueError as error:
        raise ValueError(str(error) if text in str(error) else f"{text!r} never comes: {error}") from None
    return Cron(text)


def every(value: Any, unit: str) -> Every:
    """The schedule of a `frequency`. Raises ValueError for what is no period, or a mixture of months and days."""
    period = period_of(value, unit)
    if period.months and period.seconds:
        raise ValueError(f"{value} {unit}".rstrip() + " mixes months with days; say one of them, or write a `schedule`")
    if period.months + period.seconds <= 0:
        raise ValueError(f"{value} {unit}".rstrip() + " is no period; it must be longer than nothing")
    return Every(period)


def zone_named(value: Any) -> ZoneInfo:
    """The time zone of the name. Raises ValueError for what is none."""
    try:
        return ZoneInfo(value)
    except (ValueError, TypeError, OSError, KeyError):
        raise ValueError(f"{value!r} is no time zone; write for example Europe/Berlin") from None


def dues(schedule: Schedule, zone: ZoneInfo, since: datetime, until: datetime) -> Iterator[Due]:
    """Every moment of the schedule in [since, until], in order.

    A time that the clock jumps over in spring is as long after the one before as ever; one that it shows twice in
    autumn is the first of the two. A schedule of every hour, or of more, goes by real hours: it has no such time in
    spring, and both in autumn.
    """
    before, after = since.astimezone(zone).replace(tzinfo=None), until.astimezone(zone).replace(tzinfo=None)
    clock = (
        _cron_times(schedule.text, before, after + timedelta(hours=2))
        if isinstance(schedule, Cron)
        else _period_times(schedule.period, before, after + timedelta(hours=2))
    )
    for first, second in pairwise(_in_order(clock, zone, _goes_by_real_hours(schedule))):
        if second > until:
            return
        if since <= second:
            yield Due(second, second - first)


def _in_order(clock: Iterator[datetime], zone: ZoneInfo, real: bool) -> Iterator[datetime]:
    """The moments of these times of the clock, each once and in order, as far as they are asked for."""
    waiting, day = set[datetime](), date.min
    hour: datetime | None = None
    offset: timedelta | None = None
    for local in clock:
        if local.date() != day:
            day = local.date()
            # no zone is a day away from UTC: what comes later on the clock is later than that
            certain = local.replace(tzinfo=UTC) - timedelta(days=1)
            ready = sorted(moment for moment in waiting if moment < certain)
            waiting.difference_update(ready)
            yield from ready
        if (begin := local.replace(minute=0, second=0, microsecond=0)) != hour:
            hour, offset = begin, _offset_in(begin, zone)
        if offset is not None:
            waiting.add(local.replace(tzinfo=UTC) - offset)
        else:
            waiting |= _moments(local, zone, real)
    yield from sorted(waiting)


def _offset_in(hour: datetime, zone: ZoneInfo) -> timedelta | None:
    """That of the zone from UTC in an hour of the clock; None when the clock changes in it."""
    ends = (hour, hour + timedelta(hours=1))
    found = {end.replace(tzinfo=zone, fold=fold).utcoffset() for end in ends for fold in (0, 1)}
    return found.pop() if len(found) == 1 else None


def _moments(local: datetime, zone: ZoneInfo, real: bool) -> set[datetime]:
    first = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if not real:
        return {first}
    if first.astimezone(zone).replace(tzinfo=None) != local:
        return set()
    return {first, local.replace(tzinfo=zone, fold=1).astimezone(UTC)}


def _goes_by_real_hours(schedule: Schedule) -> bool:
    if isinstance(schedule, Every):
        return not schedule.period.months and schedule.period.seconds <= _HOUR
    fields = schedule.text.split()
    return schedule.text == "@hourly" or (len(fields) == 5 and fields[1].startswith("*"))


def _cron_times(text: str, since: datetime, until: datetime) -> Iterator[datetime]:
    """From the two before `since` on: one of them may be a time that the clock jumps over."""
    if plain := _PLAIN.fullmatch(" ".join(text.split())):
        yield from _plain_times(plain[1], plain[2], plain[3], since, until)
        return
    croniter = _croniter()
    begin = _two_before(croniter, text, since)
    fields, special = croniter.expand(text)
    if not special and all(each == "*" or isinstance(each, int) for field in fields for each in field):
        yield from _times_of_days(fields, begin, until)
        return
    yield begin
    forward = croniter(text, begin)
    while (moment := forward.get_next(datetime)) <= until:
        yield moment


def _two_before(croniter: Any, text: str, since: datetime) -> datetime:
    backward = croniter(text, since)
    backward.get_prev(datetime)
    begin: datetime = backward.get_prev(datetime)
    return begin


def _times_of_days(fields: Sequence[Sequence[Any]], begin: datetime, until: datetime) -> Iterator[datetime]:
    """Day by day; croniter goes over each time anew, which takes it half a minute for every minute of a year."""
    minutes, hours, days, months, weekdays = (None if "*" in field else frozenset(field) for field in fields)
    clock = [
        timedelta(hours=hour, minutes=minute)
        for hour in range(24)
        if hours is None or hour in hours
        for minute in range(60)
        if minutes is None or minute in minutes
    ]
    day = begin.date()
    while day <= until.date():
        if (months is None or day.month in months) and _is_day(day, days, weekdays):
            midnight = datetime.combine(day, time())
            yield from (midnight + at for at in clock if begin <= midnight + at <= until)
        day += timedelta(days=1)


def _is_day(day: date, days: frozenset[int] | None, weekdays: frozenset[int] | None) -> bool:
    """Of two fields that both say something, cron takes either."""
    said = [day.day in days] if days is not None else []
    said += [day.isoweekday() % 7 in weekdays] if weekdays is not None else []
    return any(said) or not said


def _plain_times(minute: str, hour: str, weekday: str, since: datetime, until: datetime) -> Iterator[datetime]:
    """Each day, or one weekday of each week, of which 0 and 7 are Sunday; at one hour, or at every one."""
    hours = range(24) if hour == "*" else (int(hour),)
    day = since.date() - timedelta(days=2 if weekday == "*" else 15)
    while day <= until.date():
        if weekday == "*" or day.isoweekday() % 7 == int(weekday) % 7:
            yield from (datetime.combine(day, time(each, int(minute))) for each in hours)
        day += timedelta(days=1)


def _period_times(period: Period, since: datetime, until: datetime) -> Iterator[datetime]:
    if period.months:
        yield from _months(period.months, since, until)
        return
    seconds = float(period.seconds)
    days, rest = divmod(seconds, _DAY)
    if not rest:
        step = int(days)
        first = (since.date() - _MONDAY).days // step - 2
        day = _MONDAY + timedelta(days=max(first, 0) * step)
        while (moment := datetime.combine(day, time())) <= until:
            yield moment
            day += timedelta(days=step)
        return
    # what does not divide the day begins anew at every midnight only if it is shorter than one
    origin = datetime.combine(since.date() - timedelta(days=1), time())
    if _DAY % seconds:
        whole = datetime.combine(_MONDAY, time())
        origin = whole + timedelta(seconds=((since - whole).total_seconds() // seconds - 2) * seconds)
    while origin <= until:
        yield origin
        origin += timedelta(seconds=seconds)


def _months(step: int, since: datetime, until: datetime) -> Iterator[datetime]:
    count = ((since.year * 12 + since.month - 1) // step - 2) * step
    while (moment := datetime(count // 12, count % 12 + 1, 1)) <= until:  # noqa: DTZ001
        yield moment
        count += step


def _croniter() -> Any:
    try:
        from croniter import croniter
    except ImportError:
        raise ValueError(f"a cron schedule needs a package that is not installed: {INSTALL}") from None
    return croniter
