"""Two tables of one DuckDB in memory, held against one another as the command does."""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import count
from typing import Any

import duckdb

from harness.model.check import TableName
from harness.model.contract import Property
from harness.model.location import Location
from harness.model.reconciliation import Reconciliation
from harness.reconcile.ladder import Ask, Side, Wish, reconcile
from harness.reconcile.match import Table, Wanted, match

AS_OF = datetime(2024, 1, 6, 12, tzinfo=UTC)
Columns = Sequence[tuple[str, str]]


def make(
    connection: duckdb.DuckDBPyConnection, name: str, columns: Columns, rows: Sequence[tuple[Any, ...]] | str
) -> Table:
    """A table with these rows, or with those of a query."""
    shape = ", ".join(f'"{column}" {type_}' for column, type_ in columns)
    connection.execute(f"create or replace table {name} ({shape})")
    if isinstance(rows, str):
        connection.execute(f"insert into {name} {rows}")
    elif rows:
        row = f"({', '.join('?' * len(columns))})"
        connection.execute(
            f"insert into {name} values {', '.join([row] * len(rows))}", [v for each in rows for v in each]
        )
    return described(connection, name)


def described(connection: duckdb.DuckDBPyConnection, name: str) -> Table:
    found = connection.execute(f"describe {name}").fetchall()
    columns = tuple(Property(at=Location(""), name=each[0], physical_type=each[1]) for each in found)
    return Table(TableName("main", name), "duckdb", columns)


def compare(
    connection: duckdb.DuckDBPyConnection, a: Table, b: Table, wanted: Wanted, samples: int = 3
) -> Reconciliation:
    """Every column may be shown."""
    matched = match(a, b, wanted, AS_OF)
    shown = frozenset(each.name for each in (*matched.a.key, *matched.a.values))
    wish = Wish(matched.tolerances, samples, shown, count().__next__)
    one, other = (Side(name, scan, _asking(connection)) for name, scan in (("a", matched.a), ("b", matched.b)))
    return reconcile(one, other, wish)


def _asking(connection: duckdb.DuckDBPyConnection) -> Ask:
    cursor = connection.cursor()
    return lambda sql, most: cursor.execute(sql).fetchmany(most)
