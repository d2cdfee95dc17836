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
from harness.slo.schedule import Schedule, cron_of, every
from harness.slo.terms import DEFAULT_OBJECTIVE, MINIMUM, TERMS, Window, percentage

T = TypeVar("T")
DELIVERIES = ("frequency", "latency", "freshness", "timeOfAvailability")
"""The service levels that are about deliveries; the others are counted in audits or incidents."""
_CLOCK = re.compile(r"\s*(\d{1,2}:\d{2}(?::\d{2})?)\s*(Z|[+-]\d{2}(?::?\d{2})?)?\s*\Z", re.ASCII)


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
    frequency = frequency_of(contract, sla)
    read = _Reader(contract, sla, frequency)
    return Promise(
        property=name,
        schedule=read.schedule(frequency),
        zone=zone_of(contract, sla, frequency),
        calendar=business_calendar(contract, sla, policy, frequency),
        grace=read.custom("grace"),
        age=read.value(_age) if name in ("latency", "freshness") else None,
        clock=read.value(_clock) if name == "timeOfAvailability" else None,
        lead=read.custom("lead"),
        complete=read.custom("complete") or False,
        current=read.custom("delivers"),
        since=read.custom("since") or _available(contract),
        until=read.custom("until"),
        objective=objective_of(contract, sla, policy),
        window=read.custom("window"),
        minimum=read.custom("minimum") or MINIMUM,
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
    return _Reader(contract, sla, frequency).custom("timezone") or ZoneInfo("UTC")


def business_calendar(
    contract: Contract, sla: SlaProperty, policy: Policy, frequency: SlaProperty | None = None
) -> Calendar:
    """The days on which something is due. Raises DocumentError for a calendar that means nothing."""
    found: Calendar | None = _Reader(contract, sla, frequency).custom("calendar")
    if found:
        return found
    default = policy.calendars.get(contract.layer, policy.calendars.get("*"))
    return calendar_of(default) if default else ALWAYS


def objective_of(contract: Contract, sla: SlaProperty, policy: Policy) -> float:
    """The share to be kept, in percent. Raises DocumentError for what is no percentage above 0."""
    read = _Reader(contract, sla)
    if canonical_sla(sla.property) == "availability" and "objective" not in sla.custom:
        return read.value(lambda value, _: percentage(value))
    found: float | None = read.custom("objective")
    if found is not None:
        return found
    return policy.objectives.get(contract.layer, policy.objectives.get("*", DEFAULT_OBJECTIVE))


def term_of(name: str, contract: Contract, sla: SlaProperty | None, policy: Policy) -> Any:
    """What counts as a term (`terms.py`) of an entry, or of a contract for all that say nothing else, as it is parsed.

    None where that depends on the rest of the promise. Raises DocumentError for a value that means nothing.
    """
    entry = sla or SlaProperty(at=contract.at, property="")
    frequency = frequency_of(contract, sla) if sla else None
    match name:
        case "objective":
            return objective_of(contract, entry, policy)
        case "calendar":
            return business_calendar(contract, entry, policy, frequency)
        case _:
            found = _Reader(contract, entry, frequency).custom(name)
            return TERMS[name].unsaid if found is None else found


class _Reader:
    """Reads one entry; every ValueError becomes a DocumentError at the line of what was wrong."""

    def __init__(self, contract: Contract, sla: SlaProperty, frequency: SlaProperty | None = None) -> None:
        self.contract = contract
        self.sla = sla
        self.frequency = frequency

    def custom(self, name: str) -> Any:
        """A term of the entry, else of its frequency or of the contract, if they may say it; None where none does."""
        term = TERMS[name]
        for node in (self.sla, self.frequency if term.frequency else None, self.contract if term.contract else None):
            if node is not None and name in node.custom:
                try:
                    return term.parse(node.custom[name])
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
