"""What holds of every built warehouse: identity, history and time."""

import json
from pathlib import Path

import pytest
from build import artifacts_beside
from ingest.source import connect

GRAINS = {
    "staging.stg_nycflights__airlines": "carrier_code",
    "staging.stg_nycflights__airports": "airport_code",
    "staging.stg_nycflights__planes": "tail_number",
    "staging.stg_nycflights__flights": "flight_date, carrier_code, flight_number, origin_airport_code",
    "staging.stg_nycflights__weather": "airport_code, observed_hour_at",
    "intermediate.int_airports": "airport_code",
    "intermediate.int_flights_enriched": "flight_key",
    "intermediate.int_aircraft_operators": "tail_number, interval_number",
    "intermediate.int_airport_hours": "airport_code, observed_hour_at",
    "marts.dim_airlines": "carrier_code",
    "marts.dim_airports": "airport_code",
    "marts.dim_aircraft": "aircraft_key",
    "marts.dim_dates": "date_day",
    "marts.fct_flights": "flight_key",
    "marts.fct_airport_days": "airport_code, flight_date",
    "marts.fct_aircraft_delay_features": "tail_number, event_at",
}

REFERENCES = {
    "flight_date": "dim_dates.date_day",
    "carrier_code": "dim_airlines.carrier_code",
    "origin_airport_code": "dim_airports.airport_code",
    "destination_airport_code": "dim_airports.airport_code",
    "aircraft_key": "dim_aircraft.aircraft_key",
}


def scalar(warehouse: Path, sql: str) -> object:
    with connect(warehouse, read_only=True) as connection:
        row = connection.execute(sql).fetchone()
    assert row is not None
    return row[0]


@pytest.mark.parametrize("table", GRAINS)
def test_the_key_identifies_a_row(full: Path, table: str) -> None:
    assert scalar(full, f"select count(*) > 0 from {table}")
    assert (
        scalar(full, f"select count(*) from (select 1 from {table} group by {GRAINS[table]} having count(*) > 1)") == 0
    )


def test_there_are_no_other_tables(full: Path) -> None:
    tables = "select list(table_schema || '.' || table_name) from information_schema.tables where table_schema != 'raw'"

    assert set(scalar(full, tables)) == set(GRAINS)  # type: ignore[call-overload]


@pytest.mark.parametrize("column", REFERENCES)
def test_references_hold(full: Path, column: str) -> None:
    table, key = REFERENCES[column].split(".")

    assert scalar(full, f"select count({column}) > 0 from marts.fct_flights")
    assert (
        scalar(
            full,
            f"select count(*) from marts.fct_flights where {column} is not null"
            f" and {column} not in (select {key} from marts.{table})",
        )
        == 0
    )


def test_staging_keeps_the_latest_delivery_of_every_record(full: Path) -> None:
    latest = (
        "select year, month, day, carrier, flight, origin, max(received_at) from raw.nycflights_flights group by all"
    )
    staged = (
        "select year(flight_date), month(flight_date), day(flight_date), carrier_code, flight_number,"
        " origin_airport_code, received_at from staging.stg_nycflights__flights"
    )

    assert scalar(full, f"select count(*) from (({latest} except {staged}) union all ({staged} except {latest}))") == 0


def test_aircraft_history_has_no_overlap_no_gap_and_one_current_row(full: Path) -> None:
    successive = (
        "select *, lead(valid_from) over (partition by tail_number order by valid_from) as next_from"
        " from marts.dim_aircraft"
    )

    assert scalar(full, "select count(*) > 0 from marts.dim_aircraft where not is_current")
    assert scalar(full, f"select count(*) from ({successive}) where valid_to is distinct from next_from") == 0
    assert scalar(full, "select count(*) from marts.dim_aircraft where valid_to <= valid_from") == 0
    assert scalar(full, "select bool_and(is_current = (valid_to is null)) from marts.dim_aircraft")
    current = "select count_if(is_current) as n from marts.dim_aircraft group by tail_number"
    assert scalar(full, f"select count(*) from ({current}) where n != 1") == 0


