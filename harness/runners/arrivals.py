"""Asks a table when its data came."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlglot import exp
from sqlglot.errors import SqlglotError

from harness.engines import Engine
from harness.metrics.expressions import table, value_at
from harness.metrics.moments import epoch
from harness.model.arrival import Source
from harness.runners.statement import rows_of

MOST = 100_000
"""Different times that are read; of more, the newest."""
_GRAIN = 60
"""Seconds within which arrivals are one."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a table said: each time of arrival, or the arrival of each partition; or why it did not answer."""

    stamps: tuple[datetime, ...] = ()
    """In order; the oldest of all is among them, unless there were too many."""
    partitions: Mapping[datetime, datetime] = field(default_factory=dict)
    """Beginning of each partition, as a clock reading without a zone -> when it came."""
    error: str = ""

    @property
    def newest(self) -> datetime | None:
        """The newest time of arrival."""
        return max((*self.stamps, *self.partitions.values()), default=None)


def arrivals(engine: Engine, dialect: str, source: Source, since: datetime, *, complete: bool) -> Seen:
    """When the data since then came; of a partition, its first row, or its last when it is to be `complete`."""
    try:
        if source.partition:
            found, error = rows_of(engine, _partitions(source, since, complete).sql(dialect), MOST)
            days = {_clock(part): _moment(stamp) for part, stamp in found if None not in (part, stamp)}
            return Seen(partitions=days, error=error)
        found, error = rows_of(engine, _stamps(source, since).sql(dialect), MOST)
        # of too many, those before the newest are not known: an older one would say that nothing is missing between
        if not error and len(found) < MOST:
            oldest, error = rows_of(engine, _oldest(source).sql(dialect), 1)
            found += oldest
    except (SqlglotError, ValueError) as wrong:
        return Seen(error=str(wrong))
    return Seen(stamps=tuple(sorted({_moment(row[0]) for row in found if row[0] is not None})), error=error)


def _partitions(source: Source, since: datetime, complete: bool) -> exp.Select:
    part, stamp = epoch(value_at(source.partition)), epoch(value_at(source.column), source.zone)
    arrived = exp.Max(this=stamp) if complete else exp.Min(this=stamp)
    wanted = exp.GTE(this=part.copy(), expression=exp.Literal.number(since.timestamp()))
    return exp.select(part, arrived).from_(table(source.table)).where(wanted).group_by(part.copy())


def _stamps(source: Source, since: datetime) -> exp.Select:
    stamp = epoch(value_at(source.column), source.zone)
    grain = exp.Floor(this=exp.Div(this=stamp.copy(), expression=exp.Literal.number(_GRAIN), typed=False, safe=False))
    wanted = exp.GTE(this=stamp.copy(), expression=exp.Literal.number(since.timestamp()))
    newest = exp.Ordered(this=exp.Min(this=stamp.copy()), desc=True)
    return exp.select(exp.Min(this=stamp)).from_(table(source.table)).where(wanted).group_by(grain).order_by(newest)


def _oldest(source: Source) -> exp.Select:
    return exp.select(exp.Min(this=epoch(value_at(source.column), source.zone))).from_(table(source.table))


def _moment(seconds: object) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=float(str(seconds)))


def _clock(seconds: object) -> datetime:
    return _moment(seconds).replace(tzinfo=None)
