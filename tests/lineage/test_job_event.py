"""Job events, held against what dbt-ol said of the same models in a real run (tests/cases/openlineage)."""

import json
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from harness.lineage.events import events_of, ndjson
from harness.load.lineage import read_sources
from harness.load.project import load_project
from harness.model.lineage import ROWS, ROWS_OF, TRANSFORMATION, Edge, Field, Job, Lineage
from harness.model.location import Location
from harness.model.project import Project
from harness.model.result import Report
from harness.uses.lineage import lineage_of

REPOSITORY = Path(__file__).parents[2]
DBT_OL = REPOSITORY / "tests" / "cases" / "openlineage" / "dbt-ol-1.54.ndjson"
PLACE = "duckdb:///srv/shop.duckdb"


def job(name: str) -> Job:
    return Job(name=name, kind="MODEL", sql=f"select 1 -- {name}", dialect="duckdb", at=Location("models/a.sql"))


@pytest.fixture
def lineage() -> Lineage:
    raw, mart = Field("raw.orders", "id"), Field("marts.orders", "order_id")
    return Lineage(
        edges=frozenset(
            (
                Edge(raw, mart, TRANSFORMATION, "sql"),
                Edge(Field("raw.orders", ROWS), Field("marts.orders", ROWS), ROWS_OF, "sql"),
                Edge(Field("marts.orders", "id"), mart, TRANSFORMATION, "sql"),
                Edge(Field("raw.declared", "id"), mart, TRANSFORMATION, "declared"),
                Edge(Field("nameless", "id"), mart, TRANSFORMATION, "sql"),
            )
        ),
        datasets={name: (PLACE, f"shop.{name}") for name in ("raw.orders", "raw.declared", "marts.orders")},
        jobs={"marts.orders": job("shop.marts.acme.orders"), "nameless": job("nameless")},
    )


def jobs(report: Report, project: Project) -> list[dict[str, Any]]:
    return [event for event in events_of(report, project) if "run" not in event]


def test_a_job_says_what_its_sql_reads_and_makes(report: Report, project: Project, lineage: Lineage) -> None:
    asked = replace(project, openlineage={"jobs": True, "namespace": "dbt"})
    keys = {(c.id, s.name): s.name for c in project.contracts for s in c.schemas}
    (found,) = jobs(replace(report, lineage=replace(lineage, keys=keys)), asked)
    assert (found["job"]["namespace"], found["job"]["name"]) == ("dbt", "shop.marts.acme.orders")
    assert found["job"]["facets"]["sql"]["query"] == "select 1 -- shop.marts.acme.orders"
    assert found["job"]["facets"]["jobType"]["integration"] == "DBT"
    assert found["schemaURL"].endswith("#/$defs/JobEvent")
    assert [(d["namespace"], d["name"]) for d in found["inputs"]] == [(PLACE, "shop.raw.orders")]
    (made,) = found["outputs"]
    assert made["name"] == "shop.marts.orders"
    sources = made["facets"]["columnLineage"]["fields"]["order_id"]["inputFields"]
    assert ("shop.raw.orders", "id") in {(each["name"], each["field"]) for each in sources}


def test_jobs_are_told_only_on_request(report: Report, project: Project, lineage: Lineage) -> None:
    keys = {(c.id, s.name): s.name for c in project.contracts for s in c.schemas}
    report = replace(report, lineage=replace(lineage, keys=keys))
    assert jobs(report, project) == jobs(report, replace(project, openlineage={"jobs": False})) == []
    assert jobs(replace(report, lineage=None), replace(project, openlineage={"jobs": True})) == []


@pytest.fixture(scope="module")
def platform() -> tuple[Project, Lineage]:
    project = load_project(REPOSITORY, {"HARNESS_WAREHOUSE": "/srv/platform/warehouse.duckdb"})
    lineage = lineage_of(project, read_sources(project, built=True))
    if not lineage.jobs:
        pytest.skip("the reference platform is not built here (make verify)")
    return project, lineage


def test_dbt_ol_and_we_tell_of_the_same_jobs(platform: tuple[Project, Lineage], report: Report) -> None:
    project, lineage = platform
    ours = {event["job"]["name"]: event for event in jobs(replace(report, results=(), lineage=lineage), project)}
    theirs = [json.loads(line) for line in DBT_OL.read_text(encoding="utf-8").splitlines()]
    assert len(theirs) == 5
    for event in theirs:
        found = ours[event["job"]["name"]]
        for slot in ("inputs", "outputs"):
            named = [{(d["namespace"], d["name"]) for d in one[slot]} for one in (found, event)]
            assert named[0] == named[1], f"{slot} of {event['job']['name']}"


def test_the_jobs_of_the_platform_are_valid(
    platform: tuple[Project, Lineage], report: Report, validator: ModuleType, spec: Any, tmp_path: Path
) -> None:
    project, lineage = platform
    file = tmp_path / "events.ndjson"
    file.write_text(ndjson(jobs(replace(report, results=(), lineage=lineage), project)), encoding="utf-8")
    wrong, lines = validator.validate_file(spec, file, "error")
    assert wrong == 0, "\n".join(lines)
    assert lines[-1].startswith(f"{len(lineage.jobs)} events, 0 invalid")
