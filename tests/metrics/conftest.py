"""How a case's tables get into each engine. A further engine is one more entry of OPENERS."""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest
from sqlglot import exp

from harness.engines import Declared, Engine
from harness.engines import duckdb as on_duckdb
from harness.engines import local as on_files
from harness.engines import postgres as on_postgres
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


def _in_postgres(tables: Tables, host: Path, database: str, type_of: Callable[..., str]) -> Engine:
    """The tables in the schema `public`, which is made anew."""
    with psycopg.connect(host=str(host), user="postgres", dbname=database, autocommit=True) as connection:
        connection.execute("drop schema if exists public cascade; create schema public")
        for name, table in tables.items():
            kinds = [type_of(kind, connection) for kind in table["columns"].values()]
            columns = ", ".join(f"{_quoted(c)} {kind}" for c, kind in zip(table["columns"], kinds, strict=True))
            connection.execute(f"create table {_quoted(name)} ({columns})".encode())
            for row in table["rows"]:
                values = ", ".join(_value(each, kind) for each, kind in zip(row, kinds, strict=True))
                connection.execute(f"insert into {_quoted(name)} values ({values})".encode())
    settings = {"host": str(host), "database": database, "user": "postgres"}
    return on_postgres.connect(Server(at=Location("c"), name="w", type="postgres", settings=settings), host, 10)


def _value(value: Any, kind: str) -> str:
    match value:
        case None:
            return "NULL"
        case dict():
            return f"ROW({', '.join(_value(each, '') for each in value.values())})" + (f"::{kind}" if kind else "")
        case list():
            item = kind.rpartition("[")[0]
            return f"ARRAY[{', '.join(_value(each, item) for each in value)}]::{kind}"
        case str() if kind.endswith("]"):
            return _value(json.loads(value), kind)
    return exp.Literal.string(str(value)).sql("postgres") + (f"::{kind}" if kind else "")


OPENERS: dict[str, tuple[str, str, Callable[[Tables, Path], Engine]]] = {
    "duckdb": (on_duckdb.DIALECT, on_duckdb.DEFAULT_SCHEMA, _in_duckdb),
    "local": (on_files.DIALECT, on_files.DEFAULT_SCHEMA, _in_parquet),
}
"""Engine -> its dialect, the schema of its tables, and what opens a session over a case's tables."""
ENGINES = (*OPENERS, "postgres")


NOT_IN_PARQUET = {"HUGEINT", "UHUGEINT", "BIGNUM"}


@pytest.fixture(scope="session")
def in_postgres(
    postgres: Path, new_database: Callable[[], str], postgres_type: Callable[..., str]
) -> Callable[[Tables, Path], Engine]:
    """What opens a session over a case's tables, in a database of this worker's own."""
    database = new_database()
    return lambda tables, _: _in_postgres(tables, postgres, database, postgres_type)


@pytest.fixture(params=ENGINES)
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[Tables], tuple[Engine, str, str]]]:
    if request.param == "postgres":
        opener = request.getfixturevalue("in_postgres")
        dialect, schema = on_postgres.DIALECT, on_postgres.DEFAULT_SCHEMA
    else:
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
