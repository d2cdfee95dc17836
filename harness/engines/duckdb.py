"""DuckDB: a database file, opened read-only, without access to other files or the network.

ODCS server type `duckdb` with `database` (a path) and `schema` (`main` by default). Extra: `duckdb`.
"""

import re
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass, field
from datetime import UTC, datetime
from glob import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

from harness.engines.engine import Declared
from harness.model.check import TableName
from harness.model.contract import Property, Server
from harness.model.errors import EngineError, UnansweredError
from harness.model.location import Location

if TYPE_CHECKING:
    import duckdb

    from harness.model.facts import Facts
    from harness.model.scan import Scan

_ABOUT_A_VALUE = re.compile(r"(?:Conversion|Invalid Input|Out of Range|Invalid Type|Mismatch Type) Error: ")
_TO_A_TYPE = re.compile(r" to [A-Z][A-Z0-9_]*")
_PAUSE = 0.05
"""Seconds between two attempts to stop a statement."""
DIALECT = "duckdb"
DEFAULT_SCHEMA = "main"
OWN = ("schema",)
EXPLAIN = "EXPLAIN (FORMAT JSON) SELECT "
"""How a query for a plan begins."""
LIMITS = {
    "max_temp_directory_size": "20GiB",
    "autoload_known_extensions": "false",
    "autoinstall_known_extensions": "false",
    "allow_community_extensions": "false",
    "python_enable_replacements": "false",
}
"""Of a session, beside that it may not write: what it loads from elsewhere, and how much disk it takes.

Its memory is bounded by DuckDB itself, at 80 % of what the machine or container has.
"""
_GRACE = 5.0
"""Seconds that a statement has to end once it was told to."""
T = TypeVar("T")
_REASONS = re.compile(
    r"Expected Number of Columns: \d+ Found: \d+|Value with unterminated quote found|Invalid unicode \(.+?\) detected"
)
"""What DuckDB says of a line of CSV, behind the line itself."""
_OF_NO_VALUE = re.compile(r"CSV Error on Line: \d+$|CSV Parser state machine")
_NO_PARQUET = re.compile(
    r"Invalid Input Error: (?:No magic bytes found at end of|Footer length error in) file '[^']+'$"
)
_FILE = re.compile(r"^\s*file\s*=\s*(.+?)\s*$", re.MULTILINE)
_VIEWS = "select schema_name, view_name from duckdb_views() where not internal and database_name = current_database()"
_CATALOG = """
    select schema_name, table_name, column_name, data_type, is_nullable
    from duckdb_columns()
    where not internal and database_name = current_database()
    order by schema_name, table_name, column_index
"""
_ROWS = """
    select schema_name, table_name, estimated_size
    from duckdb_tables()
    where not internal and database_name = current_database()
"""
_SIZES = """
    select schema_name, table_name, estimated_size
    from duckdb_tables()
    where not internal and database_name = current_database() and not contains(lower(sql), 'collate')
"""


def connect(server: Server, root: Path, timeout: float, _: Sequence[Declared] = ()) -> "DuckDB":
    """Opens the server's database file.

    Raises EngineError when the driver is not installed, the file is missing, is no database, or is locked by a writer.
    """
    duckdb = driver()
    path = database_path(server, root)
    if not path.is_file():
        raise EngineError(
            f"the DuckDB file {server.settings['database']} does not exist", at=server.at, hint="build it"
        )
    try:
        connection = duckdb.connect(str(path), read_only=True, config={"enable_external_access": "false", **LIMITS})
        # another server of this run may have opened, and locked, the same file
        ((locked,),) = connection.execute("select current_setting('lock_configuration')").fetchall()
        if not locked:
            connection.execute("set global TimeZone = 'UTC'; set lock_configuration = true")
    except duckdb.Error as error:
        raise _why(error, server) from None
    return DuckDB(connection, timeout)


def driver() -> Any:
    """The driver's module. Raises EngineError when it is not installed."""
    try:
        import duckdb
    except ModuleNotFoundError:
        raise EngineError("the DuckDB driver is not installed", hint='pip install "contract-harness[duckdb]"') from None
    return duckdb


