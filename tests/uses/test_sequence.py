"""The verification sequence: each step is a result, and no test of dbt passes that nobody knows to hold."""

import json
import os
import runpy
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from harness.model.result import Outcome, Severity, VerdictOutcome

MANIFEST_OF = runpy.run_path(str(Path(__file__).parents[1] / "dbt.py"))["manifest_of"]
DBT = "lineage: {dbt: target, dbt_project: .}\nsequence: [dbt test]\n"
PROJECT = {
    "dbt_project.yml": "name: shop\n",
    "models/marts/fct_orders.sql": "{{ config(materialized='table') }}select 1 as id, 2 as customer_id",
    "models/marts/dim_customers.sql": "{{ config(materialized='table') }}select 1 as id",
    "models/marts/_marts.yml": """\
models:
  - name: fct_orders
    columns:
      - name: id
        data_tests:
          - unique
          - not_null: {config: {severity: warn}}
      - name: customer_id
        data_tests:
          - relationships: {arguments: {to: ref('dim_customers'), field: id}}
""",
    "tests/no_orders_of_nobody.sql": "select * from {{ ref('fct_orders') }} where customer_id is null",
    "macros/names.sql": "{% macro name() %}1{% endmacro %}",
}
UNIQUE, NOT_NULL = "test.shop.unique_fct_orders_id.0", "test.shop.not_null_fct_orders_id.1"
RELATED, SINGULAR = "test.shop.relationships_fct_orders_customer_id.2", "test.shop.no_orders_of_nobody"
MODELS = ("model.shop.fct_orders", "model.shop.dim_customers")
NOW = datetime.now(UTC)


def moment(seconds):
    return (NOW + timedelta(seconds=seconds)).isoformat().replace("+00:00", "Z")


def ran(name, status, begins=10, failures=0, message=None):
    timing = [{"name": "execute", "started_at": moment(begins), "completed_at": moment(begins + 1)}]
    return {
        "unique_id": name, "status": status, "timing": timing, "execution_time": 0.25, "failures": failures,
        "message": message, "compiled_code": f"select of {name}",
    }  # fmt: skip


class Dbt:
    """A project of dbt beside the shop, and the artifacts of a `dbt build` in which every test passed."""

    def __init__(self, shop):
        self.shop, self.files = shop, dict(PROJECT)
        self.shop.settings(DBT)
        self.metadata = {"invocation_id": "one", "generated_at": moment(30)}
        self.args = {"which": "build"}
        self.results = {name: ran(name, "success", 0, None) for name in MODELS}
        self.results |= {name: ran(name, "pass") for name in (UNIQUE, NOT_NULL, RELATED, SINGULAR)}
        self.manifest = dict(MANIFEST_OF(PROJECT).data)
        self.manifest["metadata"] = {**self.manifest["metadata"], "invocation_id": "one"}

    def verify(self, **options):
        for name, text in self.files.items():
            self.shop.write(name, text)
        self.shop.write("target/manifest.json", json.dumps(self.manifest))
        results = {"metadata": self.metadata, "args": self.args, "results": list(self.results.values())}
        self.shop.write("target/run_results.json", json.dumps(results))
        return self.shop.verify(**options)

    def found(self, **options):
        """Check, outcome and severity of each, the most wanted of which is alone."""
        return [r for r in self.verify(**options).results if r.rule == "dbt-test"]

    def one(self, name=UNIQUE):
        (found,) = [r for r in self.found() if r.check == f"dbt/{name}"]
        return found

    def unknown(self):
        """Why nothing is known of any test."""
        report = self.verify()
        (found,) = [r for r in report.results if r.rule == "dbt-test"]
        assert (found.outcome, found.check) == (Outcome.ERROR, "sequence/dbt test")
        assert report.verdict.outcome is VerdictOutcome.UNDECIDED
        return found.message.removeprefix("could not tell whether the tests of dbt hold: ")


@pytest.fixture
def dbt(shop, monkeypatch):
    # files are written when a test runs, which may be long after this module was read
    monkeypatch.setitem(globals(), "NOW", datetime.now(UTC))
    return Dbt(shop)


