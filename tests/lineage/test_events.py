import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import attr
import pytest
from openlineage.client.facet_v2 import (
    data_quality_assertions_dataset,
    datasource_dataset,
    documentation_dataset,
    error_message_run,
    ownership_dataset,
    parent_run,
    schema_dataset,
    test_run,
)

from harness.lineage.events import events_of, ndjson
from harness.model.contract import Property, Schema
from harness.model.project import Project
from harness.model.result import Outcome, Report, Result, Severity

Event = dict[str, Any]
ENDS = {
    "verify.marts.fct_flights": "FAIL",
    "verify.staging.stg_weather": "COMPLETE",
    "verify.raw.raw_orders": "ABORT",
    "verify.intermediate.int_nowhere": "ABORT",
}


def told(report: Report, project: Project, **more: Any) -> list[Event]:
    return [json.loads(line) for line in ndjson(events_of(report, project, **more)).splitlines()]


def terminal(events: list[Event], dataset: str) -> Event:
    return next(e for e in events if e["job"]["name"].endswith(f".{dataset}") and e["eventType"] != "START")


def assertions(event: Event) -> dict[str, Event]:
    return {a["name"]: a for a in event["inputs"][0]["facets"]["dataQualityAssertions"]["assertions"]}


def executions(event: Event) -> dict[str, Event]:
    return {t["name"]: t for t in event["run"]["facets"]["test"]["tests"]}


def test_every_event_is_valid_by_the_specification(
    report: Report, project: Project, validator: ModuleType, spec: Any, tmp_path: Path
) -> None:
    file = tmp_path / "events.ndjson"
    file.write_text(ndjson(events_of(report, project)), encoding="utf-8")
    wrong, lines = validator.validate_file(spec, file, "error")
    assert wrong == 0, "\n".join(lines)
    # every warning is about assertions in the slot that the schema does not name, as dbt-ol has them too
    warnings = [line for line in lines if ": warn " in line]
    assert all("dataQualityAssertions" in line and "belongs in input" in line for line in warnings)
    assert lines[-1].startswith(f"{2 * len(ENDS)} events, 0 invalid, 0 lifecycle errors")


def test_a_dataset_has_one_start_and_one_end(report: Report, project: Project) -> None:
    events = told(report, project)
    assert [(e["job"]["name"], e["eventType"]) for e in events] == [
        pair for job, end in ENDS.items() for pair in ((job, "START"), (job, end))
    ]
    runs = [e["run"]["runId"] for e in events]
    assert runs[::2] == runs[1::2]
    assert len(set(runs)) == len(ENDS)
    assert {e["eventTime"] for e in events[::2]} == {"2026-11-02T10:00:00.250000+01:00"}
    assert {e["eventTime"] for e in events[1::2]} == {"2026-11-02T10:00:04.250000+01:00"}


def test_the_same_report_gives_the_same_events(report: Report, project: Project) -> None:
    assert told(report, project) == told(report, project)
    again = replace(report, run_id="0199c1a2-0000-7000-8000-000000000002")
    assert {e["run"]["runId"] for e in told(report, project)}.isdisjoint(
        e["run"]["runId"] for e in told(again, project)
    )


def test_only_what_was_decided_is_an_assertion(report: Report, project: Project) -> None:
    found = assertions(terminal(told(report, project), "fct_flights"))
    assert {name: (a["success"], a["severity"]) for name, a in found.items()} == {
        "fct_flights/tail_number/nullValues": (False, "error"),
        "fct_flights/rowCount": (True, "error"),
        "fct_flights/freshness": (False, "warn"),
        "fct_flights/tail_number/description-missing": (False, "warn"),
    }
    empty = terminal(told(report, project), "raw_orders")
    assert assertions(empty) == {}


def test_every_result_is_a_test_of_the_run(report: Report, project: Project) -> None:
    tests = executions(terminal(told(report, project), "fct_flights"))
    assert {name: t["status"] for name, t in tests.items()} == {
        "fct_flights/tail_number/nullValues": "fail",
        "fct_flights/rowCount": "pass",
        "fct_flights/freshness": "fail",
        "fct_flights/price/custom": "skip",
        "fct_flights/tail_number/validValues": "skip",
        "fct_flights/tail_number/description-missing": "fail",
    }
    assert tests["fct_flights/price/custom"]["description"] == "engine greatExpectations is not run here"
    broken = tests["fct_flights/tail_number/validValues"]
    assert broken["description"] == "error: could not tell: the statement timed out"
    assert broken["params"]["outcome"] == "error"


