"""How statements would read tables: the plans are asked of a real server, and only where a large table is divided."""

from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from harness.engines import engine_for
from harness.load.lineage import read_sources
from harness.load.project import load_project
from harness.model.lineage import Lineage
from harness.model.result import Outcome
from harness.rules.antipatterns.large_table_scanned import large_table_scanned
from harness.rules.rule import apply
from harness.uses.governance import context_of
from harness.uses.observe import Session
from harness.uses.plans import readings_of

PROJECT = """
version: 1
name: shop
server: warehouse
servers: {warehouse: {type: duckdb, database: w.duckdb}}
lineage: {sql: [load]}
governance: {large_table: 1000, personal_data: {sample: 0}}
"""
CONTRACT = """
apiVersion: v3.1.0
kind: DataContract
id: events
version: 1.0.0
status: active
schema:
  - name: events
    physicalName: raw.events
    properties: [{name: day, partitioned: true}]
"""
LOADS = """
CREATE OR REPLACE TABLE marts.days AS SELECT day, count(DISTINCT x) AS n FROM raw.seen GROUP BY day;
INSERT INTO marts.one SELECT x FROM other.raw.events WHERE day = DATE '2024-01-05';
INSERT INTO marts.all SELECT x FROM other.raw.events WHERE x > 3;
INSERT INTO marts.lost SELECT nothing FROM raw.events;
INSERT INTO marts.files SELECT * FROM read_csv('x.csv'), raw.events;
INSERT INTO marts.none SELECT gone FROM raw.gone;
CREATE OR REPLACE VIEW marts.all_days AS SELECT * FROM raw.events;
"""


@pytest.fixture
def context(tmp_path: Path):
    (tmp_path / "harness.yaml").write_text(PROJECT)
    (tmp_path / "contracts" / "raw").mkdir(parents=True)
    (tmp_path / "contracts" / "raw" / "events.odcs.yaml").write_text(CONTRACT)
    (tmp_path / "load").mkdir()
    (tmp_path / "load" / "events.sql").write_text(LOADS)
    with duckdb.connect(str(tmp_path / "w.duckdb")) as connection:
        connection.execute("create schema raw; create schema marts")
        connection.execute(
            "create table raw.events as"
            " select date '2024-01-01' + (i % 90)::int as day, i as x from range(5000) as r (i)"
        )
        connection.execute("create view raw.seen as select * from raw.events")
    project = load_project(tmp_path, {})
    server = project.servers["warehouse"]
    module = engine_for(server)
    with module.connect(server, tmp_path, 30) as engine:
        session = Session(server, engine, module.DIALECT, engine.catalog(), engine.sizes())
        sources, sessions = read_sources(project, built=True), {"warehouse": session}
        yield context_of(project, sources, Lineage(), contracts=project.contracts, sessions=sessions)


def test_what_is_read_whole_is_found(context):
    found = {(result.line, result.outcome) for result in apply([large_table_scanned], context)}
    assert found == {(2, Outcome.FAIL), (4, Outcome.FAIL), (5, Outcome.ERROR), (6, Outcome.ERROR)}


def test_each_statement_that_builds_is_planned(context):
    built = ("days", "one", "all", "lost", "files", "none")
    assert list(context.readings) == [f"load/events.sql#marts.{name}" for name in built]


def test_a_database_of_another_name_is_the_one_that_is_open(context):
    assert [str(scan.table) for scan in context.readings["load/events.sql#marts.one"].scans] == ["raw.events"]


def test_the_server_says_why_it_has_no_plan(context):
    assert "nothing" in context.readings["load/events.sql#marts.lost"].problem
    assert "READ_CSV" in context.readings["load/events.sql#marts.files"].problem


def test_without_a_large_table_nothing_is_asked(context):
    small = replace(context.project, governance=replace(context.project.governance, large_table=5001))
    sessions = {"warehouse": Session(context.project.servers["warehouse"], error="nobody is asked")}
    assert readings_of(replace(context, project=small), sessions) == {}
    asked = readings_of(context, sessions)
    assert {reading.problem for reading in asked.values()} == {"nobody is asked"}
