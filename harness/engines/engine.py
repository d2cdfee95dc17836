"""What the harness asks of a database: its dialect, its catalog, and the rows of a query."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol, Self

from harness.model.check import TableName
from harness.model.contract import Property, Schema, Server

if TYPE_CHECKING:
    from harness.model.facts import Facts
    from harness.model.scan import Scan


@dataclass(frozen=True, slots=True)
class Declared:
    """A table that a contract promises on a server: servers of files are told by it what there is."""

    name: TableName
    schema: Schema
    server: Server
    """As the contract or the project writes it."""
    trusted: bool = False
    """Whether the project itself names the server; else a stranger's contract may have."""

    def setting(self, name: str, default: str = "") -> str:
        """What the server says of itself, by the standard or by a customProperty; "" for what is no text."""
        found = self.server.settings.get(name, self.server.custom.get(name, default))
        return found if isinstance(found, str) else ""


class Engine(Protocol):
    """An open read-only session. Its methods raise EngineError, with the server's own words, and nothing else."""

    def catalog(self) -> Mapping[TableName, tuple[Property, ...]]:
        """Every table and view with its columns in order: name, `physical_type`, `required` (NOT NULL).

        Of files, a column's `custom` may say what is wrong with its values (`values`), how files differ (`files`),
        why nobody can tell its type (`untold`), and that it could not be NOT NULL (`unconstrained`). Of a type that the
        database defines for itself, `called` is its name, and `physical_type` what it is made of.
        """
        ...

    def unreadable(self) -> Mapping[TableName, str]:
        """Why a table that should be in the catalog is not: it is there, perhaps, but cannot be read."""
        ...

    def sizes(self) -> Mapping[TableName, int]:
        """About how many rows each stored table holds by the server's own books; it is left out if they do not say.

        A table that is in it may be measured by the detours of `runners/operators.py`.
        """
        ...

    def facts(self, roles: Collection[str]) -> "Facts":
        """How each table is stored and who may do what with it; `roles` are those whose real privileges are wanted."""
        ...

    def scans(self, query: str) -> "tuple[Scan, ...]":
        """How it would read tables for a query, which is planned and not run."""
        ...

    def cursor(self) -> "Engine":
        """One more session on the same server, for another thread."""
        ...

    def query(self, sql: str) -> tuple[Any, ...]:
        """The one row of a query."""
        ...

    def rows(self, sql: str, most: int) -> list[tuple[Any, ...]]:
        """The first rows of a query, `most` at most."""
        ...

    def close(self) -> None:
        """Ends the session."""
        ...

    def __enter__(self) -> Self:
        """The session itself."""
        ...

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Ends the session."""
        ...


class EngineModule(Protocol):
    """A module of this folder, as `ENGINES` lists it."""

    DIALECT: str
    """sqlglot's name of the dialect."""
    DEFAULT_SCHEMA: str
    """The database schema of a table for which neither the contract nor the server names one."""
    OWN: tuple[str, ...]
    """The settings in which servers of one name may differ between contracts and still be one server."""

    def connect(self, server: Server, root: Any, timeout: float, declared: Sequence[Declared] = ()) -> Engine:
        """Opens a session to `server`; relative paths are under `root`; a statement ends after `timeout` seconds."""
        ...
