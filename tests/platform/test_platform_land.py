from datetime import date
from pathlib import Path

import pytest
from ingest.land import days_of_receipt, land, land_all
from ingest.source import FLIGHTS, WEATHER, connect, source_directory

DAY = date(2013, 3, 5)


def scalar(sql: str) -> object:
    with connect() as connection:
        row = connection.execute(sql).fetchone()
    assert row is not None
    return row[0]


def test_landing_again_writes_the_same_bytes(landing: Path, tmp_path: Path) -> None:
    files = land(source_directory(), tmp_path, [DAY])

    assert [path.relative_to(tmp_path).as_posix() for path in files] == [
        "flights/2013-03-05.parquet",
        "weather/2013-03-05.parquet",
    ]
    for path in files:
        assert path.read_bytes() == (landing / path.relative_to(tmp_path)).read_bytes()


def test_only_whole_files_are_left(landing: Path) -> None:
    assert {path.name for path in landing.iterdir()} == {"airlines", "airports", "planes", "flights", "weather"}
    assert {path.suffix for path in landing.glob("*/*")} == {".parquet"}


@pytest.mark.parametrize("entity", [FLIGHTS, WEATHER], ids=lambda entity: entity.name)
def test_records_come_late_and_twice(landing: Path, entity: object) -> None:
    assert isinstance(entity, type(FLIGHTS))
    key = ", ".join(entity.key)
    files = f"read_parquet('{landing}/{entity.name}/2013-03-*.parquet')"
    lateness = "received_at - make_timestamptz(year, month, day, 11, 0, 0, 'UTC') - interval 24 hours"

    assert scalar(f"select count(*) > 0 from {files} where {lateness} >= interval 24 hours")
    assert scalar(f"select max({lateness}) < interval 168 hours from {files}")
    assert scalar(f"select count(*) > 0 from (select 1 from {files} group by {key} having count(*) > 1)")


def test_no_flight_is_received_before_it_is_over(landing: Path) -> None:
    over_at = "time_hour + to_minutes(minute + dep_delay + air_time)"

    assert scalar(f"select bool_and(received_at > {over_at}) from read_parquet('{landing}/flights/*.parquet')")


def test_the_days_of_receipt_hold_every_delivery_of_a_flight_day(tmp_path: Path) -> None:
    land_all(source_directory(), tmp_path)
    per_day = (
        "select make_date(year, month, day) as flown_on, min(landed_on) as first, max(landed_on) as last"
        f" from (select *, parse_filename(filename, true)::date as landed_on"
        f" from read_parquet('{tmp_path}/flights/*.parquet', filename = true)) group by flown_on"
    )
    span = [(day - DAY).days for day in days_of_receipt(DAY)]

    assert scalar(f"select min(first - flown_on) from ({per_day})") == span[0]
    assert scalar(f"select max(last - flown_on) from ({per_day})") <= span[-1]
    assert scalar(f"select count(*) from ({per_day})") == 365


def test_a_complete_landing_is_not_landed_again(tmp_path: Path) -> None:
    assert len(land_all(source_directory(), tmp_path)) > 700
    assert land_all(source_directory(), tmp_path) == []

    (tmp_path / "flights" / "2013-03-05.parquet").unlink()

    assert land_all(source_directory(), tmp_path) != []