def test_every_test_is_a_result(dbt):
    report = dbt.verify()
    found = {r.check: r for r in report.results if r.rule == "dbt-test"}
    assert set(found) == {f"dbt/{name}" for name in (UNIQUE, NOT_NULL, RELATED, SINGULAR)}
    assert {r.outcome for r in found.values()} == {Outcome.PASS}
    assert report.verdict.outcome is VerdictOutcome.PASS
    unique = found[f"dbt/{UNIQUE}"]
    assert (unique.contract, unique.table, unique.column, unique.owner) == ("orders", "fct_orders", "id", "sales")
    assert (unique.file, unique.query, unique.seconds) == ("models/marts/_marts.yml", f"select of {UNIQUE}", 0.25)
    assert found[f"dbt/{SINGULAR}"].file == "tests/no_orders_of_nobody.sql"


def test_what_fails_and_what_warns(dbt):
    dbt.results[UNIQUE] = ran(UNIQUE, "fail", failures=7)
    dbt.results[NOT_NULL] = ran(NOT_NULL, "warn", failures=2)
    report = dbt.verify()
    found = {r.check: r for r in report.results if r.rule == "dbt-test"}
    failed, warned = found[f"dbt/{UNIQUE}"], found[f"dbt/{NOT_NULL}"]
    assert (failed.outcome, failed.severity, failed.failed_rows) == (Outcome.FAIL, Severity.ERROR, 7)
    assert (warned.outcome, warned.severity, warned.actual) == (Outcome.FAIL, Severity.WARNING, "2 rows")
    assert report.verdict.blocking == (failed.id,)


def test_rows_that_thresholds_tolerate_are_said(dbt):
    dbt.results[UNIQUE] = ran(UNIQUE, "pass", failures=3)
    assert dbt.one().message == "the test unique_fct_orders_id of dbt holds, with 3 rows that its thresholds tolerate"


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("skipped", "dbt skipped unique_fct_orders_id"),
        ("error", "unique_fct_orders_id ended with error: no such table"),
        ("success", "unique_fct_orders_id ended with success"),
        ("Pass", "unique_fct_orders_id ended with Pass"),
    ],
)
def test_a_status_that_is_no_answer(dbt, status, said):
    dbt.results[UNIQUE] = ran(UNIQUE, status, message="no such table" if status == "error" else None)
    found = dbt.one()
    assert found.outcome is Outcome.ERROR
    assert said in found.message


def test_a_test_without_a_result(dbt):
    del dbt.results[UNIQUE]
    found = dbt.one()
    assert found.outcome is Outcome.ERROR
    assert "dbt's last command did not run unique_fct_orders_id" in found.message


def test_a_test_that_ran_before_its_table_was_built(dbt):
    dbt.results[MODELS[0]] = ran(MODELS[0], "success", 15, None)
    found = dbt.one()
    assert found.outcome is Outcome.ERROR
    assert "marts.fct_orders was built at" in found.message


def test_a_relationship_is_of_both_its_tables(dbt):
    dbt.results[MODELS[1]] = ran(MODELS[1], "success", 15, None)
    assert dbt.one().outcome is Outcome.PASS
    assert dbt.one(RELATED).outcome is Outcome.ERROR


def test_a_table_that_was_built_again_by_another_command(dbt):
    dbt.args["which"] = "test"
    del dbt.results[MODELS[0]]
    compiled = dbt.shop.write("target/run/shop/models/marts/fct_orders.sql", "create table")
    os.utime(compiled, (NOW.timestamp(), NOW.timestamp()))
    assert dbt.one().outcome is Outcome.PASS
    os.utime(compiled, (NOW.timestamp() + 12, NOW.timestamp() + 12))
    assert "was built at" in dbt.one().message


def test_without_a_file_that_tells_nothing_tells_when_a_table_was_built(dbt):
    dbt.manifest["metadata"]["adapter_type"] = "postgres"
    assert dbt.one().outcome is Outcome.PASS
    dbt.args["which"] = "test"
    del dbt.results[MODELS[0]]
    assert "nothing tells when dbt built marts.fct_orders" in dbt.one().message


