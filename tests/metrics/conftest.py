"""How a case's tables get into each engine. A further engine is one more entry of OPENERS."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb
import pytest

from harness.engines import Declared, Engine
from harness.engines import duckdb as on_duckdb
from harness.engines import local as on_files
from harness.model.check import TableName
from harness.model.contract import Schema, Server
from harness.model.location import Location

Tables = Mapping[str, Mapping[str, Any]]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _filled(tables: Tables) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("set TimeZone = 'UTC'")
    for name, table in tables.items():
        types = list(table["columns"].values())
        columns = ", ".join(f"{_quoted(column)} {kind}" for column, kind in table["columns"].items())
        connection.execute(f"create table {_quoted(name)} ({columns})")
        for row in table["rows"]:
            values = ", ".join(f"cast(? as {kind})" for kind in types)
            connection.execute(f"insert into {_quoted(name)} values ({values})", row)
    return connection


def _in_duckdb(tables: Tables, _: Path) -> Engine:
    connection = _filled(tables)
    connection.execute("set enable_external_access = false")
    return on_duckdb.DuckDB(connection, 10)


def _in_parquet(tables: Tables, folder: Path) -> Engine:
    at = Location("t.odcs.yaml")
    server = Server(at=at, name="files", type="local", settings={"path": "{model}.parquet", "format": "parquet"})
    with _filled(tables) as connection:
        for name in tables:
            connection.execute(f"copy {_quoted(name)} to '{folder}/{name}.parquet'")
    declared = [Declared(TableName("main", name), Schema(at=at, name=name), server) for name in tables]
    return on_files.connect(server, folder, 10, declared)


OPENERS: dict[str, tuple[str, str, Callable[[Tables, Path], Engine]]] = {
    "duckdb": (on_duckdb.DIALECT, on_duckdb.DEFAULT_SCHEMA, _in_duckdb),
    "local": (on_files.DIALECT, on_files.DEFAULT_SCHEMA, _in_parquet),
}
"""Engine -> its dialect, the schema of its tables, and what opens a session over a case's tables."""


NOT_IN_PARQUET = {"HUGEINT", "UHUGEINT", "BIGNUM"}


@pytest.fixture(params=OPENERS)
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[Tables], tuple[Engine, str, str]]]:
    dialect, schema, opener = OPENERS[request.param]
    sessions: list[Engine] = []

    def start(tables: Tables) -> tuple[Engine, str, str]:
        types = {kind for table in tables.values() for kind in table["columns"].values()}
        if request.param == "local" and types & NOT_IN_PARQUET:
            pytest.skip("Parquet has no such type")
        folder = tmp_path / str(len(sessions))
        folder.mkdir()
        sessions.append(opener(tables, folder))
        return sessions[-1], dialect, schema

    yield start
    for session in sessions:
        session.close()
