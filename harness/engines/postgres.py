"""PostgreSQL: read-only transactions, each over before the next statement, and no credentials from a contract.

ODCS server type `postgres` or `postgresql` with `host` (a name, or the folder of a Unix socket), `port` (5432),
`database` and `schema` (`public`). The server must be one of `servers` in harness.yaml, so that no contract chooses
where the harness connects; there too stand `user` and `password`, from the environment (`password: ${PG_PASSWORD}`), or
libpq's own `~/.pgpass` and `PG...` variables give them, and perhaps `sslmode` and `sslrootcert`. Extra: `postgres`.

Tables, views, materialised and foreign tables are seen, and of a partitioned table the whole; a partition only where a
contract declares it. Domains and enums are compared as what they are made of. A table without a SELECT grant is an
error that says so, and so is one whose row-level security would hide rows: a number over some of the rows is no number.
Times are in UTC. A NULL is a value that is not there: a composite value of nothing but NULLs is there. Lists of values,
patterns and reconciliation compare texts character by character, whatever the collation of a column is; uniqueness and
keys ask the column's own equality. From PostgreSQL 14 on.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Self

from harness.engines.engine import Declared
from harness.engines.postgres_catalog import CATALOG, Found, found_in
from harness.engines.postgres_facts import facts_in, facts_query
from harness.engines.postgres_plan import PARTITIONS, partitions_in, scans_in
from harness.model.check import TableName
from harness.model.contract import Property, Server
from harness.model.errors import EngineError, UnansweredError
from harness.model.facts import Facts
from harness.model.scan import Scan

if TYPE_CHECKING:
    import psycopg

__all__ = ["DEFAULT_SCHEMA", "DIALECT", "OWN", "connect", "said", "session_options", "settings_of"]

DIALECT = "postgres"
DEFAULT_SCHEMA = "public"
OWN = ("schema",)
_CONNECT = 15
"""Seconds to wait for a connection."""
_LOCK = 30
"""Seconds to wait for a lock, at most: who changes a table may take longer than a gate can wait."""
_SSL = ("sslmode", "sslrootcert", "sslcert", "sslkey")
_ABOUT_A_VALUE = ("22", "23")
"""Classes of errors whose messages quote values; those of other classes quote names."""
_OF_A_FUNCTION = "P0"
"""The class of what functions raise in their own words, which may hold anything."""
_LOST = ("08", "57P")
"""Classes of errors after which the connection is gone."""
_CRASHED = "57P02"
"""Another server process has crashed; the statement itself may be what does it."""
_PASSING = ("starting up", "shutting down", "recovery", "too many", "connection slots")
"""Words of a server that refuses a connection now, and not for good."""
_QUOTED = re.compile(r'".*"', re.DOTALL)
_CHUNK = 100
"""Rows that come from the server at once."""
_GATE = '"harness one select"'
"""A cursor of any statement that is not one SELECT is an error, and nothing of the statement is run."""


def connect(server: Server, _: Path, timeout: float, declared: Sequence[Declared] = ()) -> "Postgres":
    """Opens a session on the server.

    Raises EngineError when the driver is not installed, the server is not one of the project's own, or nobody answers.
    """
    client = driver()
    if not all(table.trusted for table in declared):
        raise EngineError(
            f"the contract alone says where the server {server.name!r} is, and harness.yaml does not",
            at=server.at,
            hint=f"write it to `servers` of harness.yaml as `{server.name}`: no contract chooses where to connect",
        )
    settings = _settings(server)

    def open_one() -> "psycopg.Connection[tuple[Any, ...]]":
        try:
            opened: psycopg.Connection[tuple[Any, ...]] = client.connect(
                **settings, autocommit=True, prepare_threshold=None
            )
            return opened
        except client.Error as error:
            why = " ".join(str(error).split()) or type(error).__name__
            # that it refuses us it will say again; what the others mean is that nobody is there, or not yet
            refused = "FATAL" in why and not any(word in why for word in _PASSING)
            kind = EngineError if refused else UnansweredError
            raise kind(f"the PostgreSQL server {server.name!r} cannot be reached: {why}") from None

    partitions = frozenset(table.name for table in declared)
    session = Postgres(_Family(open_one, _preamble(timeout), partitions), timeout)
    try:
        session.query("select 1")
    except EngineError:
        session.close()
        raise
    return session


def settings_of(server: Server) -> dict[str, Any]:
    """Host, port, database, user and password, as far as the server states them.

    Raises EngineError when the host or the database is not stated, or the port is no number.
    """
    texts = {key: str(value) for key, value in server.settings.items() if isinstance(value, str | int)}
    for name in ("host", "database"):
        if not texts.get(name):
            raise EngineError(
                f"the server {server.name!r} names no {name}", at=server.at, hint=f"set `{name}` in harness.yaml"
            )
    port = texts.get("port", "5432")
    if not (port.isascii() and port.isdecimal()):
        raise EngineError(f"the port {port!r} of the server {server.name!r} is no number", at=server.at)
    return {"host": texts["host"], "port": int(port), "database": texts["database"]} | {
        key: texts[key] for key in ("user", "password", *_SSL) if texts.get(key)
    }


def _settings(server: Server) -> dict[str, Any]:
    """What libpq is told."""
    stated = settings_of(server)
    return {
        "dbname": stated.pop("database"),
        **stated,
        "application_name": "contract-harness",
        "client_encoding": "UTF8",
        "connect_timeout": _CONNECT,
        "keepalives_idle": 30,
        "keepalives_interval": 10,
        "keepalives_count": 3,
        "tcp_user_timeout": 60_000,
    }


def session_options(timeout: float) -> str:
    """How a session is made the same by libpq itself, for a driver that is not ours to tell."""
    return " ".join(f"-c {name}={value.replace(' ', '')}" for name, value in _own(timeout).items())


def _preamble(timeout: float) -> str:
    """How every transaction begins; with SET LOCAL, since behind a pooler a session may be somebody else's next."""
    own = _own(timeout)
    path = own.pop("search_path")
    local = (f"SET LOCAL {name} = '{value}'" for name, value in own.items())
    return "; ".join(["BEGIN READ ONLY", f"SET LOCAL search_path = {path}", *local])


