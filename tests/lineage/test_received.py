"""Events of other producers; those of dbt-ol are of a real run (tests/cases/openlineage)."""

import json
from pathlib import Path
from typing import Any

import pytest

from harness.lineage.received import received
from harness.lineage.tables import Entry, Tables
from harness.load.lineage import Event, read_sources
from harness.load.project import load_project
from harness.model.lineage import ROWS, UNSAID, Edge, Field, Transformation
from harness.model.location import Location
from harness.uses.lineage import lineage_of

REPOSITORY = Path(__file__).parents[2]
EVENTS = "tests/cases/openlineage/dbt-ol-1.54.ndjson"
HERE = "duckdb:///srv/shop.duckdb"


@pytest.fixture
def platform(tmp_path: Path) -> Any:
    """The reference platform with the events in the place of its dbt project."""
    settings = (REPOSITORY / "harness.yaml").read_text(encoding="utf-8")
    head = settings[: settings.index("lineage:\n  dbt:")]
    (tmp_path / "harness.yaml").write_text(head + f"lineage: {{events: {EVENTS}}}\n", encoding="utf-8")
    for name in ("contracts", "checks", "tests", "lineage"):
        (tmp_path / name).symlink_to(REPOSITORY / name)
    return load_project(tmp_path, {"HARNESS_WAREHOUSE": "/srv/platform/warehouse.duckdb"})


def test_dbt_ol_and_we_call_every_table_alike(platform: Any) -> None:
    lineage = lineage_of(platform, read_sources(platform, built=True))
    assert [table for table in lineage.tables if "//" in table] == []
    assert not any(gap.unread for gap in lineage.gaps)
    events = read_sources(platform, built=True).events
    names = {(d["namespace"], d["name"]) for e in events for d in (*e.data["inputs"], *e.data["outputs"])}
    assert len(names) == 7
    assert names <= set(lineage.datasets.values())


def test_what_dbt_ol_says_of_columns(platform: Any) -> None:
    lineage = lineage_of(platform, read_sources(platform, built=True))
    told = {edge for edge in lineage.edges if edge.by == "event"}
    staging, raw = "staging.stg_nycflights__airlines", "raw.nycflights_airlines"
    assert Edge(Field(raw, "carrier"), Field(staging, "carrier_code"), UNSAID, "event") in told
    assert Edge(Field(raw, ROWS), Field(staging, ROWS), UNSAID, "event") in told
    assert Edge(Field("marts.dim_aircraft", ROWS), Field("marts.fct_flights", ROWS), UNSAID, "event") in told


def test_what_dbt_ol_leaves_open_is_a_gap(platform: Any) -> None:
    gaps = {(str(gap.target), gap.reason) for gap in lineage_of(platform, read_sources(platform, built=True)).gaps}
    flights, dates = "warehouse.marts.nyc_flights.fct_flights", "warehouse.marts.nyc_flights.dim_dates"
    assert ("marts.fct_flights", f"the job {flights} names inputs of this table, but none of its columns") in gaps
    # the CTEs of a query are no datasets
    reason = f"the job {dates} names `days` as its source, which is no input of the job"
    assert ("marts.dim_dates.day_name", reason) in gaps


def tables() -> Tables:
    found = Tables()
    found.add(Entry("marts.orders", ("shop", "marts", "orders"), ("id", "Amount"), (HERE, "shop.marts.orders")))
    return found


def event(at: str = "2026-01-01T00:00:00Z", run: str = "r1", job: str = "load", **parts: Any) -> Event:
    data = {"eventType": "COMPLETE", "eventTime": at, "run": {"runId": run}, "job": {"namespace": "n", "name": job}}
    return Event({**data, **parts}, Location("events.ndjson", 3))


def column(name: str, *sources: dict[str, Any]) -> dict[str, Any]:
    return {"columnLineage": {"fields": {name: {"inputFields": list(sources)}}}}


SOURCE = {"namespace": "s3://lake", "name": "orders.csv"}
ORDERS = {"namespace": HERE, "name": "shop.marts.orders"}


def test_transformations_are_taken_as_they_are() -> None:
    said = [{"type": "DIRECT", "subtype": "HASHED", "masking": True}, {"type": "INDIRECT", "subtype": "JOIN"}, {}]
    facets = column("AMOUNT", {**SOURCE, "field": "sum", "transformations": said})
    edges, gaps = received([event(inputs=[SOURCE], outputs=[{**ORDERS, "facets": facets}])], tables())
    source, target = Field("s3://lake/orders.csv", "sum"), Field("marts.orders", "Amount")
    assert {edge for edge in edges if edge.target == target} == {
        Edge(source, target, Transformation("DIRECT", "HASHED", masking=True), "event"),
        Edge(source, target, Transformation("INDIRECT", "JOIN"), "event"),
        Edge(source, target, UNSAID, "event"),
    }
    assert gaps == []


