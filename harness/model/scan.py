"""How a server would read tables for a query, by its own plan."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from harness.model.check import TableName


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """A table that is read, with what leaves a part of it out."""

    table: TableName
    """Of a partition its whole table."""
    conditions: tuple[str, ...] = ()
    """What rows must hold to come out of it, in the server's words."""
    later: tuple[str, ...] = ()
    """Conditions of which a value is known only while the query runs: they may leave partitions out then."""
    parts: int = 0
    """How many partitions are read, of how many there are; 0 where the server knows no partitions."""
    of: int = 0

    def is_whole(self, columns: Iterable[str]) -> bool:
        """Whether all of the table is read, though it is divided by `columns`."""
        names = tuple(columns)
        if _names_one(self.later, names):
            return False
        return self.parts == self.of if self.of > 1 else not _names_one(self.conditions, names)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a statement that builds a table reads, or why nobody knows."""

    scans: tuple[Scan, ...] = ()
    problem: str = ""


def _names_one(conditions: Iterable[str], columns: tuple[str, ...]) -> bool:
    wanted = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, columns))})(?!\w)", re.IGNORECASE)
    return bool(columns) and any(wanted.search(condition) for condition in conditions)