def test_a_view_has_the_rows_of_what_it_reads(dbt):
    for node in dbt.manifest["nodes"].values():
        if node["unique_id"] == MODELS[0]:
            node["config"]["materialized"] = "view"
            node["depends_on"]["nodes"] = [MODELS[1]]
    dbt.results[MODELS[1]] = ran(MODELS[1], "success", 15, None)
    assert "marts.dim_customers was built at" in dbt.one().message


@pytest.mark.parametrize("command", ["run", "compile", "seed", "docs", "generate", ""])
def test_a_command_that_runs_no_test(dbt, command):
    dbt.args["which"] = command
    for name in (UNIQUE, NOT_NULL, RELATED, SINGULAR):
        dbt.results[name] = ran(name, "success")
    assert f"dbt's last command was `dbt {command}`, which runs no test" in dbt.unknown()


def test_results_of_another_manifest(dbt):
    dbt.metadata["invocation_id"] = "another"
    assert "its results are of another run than its manifest" in dbt.unknown()


def test_neither_run_has_an_id(dbt):
    dbt.metadata["invocation_id"] = dbt.manifest["metadata"]["invocation_id"] = None
    assert "its results are of another run than its manifest" in dbt.unknown()


@pytest.mark.parametrize("flag", ["empty", "sample", "defer"])
def test_flags_by_which_other_rows_are_tested(dbt, flag):
    dbt.args[flag] = True
    assert f"dbt ran with --{flag}" in dbt.unknown()


def test_a_project_without_tests(dbt):
    dbt.manifest["nodes"] = {key: n for key, n in dbt.manifest["nodes"].items() if n["resource_type"] == "model"}
    for name in ("models/marts/_marts.yml", "tests/no_orders_of_nobody.sql"):
        del dbt.files[name]
    assert dbt.unknown() == "the dbt project has no test"


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("models/marts/fct_orders.sql", "2 as", "3 as", "models/marts/fct_orders.sql was changed after dbt ran"),
        ("tests/no_orders_of_nobody.sql", "is null", "> 5", "tests/no_orders_of_nobody.sql was changed after dbt ran"),
        ("macros/names.sql", "1", "2", "macros/names.sql was changed after dbt ran"),
        (
            "models/marts/_marts.yml", "- unique", "- unique\n          - accepted_values: {arguments: {values: [1]}}",
            "models/marts/_marts.yml:2:5: the test accepted_values of fct_orders is not as dbt ran it, or new",
        ),
        ("models/marts/_marts.yml", "field: id", "field: key", "the test relationships of fct_orders"),
        ("models/marts/_marts.yml", "severity: warn", "severity: error", "the test not_null of fct_orders"),
        ("models/marts/_marts.yml", "models:", "models: [x", "models/marts/_marts.yml"),
        ("models/marts/_marts.yml", "- name: fct_orders", "- title: fct_orders", "this is no properties file of dbt"),
        ("tests/new.sql", None, "select 1", "tests/new.sql is not as dbt ran it, or new"),
        ("models/marts/_new.yml", None, "sources: [{name: a, tables: [{name: b, tests: [unique]}]}]", "unique of a.b"),
    ],
)  # fmt: skip
def test_what_was_changed_after_dbt_ran(dbt, file, old, new, said):
    dbt.files[file] = dbt.files[file].replace(old, new) if old else new
    assert dbt.files[file] != PROJECT.get(file)
    assert said in dbt.unknown()


def test_a_database_that_was_changed_after_dbt_tested_it(dbt):
    file, limit = dbt.shop.root / "warehouse.duckdb", NOW.timestamp() + 30 + 60
    os.utime(file, (limit, limit))
    assert dbt.one().outcome is Outcome.PASS
    os.utime(file, (limit + 1, limit + 1))
    assert "the DuckDB file of the server warehouse was changed at" in dbt.unknown()


def test_tables_that_dbt_built_in_another_file(dbt):
    file, built = dbt.shop.root / "warehouse.duckdb", NOW.timestamp() + 1
    os.utime(file, (built, built))
    assert dbt.one().outcome is Outcome.PASS
    os.utime(file, (built - 3, built - 3))
    found = dbt.one()
    assert found.outcome is Outcome.ERROR
    assert "it worked in another file; run dbt with that target" in found.message


