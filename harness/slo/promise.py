"""What a service level promises over time: read from its entry, its `customProperties` and the project's defaults.

The standard has no words for a time zone, a calendar, a grace or an objective, so `customProperties` say them: of the
entry, else of the contract, else the project (`harness.yaml`).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from harness.model.contract import Contract, SlaProperty
from harness.model.errors import DocumentError
from harness.model.project import Policy
from harness.model.sla import Period, canonical_sla, moment_of, period_of
from harness.slo.calendar import ALWAYS, Calendar, calendar_of
from harness.slo.lengths import length_of
from harness.slo.schedule import Schedule, cron_of, every, zone_named

T = TypeVar("T")
DEFAULT_OBJECTIVE = 95.0
DELIVERIES = ("frequency", "latency", "freshness", "timeOfAvailability")
"""The service levels that are about deliveries; the others are counted in audits or incidents."""
MINIMUM = 10
"""Fewer deliveries than this tell too little for an alert."""
_COUNT = re.compile(r"\s*([1-9]\d{0,4})\s+deliver(?:y|ies)\s*\Z", re.ASCII)
_CLOCK = re.compile(r"\s*(\d{1,2}:\d{2}(?::\d{2})?)\s*(Z|[+-]\d{2}(?::?\d{2})?)?\s*\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Window:
    """How far back an objective looks: a length of time, or a number of deliveries."""

    text: str
    period: Period | None = None
    count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """One entry of `slaProperties` as it is held over time."""

    property: str
    """Canonical name."""
    schedule: Schedule | None
    """None when nothing says how often data comes."""
    zone: ZoneInfo
    calendar: Calendar = ALWAYS
    grace: Period | None = None
    """After a delivery is due; None when nothing is stated."""
    age: Period | None = None
    """Of a latency: how old the newest data may become."""
    clock: time | None = None
    """Of a time of availability; without an offset of its own it is one of `zone`."""
    lead: Period | None = None
    """How long before it is due a delivery may come; None for half a step, or nothing where no schedule is written."""
    complete: bool = False
    """Whether a partition has arrived with its last row, and not with its first."""
    current: bool | None = None
    """Whether a delivery brings the partition of its own period, and not of the one before; None when unsaid."""
    since: datetime | None = None
    """Before it nothing is due."""
    until: datetime | None = None
    """Nor after it."""
    objective: float = DEFAULT_OBJECTIVE
    """Share of deliveries to be kept, in percent."""
    window: Window | None = None
    """None when nothing is stated; see `slo.window`."""
    minimum: int = MINIMUM


def promise_of(contract: Contract, sla: SlaProperty, policy: Policy) -> Promise:
    """What the entry promises.

    Raises DocumentError, with file and line, for a customProperty, schedule or value that means nothing.
    """
    name = canonical_sla(sla.property) or sla.property
    read = _Reader(contract, sla)
    frequency = frequency_of(contract, sla)
    return Promise(
        property=name,
        schedule=read.schedule(frequency),
        zone=zone_of(contract, sla, frequency),
        calendar=business_calendar(contract, sla, policy, frequency),
        grace=read.custom("grace", length_of, frequency if name == "frequency" else None),
        age=read.value(_age) if name in ("latency", "freshness") else None,
        clock=read.value(_clock) if name == "timeOfAvailability" else None,
        lead=read.custom("lead", length_of, frequency),
        complete=read.custom("complete", flag) or False,
        current=read.custom("delivers", delivers_current, frequency),
        since=read.custom("since", moment_of, frequency) or _available(contract),
        until=read.custom("until", moment_of, frequency),
        objective=objective_of(contract, sla, policy),
        window=read.custom("window", window_of, contract),
        minimum=read.custom("minimum", count_of, contract) or MINIMUM,
    )


def frequency_of(contract: Contract, sla: SlaProperty) -> SlaProperty | None:
    """The entry that says how often the data of `sla` comes: itself, or the contract's `frequency` of that table."""
    if canonical_sla(sla.property) == "frequency" or sla.schedule:
        return sla
    all_ = [each for each in contract.sla if canonical_sla(each.property) == "frequency"]
    tables = {element.partition(".")[0] for element in sla.elements}
    same = [each for each in all_ if not each.elements or tables & {e.partition(".")[0] for e in each.elements}]
    alone = all_ if not tables or len(contract.schemas) == 1 else []
    return next(iter(same or alone), None)


def zone_of(contract: Contract, sla: SlaProperty, frequency: SlaProperty | None = None) -> ZoneInfo:
    """The time zone that schedules and days are of. Raises DocumentError for one that nobody knows."""
    return _Reader(contract, sla).custom("timezone", zone_named, frequency, contract) or ZoneInfo("UTC")


def business_calendar(
    contract: Contract, sla: SlaProperty, policy: Policy, frequency: SlaProperty | None = None
) -> Calendar:
    """The days on which something is due. Raises DocumentError for a calendar that means nothing."""
    found = _Reader(contract, sla).custom("calendar", calendar_of, frequency, contract)
    if found:
        return found
    default = policy.calendars.get(contract.layer, policy.calendars.get("*"))
    return calendar_of(default) if default else ALWAYS


