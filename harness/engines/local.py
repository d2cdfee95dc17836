"""Files on this machine, Parquet or CSV: read through DuckDB, which may touch these files and nothing else.

ODCS server type `local` with `path` (`data/*.parquet`; `{model}` or `{object}` stands for the table's name, so that one
server can hold many) and `format` (`parquet`, `csv`); for CSV also `encoding` (`UTF-8`, `ASCII`, `ISO-8859-1` or
`UTF-16`) and `delimiter` (`,`), which the standard lacks: in a contract it is a customProperty of the server. Relative
paths are from the project's folder, and one that a contract states itself may not leave it. Folders that are named like
`day=2024-01-01` are partition keys, which are columns too. Extra: `duckdb`.

Parquet has types of its own, and they are compared. A CSV file is read strictly and has texts only: each is read as the
type that the contract declares, and a value that is none of it, or that the type would have to round, breaks the clause
of the type; its column stays a text then, so that the other checks see what is really there. Without a row nobody can
tell, unless the table says `mayBeEmpty: true`. An empty field is NULL, a quoted empty one is an empty text. A blank
line is a row of NULL in a file of one column, and no row in others. Files of one table whose columns differ are read by
name, and are drift (`files-differ`). What cannot be read (no file, an empty one, mixed line ends, a line with too few
fields) is an error that names the file, never a table without rows.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from harness.engines.duckdb import DIALECT, LIMITS, DuckDB, driver
from harness.engines.engine import Declared
from harness.engines.files import Files, files_of
from harness.engines.parquet_files import parquet_rows, parquet_source, without_bounds
from harness.engines.text_files import FILE, Remarks, csv_source, quoted_name, quoted_text, typed
from harness.model.check import TableName
from harness.model.contract import Property, Server
from harness.model.errors import EngineError
from harness.model.facts import Facts, Storage

__all__ = ["DEFAULT_SCHEMA", "DIALECT", "OWN", "connect"]

DEFAULT_SCHEMA = "main"
OWN = ("schema", "path", "format", "delimiter", "encoding")
FORMATS = ("parquet", "csv")


def connect(_: Server, root: Path, timeout: float, declared: Sequence[Declared] = ()) -> "Local":
    """Opens a session that has a view for each declared table; one that cannot be read is told by name.

    Raises EngineError when the driver is not installed.
    """
    connection = driver().connect(config=dict(LIMITS))
    connection.execute("set TimeZone = 'UTC'")
    views = _Views(DuckDB(connection, timeout), root)
    for table in _distinct(declared, views.unreadable):
        views.add(table)
    allowed = ", ".join(map(quoted_text, views.paths))
    connection.execute(f"set allowed_paths = [{allowed}]; set enable_external_access = false")
    connection.execute("set global TimeZone = 'UTC'; set lock_configuration = true")
    return Local(connection, timeout, views)


class Local(DuckDB):
    """An open session over files, which asks for nothing but SELECTs."""

    def __init__(self, connection: Any, timeout: float, views: "_Views") -> None:
        super().__init__(connection, timeout)
        self._views = views

    def catalog(self) -> Mapping[TableName, tuple[Property, ...]]:
        """As Engine says."""
        return {
            table: tuple(_remarked(item, self._views.remarks[table]) for item in columns)
            for table, columns in super().catalog().items()
        }

    def sizes(self) -> Mapping[TableName, int]:
        """As Engine says; the footers of Parquet files are their books, and CSV has none."""
        return self._views.sizes

    def facts(self, _: Collection[str]) -> Facts:
        """As Engine says; folders that are named like `day=2024-01-01` are partitions, and nobody counts CSV."""
        keys = self._views.keys
        return Facts({table: Storage(self._views.sizes.get(table), partitions=keys[table]) for table in keys})

    def unreadable(self) -> Mapping[TableName, str]:
        """As Engine says."""
        return {**self._views.unreadable, **super().unreadable()}


class _Views:
    """The views as they are made: of each table what is said of its files, or why it has none."""

    def __init__(self, writer: DuckDB, root: Path) -> None:
        self._writer = writer
        self._root = root
        self.paths: list[str] = []
        self.remarks: dict[TableName, Remarks] = {}
        self.unreadable: dict[TableName, str] = {}
        self.sizes: dict[TableName, int] = {}
        self.keys: dict[TableName, tuple[str, ...]] = {}

    def add(self, table: Declared) -> None:
        try:
            files = files_of(table, self._root)
            query, remarks = self._query(table, files)
            name = f"{quoted_name(table.name.schema)}.{quoted_name(table.name.name)}"
            self._writer.run(f"create schema if not exists {quoted_name(table.name.schema)}")
            self._writer.run(f"create view {name} as {query}")
        except EngineError as error:
            self.unreadable[table.name] = str(error)
            return
        self.paths += files.paths
        self.keys[table.name] = tuple(files.keys)
        self.remarks[table.name] = remarks

    def _query(self, table: Declared, files: Files) -> tuple[str, Remarks]:
        form = table.setting("format").lower()
        try:
            if form == "parquet":
                source, remarks = parquet_source(files, self._writer.run)
                self.sizes[table.name] = parquet_rows(files, self._writer.run)
            elif form == "csv":
                source, remarks = csv_source(files, table)
            else:
                known = f"known: {', '.join(FORMATS)}"
                raise EngineError(f"there is no reader of format {form!r}", at=table.server.at, hint=known)
            described = self._writer.run(f"describe {source}")
            types = {name: type_ for name, type_, *_ in described if name != FILE}
            texts = list(types) if form == "csv" else list(files.keys)
            selects, said = typed(source, texts, table, files, self._writer.run) if texts else ({}, Remarks())
        except EngineError as error:
            raise _named(error, files) from None
        selects = {**without_bounds(types), **selects}
        columns = [f"{selects.get(name, quoted_name(name))} as {quoted_name(name)}" for name in types]
        return f"select {', '.join(columns)} from ({source})", replace(said, files=remarks.files)  # noqa: S608 - quoted


def _named(error: EngineError, files: Files) -> EngineError:
    """The error with its file, which DuckDB does not always name."""
    said = str(error).replace(f"{files.root}/", "")
    if "invalid state" in said:
        said = said.partition(": ")[0] + ": its line ends are mixed, or a quote stands where none may"
    named = any(files.shown(path) in said for path in files.paths)
    return EngineError(said if named else f"{files.listed(files.paths)} cannot be read: {said}")


def _remarked(item: Property, remarks: Remarks) -> Property:
    said = {"values": remarks.values.get(item.name, ""), "files": remarks.files.get(item.name, "")}
    said["untold"] = "there is no row in its files" if item.name in remarks.untold else ""
    return replace(item, custom={"unconstrained": True, **{key: text for key, text in said.items() if text}})


def _distinct(declared: Sequence[Declared], unreadable: dict[TableName, str]) -> list[Declared]:
    """The tables of which there is one of their name, or several that are the same."""
    by_name: dict[TableName, list[Declared]] = {}
    for table in declared:
        by_name.setdefault(table.name, []).append(table)
    places = {name: {table.setting("path") for table in tables} for name, tables in by_name.items()}
    for name, paths in places.items():
        if len(paths) > 1:
            unreadable[name] = f"contracts have {name} in {' and in '.join(sorted(paths))}; name the servers apart"
    return [tables[0] for name, tables in by_name.items() if len(places[name]) == 1]
