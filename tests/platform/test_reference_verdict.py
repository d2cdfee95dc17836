"""The reference platform as its users meet it: the gate over the warehouse that `make` built, and a broken copy."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import harness
from harness.model.project import LAYERS
from harness.model.result import Dimension, Outcome, Report, VerdictOutcome

ROOT = Path(__file__).resolve().parents[2]
WAREHOUSE = ROOT / os.environ.get("HARNESS_WAREHOUSE", "src/data/build/warehouse.duckdb")

pytestmark = [
    pytest.mark.skipif(not WAREHOUSE.exists(), reason="the reference warehouse is not built; `make test` builds it"),
    pytest.mark.xdist_group("reference"),
]


@pytest.fixture(scope="module")
def report() -> Report:
    return harness.verify(ROOT)


def test_every_clause_of_the_reference_holds(report: Report) -> None:
    undecided = [result.message for result in report.results if result.outcome is Outcome.ERROR]
    assert undecided == []
    assert report.verdict.outcome is VerdictOutcome.PASS


def test_every_layer_is_held_to_every_dimension(report: Report) -> None:
    measured = {(r.layer, r.dimension) for r in report.results if r.outcome is Outcome.PASS}
    assert {(layer, dimension) for layer in LAYERS for dimension in Dimension} <= measured


def test_metrics_soda_and_sql_checks_are_in_one_report(report: Report) -> None:
    rules_by_layer = {layer: {r.rule for r in report.results if r.layer == layer} for layer in LAYERS}
    for rules in rules_by_layer.values():
        assert {"soda", "failedRows", "sql", "required", "type-changed"} <= rules


def test_few_warnings_are_left_and_each_says_why(report: Report) -> None:
    warnings = [r for r in report.results if r.outcome is Outcome.FAIL]
    assert len(warnings) <= 2
    assert all(len(warning.message) > 40 for warning in warnings)


def test_a_broken_copy_is_found_out_with_exactly_the_right_findings(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "src/data/demo_broken.py"), "--reports", str(tmp_path / "broken")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]
    assert "Exactly the right findings" in done.stdout
    verdict = json.loads((tmp_path / "broken" / "report.json").read_text(encoding="utf-8"))["verdict"]
    assert verdict["outcome"] == "fail"
