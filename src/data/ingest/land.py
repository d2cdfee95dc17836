"""Source -> landing: one Parquet file per entity and day of receipt, `<landing>/<entity>/<YYYY-MM-DD>.parquet`.

The year is replayed as an at-least-once feed would have delivered it. A day's flights and weather are received the
next morning; about 1 % of the records come one to three days late and about 0.5 % come twice. Which ones is decided by
a hash of the record's key, so every landing of the same source is the same.
"""

import argparse
import hashlib
import json
import os
from collections.abc import Collection, Iterator
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from ingest.source import ENTITIES, FLIGHTS, WEATHER, Entity, connect, source_csv, source_directory

REFERENCE_LANDED_ON = date(2013, 1, 1)
"""Airlines, airports and planes are delivered once, as full snapshots, before the first flight of the year."""

MAX_DAYS_TO_RECEIPT = 7
"""No record of a flight day is received later than this many days after it, redeliveries included."""

# A new number makes every finished landing count as out of date: raise it when the rules below change.
_RECIPE = 1
_MARKER = "_complete.json"


def land(source: Path, landing: Path, days: Collection[date] | None = None) -> list[Path]:
    """Write the landing files of these days of receipt (None: of all days), replacing those already there.

    Days on which nothing was received get no file. Returns the files written.
    """
    landing.mkdir(parents=True, exist_ok=True)
    return [path for entity in ENTITIES for path in _land_entity(source, landing, entity, days)]


def land_all(source: Path, landing: Path) -> list[Path]:
    """Land all days unless a complete landing of this very source is there already; returns the files written."""
    fingerprint = _fingerprint(source)
    if _is_complete(landing, fingerprint):
        return []
    files = land(source, landing)
    state = {"fingerprint": fingerprint, "files": sorted(str(path.relative_to(landing)) for path in files)}
    partial = landing / f"{_MARKER}.{os.getpid()}"
    partial.write_text(json.dumps(state))
    partial.replace(landing / _MARKER)
    return files


def landing_file(landing: Path, entity: Entity, day: date) -> Path:
    """Path of the file of what was received of the entity on this UTC day."""
    return landing / entity.name / f"{day.isoformat()}.parquet"


def days_of_receipt(flight_date: date) -> tuple[date, ...]:
    """The days on which records of this flight day may have been received."""
    return tuple(flight_date + timedelta(days=n) for n in range(1, MAX_DAYS_TO_RECEIPT + 1))


def _land_entity(source: Path, landing: Path, entity: Entity, days: Collection[date] | None) -> Iterator[Path]:
    (landing / entity.name).mkdir(exist_ok=True)
    # Written beside the landing and renamed file by file: a reader sees a whole file or none.
    with TemporaryDirectory(dir=landing, prefix=".partial-") as scratch, connect() as connection:
        # One thread writes one file a day; several would split a day between them.
        connection.execute("set threads = 1; set partitioned_write_max_open_files = 1000")
        with source_csv(source, entity) as csv:
            _read_source(connection, entity, csv)
        columns = ", ".join(entity.column_names)
        chosen = "" if days is None else "where list_contains($days, landed_on)"
        connection.execute(
            f"""
            copy (
                select {columns}, received_at, landed_on from ({_deliveries(entity)}) {chosen}
                order by landed_on, received_at, {", ".join(entity.key)}
            ) to '{scratch}' (format parquet, partition_by (landed_on), overwrite_or_ignore)
            """,
            None if days is None else {"days": sorted(days)},
        )
        for part in sorted(Path(scratch).glob("landed_on=*/*.parquet")):
            day = date.fromisoformat(part.parent.name.removeprefix("landed_on="))
            if part.name != "data_0.parquet":
                raise RuntimeError(f"{entity.name}: the files of {day} came out in pieces")
            yield part.replace(landing_file(landing, entity, day))


def _read_source(connection: duckdb.DuckDBPyConnection, entity: Entity, csv: Path) -> None:
    columns = {column.name: column.type for column in entity.columns}
    # The columns are given, not guessed, so that a source of another shape fails here.
    connection.execute(f"create temp table source as from read_csv('{csv}', header = true, nullstr = 'NA', {columns=})")


def _deliveries(entity: Entity) -> str:
    """SQL of all deliveries: the columns of the source, `received_at` and `landed_on` (the UTC day of receipt)."""
    if entity not in (FLIGHTS, WEATHER):
        return f"""
            select *, timestamptz '{REFERENCE_LANDED_ON} 11:00:00+00' as received_at,
                date '{REFERENCE_LANDED_ON}' as landed_on
            from source
        """
    # A flight still under way at the morning's cut cannot be in that morning's file.
    over_at = (
        "time_hour + to_minutes(minute + greatest(coalesce(dep_delay, 0), 0) + coalesce(air_time, 0) + 60)"
        if entity is FLIGHTS
        else "time_hour"
    )
    key = ", ".join(f"epoch({name})" if name == "time_hour" else name for name in entity.key)
    return f"""
        with hashed as (
            select *, md5_number_lower(concat_ws('|', {key})) as digest,
                make_timestamptz(year, month, day, 11, 0, 0, 'UTC') + interval 24 hours as cut_at
            from source
        ),
        first_delivery as (
            select *, cut_at
                + to_hours(24 * greatest(0, ceil((epoch({over_at}) - epoch(cut_at)) / 86400))::integer)
                + to_hours(24 * if(digest % 1000 < 10, 1 + digest % 3, 0)::integer) as received_at
            from hashed
        ),
        deliveries as (
            from first_delivery
            union all by name
            -- Half of the second deliveries come the same morning, the other half the next.
            select * replace (received_at + if(digest % 2 = 0, interval 20 minutes, interval 24 hours) as received_at)
            from first_delivery
            where digest // 1000 % 1000 < 5
        )
        select *, (received_at at time zone 'UTC')::date as landed_on from deliveries
    """


def _fingerprint(source: Path) -> str:
    digest = hashlib.sha256(f"recipe {_RECIPE}, DuckDB {duckdb.__version__}".encode())
    for entity in ENTITIES:
        digest.update((source / entity.file).read_bytes())
    return digest.hexdigest()


def _is_complete(landing: Path, fingerprint: str) -> bool:
    marker = landing / _MARKER
    if not marker.exists():
        return False
    state = json.loads(marker.read_text())
    return bool(state["fingerprint"] == fingerprint) and all((landing / name).exists() for name in state["files"])


def _main() -> None:
    parser = argparse.ArgumentParser(description="Write the source's daily landing files.")
    parser.add_argument("landing", type=Path, help="directory of the landing files")
    parser.add_argument("--run-date", type=date.fromisoformat, help="only the files received on this day")
    arguments = parser.parse_args()
    days = None if arguments.run_date is None else (arguments.run_date,)
    print(f"landed {len(land(source_directory(), arguments.landing, days))} files")


if __name__ == "__main__":
    _main()
