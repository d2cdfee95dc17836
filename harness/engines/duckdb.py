"""DuckDB: a database file, opened read-only, without access to other files or the network.

ODCS server type `duckdb` with `database` (a path) and `schema` (`main` by default). Extra: `duckdb`.
"""

import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from harness.engines.engine import Declared
from harness.model.check import TableName
from harness.model.contract import Property, Server
from harness.model.errors import EngineError
from harness.model.location import Location

if TYPE_CHECKING:
    import duckdb

_ABOUT_A_VALUE = re.compile(r"(?:Conversion|Invalid Input|Out of Range|Invalid Type|Mismatch Type) Error: ")
_TO_A_TYPE = re.compile(r" to [A-Z][A-Z0-9_]*")
_PAUSE = 0.05
"""Seconds between two attempts to stop a statement."""
DIALECT = "duckdb"
DEFAULT_SCHEMA = "main"
OWN = ("schema",)
EXPLAIN = "EXPLAIN (FORMAT JSON) SELECT "
"""How a query for a plan begins."""
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
        connection = duckdb.connect(str(path), read_only=True, config={"enable_external_access": "false"})
        # another server of this run may have opened, and locked, the same file
        ((locked,),) = connection.execute("select current_setting('lock_configuration')").fetchall()
        if not locked:
            connection.execute("set global TimeZone = 'UTC'; set lock_configuration = true")
    except duckdb.Error as error:
        raise EngineError(*_why(error, server)) from None
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


class DuckDB:
    """An open read-only session."""

    def __init__(self, connection: "duckdb.DuckDBPyConnection", timeout: float) -> None:
        self._connection = connection
        self._timeout = timeout
        self._unreadable: dict[TableName, str] = {}

    def catalog(self) -> Mapping[TableName, tuple[Property, ...]]:
        """As Engine says; the columns of a view are those it has now.

        DuckDB's own catalog keeps what a view had when it was made, whatever became of the tables below it.
        """
        with self._guarded():
            rows = self._connection.execute(_CATALOG).fetchall()
            views = [TableName(*row) for row in self._connection.execute(_VIEWS).fetchall()]
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
        with self._guarded():
            rows = self._connection.execute(_SIZES).fetchall()
        return {TableName(schema, table): size for schema, table, size in rows}

    def cursor(self) -> "DuckDB":
        """As Engine says."""
        return DuckDB(self._connection.cursor(), self._timeout)

    def query(self, sql: str) -> tuple[Any, ...]:
        """As Engine says."""
        rows = self.rows(sql, 2)
        if len(rows) != 1:
            raise EngineError(f"the query gave {'no row' if not rows else 'several rows'}; exactly one is needed")
        row: tuple[Any, ...] = rows[0]
        return row

    def rows(self, sql: str, most: int) -> list[tuple[Any, ...]]:
        """As Engine says."""
        with self._guarded():
            statements = self._connection.extract_statements(sql)
            # a plan is only shown; EXPLAIN ANALYZE would run the statement
            wanted = "EXPLAIN" if sql.startswith(EXPLAIN) else "SELECT"
            if [statement.type.name for statement in statements] != [wanted]:
                # a session over files may write to those that it may read
                raise EngineError("a query must be one SELECT")
            return self._connection.execute(statements[0]).fetchmany(most)

    def run(self, sql: str) -> list[tuple[Any, ...]]:
        """All rows of a statement of our own, of any kind."""
        with self._guarded():
            return self._connection.execute(sql).fetchall()

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
        self._connection.close()

    def __enter__(self) -> Self:
        """The session itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Ends the session."""
        self.close()

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """Stops the statement after the timeout (DuckDB has none of its own), and gives its errors our type."""
        import duckdb

        done = threading.Event()
        threading.Thread(target=self._stop_in_time, args=(done,), daemon=True).start()
        try:
            yield
        except duckdb.InterruptException:
            raise EngineError(
                f"the statement was stopped after {self._timeout:g} s", hint="see `statement_timeout`"
            ) from None
        except duckdb.Error as error:
            raise EngineError(_said(error)) from None
        finally:
            done.set()

    def _stop_in_time(self, done: threading.Event) -> None:
        """Asks more than once: DuckDB forgets an interrupt that comes before the statement has begun."""
        if not done.wait(self._timeout):
            while not done.is_set():
                self._connection.interrupt()
                done.wait(_PAUSE)


def _why(error: "duckdb.Error", server: Server) -> tuple[str]:
    said = _said(error)
    advice = "; a writer holds it: wait until it ends, or verify a copy" if "lock on file" in said else ""
    return (f"the DuckDB file {server.settings['database']} cannot be opened: {said}{advice}",)


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
