"""What happens to the worker process must never look like a pass."""

import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from harness.load.checks import parse_check_file
from harness.model.check import TableName
from harness.model.contract import Contract, Property, Schema, Server
from harness.model.location import Location
from harness.model.project import Document, Project
from harness.plan import plan
from harness.runners.soda import SodaJob, SodaRun, soda_result, start, start_soda

AS_OF = datetime(2024, 1, 6, tzinfo=UTC)
QUICK = "dataset: warehouse/main/orders\nchecks: [{row_count: }]\n"
SLOW = """
dataset: warehouse/main/orders
checks:
  - row_count:
  - metric: {query: "select count(*) from range(1000000) a, range(1000000) b", threshold: {must_be: 0}}
"""
LOOK_AROUND = """
import os, sys
from harness.runners.soda_worker import main
main()
from opentelemetry import trace
from soda_core.common import env_config_helper
print(type(trace.get_tracer_provider()).__name__, env_config_helper.load_dotenv(".env"), file=sys.stderr)
print(os.environ.get("FROM_DOTENV"), file=sys.stderr)
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        connection.execute("create table orders as select 1 as id")
    return tmp_path


def _job(root: Path, text: str = QUICK, file: str = "orders.soda.yml", type: str = "duckdb") -> SodaJob:
    return SodaJob(
        file=parse_check_file(text, file),
        server=Server(
            at=Location("harness.yaml"), name="warehouse", type=type, settings={"database": "warehouse.duckdb"}
        ),
        root=root,
        table=TableName("main", "orders"),
        as_of=AS_OF,
    )


def _collect(run: SodaRun, timeout: float = 60) -> dict[str, tuple[str, str]]:
    return {key: (a.outcome.value, a.message) for (_, key), a in run.collect(timeout).items()}


def test_a_killed_worker_decides_nothing(root: Path) -> None:
    run = start([_job(root)], os.environ)
    assert run.process is not None
    run.process.kill()

    assert _collect(run) == {"soda/row_count": ("error", "Soda's process ended with code -9")}


def test_after_the_timeout_only_finished_files_have_answers(root: Path) -> None:
    run = start([_job(root, file="quick"), _job(root, SLOW, file="slow")], os.environ)
    assert run.process is not None
    deadline = time.monotonic() + 60
    while os.fstat(run.out.fileno()).st_size == 0 and time.monotonic() < deadline:
        time.sleep(0.05)

    answers = {key: answer.outcome.value for key, answer in run.collect(0.1).items()}

    assert answers == {
        ("quick", "soda/row_count"): "passed",
        ("slow", "soda/row_count"): "error",
        ("slow", "soda/metric"): "error",
    }
    assert run.process.poll() is not None


def test_a_timeout_is_named(root: Path) -> None:
    assert _collect(start([_job(root)], os.environ), 0.01) == {
        "soda/row_count": ("error", "Soda was stopped after 0.01 s")
    }


def test_a_soda_that_cannot_be_imported_is_named(root: Path) -> None:
    (root / "soda_core").mkdir()
    (root / "soda_core" / "__init__.py").write_text("raise ImportError('no such thing')\n")

    answers = _collect(start([_job(root)], {"PYTHONPATH": str(root)}))

    said = 'Soda is not installed: pip install "contract-harness[soda]" (no such thing)'
    assert answers == {"soda/row_count": ("error", said)}


def test_without_soda_no_process_is_started(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "soda_core", None)
    run = start([_job(root)], os.environ)

    assert run.process is None
    assert _collect(run) == {"soda/row_count": ("error", 'Soda is not installed: pip install "contract-harness[soda]"')}


def test_a_folder_of_the_project_cannot_stand_in_for_soda(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (root / "soda_core").mkdir()
    (root / "soda_core" / "__init__.py").write_text("raise SystemExit('taken over')\n")
    monkeypatch.chdir(root)

    assert _collect(start([_job(root)], os.environ))["soda/row_count"] == ("passed", "")


def test_a_server_soda_cannot_reach_is_named(root: Path) -> None:
    said = "harness.yaml:1:1: Soda checks run on DuckDB and PostgreSQL, not on local"
    assert _collect(start([_job(root, type="local")], os.environ)) == {"soda/row_count": ("error", said)}


def test_no_files_need_no_process() -> None:
    run = start([], os.environ)

    assert run.process is None
    assert run.collect(1) == {}


def test_an_abandoned_run_ends_its_process(root: Path) -> None:
    with start([_job(root, SLOW)], os.environ) as run:
        assert run.process is not None

    assert run.process.poll() is not None


def test_soda_neither_traces_nor_reads_the_dotenv_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("FROM_DOTENV=read\n")
    seen = subprocess.run(
        [sys.executable, "-P", "-c", LOOK_AROUND],
        input=b"[]",
        capture_output=True,
        check=True,
        cwd=tmp_path,
        env={"SODA_CORE_TELEMETRY_ENABLED": "false", "OTEL_SDK_DISABLED": "true"},
    )

    assert seen.stderr.decode().split() == ["ProxyTracerProvider", "False", "None"]


def test_the_worker_gets_no_secrets_and_no_telemetry(root: Path) -> None:
    answers = start([_job(root)], {"AWS_SECRET_ACCESS_KEY": "swordfish"})
    assert answers.process is not None
    given = Path(f"/proc/{answers.process.pid}/environ")
    seen = "" if given.exists() else "SODA_CORE_TELEMETRY_ENABLED=false"
    while not seen and answers.process.poll() is None:
        seen = given.read_bytes().decode()  # empty until the new program has begun
    answers.stop()

    assert "SODA_CORE_TELEMETRY_ENABLED=false" in seen
    assert "swordfish" not in seen


def test_the_checks_of_the_plan_are_those_that_run(root: Path) -> None:
    at = Location("contracts/marts/orders.odcs.yaml")
    server = Server(at=at, name="warehouse", type="duckdb", settings={"database": "warehouse.duckdb"})
    schema = Schema(at=at, name="orders", properties=(Property(at=at, name="id"),))
    contract = Contract(at=at, id="shop", servers=(server,), schemas=(schema,))
    text = QUICK + "columns: [{name: id, checks: [{missing: }, {duplicate: }, {missing: {qualifier: 2, x: 1}}]}]\n"
    file = parse_check_file(text, "checks/marts/orders.soda.yml")
    project = Project(name="shop", root=root, documents=(Document(file=at.file, contract=contract),), checks=(file,))
    checks = [c for c in plan(project, AS_OF) if c.rule == "soda"]
    assert len(checks) == 4

    with start_soda(project, [c for c in checks if not c.id.endswith("duplicate")], AS_OF) as run:
        answers = run.collect(60)

    assert [soda_result(check, answers).outcome.value for check in checks] == ["pass", "pass", "error", "error"]
    assert soda_result(checks[2], answers).message == "soda/id/duplicate: Soda was not asked about it"
