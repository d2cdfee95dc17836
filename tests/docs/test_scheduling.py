"""The examples of examples/scheduling, run: cron, GitHub Actions, Dagster, and Airflow where there is one."""

import os
import re
import runpy
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from harness.load.project import load_project
from harness.slo.schedule import cron_of
from harness.uses.history import open_database

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples" / "scheduling"
SHOP = runpy.run_path(str(Path(__file__).parents[1] / "uses" / "shop.py"))["Shop"]
HARNESS = f"{Path(sys.executable).parent}/harness"


@pytest.fixture
def shop(tmp_path):
    found = SHOP(tmp_path)
    found.settings('audit: {schedule: "15 11 * * *"}\n')
    return found


def outcomes(shop):
    with open_database(load_project(shop.root, {})) as history:
        return [(f"{run.slot:%d %H:%M}", run.outcome.value) for run in history.runs("audit")]


def break_it(shop):
    shop.sql("update marts.fct_orders set customer_id = 99 where id <= 3")


def crontab():
    """The settings, the fields, and the command of the only line."""
    lines = [line for line in (EXAMPLES / "crontab").read_text().splitlines() if line and not line.startswith("#")]
    *settings, line = lines
    *fields, command = line.split(maxsplit=5)
    return dict(each.split("=", 1) for each in settings), " ".join(fields), command


def by_cron(shop):
    names, _, command = crontab()
    env = {**os.environ, **names, "PROJECT": str(shop.root), "HARNESS": HARNESS}
    return subprocess.run(["sh", "-c", command], env=env, capture_output=True, text=True, check=False)


def test_the_line_of_cron(shop):
    names, fields, command = crontab()
    assert cron_of(fields).text == fields
    assert "%" not in command  # cron would make it a new line
    assert set(re.findall(r"\$(\w+)", command)) - {"out", "code"} <= names.keys()
    quiet = by_cron(shop)
    assert (quiet.returncode, quiet.stdout) == (0, "")  # nothing to mail
    assert outcomes(shop) == [("06 11:15", "pass")]


def test_cron_mails_what_is_wrong(shop):
    break_it(shop)
    run = by_cron(shop)
    assert run.returncode == 1
    assert "✗ FAIL" in run.stdout


@pytest.fixture
def workflow():
    return yaml.safe_load((EXAMPLES / "github-actions.yml").read_text())


def by_github(shop, workflow):
    (step,) = [each for each in workflow["jobs"]["audit"]["steps"] if each.get("name") == "Audit"]
    assert set(step["env"]) == {"HARNESS_HISTORY"}
    path = f"{Path(HARNESS).parent}:{os.environ['PATH']}"
    env = {**os.environ, "PATH": path, "HARNESS_HISTORY": "elsewhere/history.db"}
    # as the runner does it where a step names no shell
    command = ["bash", "-e", "-c", step["run"]]
    return subprocess.run(command, cwd=shop.root, env=env, capture_output=True, text=True, check=False)


def test_the_workflow_of_github(workflow):
    triggers = workflow[True]  # YAML 1.1 reads `on` as true
    assert [cron_of(each["cron"]).text for each in triggers["schedule"]] == ["15 13 * * *"]
    steps = workflow["jobs"]["audit"]["steps"]
    assert all(("uses" in step) != ("run" in step) for step in steps)
    extras = re.search(r"contract-harness\[(.*)\]", next(s["run"] for s in steps if s.get("name") == "Install"))[1]
    known = (ROOT / "pyproject.toml").read_text()
    assert all(re.search(rf"^{extra} = \[", known, re.MULTILINE) for extra in extras.split(","))
    assert workflow["permissions"] == {"contents": "read"}


@pytest.mark.parametrize("broken", [False, True])
def test_the_shell_of_the_workflow(shop, workflow, broken):
    if broken:
        break_it(shop)
    shop.settings('audit: {schedule: "15 11 * * *"}\nhistory: {url: "${HARNESS_HISTORY}"}\n')
    run = by_github(shop, workflow)
    assert run.returncode == int(broken), run.stderr
    assert ("FAIL" if broken else "PASS") in run.stdout
    assert (shop.root / "elsewhere" / "history.db").exists()
    assert (shop.root / "reports" / "audit" / "index.html").exists()


@pytest.fixture
def dagster(shop, monkeypatch):
    monkeypatch.setenv("HARNESS_PROJECT", str(shop.root))
    monkeypatch.setenv("DAGSTER_HOME", str(shop.root))
    shop.write("dagster.yaml", "telemetry: {enabled: false}\n")
    module = runpy.run_path(str(EXAMPLES / "dagster_audit.py"))
    return module["definitions"](shop.root)


def checks_of(defs):
    result = defs.resolve_job_def("audit").execute_in_process(raise_on_error=False)
    return result, {each.asset_key.to_user_string(): each for each in result.get_asset_check_evaluations()}


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::dagster.BetaWarning")
def test_the_checks_of_dagster_pass_on_data_that_is_in_order(shop, dagster):
    result, found = checks_of(dagster)
    assert result.success
    assert {table: check.passed for table, check in found.items()} == {"dim_customers": True, "fct_orders": True}
    assert found["fct_orders"].metadata["latency: state"].value == "too-few"
    assert outcomes(shop) == [("06 11:15", "pass")]


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::dagster.BetaWarning")
def test_the_checks_of_dagster_fail_where_a_contract_is_broken(shop, dagster):
    break_it(shop)
    _, found = checks_of(dagster)
    assert {table: check.passed for table, check in found.items()} == {"dim_customers": True, "fct_orders": False}
    assert found["fct_orders"].severity.value == "ERROR"
    assert "orphans" in found["fct_orders"].description


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::dagster.BetaWarning")
def test_the_checks_of_dagster_never_pass_when_nothing_is_known(shop, dagster):
    (shop.root / "warehouse.duckdb").unlink()
    _, found = checks_of(dagster)
    assert {check.passed for check in found.values()} == {False}
    assert {check.severity.value for check in found.values()} == {"WARN"}


def test_the_dag_of_airflow(shop):
    python = os.environ.get("AIRFLOW_PYTHON")
    if not python:
        pytest.skip("AIRFLOW_PYTHON names no interpreter that has Airflow 3")
    home = shop.root / "airflow"
    env = {
        **os.environ,
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "false",
        "AIRFLOW__CORE__DAGS_FOLDER": str(EXAMPLES),
        "HARNESS": HARNESS,
        "HARNESS_PROJECT": str(shop.root),
    }
    subprocess.run([python, "-m", "airflow", "db", "migrate"], env=env, check=True, capture_output=True)
    script = (
        f"import sys; sys.path.insert(0, {str(EXAMPLES)!r})\n"
        "import pendulum, airflow_audit\n"
        "run = airflow_audit.dag.test(logical_date=pendulum.datetime(2024, 1, 6, 11, 15, tz='UTC'))\n"
        "print('state', run.state)\n"
    )
    run = subprocess.run([python, "-c", script], env=env, capture_output=True, text=True, check=False)
    assert "state success" in run.stdout, run.stdout + run.stderr
    assert outcomes(shop) == [("06 11:15", "pass")]


def test_every_example_is_named_in_the_documentation():
    page = (ROOT / "docs" / "audit.md").read_text()
    assert all(f"examples/scheduling/{file.name}" in page for file in EXAMPLES.iterdir() if file.is_file())
    assert shlex.split(crontab()[2])[0] == "cd"