def test_tests_of_another_schema(dbt):
    for node in dbt.manifest["nodes"].values():
        node["schema"] = "dev_marts"
    found = dbt.one()
    assert found.outcome is Outcome.ERROR
    assert "dbt tested dev_marts.fct_orders, and the contract is of marts.fct_orders" in found.message


@pytest.mark.parametrize("text", ["", "{", "{}", "[]", '{"metadata": {}, "args": {}, "results": [{}]}'])
def test_results_that_cannot_be_read(dbt, text):
    dbt.verify()
    dbt.shop.write("target/run_results.json", text)
    (found,) = [r for r in dbt.shop.verify().results if r.rule == "dbt-test"]
    assert found.outcome is Outcome.ERROR
    assert "no results of dbt" in found.message


@pytest.mark.parametrize("name", ["manifest.json", "run_results.json"])
def test_an_artifact_that_is_not_there(dbt, name):
    dbt.verify()
    (dbt.shop.root / "target" / name).unlink()
    (found,) = [r for r in dbt.shop.verify().results if r.rule == "dbt-test"]
    assert found.outcome is Outcome.ERROR
    assert "run `dbt build`" in found.message


def test_a_narrowed_run_has_the_tests_of_its_tables(dbt):
    assert dbt.found(select=["dim_customers"]) == []
    assert len(dbt.found(select=["fct_orders"])) == 4


@pytest.mark.parametrize(
    ("step", "outcome", "message"),
    [
        ("test -d contracts", Outcome.PASS, "the folder contracts is there"),
        ("test -d contracts/", Outcome.PASS, "the folder contracts/ is there"),
        ("test -f harness.yaml", Outcome.PASS, "the file harness.yaml is there"),
        ("test -d nowhere", Outcome.FAIL, "nowhere is no folder: there is nothing"),
        ("test -d harness.yaml", Outcome.FAIL, "harness.yaml is no folder: it is a file"),
        ("test -f contracts", Outcome.FAIL, "contracts is no file: it is a folder"),
        ("test -f harness.yaml/x", Outcome.FAIL, "harness.yaml/x is no file: there is nothing"),
        ("test -d empty", Outcome.FAIL, "the folder empty is empty"),
        ("test -f empty.md", Outcome.FAIL, "the file empty.md is empty"),
        ("test -f loop", Outcome.ERROR, "could not tell whether loop is there: Too many levels of symbolic links"),
    ],
)
def test_files_and_folders(shop, step, outcome, message):
    (shop.root / "empty").mkdir()
    shop.write("empty.md", "")
    (shop.root / "loop").symlink_to("loop")
    shop.settings(f"sequence: [{step}]\n")
    (found,) = [r for r in shop.verify().results if r.check == f"sequence/{step}"]
    assert (found.outcome, found.message, found.file, found.line) == (outcome, message, "harness.yaml", 7)


def test_that_a_folder_is_there_is_no_clause_about_data(shop):
    shop.settings("sequence: [test -d contracts]\n")
    for file in (shop.root / "contracts").rglob("*.yaml"):
        file.unlink()
    report = shop.verify()
    assert report.verdict.outcome is VerdictOutcome.UNDECIDED
    assert report.verdict.reason == "no clause was checked, so nothing is known"


def test_tests_of_tables_without_a_contract_are_no_clause(dbt):
    for file in (dbt.shop.root / "contracts").rglob("*.yaml"):
        file.unlink()
    report = dbt.verify()
    assert [r.outcome for r in report.results if r.rule == "dbt-test"] == [Outcome.PASS] * 4
    assert report.verdict.outcome is VerdictOutcome.UNDECIDED


def test_a_test_of_dbt_may_be_waived(dbt):
    dbt.results[UNIQUE] = ran(UNIQUE, "fail", failures=7)
    expires = (datetime.now(UTC) + timedelta(days=5)).date()
    dbt.shop.write(
        "waivers.yaml",
        "version: 1\nwaivers:\n  - {rule: dbt-test, path: fct_orders/id, reason: the source repeats two orders, "
        f"approver: ada, author: bob, expires: {expires}}}\n",
    )
    report = dbt.verify()
    assert [r.message for r in report.results if r.id in report.verdict.blocking] == []
    assert report.verdict.outcome is VerdictOutcome.PASS
    assert len(report.verdict.waived) == 1
