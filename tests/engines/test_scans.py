"""Which tables a query would read, and how much of them, by the server's own plan."""

import duckdb
import psycopg
import pytest

from harness.engines import duckdb as on_files
from harness.engines import engine_for, postgres_plan
from harness.model.check import TableName
from harness.model.contract import Server
from harness.model.errors import EngineError
from harness.model.location import Location
from harness.model.scan import Scan

AT = Location("harness.yaml")
EVENTS, DAYS = TableName("raw", "events"), TableName("raw", "days")
PARTED = """
create schema raw;
create table raw.days (day date);
create table raw.events (id int, day date, x text) partition by range (day);
create table raw.e1 partition of raw.events for values from ('2024-01-01') to ('2024-02-01');
create table raw.e2 partition of raw.events for values from ('2024-02-01') to ('2024-03-01');
create table raw.e3 partition of raw.events for values from ('2024-03-01') to ('2024-04-01');
create index on raw.events (id);
create view raw.seen as select id, day from raw.events;
"""
FLAT = """
create schema raw;
create table raw.days as select date '2024-01-05' as day;
create table raw.events as
    select i::int as id, date '2024-01-01' + (i % 90)::int as day, 'x' || i as x from range(9000) as r (i);
create view raw.seen as select id, day from raw.events;
"""
WHOLE = (
    "select * from raw.events",
    "select day, count(distinct id) from raw.seen group by day",
    "select * from raw.events where x > 'x5'",
    "select e.* from raw.events as e join raw.days as d on d.day = e.day where e.x > 'x5'",
    "with e as (select * from raw.events) select max(x) from e",
)
PARTIAL = (
    "select * from raw.events where day = date '2024-02-05'",
    "select count(distinct x) from raw.events where day >= date '2024-02-05' and x > 'x5'",
    "select * from (select * from raw.seen) as s where s.day < date '2024-02-05'",
    "select * from raw.events where day > (select max(day) from raw.days)",
)


@pytest.fixture
def flat(tmp_path):
    with duckdb.connect(str(tmp_path / "w.duckdb")) as connection:
        connection.execute(FLAT)
    server = Server(at=AT, name="w", type="duckdb", settings={"database": "w.duckdb"})
    with on_files.connect(server, tmp_path, 30) as engine:
        yield engine


@pytest.fixture
def parted(postgres, postgres_database):
    with psycopg.connect(host=str(postgres), user="postgres", dbname=postgres_database, autocommit=True) as connection:
        connection.execute(PARTED)
    settings = {"host": str(postgres), "database": postgres_database, "user": "postgres"}
    server = Server(at=AT, name="pg", type="postgres", settings=settings)
    with engine_for(server).connect(server, None, 30) as engine:
        yield engine


def of_events(engine, query):
    return [scan for scan in engine.scans(query) if scan.table == EVENTS]


@pytest.mark.parametrize("query", WHOLE)
def test_whole(query, flat, parted):
    for engine in (flat, parted):
        assert [scan.is_whole(["day"]) for scan in of_events(engine, query)] == [True], engine


@pytest.mark.parametrize("query", PARTIAL)
def test_partial(query, flat, parted):
    for engine in (flat, parted):
        assert [scan.is_whole(["day"]) for scan in of_events(engine, query)] == [False], engine


def test_a_function_around_the_key_reads_every_partition(parted):
    query = "select * from raw.events where date_trunc('month', day) = '2024-02-01'"
    (scan,) = of_events(parted, query)
    assert (scan.parts, scan.of, scan.is_whole(["day"])) == (3, 3, True)


def test_days_that_are_known_only_then(flat, parted):
    query = "select * from raw.events as e where day in (select day from raw.days)"
    assert [scan.is_whole(["day"]) for scan in of_events(flat, query)] == [False]
    recent = "select * from raw.events where day > now() - interval '3 days'"
    assert [scan.is_whole(["day"]) for scan in of_events(parted, recent)] in ([], [False])


def test_nothing_but_one_select_is_planned(flat, parted):
    for engine in (flat, parted):
        for statement in ("delete from raw.days", "select 1; select 2", "select 1) as q; drop table raw.days; --"):
            with pytest.raises(EngineError):
                engine.scans(statement)
        assert engine.query("select count(*) from raw.days")[0] in (0, 1)


def test_the_condition_of_an_index_below_a_bitmap_counts():
    index = {"Node Type": "Bitmap Index Scan", "Index Name": "of_day", "Index Cond": "(day = '2024-01-01'::date)"}
    heap = {"Node Type": "Bitmap Heap Scan", "Relation Name": "events", "Schema": "raw", "Alias": "e", "Plans": [index]}
    (scan,) = postgres_plan.scans_in([{"Plan": {"Node Type": "Aggregate", "Plans": [heap]}}], {})
    assert (scan.table, scan.conditions, scan.is_whole(["day"])) == (EVENTS, (index["Index Cond"],), False)


def test_without_columns_nothing_divides_a_table():
    assert Scan(table=EVENTS, conditions=("day = 1",)).is_whole([]) is True
    assert Scan(table=EVENTS, conditions=("today = 1",)).is_whole(["day"]) is True
    assert Scan(table=EVENTS, conditions=("(e.Day = 1)",)).is_whole(["day"]) is False
