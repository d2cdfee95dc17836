"""The anti-patterns on the reference platform: clean as it is, and broken in one place the right rule fires."""

import json
import os
import re
import runpy
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from harness.load.lineage import read_sources
from harness.load.project import load_project
from harness.model.handoff import LastRun
from harness.model.lineage import Lineage
from harness.model.project import Project
from harness.model.result import VerdictOutcome
from harness.plan import plan
from harness.rules import antipatterns
from harness.rules.lint.description_missing import description_missing
from harness.uses.governance import context_of, governance_results
from harness.uses.handoff import findings
from harness.uses.inputs import inputs_of
from harness.uses.lineage import lineage_of
from harness.uses.lint import held, lint_results
from harness.uses.record import record_of
from harness.uses.verify import GATE_RULES

ROOT = Path(__file__).resolve().parents[2]
CASES = runpy.run_path(str(ROOT / "tests" / "cases" / "broken_platforms.py"))
BY_NAME = {case.name: case for case in CASES["PLATFORMS"]}
NOW = datetime(2026, 3, 1, tzinfo=UTC)
ANTI_PATTERNS = (*antipatterns.RULES, description_missing)
COMPILE = """
import json, sys
from dbt.cli.main import dbtRunner
for folder in json.loads(sys.argv[1]):
    options = ["--project-dir", folder, "--profiles-dir", folder, "--target-path", folder + "/build/dbt/target"]
    result = dbtRunner().invoke(["--quiet", "compile", *options, "--log-path", folder + "/build/dbt/logs"])
    if not result.success:
        sys.exit(f"{folder}: {result.exception}")
"""

pytestmark = pytest.mark.xdist_group("broken")


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The platform as it is (`whole`) and each broken copy, compiled where there is no warehouse yet."""
    base = tmp_path_factory.mktemp("platforms")
    folders = {name: _copy(base / name) for name in ("whole", *BY_NAME)}
    early = [case for case in BY_NAME.values() if case.compiled]
    for case in early:
        CASES["broken"](folders[case.name], case)
    environment = {**os.environ, "HARNESS_WAREHOUSE": str(base / "empty.duckdb")}
    sources = json.dumps([str(folder / "src" / "data") for folder in folders.values()])
    command = [sys.executable, "-c", COMPILE, sources]
    run = subprocess.run(command, check=False, env=environment, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    for case in BY_NAME.values():
        if case not in early:
            CASES["broken"](folders[case.name], case)
    return folders


def _copy(to: Path) -> Path:
    to.mkdir()
    shutil.copytree(ROOT / "src" / "data", to / "src" / "data", ignore=shutil.ignore_patterns("build", "__pycache__"))
    for name in ("contracts", "checks", "lineage", "docs"):
        shutil.copytree(ROOT / name, to / name)
    shutil.copy(ROOT / "harness.yaml", to)
    return to


def found_in(folder: Path) -> dict[str, list[str]]:
    """Anti-pattern -> the files in which it was found."""
    project = load_project(folder, {})
    context = context_of(project, read_sources(project, built=True), Lineage())
    found: dict[str, list[str]] = {}
    for result in held(ANTI_PATTERNS, project.contracts, context, whole=True, layers=()):
        found.setdefault(result.rule, []).append(result.file)
    return found


def test_the_platform_has_no_anti_pattern(copies: dict[str, Path]) -> None:
    assert found_in(copies["whole"]) == {}


@pytest.mark.parametrize("name", BY_NAME)
def test_what_is_broken_is_found(name: str, copies: dict[str, Path]) -> None:
    case = BY_NAME[name]
    assert found_in(copies[name]) == {case.rule: [case.path]}


@pytest.mark.parametrize("name", BY_NAME)
def test_what_is_broken_is_not_handed_on(name: str, copies: dict[str, Path]) -> None:
    """Its hand-off names the anti-pattern, and its record is not complete."""
    project = load_project(copies[name], {})
    found = findings(project, _held(project), NOW)
    (house,) = [each for each in found.conditions if each.phase == "governance"]
    assert record_of(found)["handoff"]["status"] == "incomplete"
    assert BY_NAME[name].rule in re.split(": |, ", house.why_not[0])


def test_the_platform_is_clean_when_it_is_handed_on(copies: dict[str, Path]) -> None:
    project = load_project(copies["whole"], {})
    conditions = findings(project, _held(project), NOW).conditions
    assert [each.why_not for each in conditions if each.phase in ("governance", "questions")] == [(), ()]


def _held(project: Project) -> LastRun:
    """A run of the gate in which only rules were held: there is no warehouse to measure."""
    sources = read_sources(project, built=True)
    lineage = lineage_of(project, sources)
    contracts = project.contracts
    results = lint_results(project, contracts, GATE_RULES, lineage=lineage, whole=True, today=NOW.date())
    results += governance_results(project, contracts, sources, lineage, plan(project, NOW), whole=True)
    return LastRun(
        run_id="rules", command="verify", started=NOW, finished=NOW, as_of=NOW, inputs=inputs_of(project),
        outcome=VerdictOutcome.UNDECIDED, reason="no clause was checked", results=tuple(results),
    )  # fmt: skip


def test_each_anti_pattern_has_a_broken_platform() -> None:
    """A large table that is read whole is in tests/uses/test_plans.py: the platform has none."""
    expected = {rule.id for rule in ANTI_PATTERNS} - {"large-table-scanned"}
    assert {case.rule for case in BY_NAME.values()} == expected