def test_an_assertion_carries_the_evidence(report: Report, project: Project) -> None:
    assert assertions(terminal(told(report, project), "fct_flights"))["fct_flights/tail_number/nullValues"] == {
        "assertion": "nullValues",
        "name": "fct_flights/tail_number/nullValues",
        "success": False,
        "severity": "error",
        "column": "tail_number",
        "description": "nullValues of fct_flights",
        "expected": "< 5 %",
        "actual": "7.5 %",
        "content": "SELECT COUNT(*) FROM marts.fct_flights WHERE tail_number IS NULL",
        "contentType": "sql",
        "params": {
            "resultId": "fct_flights/tail_number/nullValues",
            "outcome": "fail",
            "contract": "contract-of-fct_flights",
            "contractVersion": "1.2.0",
            "dimension": "completeness",
            "file": "contracts/marts/fct_flights.odcs.yaml",
            "line": 12,
            "failedRows": 75,
            "totalRows": 1000,
        },
    }


def test_numbers_that_json_lacks_are_left_out(report: Report, project: Project) -> None:
    text = ndjson(events_of(report, project))
    assert "NaN" not in text
    assert "Infinity" not in text
    assert "non-serializable" not in text
    tests = executions(terminal(told(report, project), "fct_flights"))
    assert "failedRows" not in tests["fct_flights/rowCount"]["params"]
    assert "totalRows" not in tests["fct_flights/freshness"]["params"]


def test_assertions_stand_in_both_slots_and_only_at_the_end(report: Report, project: Project) -> None:
    for event in told(report, project):
        for dataset in event["inputs"]:
            slots = [dataset[slot].get("dataQualityAssertions") for slot in ("facets", "inputFacets")]
            assert slots[0] == slots[1]
            assert (slots[0] is None) == (event["eventType"] == "START")


def test_no_two_events_share_a_facet(report: Report, project: Project) -> None:
    def holders(event: Any) -> Iterator[Any]:
        yield from (event["run"]["facets"], *event["run"]["facets"].values())
        for dataset in event["inputs"]:
            for facets in (dataset["facets"], dataset["inputFacets"]):
                yield from (facets, *facets.values())

    events = events_of(report, project)
    found = [id(holder) for event in events for holder in holders(event)]
    assert len(found) == len(set(found))


def test_every_run_is_a_child_of_the_gate(report: Report, project: Project) -> None:
    project = replace(project, openlineage={"namespace": "flights"})
    for event in told(report, project):
        parent = event["run"]["facets"]["parent"]
        assert parent["run"]["runId"] == parent["root"]["run"]["runId"] == report.run_id
        assert parent["job"]["name"] == "gate"
        assert {event["job"]["namespace"], parent["job"]["namespace"], parent["root"]["job"]["namespace"]} == {
            "flights"
        }
        assert event["producer"] == parent["_producer"]
    assert event["producer"] == "https://github.com/contract-harness/contract-harness/tree/0.1.0"


def test_a_dataset_is_described_by_its_contract(report: Report, project: Project) -> None:
    events = told(report, project)
    flights = terminal(events, "fct_flights")["inputs"][0]
    place = ("duckdb:///srv/platform/build/warehouse.duckdb", "warehouse.marts.fct_flights")
    assert (flights["namespace"], flights["name"]) == place
    assert flights["facets"]["ownership"]["owners"] == [{"name": "team:flight-operations", "type": "OWNER"}]
    assert flights["facets"]["documentation"]["description"] == "One row for each departure."
    assert flights["facets"]["dataSource"]["uri"] == place[0]
    tail, address = flights["facets"]["schema"]["fields"]
    assert (tail["name"], tail["type"], tail["ordinal_position"]) == ("tail_number", "VARCHAR", 1)
    assert [field["name"] for field in address["fields"]] == ["city"]
    weather = terminal(events, "stg_weather")["inputs"][0]["facets"]
    assert weather["documentation"]["description"] == "Weather at departure."
    assert "ownership" not in weather
    assert terminal(events, "raw_orders")["inputs"][0]["facets"]["ownership"]["owners"][0]["name"] == "user:ada"


def test_observed_columns_are_the_schema_and_keep_their_meaning(report: Report, project: Project) -> None:
    at = project.contracts[0].at
    columns = tuple(
        Property(at=at, name=name, physical_type=kind) for name, kind in (("tail_number", "BLOB"), ("new", "INT"))
    )
    seen = Schema(at=at, name="fct_flights", properties=columns)
    events = told(report, project, observed={"fct_flights": seen})
    fields = terminal(events, "fct_flights")["inputs"][0]["facets"]["schema"]["fields"]
    assert [(f["name"], f["type"], f.get("description")) for f in fields] == [
        ("tail_number", "BLOB", "The plane."),
        ("new", "INT", None),
    ]


