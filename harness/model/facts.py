"""What a server says of its tables beyond their columns: how large they are, how they lie, and who may do what."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.model.check import TableName

PUBLIC = "PUBLIC"
"""Everybody."""


@dataclass(frozen=True, slots=True)
class Storage:
    """How a table is stored; a view is not."""

    rows: int | None = None
    """About how many, by the server's own books; None when they do not say."""
    most: int | None = None
    """More cannot fit into what it takes; None when nobody knows."""
    partitions: tuple[str, ...] | None = None
    """The columns that it is partitioned by; None where the engine has no partitions."""
    clusters: tuple[str, ...] | None = None
    """The columns in whose order its rows were laid; None where the engine does not do that."""


@dataclass(frozen=True, slots=True)
class Grant:
    """A role may do something with a table, or with some of its columns."""

    role: str
    privilege: str
    """`SELECT`, `INSERT`, `UPDATE`, `DELETE`, `TRUNCATE`, ..."""
    columns: tuple[str, ...] = ()
    """None for the whole table."""
    via: str = ""
    """The role of the server itself that gives it, as `pg_read_all_data` does."""


@dataclass(frozen=True, slots=True)
class Access:
    """Who may do what with a table, beside its owner and superusers, who may do everything."""

    owner: str
    grants: tuple[Grant, ...] = ()
    held: frozenset[tuple[str, str]] = frozenset()
    """Role and privilege that it really has, by whichever way, of the roles that were asked for."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What one server says of its tables."""

    storage: Mapping[TableName, Storage] = field(default_factory=dict)
    access: Mapping[TableName, Access] | None = None
    """None where the engine knows no grants."""


@dataclass(frozen=True, slots=True)
class TableFacts:
    """What is known of one table of a contract; the parts that nobody knows are None."""

    engine: str
    """The type of its server."""
    reader: str = ""
    """The role that the harness itself reads it by."""
    storage: Storage | None = None
    """None for a view."""
    access: Access | None = None
    has_grants: bool = True
    """Whether the engine knows any."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """Values of a column that look like personal data, counted inside the server."""

    column: str
    kind: str
    """What they look like: `e-mail addresses`, ..."""
    count: int
    values: int
    """How many were looked at, none of them NULL."""
