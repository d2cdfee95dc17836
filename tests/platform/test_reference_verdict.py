"""The reference platform as its users meet it: the gate over the warehouse that `make` built, and a broken copy."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from harness.lineage.events import events_of
from harness.lineage.graph import down
from harness.load.project import load_project
from harness.model.lineage import Field
from harness.model.project import LAYERS
from harness.model.result import Dimension, Outcome, Report, Severity, VerdictOutcome
from harness.uses.governance import RULES as HOUSE_RULES

ROOT = Path(__file__).resolve().parents[2]
WAREHOUSE = ROOT / os.environ.get("HARNESS_WAREHOUSE", "src/data/build/warehouse.duckdb")

pytestmark = [
    pytest.mark.skipif(not WAREHOUSE.exists(), reason="the reference warehouse is not built; `make test` builds it"),
    pytest.mark.xdist_group("reference"),
]


def test_every_clause_of_the_reference_holds(report: Report) -> None:
    undecided = [result.message for result in report.results if result.outcome is Outcome.ERROR]
    assert undecided == []
    assert report.verdict.outcome is VerdictOutcome.PASS


def test_the_house_rules_are_kept(report: Report) -> None:
    """With their defaults and without a waiver; two of them need what DuckDB does not have."""
    rules = {rule.id for rule in HOUSE_RULES}
    found = [(r.rule, r.table) for r in report.results if r.rule in rules and r.outcome is not Outcome.SKIP]
    skipped = [r.message for r in report.results if r.rule in rules and r.outcome is Outcome.SKIP]
    assert found == []
    assert len(skipped) == 2
    assert all("of type duckdb" in message for message in skipped)


def test_names_of_private_persons_are_for_nobody_else() -> None:
    """As the contracts of the aircraft say."""
    assert WAREHOUSE.stat().st_mode & 0o077 == 0


def test_every_layer_is_held_to_every_dimension(report: Report) -> None:
    measured = {(r.layer, r.dimension) for r in report.results if r.outcome is Outcome.PASS}
    assert {(layer, dimension) for layer in LAYERS for dimension in Dimension} <= measured


def test_metrics_soda_and_sql_checks_are_in_one_report(report: Report) -> None:
    rules_by_layer = {layer: {r.rule for r in report.results if r.layer == layer} for layer in LAYERS}
    for rules in rules_by_layer.values():
        assert {"soda", "failedRows", "sql", "required", "type-changed"} <= rules


def test_few_warnings_are_left_and_each_says_why(report: Report) -> None:
    warnings = [r for r in report.results if r.outcome is Outcome.FAIL and r.severity is not Severity.INFO]
    assert len(warnings) <= 2
    assert all(len(warning.message) > 40 for warning in warnings)


def test_the_lineage_of_every_table_is_complete(report: Report) -> None:
    lineage = report.lineage
    assert lineage is not None
    assert lineage.gaps == ()
    built = {key for key in lineage.keys.values() if not key.startswith("raw.")}
    assert len(built) == 16
    assert built <= lineage.derived
    # what has no source is generated: the dates, and the constants of a union
    sourceless = {
        Field(table, column)
        for table in built
        for column in lineage.tables[table]
        if not any(edge.by == "sql" for edge in lineage.into.get(Field(table, column), ()))
    }
    assert {field.table for field in sourceless} == {"marts.dim_dates", "intermediate.int_airports"}
    assert down(lineage, Field("raw.nycflights_flights", "dep_delay")) > {
        Field("marts.fct_flights", "is_cancelled"),
        Field("marts.fct_airport_days", "cancelled_share"),
    }


def test_events_say_where_columns_come_from(report: Report) -> None:
    events = events_of(report, load_project(ROOT, os.environ))
    told = {e["job"]["name"] for e in events for d in e["inputs"] if "columnLineage" in d["facets"]}
    assert len(told) == 15, "all that is built but dim_dates, which is generated"


def test_a_broken_copy_is_found_out_with_exactly_the_right_findings(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "src/data/demo_broken.py"), "--reports", str(tmp_path / "broken")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]
    assert "Exactly the right findings" in done.stdout
    verdict = json.loads((tmp_path / "broken" / "report.json").read_text(encoding="utf-8"))["verdict"]
    assert verdict["outcome"] == "fail"