def test_no_password_leaves_with_an_event(report: Report, project: Project) -> None:
    text = ndjson(events_of(report, project))
    assert "s3cret" not in text
    assert "reader" not in text
    orders = terminal(told(report, project), "raw_orders")["inputs"][0]
    assert (orders["namespace"], orders["name"]) == ("postgres://db.example.test:5432", "shop.raw.raw_orders")


def test_a_run_that_could_not_tell_says_why(report: Report, project: Project) -> None:
    error = terminal(told(report, project), "raw_orders")["run"]["facets"]["errorMessage"]
    assert "raw_orders/rowCount: the server did not answer" in error["message"]
    assert "errorMessage" not in terminal(told(report, project), "fct_flights")["run"]["facets"]


def test_results_of_a_dataset_nobody_can_place_are_kept(report: Report, project: Project) -> None:
    event = terminal(told(report, project), "int_nowhere")
    assert event["inputs"] == []
    assert executions(event)["int_nowhere/rowCount"]["status"] == "skip"


@pytest.mark.parametrize(
    ("outcomes", "waived", "expected"),
    [
        ([(Outcome.PASS, Severity.ERROR)], False, "COMPLETE"),
        ([(Outcome.SKIP, Severity.ERROR)], False, "COMPLETE"),
        ([(Outcome.FAIL, Severity.WARNING), (Outcome.FAIL, Severity.INFO)], False, "COMPLETE"),
        ([(Outcome.FAIL, Severity.ERROR), (Outcome.ERROR, Severity.ERROR)], False, "FAIL"),
        ([(Outcome.FAIL, Severity.WARNING), (Outcome.ERROR, Severity.INFO)], False, "ABORT"),
        ([(Outcome.FAIL, Severity.ERROR)], True, "COMPLETE"),
        ([(Outcome.FAIL, Severity.ERROR), (Outcome.ERROR, Severity.ERROR)], True, "ABORT"),
    ],
)
def test_how_a_run_ends(
    outcomes: list[tuple[Outcome, Severity]],
    waived: bool,
    expected: str,
    project: Project,
    report_of: Callable[..., Report],
    result_of: Callable[..., Result],
) -> None:
    results = [result_of(f"stg_weather/rule{n}", outcome, severity) for n, (outcome, severity) in enumerate(outcomes)]
    report = report_of(*results, waived=(results[0].id,) if waived else ())
    start, end = told(report, project)
    assert (start["eventType"], end["eventType"]) == ("START", expected)
    first = executions(end)["stg_weather/rule0"]
    assert first["params"].get("waived", False) is waived
    if waived:
        assert first["status"] == "fail"
        assert first["params"]["waivedUntil"] == "2026-11-12"
        assert first["params"]["waiverDaysLeft"] == 10
        (dataset,) = end["inputs"]
        stated = dataset["facets"]["dataQualityAssertions"]["assertions"][0]
        assert stated["success"] is False
        assert stated["params"]["waived"] is True


def test_a_report_about_no_table_has_no_events(project: Project, report_of: Callable[..., Report]) -> None:
    assert ndjson(events_of(report_of(), project)) == ""


def test_facets_are_those_of_the_client(report: Report, project: Project) -> None:
    """The client's own classes name the same versions and take the same fields."""
    classes = {
        "dataQualityAssertions": data_quality_assertions_dataset.DataQualityAssertionsDatasetFacet,
        "dataSource": datasource_dataset.DatasourceDatasetFacet,
        "documentation": documentation_dataset.DocumentationDatasetFacet,
        "errorMessage": error_message_run.ErrorMessageRunFacet,
        "ownership": ownership_dataset.OwnershipDatasetFacet,
        "parent": parent_run.ParentRunFacet,
        "schema": schema_dataset.SchemaDatasetFacet,
        "test": test_run.TestRunFacet,
    }
    seen = set()
    for event in told(report, project):
        facets = [event["run"]["facets"], *(d[slot] for d in event["inputs"] for slot in ("facets", "inputFacets"))]
        for key, facet in ((key, facet) for group in facets for key, facet in group.items()):
            seen.add(key)
            assert facet["_schemaURL"] == classes[key]._get_schema()
            fields = {name: value for name, value in facet.items() if not name.startswith("_")}
            assert set(fields) <= {attribute.name for attribute in attr.fields(classes[key])}
    assert seen == set(classes)


def test_events_do_not_make_the_start_slow() -> None:
    program = "import sys, harness.lineage.events, harness.lineage.delivery; print('openlineage' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
