"""What the values of a column are, whatever the server calls them, and as what two columns can be compared."""

import struct
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from harness.lattice import parse_type

MICROSECONDS_OF_A_DAY = 86_400_000_000
_SUMMED = 10**28
"""The sum of a hundred million numbers below this fits every engine's widest type."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Kind(StrEnum):
    """As what values are compared; each has one canonical text, which is the same on every server."""

    INTEGER = "integer"
    DECIMAL = "decimal"
    FLOAT = "float"
    BOOLEAN = "boolean"
    DATE = "date"
    TIMESTAMP = "timestamp"
    """A time without a zone."""
    INSTANT = "timestamp with time zone"
    TIME = "time"
    TEXT = "text"
    UUID = "uuid"
    BYTES = "bytes"


_PLAIN = {
    "BOOLEAN": Kind.BOOLEAN,
    "UUID": Kind.UUID,
    "BLOB": Kind.BYTES,
    "BYTEA": Kind.BYTES,
    "enum": Kind.TEXT,
}
"""Types that compare with nothing but themselves."""
NUMBERS = frozenset({Kind.INTEGER, Kind.DECIMAL, Kind.FLOAT})
TIMES = frozenset({Kind.DATE, Kind.TIMESTAMP, Kind.INSTANT, Kind.TIME})
MOMENTS = frozenset({Kind.DATE, Kind.TIMESTAMP, Kind.INSTANT})


class Reading(NamedTuple):
    """A column's type as far as it matters here."""

    kind: Kind
    is_nanoseconds: bool = False
    adds_up: bool = False
    """Whether its sum is exact and fits."""


def reading_of(physical_type: str, dialect: str) -> Reading:
    """What a type of a dialect holds. Raises ValueError, with the reason, for one that has no canonical form here."""
    found = parse_type(physical_type, dialect)
    match found.domain:
        case "number":
            return _number(found.capacity, dialect)
        case "text" | "text padded with blanks" | "text in any case" if found.capacity[1] > 0:
            return Reading(Kind.TEXT)
        case "date and time":
            digits = found.capacity[0]
            return Reading(Kind.DATE) if digits < 0 else Reading(Kind.TIMESTAMP, is_nanoseconds=digits > 6)
        case "point in time":
            return Reading(Kind.INSTANT)
        case "time of day" if found.capacity[0] <= 6:
            return Reading(Kind.TIME)
        case plain if plain in _PLAIN:
            return Reading(_PLAIN[plain])
    raise ValueError(f"values of type {physical_type} have no form that is the same on every server")


def _number(capacity: tuple[float, ...], dialect: str) -> Reading:
    _, top, scale, binary = capacity
    if binary:
        return Reading(Kind.FLOAT)
    adds_up = dialect == "postgres" or top * 10**scale < _SUMMED
    return Reading(Kind.DECIMAL if scale > 0 else Kind.INTEGER, adds_up=adds_up)


def common(a: Kind, b: Kind, zone: str = "") -> Kind:
    """As what two columns are compared; `zone` is that of times without one. Raises ValueError when they cannot be."""
    if a is b:
        return a
    match frozenset({a, b}):
        case kinds if kinds <= NUMBERS:
            return Kind.FLOAT if Kind.FLOAT in kinds else Kind.DECIMAL
        case kinds if kinds == {Kind.BOOLEAN, Kind.INTEGER}:
            return Kind.INTEGER
        case kinds if kinds == {Kind.UUID, Kind.TEXT}:
            return Kind.TEXT
        case kinds if kinds == {Kind.DATE, Kind.TIMESTAMP}:
            return Kind.TIMESTAMP
        case kinds if kinds == {Kind.TIMESTAMP, Kind.INSTANT}:
            if zone:
                return Kind.INSTANT
            raise ValueError("one side has a time zone and the other has none; say which it means with --zone")
    raise ValueError(f"values of type {a} cannot be compared with those of type {b}")


def number_of(kind: Kind, text: str) -> Fraction | None:
    """The number behind a canonical text, in microseconds for times; None for what is none (NaN, infinity)."""
    if kind is Kind.FLOAT:
        value = _float_of(text)
        # as people write it: 1.01 and 1.0 are 0.01 apart, which their binary fractions are not quite
        return _fraction(repr(value)) if isinstance(value, float) else _fraction(value)
    found = _fraction(text)
    return found * MICROSECONDS_OF_A_DAY if found is not None and kind is Kind.DATE else found


def order_of(kind: Kind, text: str | None) -> tuple[int, Fraction, str]:
    """What canonical texts are sorted by: NULL first, then numbers by size, then all else as text."""
    if text is None:
        return 0, Fraction(0), ""
    number = number_of(kind, text) if kind in NUMBERS or kind in TIMES else None
    return (2, Fraction(0), text) if number is None else (1, number, "")


def shown(kind: Kind, text: str | None) -> str | None:
    """A canonical text as people write such a value."""
    if text is None:
        return None
    if kind is Kind.FLOAT:
        value = _float_of(text)
        return repr(value) if isinstance(value, float) else value
    number = number_of(kind, text)
    if kind not in TIMES or number is None:
        return text
    try:
        moment = _EPOCH + timedelta(microseconds=int(number))
    except OverflowError:
        return f"{text} (since 1970-01-01)"
    more = f"{int(number % 1 * 1000):03}" if number % 1 else ""
    match kind:
        case Kind.DATE:
            return moment.date().isoformat()
        case Kind.TIME:
            return "24:00:00" if number == MICROSECONDS_OF_A_DAY else moment.time().isoformat()
        case Kind.TIMESTAMP:
            return moment.replace(tzinfo=None).isoformat(" ") + more
        case _:
            return moment.isoformat(" ") + more


def _float_of(text: str) -> float | str:
    """A float's canonical text is its bits as a whole number; a whole number that no float is, is `n` and itself."""
    if text == "NaN":
        return float("nan")
    if text.startswith("n"):
        return text[1:]
    value: float = struct.unpack(">d", struct.pack(">q", int(text)))[0]
    return value


def _fraction(text: str) -> Fraction | None:
    try:
        return Fraction(text)
    except ValueError:
        return None
