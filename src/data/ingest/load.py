"""Landing -> raw: each landing file becomes the partition `_landed_on` of its entity's table, whole or not at all.

Loading is idempotent: a partition is deleted and inserted in one transaction, so loading twice, or in another order
of days, gives the same tables. `raw._loaded_files` remembers what is loaded, so unchanged files are skipped.
"""

import argparse
import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from ingest.source import ENTITIES, Column, Entity, connect

_BOOKKEEPING = (
    Column("received_at", "TIMESTAMPTZ"),
    Column("_source_file", "VARCHAR"),
    Column("_landed_on", "DATE"),
)


class LandingSchemaError(Exception):
    """A landing file does not have the columns of its entity."""


@dataclass(frozen=True)
class Landed:
    """A landing file: its day of receipt, its path relative to the landing, and the SHA-256 of its content."""

    day: date
    name: str
    sha256: str


def load(
    connection: duckdb.DuckDBPyConnection,
    landing: Path,
    days: Collection[date] | None = None,
    force: bool = False,
) -> dict[str, int]:
    """Load the landing files of these days of receipt (None: of all days) into raw.*.

    Files already loaded as they are now are skipped unless `force`. Returns the number of files loaded per entity.
    """
    create_raw_tables(connection)
    loaded = {}
    for entity in ENTITIES:
        files = _landed_files(landing, entity, days)
        pending = files if force else _pending(connection, entity, files)
        _load_partitions(connection, landing, entity, pending)
        loaded[entity.name] = len(pending)
    return loaded


def create_raw_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the raw tables that are not there yet: the source's columns one to one, and three of bookkeeping."""
    connection.execute("create schema if not exists raw")
    for entity in ENTITIES:
        columns = ", ".join(
            f"{column.name} {column.type}{' NOT NULL' if column.required else ''}"
            for column in (*entity.columns, *_BOOKKEEPING)
        )
        connection.execute(f"create table if not exists {entity.table} ({columns})")
    connection.execute(
        """
        create table if not exists raw._loaded_files (
            entity VARCHAR NOT NULL, landed_on DATE NOT NULL, source_file VARCHAR NOT NULL, sha256 VARCHAR NOT NULL,
            row_count BIGINT NOT NULL
        )
        """
    )


def _landed_files(landing: Path, entity: Entity, days: Collection[date] | None) -> list[Landed]:
    paths = sorted((landing / entity.name).glob("*.parquet"))
    return [
        Landed(
            day=date.fromisoformat(path.stem),
            name=path.relative_to(landing).as_posix(),
            sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        )
        for path in paths
        if days is None or date.fromisoformat(path.stem) in days
    ]


def _pending(connection: duckdb.DuckDBPyConnection, entity: Entity, files: list[Landed]) -> list[Landed]:
    # The rows are counted again: a partition emptied by hand is to be loaded even though its file is known.
    rows = connection.execute(
        f"""
        with present as (select _landed_on as landed_on, count(*) as row_count from {entity.table} group by all)
        select source_file, sha256
        from raw._loaded_files semi join present using (landed_on, row_count)
        where entity = ?
        """,
        [entity.name],
    ).fetchall()
    known = dict(rows)
    return [file for file in files if known.get(file.name) != file.sha256]


def _load_partitions(connection: duckdb.DuckDBPyConnection, landing: Path, entity: Entity, files: list[Landed]) -> None:
    if not files:
        return
    paths = [str(landing / file.name) for file in files]
    _check_columns(connection, entity, paths)
    columns = ", ".join(entity.column_names)
    days = [file.day for file in files]
    connection.begin()
    try:
        connection.execute(f"delete from {entity.table} where list_contains(?, _landed_on)", [days])
        connection.execute(
            f"""
            insert into {entity.table} by name
            select {columns}, received_at, '{entity.name}/' || parse_filename(filename) as _source_file,
                parse_filename(filename, true)::date as _landed_on
            from read_parquet($paths, filename = true, union_by_name = true)
            """,
            {"paths": paths},
        )
        connection.execute(
            "delete from raw._loaded_files where entity = ? and list_contains(?, landed_on)", [entity.name, days]
        )
        connection.execute(
            f"""
            insert into raw._loaded_files by name
            select $entity as entity, file.landed_on, file.source_file, file.sha256, count(_landed_on) as row_count
            from (select unnest($files) as file) left join {entity.table} on _landed_on = file.landed_on
            group by all
            """,
            {
                "entity": entity.name,
                "files": [{"landed_on": file.day, "source_file": file.name, "sha256": file.sha256} for file in files],
            },
        )
        connection.commit()
    except BaseException:
        connection.rollback()
        raise


def _check_columns(connection: duckdb.DuckDBPyConnection, entity: Entity, paths: list[str]) -> None:
    expected = sorted((*entity.column_names, "received_at"))
    shapes = connection.execute(
        """
        with columns as (
            select file_name, list(name order by name) as names
            from parquet_schema($paths)
            where type is not null
            group by file_name
        )
        select file_name, names from columns where names != $expected order by file_name limit 1
        """,
        {"paths": paths, "expected": expected},
    ).fetchall()
    for file, names in shapes:
        odd = sorted(set(names).symmetric_difference(expected))
        raise LandingSchemaError(f"{entity.name}/{Path(file).name}: missing or unexpected columns {odd}")


def _main() -> None:
    parser = argparse.ArgumentParser(description="Load landing files into the raw tables of a warehouse.")
    parser.add_argument("landing", type=Path, help="directory of the landing files")
    parser.add_argument("warehouse", type=Path, help="DuckDB file")
    parser.add_argument("--run-date", type=date.fromisoformat, help="only the files received this day, even if known")
    arguments = parser.parse_args()
    days = None if arguments.run_date is None else (arguments.run_date,)
    with connect(arguments.warehouse) as connection:
        loaded = load(connection, arguments.landing, days, force=days is not None)
    print(f"loaded {sum(loaded.values())} files: {loaded}")


if __name__ == "__main__":
    _main()
