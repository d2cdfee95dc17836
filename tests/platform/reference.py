"""Copies of the reference platform, and what a run of the gate over one would say, without measuring its tables again.

A copy differs from the platform in a file of its own; the warehouse and dbt's artifacts are those of the platform. So
the results of its clauses are those of the platform's run, and only what looks at files is held anew.
"""

import os
import shutil
from datetime import date
from pathlib import Path

from harness.gate import decided_clauses, judge
from harness.load.lineage import read_sources
from harness.load.project import load_project
from harness.model.handoff import LastRun
from harness.model.project import Project
from harness.model.result import Report, Result
from harness.model.sequence import RULES as SEQUENCE
from harness.plan import plan
from harness.rules import lint
from harness.uses.governance import RULES, governance_results
from harness.uses.handoff import Findings, findings
from harness.uses.inputs import inputs_of
from harness.uses.lineage import lineage_of
from harness.uses.lint import lint_results
from harness.uses.sequence import sequence_results
from harness.uses.verify import GATE_RULES

ROOT = Path(__file__).resolve().parents[2]
WAREHOUSE = ROOT / os.environ.get("HARNESS_WAREHOUSE", "src/data/build/warehouse.duckdb")
TARGET = WAREHOUSE.parent / "dbt" / "target"
TODAY = date(2026, 3, 1)
_OF_FILES = {rule.id for rule in (*RULES, *lint.RULES)} | set(SEQUENCE.values())


def copy_of_platform(to: Path) -> Path:
    """All but its build."""
    to.mkdir()
    shutil.copytree(ROOT / "src" / "data", to / "src" / "data", ignore=shutil.ignore_patterns("build", "__pycache__"))
    for name in ("contracts", "checks", "lineage", "docs"):
        shutil.copytree(ROOT / name, to / name)
    shutil.copy(ROOT / "harness.yaml", to)
    return to


def project_in(folder: Path, target: Path = TARGET) -> Project:
    """The copy over the warehouse of the platform, with dbt's artifacts in `target`."""
    return load_project(folder, {"HARNESS_WAREHOUSE": str(WAREHOUSE), "HARNESS_DBT_TARGET": str(target)})


def run_over(project: Project, report: Report) -> LastRun:
    """What `harness verify` would say of the copy, whose tables are those that `report` is about."""
    results = [result for result in report.results if result.rule not in _OF_FILES]
    results += _of_files(project, report)
    verdict = judge(results, project.policy.fail_on, decided_clauses(results), today=TODAY)
    return LastRun(
        run_id=report.run_id,
        command="verify",
        started=report.started,
        finished=report.finished,
        as_of=report.as_of,
        inputs=inputs_of(project),
        outcome=verdict.outcome,
        reason=verdict.reason,
        results=tuple(results),
        attempts=report.attempts,
    )


def _of_files(project: Project, report: Report) -> list[Result]:
    sources = read_sources(project, built=True)
    lineage = lineage_of(project, sources)
    checks = plan(project, report.as_of)
    found = lint_results(project, project.contracts, GATE_RULES, lineage=lineage, whole=True, today=TODAY)
    found += governance_results(project, project.contracts, sources, lineage, checks, whole=True)
    return found + sequence_results(project, project.contracts, sources, whole=True)


def handed_on(folder: Path, report: Report, target: Path = TARGET) -> Findings:
    """What the hand-off of the copy would find."""
    project = project_in(folder, target)
    return findings(project, run_over(project, report), report.finished)
