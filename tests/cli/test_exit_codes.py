"""Whole commands: what they exit with, what they say, and what they leave behind."""

import json
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from harness.commands.reporting import FILES
from harness.reporters.forms import REPORTERS

PASS, FAIL, USAGE, UNDECIDED, UNDELIVERED = 0, 1, 2, 3, 4
REPORTS = sorted([*FILES.values(), "openlineage.ndjson"])


def broken_contract(shop):
    shop.write("contracts/marts/fct_broken.odcs.yaml", "id: x\nschema: [\n")


def without_contracts(shop):
    for path in (shop.root / "contracts" / "marts").iterdir():
        path.unlink()


def nothing_to_measure(shop):
    without_contracts(shop)
    del shop.orders["schema"], shop.orders["slaProperties"]
    shop.saved().settings("ignore_tables: ['*']\n")


def missing_column(shop):
    shop.sql("alter table marts.fct_orders drop column status")


def bad_sql(shop):
    shop.table["quality"].append({"type": "sql", "query": "select nope", "mustBe": 0})
    shop.saved()


def warning(shop):
    shop.table["quality"].append({"metric": "rowCount", "mustBeGreaterThan": 999, "severity": "warning"})
    shop.saved()


RUNS = {
    # what is done to the project, arguments: exit code, part of stdout, part of stderr
    "all good": (lambda shop: None, [], PASS, "Exit code 0: the gate is open", ""),
    "a broken contract": (broken_contract, [], UNDECIDED, "contracts/marts/fct_broken.odcs.yaml:3", ""),
    "no contracts": (without_contracts, ["--select", "x"], UNDECIDED, "--select x selects nothing", ""),
    "nothing to measure": (nothing_to_measure, [], UNDECIDED, "nothing here can be checked", ""),
    "a missing table": (lambda shop: shop.sql("drop table marts.fct_orders"), [], FAIL, "contract-without-table", ""),
    "a missing column": (missing_column, [], FAIL, "the column status is declared", ""),
    "no database": (lambda shop: (shop.root / "warehouse.duckdb").unlink(), [], UNDECIDED, "does not exist", ""),
    "bad SQL": (bad_sql, [], UNDECIDED, "nope", ""),
    "nothing selected": (lambda shop: None, ["--select", "fct_order"], UNDECIDED, "selects nothing", ""),
    "a layer without contracts": (lambda shop: None, ["--layer", "raw"], UNDECIDED, "--layer raw selects nothing", ""),
    "a warning": (warning, [], PASS, "below the blocking severity", ""),
    "a warning that blocks": (warning, ["--fail-on", "warning"], FAIL, "1 violation blocks", ""),
    "another time": (lambda shop: None, ["--as-of", "2023-01-01T00:00:00Z"], FAIL, "in the future", ""),
    "no harness.yaml": (
        lambda shop: (shop.root / "harness.yaml").unlink(), [], USAGE, "", "harness: there is no harness.yaml in .",
    ),
    "a broken harness.yaml": (
        lambda shop: shop.write("harness.yaml", "a: ["), [], USAGE, "", "harness: harness.yaml:2:1: this is no valid",
    ),
    "an unknown key": (
        lambda shop: shop.settings("contract: x\n"), [], USAGE, "",
        "harness: harness.yaml:7:1: the key `contract` does not exist here (did you mean `contracts`?)",
    ),
    "an unknown rule": (
        lambda shop: shop.settings("rules: {owner-mising: info}\n"), [], USAGE, "",
        "harness: harness.yaml:7:9: there is no rule `owner-mising` (did you mean `owner-missing`?)",
    ),
    "no such folder": (lambda shop: None, ["--project", "nowhere"], USAGE, "", "there is no harness.yaml in nowhere"),
    "an unknown option": (lambda shop: None, ["--selekt", "x"], USAGE, "", "unrecognized arguments: --selekt x"),
    "an unknown layer": (lambda shop: None, ["--layer", "gold"], USAGE, "", "invalid choice: 'gold'"),
    "an unknown format": (lambda shop: None, ["--format", "pdf"], USAGE, "", "invalid choice: 'pdf'"),
    "a severity that cannot block": (lambda shop: None, ["--fail-on", "info"], USAGE, "", "invalid choice"),
    "a time without an offset": (lambda shop: None, ["--as-of", "2024-01-06T12:00:00"], USAGE, "", "has no offset"),
    "a time that is none": (lambda shop: None, ["--as-of", "noon"], USAGE, "", "--as-of"),
    "a folder with other files": (
        lambda shop: None, ["--reports", "contracts"], USAGE, "", "contracts holds other things than reports",
    ),
    "a file in the way": (lambda shop: None, ["--output", "contracts"], USAGE, "", "contracts cannot be written"),
}  # fmt: skip