def test_flights_belong_to_the_aircraft_row_valid_at_departure(full: Path) -> None:
    matching = (
        "select flight_key, count_if(a.aircraft_key = f.aircraft_key and a.carrier_code = f.carrier_code) as n"
        " from marts.fct_flights as f join marts.dim_aircraft as a using (tail_number)"
        " where scheduled_departure_at >= valid_from and (valid_to is null or scheduled_departure_at < valid_to)"
        " group by flight_key"
    )

    assert scalar(full, f"select count(*) from ({matching}) where n != 1") == 0
    assert scalar(full, f"select count(*) from ({matching})") == scalar(
        full, "select count(tail_number) from marts.fct_flights"
    )
    assert scalar(full, "select bool_and((tail_number is null) = (aircraft_key is null)) from marts.fct_flights")


def test_features_count_the_arrivals_strictly_before_the_event(full: Path) -> None:
    expected = """
        with events as (
            select distinct tail_number, scheduled_departure_at as event_at
            from marts.fct_flights
            where tail_number is not null
        ),
        seen as (
            select e.tail_number, e.event_at, f.arrived_at, f.arrival_delay_minutes, f.air_time_minutes,
                e.event_at - f.arrived_at <= interval 168 hours as in_week,
                e.event_at - f.arrived_at <= interval 720 hours as in_month
            from events as e
            left join marts.fct_flights as f on e.tail_number = f.tail_number and f.arrived_at < e.event_at
        )
        select tail_number, event_at,
            count(*) filter (in_week) as flights_7d_count,
            count(*) filter (in_month) as flights_30d_count,
            avg(arrival_delay_minutes) filter (in_week) as mean_arrival_delay_7d_minutes,
            avg(arrival_delay_minutes) filter (in_month) as mean_arrival_delay_30d_minutes,
            max(arrival_delay_minutes) filter (in_month) as maximum_arrival_delay_30d_minutes,
            coalesce(sum(air_time_minutes) filter (in_week), 0)::bigint as air_time_7d_minutes,
            date_diff('minute', max(arrived_at), event_at) / 60 as hours_since_last_arrival
        from seen
        group by tail_number, event_at
    """
    actual = "select * exclude (updated_at) from marts.fct_aircraft_delay_features"
    differing = f"(({expected}) except ({actual})) union all (({actual}) except ({expected}))"

    assert scalar(full, "select max(flights_7d_count) > 5 from marts.fct_aircraft_delay_features")
    assert scalar(full, f"select count(*) from ({differing})") == 0


def test_what_happens_later_does_not_change_a_feature(full: Path, own_full: Path) -> None:
    instant = "timestamptz '2013-03-04 18:00:00+00'"
    manifest = json.loads((artifacts_beside(full) / "target" / "manifest.json").read_text())
    node = manifest["nodes"]["model.nyc_flights.fct_aircraft_delay_features"]
    model = (artifacts_beside(full) / "target" / "compiled" / "nyc_flights" / node["original_file_path"]).read_text()
    with connect(own_full) as connection:
        connection.execute(f"create temp table before as {model}")
        connection.execute(
            "update marts.fct_flights set arrival_delay_minutes = 9999, air_time_minutes = 9999"
            f" where arrived_at >= {instant}"
        )
        connection.execute(f"create temp table after as {model}")
        changed = connection.execute(
            f"select count_if(event_at <= {instant}), count_if(event_at > {instant})"
            " from (from before except from after)"
        ).fetchone()

    assert changed is not None
    assert changed[0] == 0
    assert changed[1] > 0


def test_the_catalog_enforces_what_the_marts_promise(own_full: Path) -> None:
    with connect(own_full) as connection, pytest.raises(Exception, match="NOT NULL constraint failed"):
        connection.execute("update marts.fct_flights set flight_key = null")