def database_path(server: Server, root: Path) -> Path:
    """The database file, a relative one being under the project's folder. Raises EngineError when none is named."""
    name = server.settings.get("database")
    if not isinstance(name, str) or not name:
        raise EngineError(
            f"the server {server.name!r} names no database", at=server.at, hint="set `database` to a path"
        )
    return root / name


def changed_at(server: Server, root: Path, *, moved: bool = False) -> datetime:
    """When the database file was last written, or with `moved` put where it is. Raises EngineError without one."""
    path = database_path(server, root)
    try:
        # what is not in the file yet is in the log beside it
        files = [path, *path.parent.glob(f"{escape(path.name)}.wal")]
        times = [file.stat().st_mtime for file in files]
        if moved:
            # whoever puts an older file in its place can set the one time, and not the other; the same of a link to it
            times += [time for file in files for time in (file.stat().st_ctime, file.lstat().st_ctime)]
        return datetime.fromtimestamp(max(times), UTC)
    except OSError as error:
        raise EngineError(f"the DuckDB file {path} cannot be read: {error.strerror}", at=server.at) from None


@dataclass(slots=True)
class _Family:
    """The connections to one database: none of them can be closed, or thrown away, while a statement goes on in one."""

    connections: list[Any] = field(default_factory=list)
    is_stuck: bool = False


class DuckDB:
    """An open read-only session."""

    def __init__(
        self, connection: "duckdb.DuckDBPyConnection", timeout: float, family: "_Family | None" = None
    ) -> None:
        self._connection = connection
        self._family = family or _Family()
        self._family.connections.append(connection)
        self._timeout = timeout
        self._unreadable: dict[TableName, str] = {}

    def catalog(self) -> Mapping[TableName, tuple[Property, ...]]:
        """As Engine says; the columns of a view are those it has now.

        DuckDB's own catalog keeps what a view had when it was made, whatever became of the tables below it.
        """
        rows = self.run(_CATALOG)
        views = [TableName(*row) for row in self.run(_VIEWS)]
        tables: dict[TableName, list[Property]] = {}
        for schema, table, column, data_type, nullable in rows:
            observed = Property(at=Location(""), name=column, physical_type=data_type, required=not nullable)
            tables.setdefault(TableName(schema, table), []).append(observed)
        tables |= {view: self._columns_of(view) for view in views}
        return {name: tuple(columns) for name, columns in tables.items() if name not in self._unreadable}

    def unreadable(self) -> Mapping[TableName, str]:
        """As Engine says: the views that fail since what is below them has changed."""
        return self._unreadable

    def sizes(self) -> Mapping[TableName, int]:
        """As Engine says, save for tables with a collation: their equal texts have different hashes."""
        return {TableName(schema, table): size for schema, table, size in self.run(_SIZES)}

    def facts(self, _: Collection[str]) -> "Facts":
        """As Engine says: row counts alone, for there are no partitions, clusters or grants."""
        from harness.model.facts import Facts, Storage  # few runs ask

        return Facts({TableName(schema, table): Storage(rows=count) for schema, table, count in self.run(_ROWS)})

    def scans(self, query: str) -> "tuple[Scan, ...]":
        """As Engine says."""
        from harness.engines.duckdb_plan import scans_in  # few runs ask

        ((_, plan),) = self.rows(f"{EXPLAIN}* FROM ({query}\n) AS q", 1)
        return scans_in(plan)

    def cursor(self) -> "DuckDB":
        """As Engine says."""
        return DuckDB(self._connection.cursor(), self._timeout, self._family)

    def query(self, sql: str) -> tuple[Any, ...]:
        """As Engine says."""
        rows = self.rows(sql, 2)
        if len(rows) != 1:
            raise EngineError(f"the query gave {'no row' if not rows else 'several rows'}; exactly one is needed")
        row: tuple[Any, ...] = rows[0]
        return row

    def rows(self, sql: str, most: int) -> list[tuple[Any, ...]]:
        """As Engine says."""

        def ask(connection: "duckdb.DuckDBPyConnection") -> list[tuple[Any, ...]]:
            statements = connection.extract_statements(sql)
            # a plan is only shown; EXPLAIN ANALYZE would run the statement
            wanted = "EXPLAIN" if sql.startswith(EXPLAIN) else "SELECT"
            if [statement.type.name for statement in statements] != [wanted]:
                # a session over files may write to those that it may read
                raise EngineError("a query must be one SELECT")
            return connection.execute(statements[0]).fetchmany(most)

        return self._answer(ask)

    def run(self, sql: str) -> list[tuple[Any, ...]]:
        """All rows of a statement of our own, of any kind."""
        return self._answer(lambda connection: connection.execute(sql).fetchall())

    def _columns_of(self, view: TableName) -> list[Property]:
        quoted = ".".join('"' + part.replace('"', '""') + '"' for part in (view.schema, view.name))
        try:
            rows = self.run(f"describe select * from {quoted}")  # noqa: S608 - quoted
        except EngineError as error:
            # a view that took columns away from below itself is gone for whoever reads it
            self._unreadable[view] = f"{view} cannot be read: {error}"
            return []
        return [Property(at=Location(""), name=column, physical_type=data_type) for column, data_type, *_ in rows]

    def close(self) -> None:
        """Ends the session."""
        if not self._family.is_stuck:
            self._connection.close()

    def __enter__(self) -> Self:
        """The session itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Ends the session."""
        self.close()

    def _answer(self, ask: "Callable[[duckdb.DuckDBPyConnection], T]") -> T:
        """What `ask` gets from the connection. Raises EngineError for an error of the server, or after the timeout.

        DuckDB has no timeout of its own, and inside one function it does not hear that it should stop. Such a statement
        goes on in its thread until the process ends, and the session with another connection.
        """
        import duckdb

        connection, answer, family = self._connection, Future[T](), self._family

        def work(_: _Family) -> None:
            try:
                answer.set_result(ask(connection))
            except BaseException as error:  # noqa: BLE001 - handed to the thread that waits for it
                answer.set_exception(error)

        # the thread holds the family: whoever throws a connection away would wait for its statement
        threading.Thread(target=work, args=(family,), name="statement", daemon=True).start()
        try:
            return answer.result(self._timeout)
        except TimeoutError:
            if not _stopped(connection, answer):
                family.is_stuck = True
                self._connection = connection.cursor()
            raise UnansweredError(
                f"the statement was stopped after {self._timeout:g} s", hint="see `statement_timeout`"
            ) from None
        except duckdb.Error as error:
            raise EngineError(_said(error)) from None


