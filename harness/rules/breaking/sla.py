"""The service levels that are in both versions and differ, and how two values of one are compared."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from harness.changes.part import Part
from harness.load.contract import sla_in
from harness.model.change import Effect
from harness.model.contract import SlaProperty
from harness.model.number import plain_number
from harness.model.sla import Period, canonical_sla, moment_of, period_of, promise_named
from harness.rules.breaking.lawful import turned
from harness.rules.rule import Context
from harness.slo.schedule import Cron, cron_of, dues
from harness.slo.terms import reading_of

_YEAR = datetime(2024, 1, 1, tzinfo=UTC)
_END = datetime(2024, 12, 31, 23, 59, tzinfo=UTC)
_WEEK = timedelta(weeks=1) - timedelta(microseconds=1)
_MOST = 750
_DAY = 86400
_MONTH = 30.436875 * _DAY
_WORDS = {
    "hourly": "PT1H",
    "daily": "P1D",
    "weekly": "P1W",
    "monthly": "P1M",
    "quarterly": "P3M",
    "yearly": "P1Y",
    "annually": "P1Y",
}
_WITH_UNIT = re.compile(r"(\d+(?:\.\d+)?)\s*([A-Za-z]+)", re.ASCII)
_CLOCK = re.compile(
    r"([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))? ?(Z|([+-])(0\d|1[0-4])(?::?([0-5]\d))?)?", re.ASCII | re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class SlaChange:
    """A service level before and after; `slaDefaultElement` is its element where it names none."""

    part: Part
    before: SlaProperty
    after: SlaProperty


def sla_changes(context: Context) -> Iterator[SlaChange]:
    """Each service level of which a key of its own differs."""
    for part in context.parts:
        if part.shape == "sla" and part.before is not None and part.after is not None:
            one, other = defaults(part)
            yield SlaChange(part, sla_in(part.before, part.file, one), sla_in(part.after, part.file, other))


def defaults(part: Part) -> tuple[str, str]:
    """`slaDefaultElement` of the contract around a part, before and after; "" for none."""
    contract = part.within("contract")
    before, after = contract.values("slaDefaultElement") if contract else ("", "")
    return str(before or "").strip(), str(after or "").strip()


def called(part: Part) -> str:
    """What people call a service level: `the latency of orders.updated_at`."""
    one, other = defaults(part)
    sla = sla_in(part.written, part.file, one if part.removed else other)
    name = canonical_sla(sla.property) or sla.property or "service level"
    return f"the {name} of {', '.join(sla.elements)}" if sla.elements else f"the {name}"


def change_of_value(before: SlaProperty, after: SlaProperty) -> Effect:
    """What it does to the promise that the value and its unit are others."""
    stated = [str("" if each.value is None else each.value).strip() != "" for each in (before, after)]
    if not all(stated):
        return Effect.LOOSENS if stated[0] else Effect.TIGHTENS if stated[1] else Effect.NOTES
    name = promise_named(after.property)
    if name not in _LARGER:
        return Effect.UNDETERMINED
    read, larger = _LARGER[name]
    try:
        spans = _numbers(before, after) or (read(before), read(after))
        if name == "retention":
            return _change_of_retention(*spans, reading_of(before.custom), reading_of(after.custom))
        return change_of_span(*spans, larger)
    except (ValueError, OverflowError):
        return Effect.UNDETERMINED


def _change_of_retention(before: "Span", after: "Span", reading: str, reads_now: str) -> Effect:
    """What is kept at most so long must go sooner, which those miss who read it; or it is promised no more to go."""
    if reading != reads_now:
        return Effect.SAME if before == after else Effect.BOTH
    effect = change_of_span(before, after, Effect.TIGHTENS if reading == "atLeast" else Effect.LOOSENS)
    return Effect.BOTH if reading == "atMost" and effect is Effect.TIGHTENS else effect


def change_of_span(before: "Span", after: "Span", larger: Effect) -> Effect:
    """The same of two numbers, of which the larger does this; nobody can tell it of two that may be one."""
    if before == after:
        return Effect.SAME
    (kind, _, last), (other_kind, first, _) = before, after
    if kind != other_kind:
        return Effect.UNDETERMINED
    if last < first:
        return larger
    return turned(larger) if after[2] < before[1] else Effect.UNDETERMINED


def change_of_schedule(before: SlaProperty, after: SlaProperty) -> Effect:
    """Fewer deliveries a year are less; as many at other times need a reader."""
    if before.schedule == after.schedule and _by_cron(before) and _by_cron(after):
        return Effect.SAME
    try:
        one, other = (_deliveries(cron_of(each.schedule)) if _by_cron(each) else None for each in (before, after))
    except (ValueError, OverflowError):
        return Effect.UNDETERMINED
    # a year has one weekday more often than another
    if one is None or other is None or abs(one - other) <= max(one, other) / 20:
        return Effect.UNDETERMINED
    return Effect.LOOSENS if other < one else Effect.TIGHTENS


def _by_cron(sla: SlaProperty) -> bool:
    return bool(sla.schedule) and sla.scheduler.lower() in ("", "cron")


def _deliveries(schedule: Cron) -> int:
    """In a year, week by week, since a schedule may be one of every minute; beyond so many nobody counts."""
    weeks = (_YEAR + timedelta(weeks=number) for number in range(53))
    found = (due for week in weeks for due in dues(schedule, ZoneInfo("UTC"), week, min(week + _WEEK, _END)))
    return sum(1 for _ in islice(found, _MOST))


Span = tuple[str, float, float]
"""What kind of number it is, and the least and the most that it may be: a month may be 28 days long or 31."""


def _numbers(before: SlaProperty, after: SlaProperty) -> tuple[Span, Span] | None:
    """Two numbers in one unit need no more to be known about it."""
    values = (before.value, after.value)
    if before.unit.lower() != after.unit.lower() or any(isinstance(value, bool) for value in values):
        return None
    try:
        one, other = (_stated(value) for value in values)
    except ValueError:
        return None
    return ("number", one, one), ("number", other, other)


def _period(sla: SlaProperty) -> Span:
    value, unit = sla.value, sla.unit
    if isinstance(value, str):
        value = _WORDS.get(value.strip().lower(), value)
        if found := _WITH_UNIT.fullmatch(value.strip()):
            value, unit = found[1], found[2]
    if unit.strip().lower() == "m" and promise_named(sla.property) == "retention":
        raise ValueError("`m` may be a minute or a month")
    return span_of(period_of(value, unit))


def span_of(period: Period) -> Span:
    """How long it may be."""
    length, strays = period.months * _MONTH + float(period.seconds), 3 * _DAY if period.months else 0
    return "seconds", length - strays, length + strays


def _share(sla: SlaProperty) -> Span:
    if sla.unit.strip().lower() not in ("", "percent", "%"):
        raise ValueError(f"{sla.unit} is no percentage")
    number = _stated(sla.value.rstrip(" %") if isinstance(sla.value, str) else sla.value)
    return "percent", number, number


def _stated(value: Any) -> float:
    """A number as a contract writes it, perhaps as a text. Raises ValueError for another."""
    if not isinstance(value, int | float | str):
        raise ValueError(f"{value!r} is no number")
    return float(plain_number(value) if isinstance(value, str) else value)


def _number(sla: SlaProperty) -> Span:
    raise ValueError(f"numbers in {sla.unit or 'no unit'} are compared with those in the same unit only")


def _moment(sla: SlaProperty) -> Span:
    seconds = moment_of(sla.value).timestamp()
    return "moment", seconds, seconds


def _clock(sla: SlaProperty) -> Span:
    found = _CLOCK.fullmatch(str(sla.value).strip())
    if not found:
        raise ValueError(f"{sla.value!r} is no time of day")
    hours, minutes, seconds, zone, sign, off_hours, off_minutes = found.groups()
    at = int(hours) * 3600 + int(minutes) * 60 + int(seconds or 0)
    offset = int(off_hours or 0) * 3600 + int(off_minutes or 0) * 60
    at -= -offset if sign == "-" else offset
    return f"{'zoned' if zone else 'local'} {sla.unit.strip().lower()}", at, at


Read = Callable[[SlaProperty], Span]
_LARGER: dict[str, tuple[Read, Effect]] = {
    "latency": (_period, Effect.LOOSENS),
    "frequency": (_period, Effect.LOOSENS),
    "timeToDetect": (_period, Effect.LOOSENS),
    "timeToNotify": (_period, Effect.LOOSENS),
    "timeToRepair": (_period, Effect.LOOSENS),
    "retention": (_period, Effect.UNDETERMINED),  # by its reading
    "availability": (_share, Effect.TIGHTENS),
    "errorRate": (_share, Effect.LOOSENS),
    "throughput": (_number, Effect.TIGHTENS),
    "generalAvailability": (_moment, Effect.LOOSENS),
    "endOfSupport": (_moment, Effect.TIGHTENS),
    "endOfLife": (_moment, Effect.TIGHTENS),
    "timeOfAvailability": (_clock, Effect.LOOSENS),
}
"""Service level -> how its value is read, and what a larger or later one does to the promise."""
