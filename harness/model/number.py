"""Numbers as documents write them."""

import re
from decimal import Decimal
from typing import Any

_PLAIN = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
_LONGEST = 240
"""Digits, so that every number fits a float."""


class Written(float):
    """A number with more digits than a float keeps; its text has them all.

    `99999999999999.9999` is a bound of money, and as a float it is 100000000000000.
    """

    __slots__ = ("exact",)

    exact: Decimal

    def __new__(cls, text: str) -> "Written":
        """The number that is written in `text`."""
        made = super().__new__(cls, text)
        made.exact = Decimal(text)
        return made

    def __eq__(self, other: object) -> bool:
        """In all digits, where both have them."""
        return self.exact == other.exact if isinstance(other, Written) else float(self) == other

    def __ne__(self, other: object) -> bool:
        """Not as float has it."""
        return not self == other

    __hash__ = float.__hash__

    def __repr__(self) -> str:
        """All of its digits, as SQL and Decimal read them."""
        return f"{self.exact:f}"

    __str__ = __repr__

    def __reduce__(self) -> tuple[type["Written"], tuple[str]]:
        """As its text."""
        return Written, (str(self),)


def number_in(text: str) -> float:
    """The number that `text` says: with all its digits, but for one with an exponent, whose digits may be millions."""
    number = float(text)
    is_plain = "e" in text.lower() or Decimal(repr(number)) == Decimal(text)
    return number if is_plain else Written(text)


def plain_number(text: str) -> Decimal:
    """The number that a text says in plain digits, blanks around them left aside.

    Raises ValueError for another: Python reads `1_0` as 10, `nan` and the digits of every script, and nobody who reads
    the contract does.
    """
    digits = text.strip(" ")
    if not _PLAIN.fullmatch(digits) or len(digits) > _LONGEST:
        raise ValueError(f"{text!r} is no number in plain digits")
    return Decimal(digits)


def rounded(value: Any) -> Any:
    """The value with plain numbers, mappings and lists: for what knows no others."""
    if isinstance(value, dict):
        return {key: rounded(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(each) for each in value]
    return float(value) if isinstance(value, Written) else value
