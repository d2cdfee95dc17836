from datetime import date
from itertools import islice
from pathlib import Path
from zipfile import ZipFile

import pytest
from ingest.land import days_of_receipt, land_all
from ingest.source import ENTITIES, FLIGHTS, WEATHER, Entity, connect, source_csv, source_directory

DAY = date(2013, 3, 5)


def scalar(sql: str) -> object:
    with connect() as connection:
        row = connection.execute(sql).fetchone()
    assert row is not None
    return row[0]


def test_landing_again_or_fewer_days_writes_the_same_bytes(landing: Path, year: Path) -> None:
    files = sorted(landing.glob("*/*.parquet"))

    assert len(files) > len(ENTITIES)
    for path in files:
        assert path.read_bytes() == (year / path.relative_to(landing)).read_bytes()


def test_only_whole_files_are_left(landing: Path) -> None:
    assert {path.name for path in landing.iterdir()} == {entity.name for entity in ENTITIES}
    assert {path.suffix for path in landing.glob("*/*")} == {".parquet"}


@pytest.mark.parametrize("entity", ENTITIES, ids=lambda entity: entity.name)
def test_every_record_of_the_source_is_landed(year: Path, entity: Entity) -> None:
    with source_csv(source_directory(), entity) as csv:
        lines = len(csv.read_text(encoding="utf-8").splitlines()) - 1
    key = ", ".join(entity.key)

    assert scalar(f"select count(distinct ({key})) from read_parquet('{year}/{entity.name}/*.parquet')") == lines


@pytest.mark.parametrize("entity", [FLIGHTS, WEATHER], ids=lambda entity: entity.name)
def test_a_few_records_come_late_and_a_few_twice(year: Path, entity: Entity) -> None:
    files = f"read_parquet('{year}/{entity.name}/*.parquet')"
    lateness = "received_at - make_timestamptz(year, month, day, 11, 0, 0, 'UTC') - interval 24 hours"
    deliveries = f"select min({lateness}) as lateness, count(*) as n from {files} group by {', '.join(entity.key)}"

    late = scalar(f"select avg((lateness >= interval 24 hours)::integer) from ({deliveries})")
    twice = scalar(f"select avg((n = 2)::integer) from ({deliveries})")

    assert late == pytest.approx(0.01, rel=0.2)
    assert twice == pytest.approx(0.005, rel=0.2)
    assert scalar(f"select max(n) from ({deliveries})") == 2


def test_no_flight_is_received_before_it_is_over(year: Path) -> None:
    over_at = "time_hour + to_minutes(minute + dep_delay + air_time)"

    assert scalar(f"select bool_and(received_at > {over_at}) from read_parquet('{year}/flights/*.parquet')")


def test_the_days_of_receipt_hold_every_delivery_of_a_flight_day(year: Path) -> None:
    waits = (
        "select (received_at at time zone 'UTC')::date - make_date(year, month, day) as days"
        f" from read_parquet('{year}/flights/*.parquet')"
    )
    span = [(day - DAY).days for day in days_of_receipt(DAY)]

    assert scalar(f"select min(days) from ({waits})") == span[0]
    assert scalar(f"select max(days) <= {span[-1]} from ({waits})")


def test_only_a_complete_landing_of_the_same_source_is_not_landed_again(tmp_path: Path) -> None:
    source, landing = small_source(tmp_path / "source", lines=200), tmp_path / "landing"
    files = land_all(source, landing)
    assert {path.parent.name for path in files} == {entity.name for entity in ENTITIES}
    assert land_all(source, landing) == []

    files[-1].unlink()
    assert land_all(source, landing) == files

    small_source(source, lines=201)
    assert land_all(source, landing) != []


def small_source(directory: Path, lines: int) -> Path:
    """A source of the first lines of every file of the real one."""
    directory.mkdir(exist_ok=True)
    for entity in ENTITIES:
        with source_csv(source_directory(), entity) as csv, csv.open(encoding="utf-8") as file:
            head = "".join(islice(file, lines))
        if entity.file.endswith(".zip"):
            with ZipFile(directory / entity.file, "w") as archive:
                archive.writestr(entity.file.removesuffix(".zip"), head)
        else:
            (directory / entity.file).write_text(head, encoding="utf-8")
    return directory
