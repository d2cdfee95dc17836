"""Whom a change of contracts reaches: what is made of the changed columns, whose that is, and who must be asked."""

from dataclasses import dataclass
from typing import Literal

from harness.model.lineage import Edge, Field

Kind = Literal["table", "check", "foreign"]
"""A table of a contract; a check that reads it; a table or dataset without a contract."""
Part = Literal["owner", "code owner", "consumer", "downstream owner", "downstream consumer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """A column, or a table as a whole, that changes."""

    field: Field
    """As the warehouse calls it, before or after."""
    contract: str
    changes: tuple[str, ...]
    """`Judged.id` of each change of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A table, or a check, that is made of what changes."""

    table: str
    """As in `Lineage.tables`."""
    kind: Kind
    columns: tuple[str, ...] = ()
    """Those that are reached; none when it is reached as a whole, or only its rows are."""
    distance: int
    """The least number of steps from what changes."""
    through: tuple[Field, ...]
    """What changes and reaches it."""
    changes: tuple[str, ...]
    """`Judged.id` of each change that reaches it."""
    declared: bool = False
    """Whether nothing but contracts says so: no SQL and no event does."""
    contract: str = ""
    """Id of its contract."""
    owner: str = ""
    file: str = ""
    """The contract's or the check's."""
    consumers: tuple[str, ...] | None = None
    """Whom its contract names; None when it says nothing of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Somebody to ask, or to tell, before the change is merged."""

    name: str
    part: Part
    contact: str = ""
    tables: tuple[str, ...] = ()
    """What they own or read, as in their contract."""
    contracts: tuple[str, ...] = ()
    note: str = ""
    """What they read it for, and which versions they agreed to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Affected:
    """All of them. That a list is empty says that there is nobody only when nothing is `unknown`."""

    starts: tuple[Start, ...] = ()
    hits: tuple[Hit, ...] = ()
    """The nearest first."""
    edges: tuple[Edge, ...] = ()
    """The ways from the starts to the hits."""
    asked: tuple[Asked, ...] = ()
    """Owners first, then those who read what changes, then those further down."""
    unknown: tuple[str, ...] = ()
    """What nobody could tell, as sentences."""

    @property
    def complete(self) -> bool:
        """Whether whoever is not named here is not hit."""
        return not self.unknown
