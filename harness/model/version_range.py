"""Ranges of versions, as npm writes them: `^1.2`, `~1.2.3`, `>=1.0 <2.0`, `1.x`, `1.2 || 2`."""

import re

_Version = tuple[int, int, int]
_CLAUSE = re.compile(r"(?P<sign>\^|~|>=|<=|>|<|=)?v?(?P<numbers>(?:\d+|[xX*])(?:\.(?:\d+|[xX*])){0,2})\Z", re.ASCII)
_VERSION = re.compile(r"v?(\d+)(?:\.(\d+))?(?:\.(\d+))?\Z", re.ASCII)
_SPACED = re.compile(r"(\^|~|>=|<=|>|<|=)\s+")
_MOST = 10**9
"""More than any number of a version."""


def in_range(version: str, range: str) -> bool | None:
    """Whether the range holds the version; None when either cannot be read, as a pre-release or a word.

    A number that a range leaves out may be any: `1.2` and `1.2.x` are `>=1.2.0 <1.3.0`.
    """
    found = _VERSION.match(version.strip())
    if not found:
        return None
    numbers = (int(found[1]), int(found[2] or 0), int(found[3] or 0))
    alternatives = [_bounds(each) for each in range.split("||")]
    if any(each is None for each in alternatives):
        return None
    return any(all(low <= numbers < high for low, high in each or ()) for each in alternatives)


def _bounds(text: str) -> list[tuple[_Version, _Version]] | None:
    """What each clause allows, from the first version to the first that is too high; None when one cannot be read."""
    clauses = [_CLAUSE.match(each) for each in re.split(r"[\s,]+", _SPACED.sub(r"\1", text.strip())) if each]
    if not clauses or not all(clauses):
        return None
    return [_of_clause(each["sign"] or "=", each["numbers"]) for each in clauses if each]


def _of_clause(sign: str, written: str) -> tuple[_Version, _Version]:
    numbers: list[int] = []
    for part in written.split("."):
        if not part.isdecimal():
            break
        numbers.append(int(part))
    low, above = _padded(numbers), _after(numbers)
    first, end = (0, 0, 0), (_MOST, 0, 0)
    match sign:
        case ">=":
            return low, end
        case ">":
            return above, end
        case "<":
            return first, low
        case "<=":
            return first, above
        case "~":
            return low, _after(numbers[:2])
        case "^":
            # the first number that is not 0 is the one that breaks
            breaking = next((index for index, each in enumerate(numbers) if each), len(numbers) - 1)
            return low, _after(numbers[: breaking + 1])
        case _:
            return low, above


def _padded(numbers: list[int]) -> _Version:
    major, minor, patch = (*numbers, 0, 0, 0)[:3]
    return major, minor, patch


def _after(numbers: list[int]) -> _Version:
    """The first version that does not begin with these numbers."""
    return _padded([*numbers[:-1], numbers[-1] + 1]) if numbers else (_MOST, 0, 0)
