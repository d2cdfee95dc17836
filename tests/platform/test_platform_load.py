from datetime import date
from pathlib import Path

import duckdb
import pytest
from ingest.land import landing_file
from ingest.load import LandingSchemaError, load
from ingest.source import ENTITIES, FLIGHTS, PLANES, connect

Rows = dict[str, list[tuple[object, ...]]]

DAY = date(2013, 3, 5)


def raw_rows(connection: duckdb.DuckDBPyConnection) -> Rows:
    """All rows of every table of raw, in an order of their own."""
    tables = [entity.table for entity in ENTITIES] + ["raw._loaded_files"]
    return {table: connection.execute(f"from {table} order by all").fetchall() for table in tables}


def landed_days(landing: Path) -> list[date]:
    return sorted({date.fromisoformat(path.stem) for path in landing.glob("*/*.parquet")})


def rewrite(file: Path, sql: str) -> None:
    """Replace the Parquet file by a query over it, in which it is called `landed`."""
    with connect() as connection:
        connection.execute(f"create temp table landed as from read_parquet('{file}')")
        connection.execute(f"copy ({sql}) to '{file}' (format parquet)")


def test_loading_twice_equals_once(landing: Path) -> None:
    with connect() as connection:
        assert sum(load(connection, landing).values()) > 0
        once = raw_rows(connection)

        load(connection, landing, force=True)

        assert raw_rows(connection) == once


def test_known_files_are_skipped(landing: Path) -> None:
    with connect() as connection:
        load(connection, landing)

        assert set(load(connection, landing).values()) == {0}


@pytest.mark.parametrize("step", [1, -1], ids=["forwards", "backwards"])
def test_the_order_of_the_days_does_not_matter(landing: Path, step: int) -> None:
    with connect() as at_once, connect() as day_by_day:
        load(at_once, landing)
        for day in landed_days(landing)[::step]:
            load(day_by_day, landing, [day])

        assert raw_rows(day_by_day) == raw_rows(at_once)


def test_redelivered_records_are_kept_in_raw(landing: Path) -> None:
    with connect() as connection:
        load(connection, landing)
        rows = connection.execute(
            f"select count(*), count(distinct ({', '.join(FLIGHTS.key)})) from {FLIGHTS.table}"
        ).fetchone()

    assert rows is not None
    assert rows[0] > rows[1]


def test_a_changed_file_replaces_its_partition_and_no_other(own_landing: Path) -> None:
    with connect() as connection:
        load(connection, own_landing)
        before = raw_rows(connection)[FLIGHTS.table]
        rewrite(landing_file(own_landing, FLIGHTS, DAY), "from landed where carrier != 'UA'")

        assert load(connection, own_landing)["flights"] == 1

        after = raw_rows(connection)[FLIGHTS.table]
    carrier, landed_on = FLIGHTS.column_names.index("carrier"), len(FLIGHTS.columns) + 2
    assert after == [row for row in before if not (row[landed_on] == DAY and row[carrier] == "UA")]
    assert len(after) < len(before)


def test_a_partition_emptied_by_hand_is_loaded_again(landing: Path) -> None:
    with connect() as connection:
        load(connection, landing)
        before = raw_rows(connection)
        connection.execute(f"delete from {FLIGHTS.table} where _landed_on = ?", [DAY])

        assert load(connection, landing)["flights"] == 1
        assert raw_rows(connection) == before


@pytest.mark.parametrize(
    ("change", "columns"),
    [
        ("select * exclude (tailnum) from landed", "tailnum"),
        ("select *, 1 as gate from landed", "gate"),
        ("select * rename (dest as destination) from landed", "dest.*destination"),
    ],
    ids=["missing", "new", "renamed"],
)
def test_a_file_of_another_shape_is_refused(own_landing: Path, change: str, columns: str) -> None:
    with connect() as connection:
        load(connection, own_landing)
        before = raw_rows(connection)
        rewrite(landing_file(own_landing, FLIGHTS, DAY), change)

        with pytest.raises(LandingSchemaError, match=rf"flights/2013-03-05.parquet.*{columns}"):
            load(connection, own_landing)

        assert raw_rows(connection) == before


def test_a_load_that_fails_midway_leaves_the_partition_as_it_was(own_landing: Path) -> None:
    with connect() as connection:
        load(connection, own_landing)
        before = raw_rows(connection)
        rewrite(landing_file(own_landing, FLIGHTS, DAY), "select * replace (null::varchar as carrier) from landed")

        with pytest.raises(duckdb.ConstraintException, match="carrier"):
            load(connection, own_landing)

        assert raw_rows(connection) == before


def test_the_catalog_says_what_the_source_never_lacks(landing: Path) -> None:
    with connect() as connection:
        load(connection, landing)
        described = connection.execute(f'select column_name, "null" from (describe {PLANES.table})').fetchall()

    assert {name for name, null in described if null == "YES"} == {"year", "speed"}
