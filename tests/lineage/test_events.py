import hashlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from importlib import resources
from pathlib import Path
from types import ModuleType
from typing import Any

import attr
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openlineage.client.facet_v2 import (
    data_quality_assertions_dataset,
    data_quality_metrics_dataset,
    data_quality_metrics_input_dataset,
    dataset_version_dataset,
    datasource_dataset,
    documentation_dataset,
    error_message_run,
    job_type_job,
    nominal_time_run,
    ownership_dataset,
    parent_run,
    schema_dataset,
    source_code_location_job,
    tags_dataset,
    test_run,
)

from harness.lineage import contract_facet
from harness.lineage.contract_facet import KEY
from harness.lineage.events import events_of, ndjson
from harness.lineage.facets import plain
from harness.lineage.run_event import source_location
from harness.model.contract import Property
from harness.model.project import Document, Project
from harness.model.result import Outcome, Report, Result, Severity, VerdictOutcome
from harness.model.source import Source

Event = dict[str, Any]
ENDS = {
    "gate": "FAIL",
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
    (gate, end), *datasets = ENDS.items()
    within = [pair for job, end in datasets for pair in ((job, "START"), (job, end))]
    assert [(e["job"]["name"], e["eventType"]) for e in events] == [(gate, "START"), *within, (gate, end)]
    runs: dict[str, list[str]] = {}
    for event in events:
        runs.setdefault(event["run"]["runId"], []).append(event["eventTime"])
    assert len(runs) == len(ENDS)
    times = ["2026-11-02T10:00:00.250000+01:00", "2026-11-02T10:00:04.250000+01:00"]
    assert all(found == times for found in runs.values())


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
        for entity in ("run", "job"):
            yield from (event[entity]["facets"], *event[entity]["facets"].values())
        for dataset in event["inputs"]:
            for facets in (dataset["facets"], dataset["inputFacets"]):
                yield from (facets, *facets.values())

    events = events_of(report, project)
    found = [id(holder) for event in events for holder in holders(event)]
    assert len(found) == len(set(found))


def test_every_run_is_a_child_of_the_gate(report: Report, project: Project) -> None:
    project = replace(project, openlineage={"namespace": "flights"})
    first, *events, last = told(report, project)
    assert {(e["run"]["runId"], e["job"]["name"], "parent" in e["run"]["facets"]) for e in (first, last)} == {
        (report.run_id, "gate", False)
    }
    for event in events:
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
    events = told(replace(report, observed={("contract-of-fct_flights", "fct_flights"): columns}), project)
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
    _, start, end, _ = told(report, project)
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


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [(VerdictOutcome.PASS, "COMPLETE"), (VerdictOutcome.FAIL, "FAIL"), (VerdictOutcome.UNDECIDED, "ABORT")],
)
def test_the_run_of_the_gate_ends_as_the_verdict_says(
    project: Project, report: Report, outcome: VerdictOutcome, expected: str
) -> None:
    verdict = replace(report.verdict, outcome=outcome, reason="3 clauses could not be told")
    first, *_, last = told(replace(report, verdict=verdict), project)
    assert (first["eventType"], last["eventType"]) == ("START", expected)
    facets = last["run"]["facets"]
    assert ("errorMessage" in facets) is (expected == "ABORT")
    if expected == "ABORT":
        message = facets["errorMessage"]["message"].splitlines()
        assert message[0] == "3 clauses could not be told"
        assert "raw_orders/rowCount: the server did not answer" in message[1:]
        assert len(message) == 4


def test_no_result_is_left_untold(project: Project, report: Report) -> None:
    events = told(report, project)
    tests = [t["params"]["resultId"] for e in events for t in e["run"]["facets"].get("test", {"tests": []})["tests"]]
    assert sorted(tests) == sorted(result.id for result in report.results)
    assert set(executions(events[-1])) == {"unknown/rowCount", "stg_weather/owner-missing"}


def test_a_report_about_no_table_tells_of_the_gate_alone(project: Project, report_of: Callable[..., Report]) -> None:
    assert [event["job"]["name"] for event in told(report_of(), project)] == ["gate", "gate"]


def test_the_contract_says_what_became_of_it(report: Report, project: Project) -> None:
    start, end = [e["inputs"][0]["facets"][KEY] for e in told(report, project) if e["job"]["name"].endswith("flights")]
    assert {key: value for key, value in start.items() if not key.startswith("_")} == {
        "id": "contract-of-fct_flights",
        "standard": "ODCS",
        "blocking": True,
        "layer": "marts",
        "owner": "flight-operations",
        "file": "contracts/marts/fct_flights.odcs.yaml",
    }
    assert end["verdict"] == "fail"
    assert end["counts"] == {"passed": 1, "failed": 3, "blocking": 1, "undecided": 1, "skipped": 1, "waived": 0}
    assert end["waivers"] == []


