"""The ladder: from the cheapest proof to the dearest, each step taken only when the one before it proved nothing.

A sum of checksums that is the same on both sides proves that the rows are; it is asked in one statement, so that it is
of one state of the table. What is found below it must agree with it, or the tables have changed meanwhile.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, NamedTuple

from harness.model.errors import EngineError
from harness.model.reconciliation import (
    NONE,
    ComparedColumn,
    Divergence,
    Pair,
    Reconciliation,
    Step,
    Taken,
    Traffic,
)
from harness.reconcile import statements
from harness.reconcile.kinds import order_of, shown
from harness.reconcile.pairs import Compared, Found, Paired, Pairing, Row, nothing, pair, together
from harness.reconcile.statements import Scan, Sum, digest_sum, sum_of

Ask = Callable[[str, int], list[tuple[Any, ...]]]
"""Gives the rows that answer a statement, so many at most. Raises EngineError."""
SEGMENT = 256
"""Rows of a segment, about."""
DIGITS = 4
"""Hexadecimal digits of a segment's name, at most."""
BATCH = 100_000
"""Rows of both sides that are in memory at once, about."""
MOST = 4_000_000
"""Rows of both sides that are fetched, at most."""
HIDDEN = "(not shown)"
_NUMBERS = ("nulls", "minimum", "maximum", "sum")
_CHANGED = (
    "a table was written to while it was read, so nothing is proven; "
    "try again, or leave out with --lag what is still written to"
)
Part = tuple[int, Sum]
"""The rows of a segment and the sum of their checksums."""


class Side(NamedTuple):
    """One of the two tables, and what asks its server."""

    name: str
    scan: Scan
    ask: Ask


class Wish(NamedTuple):
    """What is asked for beside the tables."""

    tolerances: Mapping[str, tuple[Fraction, str]]
    """Column -> its tolerance (in microseconds for times), and how it was written."""
    samples: int
    shown: frozenset[str]
    """The columns whose values may be told."""
    clock: Callable[[], float]
    """Seconds."""


def reconcile(a: Side, b: Side, wish: Wish) -> Reconciliation:
    """Climbs down from the count to the rows, as far as it must. Raises EngineError when a server does not answer."""
    with ThreadPoolExecutor(max_workers=2) as pool:
        climb = _Climb((a, b), wish, pool)
        found = climb.all()
    traffic = tuple(Traffic(each.statements, each.rows, each.bytes) for each in climb.meters)
    return replace(found, steps=tuple(climb.steps), traffic=(traffic[0], traffic[1]))


@dataclass(slots=True)
class _Meter:
    statements: int = 0
    rows: int = 0
    bytes: int = 0


class _ChangedError(Exception):
    """What two statements said of one table cannot both be true of one state of it."""


