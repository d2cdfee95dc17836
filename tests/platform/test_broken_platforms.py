"""The anti-patterns on the reference platform: clean as it is, and broken in one place the right rule fires."""

import json
import os
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from harness.load.lineage import read_sources
from harness.load.project import load_project
from harness.model.lineage import Lineage
from harness.rules import antipatterns
from harness.rules.lint.description_missing import description_missing
from harness.uses.governance import context_of
from harness.uses.lint import held

ROOT = Path(__file__).resolve().parents[2]
CASES = runpy.run_path(str(ROOT / "tests" / "cases" / "broken_platforms.py"))
BY_NAME = {case.name: case for case in CASES["PLATFORMS"]}
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
    for name in ("contracts", "checks", "lineage"):
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


def test_each_anti_pattern_has_a_broken_platform() -> None:
    """A large table that is read whole is in tests/uses/test_plans.py: the platform has none."""
    expected = {rule.id for rule in ANTI_PATTERNS} - {"large-table-scanned"}
    assert {case.rule for case in BY_NAME.values()} == expected