@pytest.mark.parametrize(
    ("outcomes", "waived", "expected"),
    [
        ([Outcome.PASS, Outcome.SKIP], False, "pass"),
        ([Outcome.PASS, Outcome.FAIL], False, "fail"),
        ([Outcome.PASS, Outcome.ERROR], False, "undecided"),
        ([Outcome.FAIL, Outcome.ERROR], False, "fail"),
        ([Outcome.SKIP], False, "undecided"),
        ([Outcome.FAIL], True, "undecided"),
        ([Outcome.FAIL, Outcome.PASS], True, "pass"),
    ],
)
def test_a_dataset_passes_only_by_something_that_was_held_against_data(
    outcomes: list[Outcome],
    waived: bool,
    expected: str,
    project: Project,
    report_of: Callable[..., Report],
    result_of: Callable[..., Result],
) -> None:
    results = [result_of(f"fct_flights/rule{n}", outcome) for n, outcome in enumerate(outcomes)]
    report = report_of(*results, waived=(results[0].id,) if waived else ())
    found = terminal(told(report, project), "fct_flights")["inputs"][0]["facets"][KEY]
    assert found["verdict"] == expected
    assert sum(n for key, n in found["counts"].items() if key != "blocking") == len(results)
    assert [use["results"] for use in found["waivers"]] == ([[results[0].id]] if waived else [])


def test_the_schema_of_our_facet_ships_with_the_package() -> None:
    text = resources.files("harness.lineage").joinpath(contract_facet.SCHEMA_FILE).read_text("utf-8")
    document = json.loads(text)
    assert f"{document['$id']}#/$defs/{contract_facet.NAME}" == contract_facet.SCHEMA_URL
    assert document["properties"] == {KEY: {"$ref": f"#/$defs/{contract_facet.NAME}"}}
    # once published, a schema does not change: what needs another is a new version
    assert (
        hashlib.sha256(text.encode()).hexdigest() == "d7b0c49d9ae4865307cef79f01c608743c40aa084a42cec3ec5af34d44063e57"
    )


def test_what_was_measured_is_told_as_metrics(
    project: Project, report_of: Callable[..., Report], result_of: Callable[..., Result]
) -> None:
    seen: dict[str, Any] = {"value": 1.0, "total_rows": Decimal(100)}
    results = (
        result_of("fct_flights/a/required", Outcome.PASS, column="a", failed_rows=0, **seen),
        result_of("fct_flights/b/nullValues", Outcome.FAIL, column="b", failed_rows=Decimal(7), **seen),
        result_of("fct_flights/b/unique", Outcome.FAIL, column="b", failed_rows=3, **seen),
        result_of("fct_flights/c/unique", Outcome.PASS, column="c", failed_rows=0, **seen),
        result_of("fct_flights/d/required", Outcome.ERROR, column="d"),
        result_of("fct_flights/e.f/required", Outcome.PASS, column="e.f", failed_rows=5, **seen),
        result_of("fct_flights/g[].h/required", Outcome.PASS, column="g[].h", failed_rows=5, **seen),
        result_of("fct_flights/b/invalidValues", Outcome.PASS, column="b", failed_rows=9, **seen),
    )
    dataset = terminal(told(report_of(*results), project), "fct_flights")["inputs"][0]
    slots = [dataset[slot]["dataQualityMetrics"] for slot in ("facets", "inputFacets")]
    for found in slots:
        assert found["rowCount"] == 100
        assert found["columnMetrics"] == {"a": {"nullCount": 0}, "b": {"nullCount": 7, "distinctCount": 90}}
    assert [found.get("captureDate") for found in slots] == ["2026-11-02T10:00:04.250000+01:00", None]
    unmeasured = terminal(told(report_of(results[4]), project), "fct_flights")["inputs"][0]
    assert "dataQualityMetrics" not in {*unmeasured["facets"], *unmeasured["inputFacets"]}


def test_tags_tell_how_columns_are_classified(report: Report, project: Project) -> None:
    first, *others = project.contracts
    inside = Property(at=first.at, name="zip", classification="confidential")
    columns = (
        Property(at=first.at, name="tail", physical_name="tail_number", classification="internal", tags=("key",)),
        replace(first.schemas[0].properties[1], properties=(inside,)),
    )
    schema = replace(first.schemas[0], tags=("fact", "flights"), properties=columns)
    changed = replace(first, tags=("flights", "ops"), version="2.1.0", schemas=(schema,))
    documents = tuple(Document(file="x", contract=each) for each in (changed, *others))
    facets = terminal(told(report, replace(project, documents=documents)), "fct_flights")["inputs"][0]["facets"]
    assert [(t.get("field"), t["key"], t["value"]) for t in facets["tags"]["tags"]] == [
        (None, "flights", "true"),
        (None, "ops", "true"),
        (None, "fact", "true"),
        ("tail_number", "key", "true"),
        ("tail_number", "classification", "internal"),
        ("address.zip", "classification", "confidential"),
    ]
    assert facets["version"]["datasetVersion"] == "2.1.0"


