"""What a number must be: the comparators of ODCS, and their short form in `harness.yaml` (`> 99 %`, `< 1 h`)."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from math import isfinite, isnan
from typing import Any

from harness.model.number import Written, plain_number

Number = int | float | Decimal

OPERATORS: dict[str, str] = {
    "mustBe": "=",
    "mustNotBe": "!=",
    "mustBeGreaterThan": ">",
    "mustBeGreaterOrEqualTo": ">=",
    "mustBeLessThan": "<",
    "mustBeLessOrEqualTo": "<=",
    "mustBeBetween": "between",
    "mustNotBeBetween": "not between",
    # 3.0.x contracts and the standard's own examples spell two of them this way
    "mustBeGreaterThanOrEqualTo": ">=",
    "mustBeLessThanOrEqualTo": "<=",
}
"""ODCS comparator -> its sign here."""

SECONDS: dict[str, int] = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_UNIT_NAMES: dict[str, str] = {
    "s": "s", "sec": "s", "second": "s", "seconds": "s",
    "m": "m", "min": "m", "minute": "m", "minutes": "m",
    "h": "h", "hr": "h", "hour": "h", "hours": "h",
    "d": "d", "day": "d", "days": "d",
    "w": "w", "week": "w", "weeks": "w",
}  # fmt: skip
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*%?", re.ASCII)
_SHORT = re.compile(r"^\s*(=|!=|>=|<=|>|<)\s*(-?\d+(?:\.\d+)?)\s*(%|[A-Za-z]*)\s*$", re.ASCII)


@dataclass(frozen=True, slots=True)
class Threshold:
    """A comparison with one number, or with two for `between` (inclusive at both ends, as the standard says)."""

    operator: str
    value: Number
    upper: Number | None = None

    def meets(self, number: Number) -> bool:
        """Whether `number` is what it must be. Raises ValueError for an operator that does not exist."""
        match self.operator:
            case "=":
                return number == self.value
            case "!=":
                return number != self.value
            case ">":
                return number > self.value
            case ">=":
                return number >= self.value
            case "<":
                return number < self.value
            case "<=":
                return number <= self.value
            case "between" | "not between" if self.upper is not None:
                return (self.value <= number <= self.upper) == (self.operator == "between")
            case _:
                raise ValueError(f"no operator {self.operator!r}")

    def over(self, divisor: int) -> "Threshold":
        """The same in a unit that is `divisor` times as large."""
        return self.each(lambda value: value / divisor)

    def each(self, change: Callable[[Number], Number]) -> "Threshold":
        """The same with each of its numbers changed."""
        return Threshold(self.operator, change(self.value), None if self.upper is None else change(self.upper))

    def text(self, unit: str = "") -> str:
        """As people read it: `< 5 %`, `between 1 and 10 rows`, `<= 1 d`."""
        if self.upper is not None:
            return f"{self.operator} {quantity(self.value, '')} and {quantity(self.upper, unit)}"
        return f"{self.operator} {quantity(self.value, unit)}"


def from_operators(operators: dict[str, Any]) -> Threshold:
    """The threshold that a quality rule states.

    Raises ValueError when it states none, several, or one whose value is not a number (or two numbers in order).
    """
    if len(operators) != 1:
        raise ValueError("no threshold" if not operators else "several thresholds: " + ", ".join(sorted(operators)))
    ((name, value),) = operators.items()
    sign = OPERATORS[name]
    if "between" in sign:
        pair: list[Any] = list(value) if isinstance(value, list | tuple) else []
        if len(pair) != 2 or not all(map(_is_number, pair)):
            raise ValueError(f"{name} needs two numbers, not {value!r}")
        if pair[0] > pair[1]:
            raise ValueError(f"{name} needs the smaller number first, not {pair!r}")
        return Threshold(sign, _exactly(pair[0]), _exactly(pair[1]))
    if not _is_number(value):
        raise ValueError(f"{name} needs a number, not {value!r}")
    return Threshold(sign, _exactly(value))


def from_text(text: str) -> tuple[Threshold, str]:
    """A threshold in its short form and its unit: "percent", "seconds" or "" for a bare number.

    Raises ValueError when the text is no threshold.
    """
    found = _SHORT.match(text)
    if not found:
        raise ValueError(f"{text!r} is no threshold; write for example '> 99 %' or '< 2 h'")
    sign, digits, unit = found.groups()
    number: Number = int(digits) if digits.lstrip("-").isdigit() else float(digits)
    if unit == "%":
        return Threshold(sign, number), "percent"
    if unit in ("", "rows"):
        return Threshold(sign, number), unit
    return Threshold(sign, duration(number, unit)), "seconds"


def duration(value: Any, unit: str) -> Number:
    """Seconds of `value` in `unit` (`d`, `day`, `hours`, `min`, ...). Raises ValueError for an unknown unit."""
    short = _UNIT_NAMES.get(unit.strip().lower())
    if short is None:
        raise ValueError(f"{unit!r} is no unit of time; use one of s, m, h, d, w")
    number: Any = plain_number(value) if isinstance(value, str) else value
    if not _is_number(number) or not isfinite(number):
        raise ValueError(f"{value!r} is no number")
    seconds = number * SECONDS[short]
    return int(seconds) if seconds == int(seconds) else float(seconds)


def share(stated: Any) -> float:
    """The percentage that is written as `30 %`, or as 30. Raises ValueError for another, also for one below 0."""
    found = _PERCENT.fullmatch(str(stated).strip())
    if not found:
        raise ValueError(f"{stated!r} is no share; write it as '30 %'")
    return float(found[1])


def quantity(number: Number, unit: str) -> str:
    """A number with its unit as people read it: `8,255 rows`, `2.4 %`, `1 h 30 m`."""
    if unit == "seconds":
        return _time(number)
    if unit == "percent":
        return f"{_plain(number)} %"
    return f"{_plain(number)} {unit}".rstrip() if unit != "rows" or number != 1 else "1 row"


def _time(number: Number) -> str:
    left, parts = abs(int(number)), []
    for name in ("d", "h", "m", "s"):
        count, left = divmod(left, SECONDS[name])
        if count:
            parts.append(f"{count} {name}")
    return ("-" if number < 0 else "") + " ".join(parts[:2] or ["0 s"])


def _plain(number: Number) -> str:
    if isinstance(number, int) or float(number).is_integer():
        return f"{int(number):,}"
    return f"{float(number):,.4g}" if abs(float(number)) < 100 else f"{float(number):,.2f}"


def _exactly(value: Number) -> Number:
    return value.exact if isinstance(value, Written) else value


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool) and not isnan(value)