@pytest.mark.parametrize("name", RUNS)
def test_exit_code(shop, run, name):
    change, argv, code, out, err = RUNS[name]
    change(shop)
    actual = run("verify", *argv)
    assert actual[0] == code, actual
    assert out in actual[1]
    assert err in actual[2]
    assert "Traceback" not in actual[1] + actual[2]


def harness(*argv, cwd, **environ):
    command = [sys.executable, "-m", "harness", *argv]
    return subprocess.run(command, cwd=cwd, env={**os.environ, **environ}, capture_output=True, text=True, check=False)


def test_a_process_that_passes(shop):
    done = harness("verify", "--quiet", cwd=shop.root)
    assert (done.returncode, done.stderr) == (PASS, "")
    assert "the gate is open" in done.stdout


def test_a_process_that_fails(shop):
    missing_column(shop)
    done = harness("verify", cwd=shop.root, NO_COLOR="1")
    assert done.returncode == FAIL
    assert "Traceback" not in done.stderr


def test_the_console_script(shop):
    script = Path(sys.executable).with_name("harness")
    done = subprocess.run([script, "--version"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "harness 0.1.0\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no /dev/full")
@pytest.mark.parametrize("argv", [["verify", "--quiet"], ["--version"]])
def test_what_cannot_be_printed_is_no_pass(shop, argv):
    """Also where all of it fits into the buffer, which is written at the very end."""
    environ = {**os.environ, "PYTHONUNBUFFERED": ""}
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "harness", *argv]
        done = subprocess.run(command, cwd=shop.root, env=environ, stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == UNDECIDED
    assert (
        done.stderr.decode().splitlines()[-1].startswith("harness: No space left on device: not all could be written")
    )
    assert b"Traceback" not in done.stderr


def test_a_reader_that_is_gone_is_told_no_pass(shop):
    environ = {**os.environ, "PYTHONUNBUFFERED": ""}
    command = [sys.executable, "-m", "harness", "verify", "--quiet"]
    with subprocess.Popen(
        command, cwd=shop.root, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == UNDECIDED


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_a_process_without_output_has_its_verdict(shop, closed):
    command = f'exec "$0" -m harness verify --quiet {closed}'
    done = subprocess.run(["/bin/sh", "-c", command, sys.executable], cwd=shop.root, capture_output=True, check=False)
    assert done.returncode == PASS
    assert done.stderr == b""
    assert "the gate is open" in (shop.root / "reports" / "latest" / FILES["text"]).read_text()


def test_a_locked_database(shop):
    writer = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", writer, str(shop.root / "warehouse.duckdb")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        done = harness("verify", cwd=shop.root)
        process.stdin.close()
    assert done.returncode == UNDECIDED
    assert "a writer holds it" in done.stdout


BUG = """
import harness.uses.verify, harness.cli
def broken(*_, **__): raise {error}
{where} = broken
harness.cli.main(["verify"])
"""


@pytest.mark.parametrize(
    ("where", "error", "code"),
    [
        ("harness.uses.verify.plan", "RuntimeError('a bug')", UNDECIDED),
        ("harness.uses.measure.evaluate", "SystemError('a bug')", UNDECIDED),
        ("harness.uses.verify.judge", "RuntimeError('a bug')", UNDECIDED),
        ("harness.uses.verify.judge", "KeyboardInterrupt()", 130),
    ],
)
def test_a_bug_is_never_a_pass(shop, where, error, code):
    shop.verify()
    done = subprocess.run(
        [sys.executable, "-c", BUG.format(error=error, where=where)],
        cwd=shop.root, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == code
    assert "PASS" not in done.stdout
    assert ("this is a bug in the harness; nothing is known, so the gate stays shut" in done.stderr) is (code != 130)
    assert not (shop.root / "reports" / "latest").exists()


def test_events_that_could_not_be_sent_are_kept(shop, run):
    shop.settings("openlineage: {config: lineage.yml}\n")
    shop.write("lineage.yml", "transport: {type: file, log_file_path: nowhere/log.ndjson, append: true}\n")
    code, _, err = run("verify")
    (kept,) = (shop.root / "reports" / "outbox" / "pending").glob("*.ndjson")
    assert code == PASS
    assert "kept in reports/outbox, `harness lineage replay` sends them" in err
    latest = shop.root / "reports" / "latest" / "openlineage.ndjson"
    first = kept.read_text(encoding="utf-8")
    assert first == latest.read_text(encoding="utf-8")

    (shop.root / "nowhere").mkdir()
    run("verify")
    sent = (shop.root / "nowhere" / "log.ndjson").read_text(encoding="utf-8")
    assert sent == first + latest.read_text(encoding="utf-8"), "the next run sends them, before its own"
    assert not list(kept.parent.iterdir())


LOG = "transport: {type: file, log_file_path: log.ndjson, append: true}\n"
CONFIGURATIONS = {
    # text of the project's file, environment: what is said when lineage is required
    "no transport": (None, {}, "no transport configured"),
    "disabled": (LOG, {"OPENLINEAGE_DISABLED": "true"}, "OPENLINEAGE_DISABLED is set"),
    "a file that is not there": (LOG, {"OPENLINEAGE_CONFIG": "gone.yml"}, "gone.yml cannot be read"),
    "broken YAML": ("transport: {type", {}, "no valid YAML"),
    "console": ("transport: {type: console}", {}, "'console' does not tell whether an event arrived"),
    "kafka": ("transport: {type: kafka}", {}, "'kafka' does not tell whether an event arrived"),
    "a console in a composite": (
        "transport: {type: composite, transports: [{type: console}]}", {}, "'console' does not tell",
    ),
    "a folder that is not there": (LOG.replace("log.nd", "nowhere/log.nd"), {}, "nowhere/log.ndjson"),
}  # fmt: skip


def with_lineage(shop, text):
    shop.settings("openlineage: {config: lineage.yml}\n")
    shop.write("lineage.yml", text)


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_lineage_that_is_required_and_would_be_lost(shop, run, monkeypatch, name):
    text, environ, said = CONFIGURATIONS[name]
    monkeypatch.setenv("HOME", str(shop.root))
    for variable, value in environ.items():
        monkeypatch.setenv(variable, value)
    if text is not None:
        with_lineage(shop, text)
    code, out, err = run("verify")
    assert (code, "OpenLineage: nothing sent" in err, said in err) == (PASS, True, True)
    code, out, err = run("verify", "--lineage-required", "--quiet")
    assert (code, "the gate is open" in out) == (UNDELIVERED, True)
    assert err.startswith("harness: exit code 4: lineage is required, but nothing sent")
    assert said in err
    missing_column(shop)
    assert run("verify", "--lineage-required")[0] == FAIL
    # the events of the required runs at least wait until somebody mends it
    for variable in environ:
        monkeypatch.delenv(variable)
    if text is None:
        shop.settings("openlineage: {config: lineage.yml}\n")
    shop.write("lineage.yml", LOG)
    code, out, err = run("lineage", "replay")
    assert (code, " sent by file" in out, err) == (PASS, True, "")
    sent = (shop.root / "log.ndjson").read_text(encoding="utf-8")
    assert (shop.root / "reports" / "latest" / "openlineage.ndjson").read_text(encoding="utf-8") in sent
    assert run("lineage", "replay")[:2] == (PASS, "OpenLineage: 0 events sent by file\n")


def test_lineage_that_is_required_and_arrives(shop, run):
    with_lineage(shop, LOG)
    code, _, err = run("verify", "--lineage-required")
    assert code == PASS
    assert "events sent by file\n" in err


def test_an_outbox_that_cannot_be_written(shop, run):
    with_lineage(shop, LOG)
    shop.write("reports/outbox", "a file in the way")
    code, out, err = run("verify")
    assert (code, "the gate is open" in out) == (PASS, True)
    assert "nothing sent: the events cannot be kept in reports/outbox" in err
    assert run("verify", "--lineage-required")[0] == UNDELIVERED
    assert run("lineage", "replay")[0] == UNDELIVERED


def test_a_dead_event_that_is_none(shop, run):
    shop.write("reports/outbox/dead/x.json", "{}")
    code, _, err = run("lineage", "replay", "--dead")
    assert (code, "a dead event in reports/outbox cannot be read" in err) == (USAGE, True)
    assert run("lineage", "replay", "--timeout", "0")[0] == USAGE


def test_the_reports(shop, run):
    code, out, err = run("verify")
    latest = shop.root / "reports" / "latest"
    assert sorted(path.name for path in latest.iterdir()) == REPORTS
    left = sorted(path.name for path in latest.parent.iterdir())
    assert left == ["history", "latest"], "nothing half-written is left"
    assert out == (latest / "report.txt").read_text()
    assert f"reports: {latest.relative_to(shop.root)}" in err
    report = json.loads((latest / "report.json").read_text())
    assert report["verdict"]["outcome"] == "pass"
    suites = ET.parse(latest / "junit.xml").getroot()
    assert int(suites.get("tests")) == len(suites.findall(".//testcase")) >= report["coverage"]["declared"]
    assert suites.findall(".//failure") == suites.findall(".//error") == []
    runs = {json.loads(line)["run"]["runId"] for line in (latest / "openlineage.ndjson").read_text().splitlines()}
    assert len(runs) >= 1
    assert code == PASS


def test_every_format_says_the_same(shop, run):
    missing_column(shop)
    code, *_ = run("verify")
    latest = shop.root / "reports" / "latest"
    report = json.loads((latest / "report.json").read_text())
    failed = report["coverage"]["failed"]
    assert (code, report["verdict"]["outcome"], failed) == (FAIL, "fail", 1)
    assert "FAIL" in (latest / "report.txt").read_text()
    assert "FAIL" in (latest / "report.md").read_text()
    assert len(ET.parse(latest / "junit.xml").getroot().findall(".//failure")) >= failed


NEVER_STARTED = {
    "no project": (lambda shop: (shop.root / "harness.yaml").unlink(), []),
    "a broken project": (lambda shop: shop.settings("as_of: noon\n"), []),
    "an unknown rule": (lambda shop: shop.settings("rules: {x: info}\n"), []),
    "a folder of its own": (lambda shop: (shop.root / "harness.yaml").unlink(), ["--reports", "mine"]),
}


@pytest.mark.parametrize("name", NEVER_STARTED)
def test_the_reports_of_an_earlier_run_are_gone_when_a_run_could_not_start(shop, run, name):
    change, argv = NEVER_STARTED[name]
    assert run("verify", *argv)[0] == PASS
    folder = shop.root / (argv[1] if argv else "reports/latest")
    assert folder.exists()
    change(shop)
    assert run("verify", *argv)[0] == USAGE
    assert not folder.exists()


def test_the_reports_of_an_earlier_run_are_replaced(shop, run):
    assert run("verify")[0] == PASS
    missing_column(shop)
    assert run("verify")[0] == FAIL
    report = json.loads((shop.root / "reports/latest/report.json").read_text())
    assert report["verdict"]["outcome"] == "fail"


@pytest.mark.parametrize("folder", [".", "contracts", "contracts/marts", ".."])
def test_a_folder_of_other_things_is_never_emptied(shop, run, folder):
    before = sorted(path for path in shop.root.rglob("*"))
    code, _, err = run("verify", "--reports", folder)
    assert code == USAGE
    assert "holds other things than reports (name an empty or a new one)" in err
    assert sorted(path for path in shop.root.rglob("*")) == before


def test_a_folder_elsewhere(shop, run, tmp_path_factory):
    folder = tmp_path_factory.mktemp("out") / "deep" / "er"
    assert run("verify", "--reports", str(folder))[0] == PASS
    assert sorted(path.name for path in folder.iterdir()) == REPORTS
    assert [path.name for path in (shop.root / "reports").iterdir()] == ["history"], "that is of the project"


def test_output(shop, run):
    code, out, err = run("verify", "--format", "json", "--output", "deep/er/report.json", "--quiet")
    assert (code, out, err) == (PASS, "", "")
    written = (shop.root / "deep/er/report.json").read_text()
    assert written == (shop.root / "reports/latest/report.json").read_text()
    assert [path.name for path in (shop.root / "deep/er").iterdir()] == ["report.json"]


@pytest.mark.parametrize("format", FILES)
def test_formats(shop, run, format):
    code, out, _ = run("verify", "--format", format)
    assert code == PASS
    assert out == (shop.root / "reports/latest" / FILES[format]).read_text()


def test_every_form_of_a_report_has_its_file():
    assert set(FILES) == set(REPORTERS)


def test_python_says_what_the_command_says(shop, run):
    shop.sql("update marts.fct_orders set customer_id = 99 where id < 5")
    code, out, _ = run("verify", "--format", "json", "--quiet")
    printed, report = json.loads(out), shop.verify()
    assert code == FAIL
    assert printed["verdict"]["reason"] == report.verdict.reason
    assert printed["verdict"]["blocking"] == list(report.verdict.blocking)
    assert [(r["id"], r["outcome"], r["actual"]) for r in printed["results"]] == [
        (r.id, r.outcome.value, r.actual or None) for r in report.results
    ]


def test_every_check_of_the_plan_has_one_result_in_the_report(shop, run):
    _, planned, _ = run("plan", "--format", "json")
    _, verified, _ = run("verify", "--format", "json", "--quiet")
    checks = [check["id"] for check in json.loads(planned)["checks"]]
    report = json.loads(verified)
    assert [result["check"] for result in report["results"] if result["check"]] == checks
    coverage = report["coverage"]
    assert coverage.pop("declared") == sum(coverage.values()) == len(checks)


def test_lint(shop, run):
    assert run("lint")[0] == PASS
    (shop.root / "warehouse.duckdb").unlink()
    assert run("lint")[0] == PASS, "no data is touched"
    assert run("lint", "--select", "nothing")[0] == UNDECIDED
    shop.column("status")["require"] = True
    shop.saved()
    code, out, _ = run("lint")
    assert code == FAIL
    assert "the key `require` does not exist here; did you mean `required`?" in out
    broken_contract(shop)
    assert run("lint", "--select", "dim_*")[0] == UNDECIDED
    without_contracts(shop)
    assert run("lint")[0] == UNDECIDED


def test_plan(shop, run):
    (shop.root / "warehouse.duckdb").unlink()
    assert run("plan")[0] == PASS, "no data is touched"
    assert run("plan", "--select", "nothing")[0] == UNDECIDED
    code, _, err = run("plan", "--format", "junit")
    assert (code, err) == (USAGE, "harness: a plan cannot be shown as junit (use text, json, markdown)\n")


def test_explain(run):
    code, out, _ = run("explain", "owner-missing")
    assert code == PASS
    assert "owner-missing" in out
    code, _, err = run("explain", "owner-mising")
    assert code == USAGE
    assert "owner-mising" in err


def test_without_a_command(run):
    code, out, err = run()
    assert (code, out) == (USAGE, "")
    assert "the following arguments are required: COMMAND" in err


def test_help_names_the_exit_codes(run):
    code, out, _ = run("--help")
    assert code == 0
    assert "exit codes: 0 pass, 1 fail, 2 usage or unreadable project, 3 undecided" in " ".join(out.split())


SHOWN = {
    # settings, arguments: exit code, part of stdout, part of stderr
    "a table": ("", ["fct_orders"], PASS, "marts.fct_orders\n", ""),
    "an unknown table": ("", ["fct_order"], USAGE, "", "did you mean `fct_orders`?"),
    "an unknown column": ("", ["fct_orders.amout"], USAGE, "", "has no column `amout` (did you mean `amount`?)"),
    "a depth that is none": ("", ["fct_orders", "--depth", "0"], USAGE, "", "'0' is no number of steps"),
    "an unknown format": ("", ["fct_orders", "--format", "svg"], USAGE, "", "invalid choice: 'svg'"),
    "a manifest that is not there": ("lineage: {dbt: target}\n", ["fct_orders"], UNDECIDED, "run `dbt compile`", ""),
    "a setting that is not there": (
        "lineage: {dbt_target: x}\n",
        ["fct_orders"],
        USAGE,
        "",
        "did you mean `dbt_project`?",
    ),
}


@pytest.mark.parametrize("name", SHOWN)
def test_exit_code_of_lineage_show(shop, run, name):
    settings, argv, code, out, err = SHOWN[name]
    shop.settings(settings)
    actual = run("lineage", "show", *argv)
    assert actual[0] == code, actual
    assert out in actual[1]
    assert err in actual[2]


def test_lineage_that_cannot_be_read_keeps_the_gate_shut(shop, run):
    shop.settings("lineage: {dbt: target}\n")
    assert run("lint")[0] == PASS, "there was no build yet"
    code, out, _ = run("verify")
    assert code == UNDECIDED
    assert "lineage could not be read from target/manifest.json: there is no manifest of dbt here" in " ".join(
        out.split()
    )
    shop.write("target/manifest.json", "{")
    assert run("lint")[0] == UNDECIDED
    assert run("verify")[0] == UNDECIDED


def test_lineage_that_cannot_be_read_keeps_the_gate_shut_where_its_rule_is_off(shop, run):
    shop.settings("lineage: {dbt: target}\nrules: {lineage-incomplete: 'off'}\n")
    code, out, _ = run("verify")
    assert code == UNDECIDED
    assert "? project  lineage-incomplete  (info)" in out
    shop.write("target/manifest.json", "{")
    assert run("lint")[0] == UNDECIDED