@dataclass(slots=True)
class _Climb:
    """The ladder while it is climbed: the statements so far, and what they moved."""

    sides: tuple[Side, Side]
    wish: Wish
    pool: ThreadPoolExecutor
    meters: tuple[_Meter, _Meter] = field(default_factory=lambda: (_Meter(), _Meter()))
    steps: list[Taken] = field(default_factory=list)
    began: float = 0.0

    def all(self) -> Reconciliation:
        self.began = self.wish.clock()
        a, b = self.sides
        (every_a, young_a, null_a), (every_b, young_b, null_b) = self.ones(statements.count)
        known = Reconciliation(
            a=a.name,
            b=b.name,
            key=tuple(each.name for each in a.scan.key),
            equal=None,
            rows=Pair(every_a, every_b),
            left_out=Pair(young_a, young_b),
            null_keys=Pair(null_a, null_b),
        )
        self.took(Step.COUNT, _counted(known.rows, known.left_out))
        totals = self.ones(statements.totals)
        counts = Pair(totals[0][0], totals[1][0])
        sums = tuple(sum_of(*each[1:3]) for each in totals)
        known = replace(known, columns=self.columns(totals))
        if counts.a == counts.b and sums[0] == sums[1]:
            self.took(Step.COLUMNS, f"the checksums of all {counts.a:,} rows agree, and with them every column")
            return _equal(known, counts.a)
        try:
            return self.apart(known, counts, (sums[0], sums[1]))
        except _ChangedError:
            return replace(known, equal=None, reason=_CHANGED, is_complete=False)

    def apart(self, known: Reconciliation, counts: Pair, sums: tuple[Sum, Sum]) -> Reconciliation:
        """The tables differ, or are within the tolerances but not the same."""
        self.took(Step.COLUMNS, _apart(known.columns))
        digits, segments = self.segments(counts, sums)
        wanted = list(range(len(self.sides[0].scan.values)))
        if sum(one[0] + other[0] for _, one, other in segments) > BATCH and counts.a == counts.b:
            wanted = self.differing(wanted)
        pairing = self.pairing(wanted)
        found, read, is_complete = self.pairs(digits, segments, wanted, pairing)
        differing = Pair(sum(one[0] for _, one, _ in segments), sum(other[0] for _, _, other in segments))
        if is_complete and read != differing:
            raise _ChangedError
        return self.told(known, Pair(counts.a - differing.a, counts.b - differing.b), found, is_complete=is_complete)

    def differing(self, wanted: Sequence[int]) -> list[int]:
        """The columns that differ, by checksums of their values with their keys: no others need be fetched.

        Where several rows share a key all may agree, and the rows differ all the same in how values belong together.
        """
        halves = self.ones(statements.by_column)
        mine, theirs = ([sum_of(*row[2 * n : 2 * n + 2]) for n in wanted] for row in halves)
        differ = [n for n in wanted if mine[n] != theirs[n]]
        names = ", ".join(self.sides[0].scan.values[n].name for n in differ)
        self.took(Step.COLUMNS, f"by their own checksums {names or 'none'} of {len(wanted):,} columns differ")
        return differ

    def pairing(self, wanted: Sequence[int]) -> Pairing:
        scan = self.sides[0].scan
        columns = (scan.values[number] for number in wanted)
        borne = {name: tolerance for name, (tolerance, _) in self.wish.tolerances.items()}
        return Pairing(
            key=tuple(each.kind for each in scan.key),
            columns=tuple(Compared(each.name, each.kind, borne.get(each.name, Fraction(0))) for each in columns),
            most=max(1, self.wish.samples),
            is_exact=not borne,
        )

    def segments(self, counts: Pair, sums: tuple[Sum, Sum]) -> tuple[int, list[tuple[str, Part, Part]]]:
        """The segments that differ, with what each side has of them."""
        largest = max(counts.a, counts.b)
        digits = next((n for n in range(1, DIGITS) if largest <= SEGMENT * 16**n), DIGITS)
        answers = self.both(lambda scan: (statements.by_segment(scan, digits), 16**digits + 1))
        parts = [{name: (rows, sum_of(*halves)) for name, rows, *halves in answer} for answer in answers]
        for part, rows, total in zip(parts, (counts.a, counts.b), sums, strict=True):
            if sum(each for each, _ in part.values()) != rows or _added(each for _, each in part.values()) != total:
                raise _ChangedError
        none = (0, (0, 0))
        both = [(name, parts[0].get(name, none), parts[1].get(name, none)) for name in sorted({*parts[0], *parts[1]})]
        differ = [each for each in both if each[1] != each[2]]
        self.took(Step.SEGMENTS, f"{len(differ):,} of {len(both):,} segments of the key differ")
        return digits, differ

    def pairs(
        self, digits: int, segments: Sequence[tuple[str, Part, Part]], wanted: Sequence[int], pairing: Pairing
    ) -> tuple[Paired, Pair, bool]:
        """What the rows of these segments come to, and how many of the rows to compare were fetched."""
        found, read = nothing(pairing), NONE
        for batch in _batches(segments):
            if read.a + read.b + sum(one[0] + other[0] for _, one, other in batch) > MOST:
                self.took(Step.ROWS, f"{read.a:,} and {read.b:,} rows compared, and no more: that is enough to fetch")
                return found, read, False
            rows = self.rows(digits, batch, wanted)
            old = [[row for row in each if not row.is_young] for each in rows]
            for mine, part in zip(old, zip(*(each[1:] for each in batch), strict=True), strict=True):
                if len(mine) != sum(n for n, _ in part) or digest_sum([r.digest for r in mine]) != _added(
                    s for _, s in part
                ):
                    raise _ChangedError
            found = together(found, pair(rows[0], rows[1], pairing), pairing)
            read += Pair(len(old[0]), len(old[1]))
        self.took(Step.ROWS, f"{read.a:,} and {read.b:,} rows compared one by one")
        return found, read, True

    def rows(self, digits: int, batch: Sequence[tuple[str, Part, Part]], wanted: Sequence[int]) -> list[list[Row]]:
        names, width = [name for name, *_ in batch], len(self.sides[0].scan.key)
        answers = self.both(lambda scan: (statements.rows(scan, digits, names, wanted), 2**31))
        for meter, answer in zip(self.meters, answers, strict=True):
            meter.rows += len(answer)
        return [[Row(row[:width], row[width:-2], row[-2], bool(row[-1])) for row in answer] for answer in answers]

    def told(self, known: Reconciliation, proven: Pair, found: Paired, *, is_complete: bool) -> Reconciliation:
        """The verdict on what was found; `proven` rows are in segments that agree."""
        if found.contradictions or proven.a != proven.b:
            raise _ChangedError
        same = proven.a + found.equal
        any_differ = bool(found.missing or found.extra or found.different)
        columns = [
            replace(each, different=found.by_column.get(each.name, 0) if is_complete else None)
            for each in known.columns
        ]
        reason = "" if any_differ or is_complete else "too many rows differ by less than the tolerances to look at each"
        known = replace(
            known,
            equal=False if any_differ else (True if is_complete else None),
            reason=reason,
            proven_at=Step.ROWS if any_differ or is_complete else None,
            same=same,
            missing=found.missing,
            extra=found.extra,
            different=found.different,
            is_complete=is_complete,
            left_out=known.left_out + found.passed_over,
            duplicate_keys=found.duplicate_keys,
            columns=tuple(columns),
            first=self.divergence(found.found[0]) if found.found else None,
            samples=tuple(self.divergence(each, with_values=True) for each in found.found[: self.wish.samples]),
        )
        return known if same or any_differ or not is_complete else _nothing_compared(known)

    def divergence(self, found: Found, *, with_values: bool = False) -> Divergence:
        scan = self.sides[0].scan
        kinds = {each.name: each.kind for each in (*scan.key, *scan.values)}

        def told(name: str, text: str | None) -> str | None:
            return shown(kinds[name], text) if name in self.wish.shown else HIDDEN

        key = tuple((each.name, told(each.name, text)) for each, text in zip(scan.key, found.key, strict=True))
        values = tuple((name, told(name, mine), told(name, theirs)) for name, (mine, theirs) in found.values.items())
        return Divergence(found.difference, key, found.columns, values if with_values else ())

    def columns(self, totals: Sequence[tuple[Any, ...]]) -> tuple[ComparedColumn, ...]:
        """Of each column how its NULLs, minimum, maximum and sum compare."""
        scan, width = self.sides[0].scan, len(_NUMBERS)
        told = []
        for place, each in enumerate((*scan.key, *scan.values)):
            mine, theirs = (row[3 + place * width : 3 + (place + 1) * width] for row in totals)
            numbers = dict(zip(_NUMBERS, zip(mine, theirs, strict=True), strict=True))
            apart = [
                name
                for name, (one, other) in numbers.items()
                if order_of(each.kind, _text(one)) != order_of(each.kind, _text(other))
            ]
            values = {
                name: (shown(each.kind, one), shown(each.kind, other))
                for name, (one, other) in numbers.items()
                if name != "nulls" and (one, other) != (None, None)
            }
            told.append(
                ComparedColumn(
                    name=each.name,
                    kind=each.kind.value,
                    tolerance=self.wish.tolerances.get(each.name, (Fraction(0), ""))[1],
                    nulls=Pair(mine[0], theirs[0]),
                    apart=tuple(apart),
                    totals=values if self.wish.samples and each.name in self.wish.shown else {},
                )
            )
        return tuple(told)

    def ones(self, statement: Callable[[Scan], str]) -> list[tuple[Any, ...]]:
        """The one row of a statement on either side."""
        return [answer[0] for answer in self.both(lambda scan: (statement(scan), 2))]

    def both(self, statement: Callable[[Scan], tuple[str, int]]) -> list[list[tuple[Any, ...]]]:
        """What both sides answer; they are asked at the same time."""

        def asked(side: Side) -> list[tuple[Any, ...]]:
            try:
                return side.ask(*statement(side.scan))
            except EngineError as error:
                raise EngineError(f"{side.name}: {error.message}", at=error.at, hint=error.hint) from None

        answers = list(self.pool.map(asked, self.sides))
        for meter, answer in zip(self.meters, answers, strict=True):
            meter.statements += 1
            meter.bytes += sum(_size(value) for row in answer for value in row)
        return answers

    def took(self, step: Step, said: str) -> None:
        now = self.wish.clock()
        self.steps.append(Taken(step, said, now - self.began))
        self.began = now