def test_the_source_of_a_contract_is_told(report: Report, project: Project) -> None:
    source = Source(
        repository="https://github.com/acme/shop", commit="c0ffee", folder="data/", branch="main", pull_request="7"
    )
    found = {e["job"]["name"]: e["job"]["facets"]["sourceCodeLocation"] for e in events_of(report, project, source)}
    flights = {key: value for key, value in found["verify.marts.fct_flights"].items() if not key.startswith("_")}
    assert flights == {
        "type": "git",
        "url": "https://github.com/acme/shop/blob/c0ffee/data/contracts/marts/fct_flights.odcs.yaml",
        "repoUrl": "https://github.com/acme/shop",
        "path": "data/contracts/marts/fct_flights.odcs.yaml",
        "version": "c0ffee",
        "branch": "main",
        "pullRequestNumber": "7",
    }
    assert found["gate"]["url"] == "https://github.com/acme/shop/tree/c0ffee/data"
    other = source_location("a b.yaml", replace(source, repository="https://gitlab.example/acme/shop"))
    assert other["url"] == "https://gitlab.example/acme/shop/-/blob/c0ffee/data/a%20b.yaml"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Decimal("1.5"), 1.5),
        (Decimal(7), 7),
        (float("nan"), None),
        ({"a": float("inf"), "b": Decimal("NaN"), "c": [Decimal(1), float("-inf")]}, {"c": [1, None]}),
        ("a\x00b\ud800c\U0001f6eb", "a\ufffdb\ufffdc\U0001f6eb"),
        ({"a": (True, None, "x")}, {"a": [True, None, "x"]}),
    ],
)
def test_values_are_made_plain(value: Any, expected: Any) -> None:
    assert plain(value) == expected


LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.decimals() | st.text(st.characters())


@given(st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters()), inner)))
def test_whatever_is_made_plain_is_json(value: Any) -> None:
    text = json.dumps(plain(value), allow_nan=False, ensure_ascii=False)
    text.encode("utf-8")
    assert plain(json.loads(text)) == json.loads(text)


def test_facets_are_those_of_the_client(report: Report, project: Project) -> None:
    """The client's own classes name the same versions and take the same fields."""
    classes = {
        "dataQualityMetrics": data_quality_metrics_dataset.DataQualityMetricsDatasetFacet,
        "jobType": job_type_job.JobTypeJobFacet,
        "nominalTime": nominal_time_run.NominalTimeRunFacet,
        "sourceCodeLocation": source_code_location_job.SourceCodeLocationJobFacet,
        "tags": tags_dataset.TagsDatasetFacet,
        "version": dataset_version_dataset.DatasetVersionDatasetFacet,
        "dataQualityAssertions": data_quality_assertions_dataset.DataQualityAssertionsDatasetFacet,
        "dataSource": datasource_dataset.DatasourceDatasetFacet,
        "documentation": documentation_dataset.DocumentationDatasetFacet,
        "errorMessage": error_message_run.ErrorMessageRunFacet,
        "ownership": ownership_dataset.OwnershipDatasetFacet,
        "parent": parent_run.ParentRunFacet,
        "schema": schema_dataset.SchemaDatasetFacet,
        "test": test_run.TestRunFacet,
    }
    in_input = {"dataQualityMetrics": data_quality_metrics_input_dataset.DataQualityMetricsInputDatasetFacet}
    documents = tuple(Document(file="x", contract=replace(c, version="1.0.0", tags=("a",))) for c in project.contracts)
    report = replace(report, results=tuple(replace(r, value=1.0, total_rows=5) for r in report.results))
    source = Source(repository="https://github.com/acme/shop", commit="c0ffee", branch="main", pull_request="7")
    seen = set()
    for event in events_of(report, replace(project, documents=documents), source):
        groups = [(event["run"]["facets"], classes), (event["job"]["facets"], classes)]
        for dataset in event["inputs"]:
            groups += [(dataset["facets"], classes), (dataset["inputFacets"], classes | in_input)]
        for key, facet, known in ((key, facet, known) for group, known in groups for key, facet in group.items()):
            seen.add(key)
            if key != KEY:
                assert facet["_schemaURL"] == known[key]._get_schema()
                fields = {name: value for name, value in facet.items() if not name.startswith("_")}
                assert set(fields) <= {attribute.name for attribute in attr.fields(known[key])}
    assert seen == {*classes, KEY}


def test_events_do_not_make_the_start_slow() -> None:
    program = "import sys, harness.lineage.events, harness.lineage.delivery; print('openlineage' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
