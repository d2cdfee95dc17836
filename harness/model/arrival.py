"""Where a table says when its data came."""

from dataclasses import dataclass

from harness.model.check import TableName
from harness.model.fields import Path


@dataclass(frozen=True, slots=True)
class Source:
    """The columns of a table that tell its deliveries."""

    table: TableName
    server: str
    column: Path
    """It holds when a row came."""
    name: str
    """Its name in the contract."""
    zone: str = ""
    """Of its times, when they have none themselves and are not of UTC."""
    partition: Path = ()
    """The column of days that partitions are made of; () when deliveries are told apart by their time alone."""
