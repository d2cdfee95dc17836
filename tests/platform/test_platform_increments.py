"""Warehouses built by dbt in steps, held against one built in one go."""

import shutil
from datetime import date
from pathlib import Path

import duckdb
import pytest
from build import transform
from ingest.load import load
from ingest.source import connect

MARTS = (
    "dim_airlines",
    "dim_airports",
    "dim_aircraft",
    "dim_dates",
    "fct_flights",
    "fct_airport_days",
    "fct_aircraft_delay_features",
)
CUT = date(2013, 3, 5)
"""The last day of receipt before the first build."""

OUT_OF_ORDER = date(2013, 3, 3)
"""A day of receipt before the cut whose files nevertheless turn up after it."""

DAMAGED = "flight_date = '2013-03-03'"
"""A flight day whose rows are tampered with between the builds."""


def content(warehouse: Path, table: str) -> list[tuple[object, ...]]:
    with connect(warehouse, read_only=True) as connection:
        return connection.execute(f"from marts.{table} order by all").fetchall()


def count(connection: duckdb.DuckDBPyConnection, condition: str) -> int:
    row = connection.execute(f"select count(*) from marts.fct_flights where {condition}").fetchone()
    assert row is not None
    return int(row[0])


def test_increments_add_up_to_the_full_build_and_late_records_land(
    landing: Path, tmp_path: Path, subtests: pytest.Subtests, request: pytest.FixtureRequest
) -> None:
    warehouse, first = tmp_path / "warehouse.duckdb", tmp_path / "first.duckdb"
    days = sorted({date.fromisoformat(path.stem) for path in landing.glob("*/*.parquet")})
    with connect(warehouse) as connection:
        load(connection, landing, [day for day in days if day <= CUT and day != OUT_OF_ORDER])
    transform(warehouse)
    shutil.copy(warehouse, first)
    with connect(warehouse) as connection:
        load(connection, landing)
        connection.execute(f"delete from marts.fct_flights where {DAMAGED} and carrier_code = 'UA'")
        connection.execute(f"update marts.fct_flights set distance_miles = -1 where {DAMAGED}")
    transform(warehouse)

    late = "flight_date = '2013-03-03' and received_at > '2013-03-06 00:00:00+00'"
    with connect(first, read_only=True) as before, connect(warehouse, read_only=True) as after:
        assert count(before, "flight_date = '2013-03-03'") > 0
        assert count(before, "flight_date = '2013-03-02'") < count(after, "flight_date = '2013-03-02'") / 10
        assert count(before, late) == 0
        assert count(after, late) > 0
    # Asked for only now, so that another worker may build it meanwhile.
    full = request.getfixturevalue("full")
    for table in MARTS:
        with subtests.test(table=table):
            assert content(warehouse, table) == content(full, table)


def test_a_backfill_restores_its_day_and_leaves_the_others_alone(full: Path, own_full: Path) -> None:
    with connect(own_full) as connection:
        connection.execute("delete from marts.fct_flights where flight_date = '2013-03-03'")
        connection.execute("update marts.fct_flights set distance_miles = -1 where flight_date = '2013-03-04'")

    transform(own_full, run_date=date(2013, 3, 3), select=["fct_flights"])

    with connect(own_full, read_only=True) as connection:
        assert count(connection, "distance_miles = -1 and flight_date = '2013-03-04'") > 0
        assert count(connection, "distance_miles = -1 and flight_date != '2013-03-04'") == 0
    with connect(own_full) as connection:
        connection.execute(f"attach '{full}' as expected (read_only)")
        differing = connection.execute(
            "select distinct flight_date from (from marts.fct_flights except from expected.marts.fct_flights"
            " union all (from expected.marts.fct_flights except from marts.fct_flights))"
        ).fetchall()
    assert differing == [(date(2013, 3, 4),)]
