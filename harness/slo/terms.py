"""What a service level says that the standard has no word for: customProperties of it, its frequency or its contract.

One table says how each is read, who may say it and what more of it does to the promise: to read them, to lint them and
to compare two versions.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from harness.model.change import Effect
from harness.model.number import plain_number
from harness.model.sla import Period, moment_of
from harness.slo.calendar import ALWAYS, calendar_of
from harness.slo.lengths import length_of
from harness.slo.schedule import zone_named

DEFAULT_OBJECTIVE = 95.0
MINIMUM = 10
"""Fewer deliveries than this tell too little for an alert."""
_COUNT = re.compile(r"\s*([1-9]\d{0,4})\s+deliver(?:y|ies)\s*\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Window:
    """How far back an objective looks: a length of time, or a number of deliveries."""

    text: str
    period: Period | None = None
    count: int = 0


def percentage(value: Any) -> float:
    """A number above 0 and up to 100, perhaps with `%`. Raises ValueError for another."""
    try:
        number = float(plain_number(value.removesuffix("%")) if isinstance(value, str) else value)
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


def _flag(value: Any) -> bool:
    """Raises ValueError for what is neither true nor false."""
    if not isinstance(value, bool):
        raise ValueError(f"{value!r} is neither true nor false")
    return value


def _delivers_current(value: Any) -> bool:
    """Whether a delivery brings the partition of its own day. Raises ValueError for another word."""
    if value not in ("previous", "current"):
        raise ValueError(f"{value!r} is no partition that a delivery brings; write `previous` or `current`")
    return bool(value == "current")


def _reading(value: Any) -> str:
    """Whether rows are kept at most so long, or at least. Raises ValueError for another word."""
    if value not in ("atMost", "atLeast"):
        raise ValueError(f"its reading is {value!r}; use `atMost` or `atLeast`")
    return str(value)


def _count(value: Any) -> int:
    """A number of deliveries. Raises ValueError for what is none."""
    if isinstance(value, int) and value is not True and value > 0:
        return value
    raise ValueError(f"{value!r} is no number of deliveries; write a whole number from 1 on")


def reading_of(customs: Mapping[str, Any]) -> str:
    """What a retention with these customProperties bounds. Raises ValueError for a word that means nothing."""
    term = TERMS["reading"]
    return str(term.parse(customs.get("reading", term.unsaid)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One such word."""

    parse: Callable[[Any], Any]
    """Raises ValueError, or OverflowError, for a value that means nothing."""
    more: Effect
    """What a larger, longer or later value does to the promise; a lesser one does the reverse."""
    unsaid: Any = None
    """The value that counts where nobody says one; None where that depends on the rest of the promise."""
    frequency: bool = False
    """Whether the frequency of the same table may say it for the service level."""
    contract: bool = False
    """Whether the contract may, for all of its levels."""


TERMS: dict[str, Term] = {
    "objective": Term(parse=percentage, more=Effect.TIGHTENS, unsaid=DEFAULT_OBJECTIVE, contract=True),
    # what holds in each of several windows holds in all of them together
    "window": Term(parse=window_of, more=Effect.LOOSENS, contract=True),
    "minimum": Term(parse=_count, more=Effect.LOOSENS, unsaid=MINIMUM, contract=True),
    "calendar": Term(parse=calendar_of, more=Effect.TIGHTENS, unsaid=ALWAYS, frequency=True, contract=True),
    "timezone": Term(parse=zone_named, more=Effect.BOTH, unsaid=ZoneInfo("UTC"), frequency=True, contract=True),
    "grace": Term(parse=length_of, more=Effect.LOOSENS),
    "lead": Term(parse=length_of, more=Effect.UNDETERMINED, frequency=True),
    "complete": Term(parse=_flag, more=Effect.TIGHTENS, unsaid=False),
    "delivers": Term(parse=_delivers_current, more=Effect.BOTH, frequency=True),
    "since": Term(parse=moment_of, more=Effect.LOOSENS, unsaid=datetime.min.replace(tzinfo=UTC), frequency=True),
    # the standard asks how long records are kept, and not whether that is the most or the least
    "reading": Term(parse=_reading, more=Effect.BOTH, unsaid="atMost"),
    "until": Term(parse=moment_of, more=Effect.TIGHTENS, unsaid=datetime.max.replace(tzinfo=UTC), frequency=True),
}
"""By its name."""
