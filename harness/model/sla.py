"""The words of service levels: ODCS writes their names in any case and gives most a synonym; periods and dates.

Source: ODCS, service-level agreement, https://bitol-io.github.io/open-data-contract-standard/latest/service-level-agreement/.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from harness.model.threshold import Number, duration

SYNONYMS: dict[str, tuple[str, ...]] = {
    "availability": ("av",),
    "throughput": ("th",),
    "errorRate": ("er",),
    "generalAvailability": ("ga",),
    "endOfSupport": ("es",),
    "endOfLife": ("el",),
    "retention": ("re",),
    "frequency": ("fy",),
    "latency": ("ly",),
    "freshness": ("fr",),
    "timeOfAvailability": ("ta",),
    "timeToDetect": ("td",),
    "timeToNotify": ("tn",),
    "timeToRepair": ("tr",),
}
"""Canonical name -> its synonyms. `freshness` is the older word for `latency`; both are the age of the newest row."""

_CALENDAR = {"month": 1, "months": 1, "mo": 1, "y": 12, "yr": 12, "yrs": 12, "year": 12, "years": 12}
"""Units whose length the calendar decides, in months."""
_ISO_DURATION = re.compile(
    r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?", re.ASCII
)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_CANONICAL = {spelling.lower(): name for name, synonyms in SYNONYMS.items() for spelling in (name, *synonyms)}


def canonical_sla(name: str) -> str | None:
    """The canonical name of a service level written as `name`, or None when the standard does not know it."""
    return _CANONICAL.get(name.strip().lower())


def promise_named(name: str) -> str:
    """What a service level written as `name` promises: without synonyms and case, and `freshness` as `latency`."""
    canonical = canonical_sla(name) or name.strip()
    return "latency" if canonical == "freshness" else canonical


@dataclass(frozen=True, slots=True)
class Period:
    """A length of time: whole months, whose length the calendar decides, and seconds."""

    months: int
    seconds: Number

    def before(self, moment: datetime) -> datetime:
        """The moment that lies this period before `moment`; 31 March less a month is the last of February.

        Raises ValueError or OverflowError when the calendar does not reach so far.
        """
        count = moment.year * 12 + moment.month - 1 - self.months
        year, month = divmod(count, 12)
        day = min(moment.day, monthrange(year, month + 1)[1]) if year > 0 else moment.day
        return moment.replace(year=year, month=month + 1, day=day) - timedelta(seconds=float(self.seconds))

    def until(self, moment: datetime) -> Number:
        """Its length in seconds when it ends at `moment`. Raises as `before` does."""
        if not self.months:
            return self.seconds
        length = (moment - self.before(moment)).total_seconds()
        return int(length) if length.is_integer() else length


def period_of(value: Any, unit: str) -> Period:
    """The period of a number in a unit of time (`month` and `y` too), or of an ISO 8601 duration (`P1Y`, `PT1H30M`).

    Raises ValueError for neither.
    """
    found = _ISO_DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    if found and any(found.groups()):
        years, months, weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
        return Period(years * 12 + months, (((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60 + seconds)
    calendar = _CALENDAR.get(unit.strip().lower())
    if not calendar:
        return Period(0, duration(value, unit))
    count = duration(value, "s")
    if count != int(count):
        raise ValueError(f"{value} {unit} is no whole number of months; write it in days")
    return Period(calendar * int(count), 0)


def moment_of(value: Any) -> datetime:
    """The moment of an ISO 8601 date or time; one without a zone is UTC, and a date is the end of its day.

    Raises ValueError for anything else.
    """
    text = str(value).strip() if isinstance(value, str | date) else ""
    try:
        if _DATE.fullmatch(text):
            return datetime.fromisoformat(text).replace(tzinfo=UTC) + timedelta(days=1)
        moment = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        raise ValueError(f"{value!r} is no date; write it as 2030-12-31 or 2030-12-31T00:00:00Z") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
