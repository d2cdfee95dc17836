"""What a command does not use, it does not import: start-up is most of a small run."""

import subprocess
import sys

import pytest

USES = {
    "harness.cli": ("duckdb", "sqlglot", "yaml", "harness.load.project", "harness.model.review", "harness.model.audit"),
    "harness.uses.verify": (
        "harness.engines.duckdb",
        "harness.engines.local",
        "harness.engines.postgres",
        "harness.lineage.columns",
        "harness.changes",
        "harness.rules.governance",
        "harness.rules.antipatterns",
        "harness.lineage.show",
        "harness.load.soda",
        "harness.model.audit",
        "harness.model.dbt",
        "harness.model.facts",
        "harness.model.handoff",
        "harness.runners.detours",
        "harness.runners.samples",
        "harness.runners.soda",
        "soda_core",
        "sqlalchemy",
    ),
    "harness.reporters.forms": ("harness.model.audit", "harness.reporters.levels", "rich"),
    "harness.uses.history": ("alembic", "sqlalchemy"),
}


@pytest.mark.parametrize("module", USES)
def test_a_module_leaves_alone_what_few_runs_need(module: str) -> None:
    program = f"import sys, {module}; print(*sorted(set(sys.modules) & set({USES[module]!r})))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