def _equal(known: Reconciliation, rows: int) -> Reconciliation:
    found = replace(known, equal=True, proven_at=Step.COLUMNS, same=rows)
    return found if rows else _nothing_compared(found)


def _nothing_compared(found: Reconciliation) -> Reconciliation:
    """Two empty tables are equal; two of which every row was left out are not known to be."""
    if found.rows == NONE:
        return found
    return replace(
        found, equal=None, reason="every row is younger than the lag, so nothing was compared", proven_at=None
    )


def _counted(rows: Pair, young: Pair) -> str:
    said = f"{rows.a:,} rows each" if rows.a == rows.b else f"{rows.a:,} rows against {rows.b:,}"
    return said + (f", of which {young.a:,} and {young.b:,} are younger than the lag" if young != NONE else "")


def _apart(columns: Sequence[ComparedColumn]) -> str:
    said = [f"{each.name} ({', '.join(each.apart)})" for each in columns if each.apart]
    return "the checksums differ" + (f"; so do {', '.join(said)}" if said else "; counts of NULL, ends and sums do not")


def _added(sums: Iterator[Sum] | Sequence[Sum]) -> Sum:
    every = list(sums)
    return sum_of(sum(first for first, _ in every), sum(second for _, second in every))


def _batches(segments: Sequence[tuple[str, Part, Part]]) -> Iterator[list[tuple[str, Part, Part]]]:
    batch: list[tuple[str, Part, Part]] = []
    size = 0
    for each in segments:
        batch.append(each)
        size += each[1][0] + each[2][0]
        if size >= BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _size(value: object) -> int:
    return 0 if value is None else len(str(value).encode())
