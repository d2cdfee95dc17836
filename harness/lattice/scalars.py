"""The rows that the tables of dialects are made of: what a type's parameters, if it has any, make of it."""

from collections.abc import Callable
from math import inf

from harness.lattice.type import Clock, Number, Text, Type

Make = Callable[[tuple[float, ...]], Type]
"""The parameters in brackets -> the type."""


def integer(name: str, bits: float, *, signed: bool = True) -> Make:
    """A whole number of so many bits; `inf` for any size."""
    top = 2 ** (bits - signed)
    capacity = Number(top if signed else 0, top - 1)
    return lambda _: Type(name, "number", capacity, logical=("integer", "number"))


def decimal(name: str, default: tuple[float, ...] = (), logical: tuple[str, ...] = ("number",)) -> Make:
    """A number with a fixed count of digits; without parameters those of `default`, or any number of them."""

    def make(parameters: tuple[float, ...]) -> Type:
        if not parameters and not default:
            return Type(name, "number", Number(inf, inf, inf), logical=logical)
        precision, scale = (*(parameters or default), 0)[:2]
        top = 10 ** int(max(precision - scale, 0)) - 1
        return Type(f"{name}({precision:.0f},{scale:.0f})", "number", Number(top, top, scale), logical=logical)

    return make


def floating(name: str, bits: int) -> Make:
    """A floating-point number whose fraction has so many bits: whole numbers are exact as far as they reach."""
    return lambda _: Type(name, "number", Number(2**bits, 2**bits, 0, bits), logical=("number",))


def text(name: str, freedom: int = 1, domain: str = "text", default: float = inf) -> Make:
    """A text, of at most as many characters as its parameter says."""

    def make(parameters: tuple[float, ...]) -> Type:
        length = parameters[0] if parameters else default
        spelled = f"{name}({length:.0f})" if parameters and length != inf else name
        return Type(spelled, domain, Text(length, freedom), logical=("string",))

    return make


def json(name: str, domain: str) -> Make:
    """JSON: what it holds is known value by value only, so it may be whatever a contract calls it."""
    logical = ("string", "object", "array", "map")
    return lambda _: Type(name, domain, Text(freedom=0), logical=logical)


def clock(name: str, domain: str, digits: int, logical: str, years: int = 580_000) -> Make:
    """A date or a time with so many digits of a second, or as many as its parameter says."""

    def make(parameters: tuple[float, ...]) -> Type:
        own = parameters[0] if parameters else digits
        spelled = f"{name}({own:.0f})" if parameters else name
        return Type(spelled, domain, Clock(own, years), logical=(logical,))

    return make


def sized(name: str, domain: str, default: float) -> Make:
    """A string of bits or bytes, of at most as many as its parameter says."""

    def make(parameters: tuple[float, ...]) -> Type:
        size = parameters[0] if parameters else default
        return Type(f"{name}({size:.0f})" if parameters and size != inf else name, domain, (size,))

    return make


def plain(name: str, *logical: str) -> Make:
    """A type that compares with nothing but itself."""
    return lambda _: Type(name, name, logical=logical)
