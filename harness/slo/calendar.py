"""The business calendar: on which days a delivery is due at all."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from harness.model.threshold import Number

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_KEYS = ("weekdays", "holidays", "except", "only")
INSTALL = 'pip install "contract-harness[audit]"'


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days on which a delivery is due; by default all of them."""

    weekdays: frozenset[int] = frozenset(range(7))
    """Monday is 0."""
    holidays: tuple[str, ...] = ()
    """Whose public holidays are left out: `US`, `DE-BY`, or the market `XNYS`."""
    closed: frozenset[date] = frozenset()
    only: frozenset[date] = frozenset()
    """When there are any, no other day counts; what is closed stays closed."""

    def is_open(self, day: date) -> bool:
        """Whether a delivery is due on the day, which is one of the service level's time zone."""
        if day.weekday() not in self.weekdays or day in self.closed or (self.only and day not in self.only):
            return False
        return not any(day in _holidays(code, day.year) for code in self.holidays)


ALWAYS = Calendar()
_FARTHEST = 1600
"""Days beyond which nobody looks for one that is open."""


def age_by_clock(calendar: Calendar, zone: ZoneInfo, as_of: datetime, seconds: Number) -> Number:
    """How many seconds before `as_of` so many seconds of open days began: closed days do not make data older."""
    moment, left = as_of, float(seconds)
    for _ in range(_FARTHEST):
        day = (moment - timedelta(microseconds=1)).astimezone(zone).date()
        begin = datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)
        length = (moment - begin).total_seconds()
        if calendar.is_open(day):
            if length >= left:
                return _whole((as_of - moment).total_seconds() + left)
            left -= length
        moment = begin
    return _whole((as_of - moment).total_seconds())


def _whole(seconds: float) -> Number:
    return int(seconds) if seconds.is_integer() else seconds


def calendar_of(value: Any) -> Calendar:
    """The calendar that a contract or `harness.yaml` writes.

    Raises ValueError for what is none, and for public holidays that nobody knows.
    """
    if not isinstance(value, dict) or not value:
        raise ValueError(f"{value!r} is no calendar; write for example {{weekdays: [mon-fri], holidays: US}}")
    if strange := [key for key in value if key not in _KEYS]:
        raise ValueError(f"a calendar has no {strange[0]!r}; it has {', '.join(_KEYS)}")
    weekdays = frozenset(day for text in _list(value.get("weekdays", _DAYS)) for day in _weekdays(text))
    if not weekdays:
        raise ValueError("a calendar without weekdays has no day on which anything is due")
    calendar = Calendar(
        weekdays=weekdays,
        holidays=tuple(_known(code) for code in _list(value.get("holidays", ()))),
        closed=frozenset(map(_date, _list(value.get("except", ())))),
        only=frozenset(map(_date, _list(value.get("only", ())))),
    )
    if calendar.only and not any(map(calendar.is_open, calendar.only)):
        raise ValueError("a calendar that leaves out every day of its `only` has no day on which anything is due")
    return calendar


def _list(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list | tuple) else (value,)


def _weekdays(text: Any) -> list[int]:
    """`mon`, `Monday`, or from one to another, `mon-fri`, over Sunday too."""
    first, dash, last = str(text).lower().partition("-")
    begin = _weekday(first)
    end = _weekday(last) if dash else begin
    return [day % 7 for day in range(begin, end + 1 if begin <= end else end + 8)]


def _weekday(text: str) -> int:
    found = [number for number, name in enumerate(_DAYS) if len(text.strip()) >= 3 and name.startswith(text.strip())]
    if len(found) != 1:
        raise ValueError(f"{text!r} is no weekday; write mon, tue, wed, thu, fri, sat, sun, or mon-fri")
    return found[0]


def _date(value: Any) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise ValueError(f"{value!r} is no day; write it as 2030-12-31") from None


def _known(code: Any) -> str:
    text = str(code).strip()
    _holidays(text, 2024)
    return text


@cache
def _holidays(code: str, year: int) -> frozenset[date]:
    """The public holidays of a country (`US`), of a part of one (`DE-BY`), or of a market (`XNYS`)."""
    try:
        import holidays
    except ImportError:
        raise ValueError(f"holidays need a package that is not installed: {INSTALL}") from None
    country, _, part = code.partition("-")
    try:
        if len(country) > 2:
            return frozenset(holidays.financial_holidays(code, years=year))
        return frozenset(holidays.country_holidays(country, subdiv=part or None, years=year))
    except NotImplementedError:
        hint = "use a country (US), a country and a part of it (DE-BY), or a market (XNYS)"
        raise ValueError(f"nobody knows the public holidays of {code!r}; {hint}") from None