def test_what_decides_the_whole_dataset_decides_its_rows() -> None:
    facets = {"columnLineage": {"fields": {}, "dataset": [{**SOURCE, "field": "day"}]}}
    edges, _ = received([event(inputs=[SOURCE], outputs=[{**ORDERS, "facets": facets}])], tables())
    assert Edge(Field("s3://lake/orders.csv", "day"), Field("marts.orders", ROWS), UNSAID, "event") in edges


def test_only_the_latest_run_of_a_job_counts() -> None:
    old = event("2026-01-01T00:00:00Z", "r1", inputs=[{**SOURCE, "name": "old.csv"}], outputs=[ORDERS])
    new = event("2026-01-02T00:00:00Z", "r2", inputs=[SOURCE], outputs=[ORDERS])
    other = event("2025-01-01T00:00:00Z", "r3", "other", inputs=[{**SOURCE, "name": "b.csv"}], outputs=[ORDERS])
    edges, gaps = received([new, old, other], tables())
    assert {edge.source.table for edge in edges} == {"s3://lake/orders.csv", "s3://lake/b.csv"}
    assert {gap.reason.split()[2] for gap in gaps} == {"load", "other"}


def test_an_event_about_a_dataset_or_a_job_counts_too() -> None:
    facets = column("id", {**SOURCE, "field": "key"})
    dataset = Event({"eventTime": "t", "dataset": {**ORDERS, "facets": facets}}, Location("e.json"))
    job = {"namespace": "n", "name": "design"}
    designed = Event({"eventTime": "t", "job": job, "inputs": [SOURCE], "outputs": [ORDERS]}, Location("e.json"))
    edges, _ = received([dataset, designed], tables())
    source = "s3://lake/orders.csv"
    assert edges == {
        Edge(Field(source, "key"), Field("marts.orders", "id"), UNSAID, "event"),
        Edge(Field(source, ROWS), Field("marts.orders", ROWS), UNSAID, "event"),
    }


@pytest.mark.parametrize(
    ("namespace", "name", "known"),
    [
        (HERE, "shop.marts.orders", True),
        (HERE, "SHOP.MARTS.ORDERS", True),
        ("duckdb://shop.duckdb", "shop.marts.orders", True),
        ("duckdb://srv/shop.duckdb", "shop.marts.orders", True),
        ("duckdb://./shop.duckdb", "shop.marts.orders", True),
        ("duckdb:///elsewhere/shop.duckdb", "shop.marts.orders", False),
        ("duckdb://../shop.duckdb", "shop.marts.orders", False),
        ("duckdb://other/shop.duckdb", "shop.marts.orders", False),
        ("duckdb://", "shop.marts.orders", False),
        ("postgres://shop.duckdb", "shop.marts.orders", False),
        (HERE, "shop.staging.orders", False),
    ],
)
def test_a_dataset_is_ours_by_its_name(namespace: str, name: str, known: bool) -> None:
    assert (tables().dataset(namespace, name) is not None) == known


def test_a_dataset_is_ours_by_one_of_its_other_names() -> None:
    links = {"symlinks": {"identifiers": [{**ORDERS, "type": "TABLE"}]}}
    output = {"namespace": "file", "name": "/lake/orders", "facets": links}
    edges, _ = received([event(inputs=[SOURCE], outputs=[output])], tables())
    assert {edge.target.table for edge in edges} == {"marts.orders"}


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"inputs": None, "outputs": 3},
        {"outputs": [{"namespace": 1, "name": None}, 7, {}]},
        {"outputs": [{**ORDERS, "facets": {"columnLineage": {"fields": {"id": [], "x": {"inputFields": [{}, 1]}}}}}]},
        {"run": [], "job": "x", "dataset": 1, "eventTime": 7},
        {"outputs": [{**ORDERS, "facets": {"schema": {"fields": [{"name": 1}]}, "symlinks": {"identifiers": [3]}}}]},
    ],
)
def test_an_event_that_makes_no_sense_tells_nothing(data: dict[str, Any]) -> None:
    assert received([Event(json.loads(json.dumps(data)), Location("e.json"))], tables()) == (set(), [])
