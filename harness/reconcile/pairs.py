"""Rows of both sides, key by key: which are missing, extra or different. Rows that share a key are never paired."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from heapq import nsmallest
from typing import NamedTuple

from harness.model.reconciliation import NONE, Difference, Pair
from harness.reconcile.kinds import NUMBERS, TIMES, Kind, number_of, order_of

Key = tuple[str | None, ...]


class Row(NamedTuple):
    """A fetched row: canonical texts, the checksum of all that is compared of it, and whether it is too young."""

    key: Key
    values: tuple[str | None, ...]
    digest: str
    is_young: bool = False


class Compared(NamedTuple):
    """A column of the fetched values."""

    name: str
    kind: Kind
    tolerance: Fraction = Fraction(0)
    """In microseconds for times."""


class Found(NamedTuple):
    """A row that differs."""

    difference: Difference
    key: Key
    columns: tuple[str, ...] = ()
    values: Mapping[str, tuple[str | None, str | None]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Paired:
    """What pairing some rows came to."""

    equal: int = 0
    missing: int = 0
    extra: int = 0
    different: int = 0
    by_column: Mapping[str, int]
    passed_over: Pair = NONE
    """Rows that are old enough, but not their other half."""
    duplicate_keys: Pair = NONE
    contradictions: int = 0
    """Pairs of equal values and unequal checksums: one of the tables has changed meanwhile."""
    found: tuple[Found, ...] = ()
    """The first that differ, in the order of their keys."""


class Pairing(NamedTuple):
    """How rows are paired."""

    key: tuple[Kind, ...]
    columns: tuple[Compared, ...]
    most: int
    """How many differing rows are kept."""
    is_exact: bool
    """Whether rows of equal values have equal checksums, as without any tolerance."""


def nothing(pairing: Pairing) -> Paired:
    """Of no rows."""
    return Paired(by_column={each.name: 0 for each in pairing.columns})


def pair(a: Iterable[Row], b: Iterable[Row], pairing: Pairing) -> Paired:
    """The rows of A with those of B."""
    groups: dict[Key, tuple[list[Row], list[Row]]] = {}
    for side, rows in enumerate((a, b)):
        for row in rows:
            groups.setdefault(row.key, ([], []))[side].append(row)
    # one list of events: each is a row that differs, or a count
    tally: Counter[str] = Counter()
    by_column = Counter({each.name: 0 for each in pairing.columns})
    found: list[Found] = []
    for key, (left, right) in groups.items():
        found += _group(key, left, right, pairing, tally)
    for each in found:
        by_column.update(each.columns)
    kinds = Counter(each.difference for each in found)
    return Paired(
        equal=tally["equal"],
        missing=kinds[Difference.MISSING],
        extra=kinds[Difference.EXTRA],
        different=kinds[Difference.DIFFERENT],
        by_column=dict(by_column),
        passed_over=Pair(tally["passed a"], tally["passed b"]),
        duplicate_keys=Pair(tally["duplicate a"], tally["duplicate b"]),
        contradictions=tally["contradictions"],
        found=_first(found, pairing),
    )


def together(one: Paired, other: Paired, pairing: Pairing) -> Paired:
    """Both, of rows with different keys."""
    return replace(
        one,
        equal=one.equal + other.equal,
        missing=one.missing + other.missing,
        extra=one.extra + other.extra,
        different=one.different + other.different,
        by_column={name: number + other.by_column[name] for name, number in one.by_column.items()},
        passed_over=one.passed_over + other.passed_over,
        duplicate_keys=one.duplicate_keys + other.duplicate_keys,
        contradictions=one.contradictions + other.contradictions,
        found=_first((*one.found, *other.found), pairing),
    )


def _group(
    key: Key, left: Sequence[Row], right: Sequence[Row], pairing: Pairing, tally: Counter[str]
) -> Iterator[Found]:
    """The differing rows of one key; what else there is of it is counted in `tally`."""
    old_left, old_right = ([row for row in rows if not row.is_young] for rows in (left, right))
    if None in key:
        yield from _unpaired(key, old_left, old_right, tally)
        return
    tally["duplicate a"] += len(left) > 1
    tally["duplicate b"] += len(right) > 1
    if len(left) + len(right) > len(old_left) + len(old_right):
        tally["passed a"] += len(old_left)
        tally["passed b"] += len(old_right)
    elif len(left) > 1 or len(right) > 1:
        yield from _unpaired(key, left, right, tally)
    elif not right:
        yield Found(Difference.MISSING, key)
    elif not left:
        yield Found(Difference.EXTRA, key)
    else:
        ((one,), (other,)) = left, right
        apart = {
            column.name: (mine, theirs)
            for column, mine, theirs in zip(pairing.columns, one.values, other.values, strict=True)
            if not is_equal(column, mine, theirs)
        }
        if apart:
            yield Found(Difference.DIFFERENT, key, tuple(apart), apart)
        else:
            tally["equal"] += 1
            tally["contradictions"] += pairing.is_exact and one.digest != other.digest


def is_equal(column: Compared, mine: str | None, theirs: str | None) -> bool:
    """Whether two canonical texts are the same, or numbers or times within the tolerance."""
    if mine == theirs or not column.tolerance or mine is None or theirs is None:
        return mine == theirs
    numbers = number_of(column.kind, mine), number_of(column.kind, theirs)
    if column.kind not in NUMBERS | TIMES or numbers[0] is None or numbers[1] is None:
        return False
    return abs(numbers[0] - numbers[1]) <= column.tolerance


def _unpaired(key: Key, left: Sequence[Row], right: Sequence[Row], tally: Counter[str]) -> Iterator[Found]:
    """Which of several rows belong together cannot be told: those that are wholly alike cancel out, and no others."""
    mine, theirs = (Counter(row.digest for row in rows) for rows in (left, right))
    tally["equal"] += (mine & theirs).total()
    yield from [Found(Difference.MISSING, key)] * (mine - theirs).total()
    yield from [Found(Difference.EXTRA, key)] * (theirs - mine).total()


def _first(found: Iterable[Found], pairing: Pairing) -> tuple[Found, ...]:
    return tuple(nsmallest(pairing.most, found, key=_order(pairing)))


def _order(pairing: Pairing) -> Callable[[Found], tuple[object, ...]]:
    def order(found: Found) -> tuple[object, ...]:
        parts = (order_of(kind, text) for kind, text in zip(pairing.key, found.key, strict=True))
        return (*parts, found.difference.value)

    return order