def _own(timeout: float) -> dict[str, str]:
    return {
        "statement_timeout": f"{max(1, round(timeout * 1000))}",
        "lock_timeout": f"{max(1, round(min(timeout, _LOCK) * 1000))}",
        "idle_in_transaction_session_timeout": "60000",
        "default_transaction_read_only": "on",
        "search_path": f"{DEFAULT_SCHEMA}, pg_temp",
        "row_security": "off",
        "TimeZone": "UTC",
        "DateStyle": "ISO,MDY",
        "IntervalStyle": "postgres",
        "extra_float_digits": "1",
        "bytea_output": "hex",
        "standard_conforming_strings": "on",
        "transform_null_equals": "off",
    }


def driver() -> Any:
    """The driver's module. Raises EngineError when it is not installed."""
    try:
        import psycopg
    except ImportError:
        hint = 'pip install "contract-harness[postgres]"'
        raise EngineError("the PostgreSQL driver psycopg is not installed", hint=hint) from None
    return psycopg


@dataclass(slots=True)
class _Family:
    """The sessions on one server; they pass their connections on, since opening one takes longer than most queries."""

    open_one: Callable[[], "psycopg.Connection[tuple[Any, ...]]"]
    preamble: str
    partitions: frozenset[TableName]
    idle: "list[psycopg.Connection[tuple[Any, ...]]]" = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)
    is_over: bool = False

    def take(self) -> "psycopg.Connection[tuple[Any, ...]]":
        with self.lock:
            while self.idle:
                found = self.idle.pop()
                if not found.closed:
                    return found
        return self.open_one()

    def give_back(self, connection: "psycopg.Connection[tuple[Any, ...]]") -> None:
        with self.lock:
            if not self.is_over and not connection.closed:
                self.idle.append(connection)
                return
        connection.close()

    def end(self) -> None:
        with self.lock:
            self.is_over = True
            left, self.idle = self.idle, []
        for connection in left:
            connection.close()


