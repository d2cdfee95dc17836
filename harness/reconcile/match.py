"""Which column of one table is held against which of the other, and as what: before any row is looked at."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlglot import exp

from harness.load.did_you_mean import did_you_mean
from harness.metrics.expressions import column
from harness.model.check import TableName
from harness.model.contract import Property
from harness.model.errors import UsageError
from harness.model.threshold import duration
from harness.reconcile.kinds import MOMENTS, NUMBERS, TIMES, Kind, Reading, common, reading_of
from harness.reconcile.statements import Field, Scan

_PERIOD = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*([A-Za-zµ]+)")
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3})?")
_SMALL = {"us": 1, "µs": 1, "ms": 1000}
_SECOND = 1_000_000
_GREATEST = 10**100
"""A tolerance beyond which nothing would be compared."""
_LONGEST = 1_000 * 366 * 86_400 * _SECOND
"""A period of a thousand years."""


class Wanted(NamedTuple):
    """What is to be compared, by the names that the columns have in A, in any case of letters."""

    key: tuple[str, ...]
    only: tuple[str, ...] = ()
    """"" for all."""
    ignored: tuple[str, ...] = ()
    tolerances: Mapping[str, str] = {}
    """Column -> `0.01` or `1s`."""
    lag: tuple[str, str] | None = None
    """A column of times, and a period."""
    zone: str = ""
    """That of times without one, where the other side's have one."""
    others: Mapping[str, str] = {}
    """Column of A -> that of B, where their names differ."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table as its server describes it."""

    name: TableName
    dialect: str
    columns: tuple[Property, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """Both tables with their columns side by side."""

    a: Scan
    b: Scan
    tolerances: Mapping[str, tuple[Fraction, str]]
    only_a: tuple[str, ...]
    only_b: tuple[str, ...]
    untold: Mapping[str, str]
    """Column -> why it cannot be compared."""
    ignored: tuple[str, ...]


def match(a: Table, b: Table, wanted: Wanted, as_of: datetime) -> Matched:
    """Matches the columns by their names, in the same case of letters or else in any.

    Raises UsageError for a column that is not there, a key that cannot be compared, a tolerance of what is no number
    and no time, and a lag of what is no time.
    """
    pairs, only_a, only_b = _pairs(a.columns, b.columns, wanted.others)
    named = [each.name for each in a.columns]
    key = tuple(_known(name, named, pairs, "key") for name in wanted.key)
    if len(set(key)) < len(key) or not key:
        raise UsageError("the key names no column" if not key else "the key names a column twice")
    ignored = {_ignorable(name, [*named, *only_b]) for name in wanted.ignored}
    only = {_known(name, named, pairs, "columns") for name in wanted.only}
    chosen = [name for name in pairs if name not in ignored and name not in key and (not only or name in only)]
    borne = {_known(name, named, pairs, "tolerance"): text for name, text in wanted.tolerances.items()}
    fields: dict[str, tuple[Field, Field]] = {}
    tolerances: dict[str, tuple[Fraction, str]] = {}
    untold: dict[str, str] = {}
    for name in (*key, *chosen):
        mine, theirs = pairs[name]
        try:
            readings = _reading(mine, a.dialect), _reading(theirs, b.dialect)
            kind = common(readings[0].kind, readings[1].kind, wanted.zone)
        except ValueError as error:
            if name in key:
                raise UsageError(f"the key {name} cannot be compared: {error}") from None
            untold[name] = str(error)
            continue
        if name in borne:
            tolerances[name] = (tolerance_of(kind, borne[name], name), borne[name])
        width = _width(kind, tolerances[name][0]) if name in tolerances else 0.0
        fields[name] = _fields((mine.name, theirs.name), readings, kind, width, wanted.zone)
    wrong = next((name for name in borne if name in key or name not in (*fields, *untold)), "")
    if wrong:
        raise UsageError(f"{wrong} has a tolerance, but it is {'part of the key' if wrong in key else 'not compared'}")
    young = _young(a, b, wanted, named, pairs, as_of)
    scans = [
        Scan(
            table.name,
            table.dialect,
            tuple(fields[name][side] for name in key),
            tuple(fields[name][side] for name in chosen if name in fields),
            young[side],
        )
        for side, table in enumerate((a, b))
    ]
    strays = [tuple(name for name in names if name not in ignored and not only) for names in (only_a, only_b)]
    return Matched(
        a=scans[0],
        b=scans[1],
        tolerances=tolerances,
        only_a=strays[0],
        only_b=strays[1],
        untold=untold,
        ignored=tuple(sorted(ignored)),
    )


def tolerance_of(kind: Kind, text: str, name: str) -> Fraction:
    """A tolerance, in microseconds for times. Raises UsageError."""
    if kind in TIMES:
        return microseconds(text, f"the tolerance of {name}")
    if kind not in NUMBERS:
        raise UsageError(f"{name} is of type {kind}, whose values are equal or not and have no tolerance")
    if not _NUMBER.fullmatch(text.strip()) or not (found := Fraction(text)) < _GREATEST:
        raise UsageError(f"the tolerance {text!r} of {name} is no number from 0 on", hint=f"write {name}=0.01")
    return found


def microseconds(text: str, what: str) -> Fraction:
    """A period (`500ms`, `1 s`, `15m`, `2h`). Raises UsageError; `what` says what it is of."""
    found = _PERIOD.fullmatch(text.strip())
    try:
        if not found:
            raise ValueError(text)
        unit = _SMALL.get(found[2]) or Fraction(duration(1, found[2])) * _SECOND
        period = Fraction(found[1]) * unit
        if period > _LONGEST:
            raise ValueError(text)
    except ValueError:
        raise UsageError(f"{what} is {text!r}, which is no period", hint="write 500ms, 1s, 15m, 2h or 1d") from None
    return period


def _pairs(
    a: Sequence[Property], b: Sequence[Property], others: Mapping[str, str]
) -> tuple[dict[str, tuple[Property, Property]], tuple[str, ...], tuple[str, ...]]:
    """Column of A -> both, and the columns that the other table lacks."""
    theirs = {each.name: each for each in b}
    folded: dict[str, list[Property]] = {}
    for each in b:
        folded.setdefault(each.name.casefold(), []).append(each)
    pairs: dict[str, tuple[Property, Property]] = {}
    mapped = {name.casefold(): other for name, other in others.items()}
    claimed = {other.casefold() for other in others.values()}
    for each in a:
        wanted = mapped.get(each.name.casefold(), each.name)
        if each.name.casefold() not in mapped and wanted.casefold() in claimed:
            continue  # another column was said to be held against its namesake
        alike = folded.get(wanted.casefold(), [])
        found = theirs.get(wanted) or (alike[0] if len(alike) == 1 else None)
        if found:
            pairs[each.name] = each, found
    taken = [found.name for _, found in pairs.values()]
    if len(set(taken)) < len(taken):
        twice = next(name for name in taken if taken.count(name) > 1)
        raise UsageError(f"two columns of A are called like {twice} of B, in other cases of letters")
    only_a = tuple(each.name for each in a if each.name not in pairs)
    return pairs, only_a, tuple(each.name for each in b if each.name not in taken)


def _known(name: str, named: Sequence[str], pairs: Collection[str], what: str) -> str:
    """The column as A spells it, which both sides have. Raises UsageError."""
    found = _spelled(name, named)
    if not found:
        raise UsageError(f"`{what}` names {name}, which A lacks", hint=did_you_mean(name, named))
    if found not in pairs:
        raise UsageError(f"`{what}` names {name}, which B lacks")
    return found


def _ignorable(name: str, named: Sequence[str]) -> str:
    found = _spelled(name, named)
    if not found:
        raise UsageError(f"`ignore` names {name}, which neither side has", hint=did_you_mean(name, named))
    return found


def _spelled(name: str, named: Sequence[str]) -> str:
    alike = [each for each in named if each.casefold() == name.casefold()]
    return name if name in named else (alike[0] if len(alike) == 1 else "")


def _reading(item: Property, dialect: str) -> Reading:
    """Raises ValueError."""
    wrong = item.custom.get("values") or item.custom.get("files")
    if wrong:
        raise ValueError(str(wrong))
    return reading_of(item.physical_type, dialect)


def _fields(
    names: tuple[str, str], readings: tuple[Reading, Reading], kind: Kind, width: float, zone: str
) -> tuple[Field, Field]:
    summed = all(each.adds_up for each in readings) and kind in (Kind.INTEGER, Kind.DECIMAL)
    one, other = (
        Field(name, reading, kind, width, is_summed=summed, zone=zone)
        for name, reading in zip(names, readings, strict=True)
    )
    return one, other


def _width(kind: Kind, tolerance: Fraction) -> float:
    """Half the tolerance, so that what is in one bucket is never further apart; 0 for none at all."""
    return float(tolerance) / 2 if kind in NUMBERS else float(int(tolerance) // 2)


def _young(
    a: Table,
    b: Table,
    wanted: Wanted,
    named: Sequence[str],
    pairs: Mapping[str, tuple[Property, Property]],
    as_of: datetime,
) -> list[exp.Expr | None]:
    if wanted.lag is None:
        return [None, None]
    name = _known(wanted.lag[0], named, pairs, "lag")
    lag = microseconds(wanted.lag[1], f"the lag of {name}")
    cutoff = as_of.timestamp() - float(lag) / _SECOND
    return list(_conditions(name, zip((a, b), pairs[name], strict=True), cutoff, ZoneInfo(wanted.zone or "UTC")))


def _conditions(
    name: str, sides: Iterator[tuple[Table, Property]], cutoff: float, zone: ZoneInfo
) -> Iterator[exp.Expr]:
    """That a row of either side is younger than the moment; a time without a zone is in `zone`."""
    for table, item in sides:
        try:
            kind = _reading(item, table.dialect).kind
        except ValueError as error:
            raise UsageError(f"the lag is of {name}, which cannot be compared: {error}") from None
        if kind not in MOMENTS:
            raise UsageError(f"the lag is of {name}, which is of type {kind} and no time")
        moment = datetime.fromtimestamp(cutoff, zone)
        type_ = "timestamptz" if kind is Kind.INSTANT else "timestamp"
        text = moment.isoformat(" ") if kind is Kind.INSTANT else moment.replace(tzinfo=None).isoformat(" ")
        yield exp.GT(this=exp.cast(column(item.name), type_), expression=exp.cast(exp.Literal.string(text), type_))
