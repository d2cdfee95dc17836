"""Why one capacity is larger or smaller than another, in words: one function for each dimension of each domain."""

from collections.abc import Callable
from math import inf

from harness.lattice.type import Clock, Number, Text

_EXACT_AS_TEXT = 10**20
"""Larger numbers are given as a power of ten."""


def _below_zero(before: Number, after: Number) -> str:
    old, new = before.negative, after.negative
    if 0 in (old, new):
        return "negative numbers fit too" if new else "no negative numbers fit"
    if (new > old) is (after.positive > before.positive):
        return ""  # said once, of both sides of zero
    return _range(-old, -new, wider=new > old)


def _above_zero(before: Number, after: Number) -> str:
    old, new = before.positive, after.positive
    if (after.binary and new > old) or (before.binary and new < old):
        return ""  # said of the floating point
    if after.binary:
        return f"whole numbers beyond {_large(new)} may lose precision"
    digits = _digits(old), _digits(new)
    if digits[0] is not None and digits[1] is not None:
        return f"{abs(digits[1] - digits[0])} {_more(new > old)} {_plural(digits, 'digit')} before the point"
    return _range(old, new, wider=new > old)


def _behind_the_point(before: Number, after: Number) -> str:
    old, new = before.scale, after.scale
    if after.binary and new < old:
        return "decimal fractions may lose precision"
    if inf in (old, new):
        return (
            "any number of digits behind the point" if new == inf else f"only {_count(new, 'digit')} behind the point"
        )
    return f"{abs(new - old)} {_more(new > old)} {_plural((old, new), 'digit')} behind the point"


def _binary(before: Number, after: Number) -> str:
    if before.binary and after.binary:
        return "a more precise floating point" if after.binary > before.binary else "a less precise floating point"
    return "floating-point numbers fit too" if after.binary else "not every floating-point number fits"


def _length(before: Text, after: Text) -> str:
    old, new = before.length, after.length
    if inf in (old, new):
        return "texts of any length" if new == inf else f"only texts of at most {_count(new, 'character')}"
    return f"texts of at most {_count(new, 'character')}, not {old:.0f}"


def _freedom(before: Text, after: Text) -> str:
    if 2 in (before.freedom, after.freedom):
        return "any character" if after.freedom > before.freedom else "only the characters of one code page"
    return "any text, not only JSON" if after.freedom > before.freedom else "only JSON, not any text"


def _digits_of_a_second(before: Clock, after: Clock) -> str:
    old, new = before.digits, after.digits
    if -1 in (old, new):
        return "a time of day too" if old == -1 else "no time of day"
    return f"{abs(new - old)} {_more(new > old)} {_plural((old, new), 'digit')} of a second"


def _years(before: Clock, after: Clock) -> str:
    return "only the years 1677 to 2262" if after.years < before.years else "years beyond 1677 to 2262 too"


def _bits(_: tuple[float], after: tuple[float]) -> str:
    return "any number of bits" if after[0] == inf else f"{_count(after[0], 'bit')} and no more"


def _bytes(_: tuple[float], after: tuple[float]) -> str:
    return "any number of bytes" if after[0] == inf else f"{_count(after[0], 'byte')} and no more"


_TEXTS = (_length, _freedom)
_CLOCKS = (_digits_of_a_second, _years)
DIMENSIONS: dict[str, tuple[Callable[..., str], ...]] = {
    "number": (_below_zero, _above_zero, _behind_the_point, _binary),
    "text": _TEXTS,
    "text padded with blanks": _TEXTS,
    "text in any case": _TEXTS,
    "JSON": _TEXTS,
    "JSONB": _TEXTS,
    "date and time": _CLOCKS,
    "point in time": _CLOCKS,
    "point in time with its zone": _CLOCKS,
    "time of day": _CLOCKS,
    "time of day with time zone": _CLOCKS,
    "bits": (_bits,),
    "bits of a fixed count": (_bits,),
    "bytes": (_bytes,),
}
"""Domain -> what to say of each of its dimensions; "" where another dimension has said it."""


def _range(old: float, new: float, *, wider: bool) -> str:
    return (
        f"numbers to {_large(new)}, not only {_large(old)}"
        if wider
        else f"numbers to {_large(new)} only, not {_large(old)}"
    )


def _more(larger: bool) -> str:
    return "more" if larger else "fewer"


def _digits(number: float) -> int | None:
    """How many nines a number is, if it is nothing else: what a decimal type holds before its point."""
    text = str(number)
    return len(text) if text.strip("9") == "" else 0 if number == 0 else None


def _large(number: float) -> str:
    if abs(number) == inf:
        return "any size"
    sign = "-" if number < 0 else ""
    return f"{number:,}" if abs(number) < _EXACT_AS_TEXT else f"{sign}10^{len(str(abs(number))) - 1}"


def _plural(two: tuple[float | None, float | None], one: str) -> str:
    return one if abs((two[1] or 0) - (two[0] or 0)) == 1 else f"{one}s"


def _count(number: float, one: str) -> str:
    return f"{number:.0f} {one if number == 1 else one + 's'}"