def _stopped(connection: "duckdb.DuckDBPyConnection", answer: "Future[Any]") -> bool:
    """Whether the statement ended; asked more than once, as DuckDB forgets an interrupt before it has begun."""
    for _ in range(round(_GRACE / _PAUSE)):
        connection.interrupt()
        if wait((answer,), _PAUSE).done:
            return True
    return False


def _why(error: "duckdb.Error", server: Server) -> EngineError:
    said = _said(error)
    closed = f"the DuckDB file {server.settings['database']} cannot be opened: {said}"
    if "lock on file" in said:
        return UnansweredError(f"{closed}; a writer holds it: wait until it ends, or verify a copy")
    return EngineError(closed)


def _said(error: "duckdb.Error") -> str:
    """The first lines of the server's words; those below quote the statement, a line of the data, or all options."""
    said, _, data = str(error).split("\n\nLINE ")[0].split("\nLINE ")[0].partition("Original Line:")
    said, _, advice = said.partition("\nPossible ")
    said = said.strip().replace("\n", " ")
    files = _FILE.findall(data or advice)
    if not files:
        return said if _NO_PARQUET.match(said) else without_values(said)
    kept = said if _OF_NO_VALUE.search(said) else without_values(said)
    return f"{files[-1]}: {' '.join([kept, *_REASONS.findall(data)[-1:]])}"


def without_values(said: str) -> str:
    """DuckDB's words about a value that it could not work with, without the value: it may be of a classified column."""
    found = _ABOUT_A_VALUE.search(said)
    if not found:
        return said
    words = said[found.end() :]
    head = re.split(r"[\"'(:\d]", words, maxsplit=1)[0]
    to_type = _TO_A_TYPE.match(re.split(r"[\"']", words)[-1])
    return f"{said[: found.end()]}{head}…{to_type[0] if to_type else ''}" if head != words else said
