"""The facets `columnLineage` and `extractionError` of a verified dataset."""

import json
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import attr
import pytest
from openlineage.client.facet_v2 import column_lineage_dataset, extraction_error_run

from harness.lineage.events import events_of, ndjson
from harness.lineage.facets import facet
from harness.model.lineage import (
    AGGREGATION,
    FILTER,
    IDENTITY,
    ROWS,
    ROWS_OF,
    UNSAID,
    Edge,
    Field,
    Gap,
    Lineage,
)
from harness.model.location import Location
from harness.model.project import Project
from harness.model.result import Report

FLIGHTS, WEATHER = "marts.fct_flights", "staging.stg_weather"
DATASET = ("duckdb:///srv/platform/build/warehouse.duckdb", "warehouse.staging.stg_weather")
LINEAGE = Lineage(
    keys={
        ("contract-of-fct_flights", "fct_flights"): FLIGHTS,
        ("contract-of-stg_weather", "stg_weather"): WEATHER,
        ("contract-of-raw_orders", "raw_orders"): "raw.raw_orders",
        ("contract-of-int_nowhere", "int_nowhere"): "int_nowhere",
    },
    datasets={WEATHER: DATASET},
    edges=frozenset(
        {
            Edge(Field(WEATHER, "wind"), Field(FLIGHTS, "tail_number"), IDENTITY, "sql"),
            Edge(Field(WEATHER, "wind"), Field(FLIGHTS, "tail_number"), UNSAID, "declared"),
            Edge(Field(WEATHER, "gust"), Field(FLIGHTS, "tail_number"), UNSAID, "declared"),
            Edge(Field(WEATHER, "id"), Field(FLIGHTS, "count"), AGGREGATION._replace(masking=True), "sql"),
            Edge(Field(WEATHER, "id"), Field(FLIGHTS, ROWS), FILTER, "sql"),
            Edge(Field(WEATHER, ROWS), Field(FLIGHTS, ROWS), ROWS_OF, "sql"),
            Edge(Field(WEATHER, ROWS), Field(FLIGHTS, "rows"), AGGREGATION, "sql"),
            Edge(Field("nameless", "x"), Field(FLIGHTS, "address"), IDENTITY, "sql"),
        }
    ),
    gaps=(Gap(Field(WEATHER, "wind"), "a PIVOT", Location("models/stg_weather.sql")),),
)


@pytest.fixture
def events(report: Report, project: Project) -> dict[tuple[str, str], dict[str, Any]]:
    told = events_of(replace(report, lineage=LINEAGE), project)
    return {
        (e["job"]["name"].rpartition(".")[2], e["eventType"]): e for e in map(json.loads, ndjson(told).splitlines())
    }


def test_they_are_valid_by_the_specification(
    report: Report, project: Project, validator: ModuleType, spec: Any, tmp_path: Path
) -> None:
    file = tmp_path / "events.ndjson"
    file.write_text(ndjson(events_of(replace(report, lineage=LINEAGE), project)), encoding="utf-8")
    wrong, lines = validator.validate_file(spec, file, "error")
    assert wrong == 0, "\n".join(lines)
    assert "columnLineage" in file.read_text(encoding="utf-8")


def test_they_are_of_the_version_of_the_client() -> None:
    for key, kind in (
        ("columnLineage", column_lineage_dataset.ColumnLineageDatasetFacet(fields={})),
        ("extractionError", extraction_error_run.ExtractionErrorRunFacet(totalTasks=1, failedTasks=1, errors=[])),
    ):
        assert facet(key, "x")["_schemaURL"] == attr.asdict(kind)["_schemaURL"]


def test_every_source_has_its_dataset_and_what_is_done_to_it(events: Any) -> None:
    found = events["fct_flights", "START"]["inputs"][0]["facets"]["columnLineage"]
    where = {"namespace": DATASET[0], "name": DATASET[1]}
    identity = {"type": "DIRECT", "subtype": "IDENTITY", "masking": False}
    masked = {"type": "DIRECT", "subtype": "AGGREGATION", "masking": True}
    filtered = {"type": "INDIRECT", "subtype": "FILTER", "masking": False}
    assert {key: found[key] for key in ("fields", "dataset")} == {
        "fields": {
            "count": {"inputFields": [{**where, "field": "id", "transformations": [masked]}]},
            "tail_number": {
                "inputFields": [{**where, "field": "gust"}, {**where, "field": "wind", "transformations": [identity]}]
            },
        },
        "dataset": [{**where, "field": "id", "transformations": [filtered]}],
    }
    assert found == events["fct_flights", "FAIL"]["inputs"][0]["facets"]["columnLineage"]


def test_a_dataset_of_which_nothing_is_known_has_none(events: Any) -> None:
    assert "columnLineage" not in events["stg_weather", "START"]["inputs"][0]["facets"]
    assert "columnLineage" not in events["raw_orders", "START"]["inputs"][0]["facets"]


def test_what_is_incomplete_is_said(events: Any) -> None:
    error = events["stg_weather", "COMPLETE"]["run"]["facets"]["extractionError"]
    assert [each["errorMessage"] for each in error["errors"]] == ["lineage of staging.stg_weather.wind: a PIVOT"]
    assert "extractionError" not in events["fct_flights", "FAIL"]["run"]["facets"]
    assert "extractionError" not in events["stg_weather", "START"]["run"]["facets"]


def test_a_report_without_lineage_says_nothing_of_it(report: Report, project: Project) -> None:
    assert "columnLineage" not in ndjson(events_of(report, project))
