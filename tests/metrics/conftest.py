"""How a case's tables get into each engine. A further engine is one more entry of OPENERS."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import duckdb
import pytest

from harness.engines import Engine
from harness.engines import duckdb as on_duckdb

Tables = Mapping[str, Mapping[str, Any]]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _in_duckdb(tables: Tables) -> Engine:
    connection = duckdb.connect()
    connection.execute("set TimeZone = 'UTC'")
    for name, table in tables.items():
        types = list(table["columns"].values())
        columns = ", ".join(f"{_quoted(column)} {kind}" for column, kind in table["columns"].items())
        connection.execute(f"create table {_quoted(name)} ({columns})")
        for row in table["rows"]:
            values = ", ".join(f"cast(? as {kind})" for kind in types)
            connection.execute(f"insert into {_quoted(name)} values ({values})", row)
    connection.execute("set enable_external_access = false")
    return on_duckdb.DuckDB(connection, 10)


OPENERS: dict[str, tuple[str, str, Callable[[Tables], Engine]]] = {
    "duckdb": (on_duckdb.DIALECT, on_duckdb.DEFAULT_SCHEMA, _in_duckdb),
}
"""Engine -> its dialect, the schema of its tables, and what opens a session over a case's tables."""


@pytest.fixture(params=OPENERS)
def opened(request: pytest.FixtureRequest) -> Iterator[Callable[[Tables], tuple[Engine, str, str]]]:
    dialect, schema, opener = OPENERS[request.param]
    sessions: list[Engine] = []

    def start(tables: Tables) -> tuple[Engine, str, str]:
        sessions.append(opener(tables))
        return sessions[-1], dialect, schema

    yield start
    for session in sessions:
        session.close()