class Postgres:
    """An open read-only session; the one that `connect` gave ends all others."""

    def __init__(self, family: _Family, timeout: float, *, is_first: bool = True) -> None:
        self._family = family
        self._timeout = timeout
        self._is_first = is_first
        self._connection: psycopg.Connection[tuple[Any, ...]] | None = None
        self._found: Found | None = None

    def catalog(self) -> Mapping[TableName, tuple[Property, ...]]:
        """As Engine says."""
        return self._seen().tables

    def unreadable(self) -> Mapping[TableName, str]:
        """As Engine says: tables without a grant, materialised views that were never filled."""
        return self._seen().unreadable

    def sizes(self) -> Mapping[TableName, int]:
        """As Engine says: none, since the server's books are estimates."""
        return {}

    def facts(self, roles: Collection[str]) -> Facts:
        """As Engine says, in one query."""
        return facts_in(self._all(facts_query(roles)))

    def scans(self, query: str) -> tuple[Scan, ...]:
        """As Engine says: EXPLAIN without ANALYZE runs nothing, and a cursor first holds the text to one SELECT."""
        whole = partitions_in(self._all(PARTITIONS))
        ((plan,),) = self._asked(query, 1, before="EXPLAIN (FORMAT JSON, VERBOSE) ")
        return scans_in(plan, whole)

    def cursor(self) -> "Postgres":
        """As Engine says; it connects when it is first asked."""
        return Postgres(self._family, self._timeout, is_first=False)

    def query(self, sql: str) -> tuple[Any, ...]:
        """As Engine says."""
        rows = self.rows(sql, 2)
        if len(rows) != 1:
            raise EngineError(f"the query gave {'no row' if not rows else 'several rows'}; exactly one is needed")
        return rows[0]

    def rows(self, sql: str, most: int) -> list[tuple[Any, ...]]:
        """As Engine says.

        When the connection is lost, whatever it gave is thrown away and the statement asked anew, once.
        """
        try:
            return self._asked(sql, most)
        except _LostError as lost:
            if lost.is_final:
                raise UnansweredError(lost.said) from None
        try:
            return self._asked(sql, most)
        except _LostError as lost:
            raise UnansweredError(lost.said) from None

    def close(self) -> None:
        """Ends the session."""
        if self._connection:
            self._family.give_back(self._connection)
            self._connection = None
        if self._is_first:
            self._family.end()

    def __enter__(self) -> Self:
        """The session itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Ends the session."""
        self.close()

    def _seen(self) -> Found:
        if self._found is None:
            self._found = found_in(self._all(CATALOG), self._family.partitions)
        return self._found

    def _all(self, sql: str) -> list[tuple[Any, ...]]:
        return self.rows(sql, 2**31)

    def _asked(self, sql: str, most: int, before: str = "") -> list[tuple[Any, ...]]:
        """The first rows of one SELECT, in a transaction that is over when they are there, or of its plan."""
        import psycopg

        self._connection = self._connection or self._family.take()
        connection = self._connection
        try:
            with _transaction(connection, self._family.preamble), connection.cursor() as cursor:
                # in the extended protocol, which takes no second statement
                cursor.execute(f"DECLARE {_GATE} NO SCROLL CURSOR FOR {sql}".encode(), binary=True)
                cursor.execute(f"CLOSE {_GATE}".encode())
                # not from the cursor itself, for which the server plans no parallel workers
                size = min(most, _CHUNK) if psycopg.capabilities.has_stream_chunked() else 1
                return list(islice(cursor.stream(f"{before}{sql}".encode(), size=size), most))
        except psycopg.Error as error:
            if connection.closed:
                self._connection = None
                raise _LostError(said(error), is_final=error.sqlstate == _CRASHED) from None
            raise self._why(error) from None

    def _why(self, error: "psycopg.Error") -> EngineError:
        match error.sqlstate:
            case "57014":
                why = f"the statement was stopped after {self._timeout:g} s"
                return UnansweredError(why, hint="see `statement_timeout`")
            case "55P03":
                waited = f"{min(self._timeout, _LOCK):g} s"
                return UnansweredError(f"somebody holds a lock on the table, for more than {waited}")
            case "42501" if "row-level security" in str(error):
                return EngineError(said(error), hint="not all of its rows are to be seen: give the role BYPASSRLS")
        return EngineError(said(error))


class _LostError(Exception):
    """The connection is gone."""

    def __init__(self, said: str, *, is_final: bool) -> None:
        super().__init__(said)
        self.said = f"the connection was lost: {said}"
        self.is_final = is_final


@contextmanager
def _transaction(connection: "psycopg.Connection[Any]", preamble: str) -> Iterator[None]:
    """A read-only transaction that leaves nothing behind, however it ends."""
    import psycopg

    try:
        connection.execute(preamble.encode())
        yield
    finally:
        with suppress(psycopg.Error):
            connection.execute(b"ROLLBACK")


def said(error: "psycopg.Error") -> str:
    """The server's own words on one line, without a value that they quote: it may be of a classified column."""
    state = error.sqlstate or ""
    if state.startswith(_OF_A_FUNCTION):
        return f"a function of the database raised an error of its own ({state})"
    words = " ".join((error.diag.message_primary or str(error)).split()) or type(error).__name__
    return _QUOTED.sub("…", words) if state.startswith(_ABOUT_A_VALUE) else words