def objective_of(contract: Contract, sla: SlaProperty, policy: Policy) -> float:
    """The share to be kept, in percent. Raises DocumentError for what is no percentage above 0."""
    read = _Reader(contract, sla)
    found = read.custom("objective", percentage)
    if found is None and canonical_sla(sla.property) == "availability":
        found = read.value(lambda value, _: percentage(value))
    if found is None:
        found = read.custom("objective", percentage, contract)
    if found is not None:
        return found
    return policy.objectives.get(contract.layer, policy.objectives.get("*", DEFAULT_OBJECTIVE))


def percentage(value: Any) -> float:
    """A number above 0 and up to 100, perhaps with `%`. Raises ValueError for another."""
    try:
        number = float(value.removesuffix("%") if isinstance(value, str) else value)
    except (ValueError, TypeError):
        number = -1.0
    if isinstance(value, bool) or not 0 < number <= 100:
        raise ValueError(f"{value!r} is no objective; write the share to be kept in percent, above 0 and up to 100")
    return number


def window_of(value: Any) -> Window:
    """The window of an objective: `30 d` or `20 deliveries`. Raises ValueError for another."""
    if isinstance(value, str) and (found := _COUNT.match(value)):
        return Window(f"{int(found[1])} deliveries", count=int(found[1]))
    try:
        period = length_of(value)
    except ValueError:
        raise ValueError(f"{value!r} is no window; write for example '30 d' or '20 deliveries'") from None
    if period.months + period.seconds <= 0:
        raise ValueError(f"{value!r} is no window; it must be longer than nothing")
    return Window(str(value).strip(), period)


def flag(value: Any) -> bool:
    """Raises ValueError for what is neither true nor false."""
    if not isinstance(value, bool):
        raise ValueError(f"{value!r} is neither true nor false")
    return value


def delivers_current(value: Any) -> bool:
    """Whether a delivery brings the partition of its own day. Raises ValueError for another word."""
    if value not in ("previous", "current"):
        raise ValueError(f"{value!r} is no partition that a delivery brings; write `previous` or `current`")
    return bool(value == "current")


def count_of(value: Any) -> int:
    """A number of deliveries. Raises ValueError for what is none."""
    if isinstance(value, int) and value is not True and value > 0:
        return value
    raise ValueError(f"{value!r} is no number of deliveries; write a whole number from 1 on")


class _Reader:
    """Reads one entry; every ValueError becomes a DocumentError at the line of what was wrong."""

    def __init__(self, contract: Contract, sla: SlaProperty) -> None:
        self.contract = contract
        self.sla = sla

    def custom(self, name: str, parse: Callable[[Any], T], *others: SlaProperty | Contract | None) -> T | None:
        """The customProperty of the entry, else of the first other node that has it, else None."""
        for node in (self.sla, *others):
            if node is not None and name in node.custom:
                try:
                    return parse(node.custom[name])
                except (ValueError, OverflowError) as error:
                    raise DocumentError(f"`{name}`: {error}", at=node.where_custom(name)) from None
        return None

    def value(self, parse: Callable[[Any, str], T]) -> T:
        """The value of the entry, by a function of value and unit."""
        try:
            return parse(self.sla.value, self.sla.unit)
        except (ValueError, OverflowError) as error:
            raise DocumentError(f"`{self.sla.property}`: {error}", at=self.sla.where("value")) from None

    def schedule(self, frequency: SlaProperty | None) -> Schedule | None:
        """By cron where a schedule is written for cron, else once in each period of the frequency."""
        if not frequency:
            return None
        try:
            if frequency.schedule and frequency.scheduler.lower() in ("", "cron"):
                return cron_of(frequency.schedule)
            return every(frequency.value, frequency.unit)
        except (ValueError, OverflowError) as error:
            at = frequency.where("schedule" if frequency.schedule else "value")
            raise DocumentError(str(error), at=at) from None


def _age(value: Any, unit: str) -> Period:
    return period_of(value, unit)


def _clock(value: Any, unit: str) -> time:  # noqa: ARG001
    found = _CLOCK.match(value) if isinstance(value, str) else None
    try:
        if found:
            return time.fromisoformat(
                found[1].rjust(len(found[1]) + (found[1][1] == ":"), "0") + _offset(found[2] or "")
            )
    except ValueError:
        pass
    raise ValueError(f"{value!r} is no time of day; write it in quotes, as in '09:00Z'")


def _offset(text: str) -> str:
    digits = text.replace(":", "")
    return digits if digits in ("", "Z") else f"{digits[:3]}:{digits[3:] or '00'}"


def _available(contract: Contract) -> datetime | None:
    """When the data became generally available, if the contract says it in a way that can be read."""
    for sla in contract.sla:
        if canonical_sla(sla.property) == "generalAvailability":
            try:
                return moment_of(sla.value)
            except ValueError:
                return None
    return None
