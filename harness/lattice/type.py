"""A type as what it can hold: its domain, and in it a capacity of one number for each way in which it can be larger."""

from dataclasses import dataclass, field
from math import inf
from typing import NamedTuple


class Number(NamedTuple):
    """Numbers: how far below and above zero they are exact, how many digits behind the point, how binary they are."""

    negative: float
    positive: float
    scale: float = 0
    binary: float = 0
    """0 for exact numbers, else the bits of a floating-point fraction."""


class Text(NamedTuple):
    """Texts: the longest, and how free they are.

    That is 1 for any text and 0 for one that must be JSON; where there are code pages, 2 for any text and 1 for one of
    the characters of a code page.
    """

    length: float = inf
    freedom: float = 1


class Clock(NamedTuple):
    """Dates and times: how many digits of a second (-1 for whole days), and how many years they span.

    Years beyond 290,000 are left out of account: by them alone a DATE would be no narrower than a TIMESTAMP.
    """

    digits: float
    years: float = 580_000


@dataclass(frozen=True, slots=True)
class Type:
    """A type of some dialect. Two are the same when everything but `name` and `logical` is."""

    name: str = field(compare=False)
    """As people spell it."""
    domain: str
    """Values of two domains have nothing in common: `number`, `text`, `date and time`, ..., `struct`, `list`, ..."""
    capacity: tuple[float, ...] = ()
    fields: tuple[tuple[str, "Type"], ...] = ()
    """The fields of a struct or union; the `key` and `value` of a map; the one nameless item of a list."""
    values: tuple[str, ...] = ()
    """Those of an enum, in their order."""
    logical: tuple[str, ...] = field(default=(), compare=False)
    """The ODCS logical types that it is one of."""

    def field(self, name: str) -> "Type | None":
        """The type of the field called `name`."""
        return next((type_ for own, type_ in self.fields if own == name), None)
