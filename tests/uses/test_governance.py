"""The house rules in `verify` and `lint`: only where the project asks for them, and never silent on what they lack."""

import json
import runpy
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

import harness
from harness.load.project import load_project
from harness.model.errors import ProjectError
from harness.model.result import Outcome, VerdictOutcome
from harness.uses.lint import lint_project

manifest_of = runpy.run_path(str(Path(__file__).parents[1] / "dbt.py"))["manifest_of"]
GOVERNED = "governance: {}\nlineage: {dbt: target}\n"
MANIFEST = "target/manifest.json"


def lint(root):
    return lint_project(load_project(root, {}), run_id="x", clock=lambda: datetime(2026, 3, 1, tzinfo=UTC))


def undecided(report):
    """What could not be told of the house rules; an error among it keeps the gate closed, whatever else there is."""
    found = [result for result in report.results if result.rule == "governance-undecided"]
    errors = {result.id for result in found if result.outcome is Outcome.ERROR}
    assert errors <= set(report.verdict.undecided)
    assert not errors or report.verdict.outcome is not VerdictOutcome.PASS
    of_dbt = [result for result in found if "of type duckdb" not in result.message]
    return [(result.outcome, result.file, result.message) for result in of_dbt]


def test_a_manifest_that_is_not_there(shop):
    shop.settings(GOVERNED)
    report = shop.verify()
    ((outcome, file, message),) = undecided(report)
    assert (outcome, file) == (Outcome.ERROR, MANIFEST)
    assert message.startswith("there is no manifest of dbt here; run `dbt compile`; not held for it: ")


def test_before_a_build_lint_says_what_it_skips(shop):
    shop.settings(GOVERNED)
    report = lint(shop.root)
    ((outcome, _, message),) = undecided(report)
    assert outcome is Outcome.SKIP
    assert "there is no manifest of dbt in target yet" in message


@pytest.mark.parametrize("command", [harness.verify, lint])
@pytest.mark.parametrize("text", ["{", "{}", json.dumps({"metadata": {"adapter_type": "duckdb"}, "nodes": {}})])
def test_a_manifest_that_cannot_be_read(shop, command, text):
    shop.settings(GOVERNED)
    shop.write(MANIFEST, text)
    report = command(shop.root)
    ((outcome, file, _),) = undecided(report)
    assert (outcome, file) == (Outcome.ERROR, MANIFEST)


def test_what_is_lacking_cannot_be_turned_off(shop):
    shop.settings(GOVERNED + 'rules: {governance-undecided: "off"}\n')
    with pytest.raises(ProjectError, match="cannot be turned off"):
        shop.verify()


def test_without_the_section_nothing_of_it_is_held_or_imported(shop):
    shop.settings("lineage: {dbt: target}\nrules: {owner-missing: warning}\n")
    shop.write(MANIFEST, json.dumps({"metadata": {"adapter_type": "duckdb"}, "nodes": {}}))
    script = """
import sys, harness
report = harness.verify(sys.argv[1])
rules = {result.rule for result in report.results}
print([name for name in sys.modules if "rules.governance" in name or "antipatterns" in name or "dbt_project" in name])
print("governance-undecided" in rules)
"""
    done = subprocess.run([sys.executable, "-c", script, shop.root], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\nFalse\n"


def test_the_findings_of_a_run(shop):
    """Each with its contract, so that owners are told and waivers hold."""
    shop.settings("governance: {}\n")
    found = {(r.rule, r.contract, r.table): r for r in shop.verify().results if r.outcome is Outcome.FAIL}
    assert ("support-missing", "orders", "") in found
    assert ("runbook-missing", "orders", "fct_orders") in found
    assert found["row-count-unmonitored", "customers", "dim_customers"].owner == "sales"
    assert ("row-count-unmonitored", "orders", "fct_orders") not in found
    assert ("retention-missing", "customers", "dim_customers") in found


def test_a_narrowed_run_tells_of_what_it_is_about(shop):
    shop.settings("governance: {}\n")
    found = {r.contract for r in shop.verify(select=["fct_orders"]).results if r.rule == "retention-missing"}
    assert found == {"orders"}


def test_severities_and_waivers_are_as_of_every_rule(shop):
    shop.settings('governance: {}\nrules: {support-missing: "off", retention-missing: {marts: info}}\n')
    report = shop.verify()
    assert {r.severity.value for r in report.results if r.rule == "retention-missing"} == {"info"}
    assert not [r for r in report.results if r.rule == "support-missing"]


def test_what_an_engine_does_not_have_is_said(shop):
    shop.settings("governance: {}\n")
    said = [r.message for r in shop.verify().results if r.rule == "governance-undecided" and r.outcome is Outcome.SKIP]
    partitions, grants = sorted(said)
    assert partitions.endswith("of type duckdb, which has no partitions; not held for it: storage-not-as-declared")
    assert grants.endswith("of type duckdb, which knows no grants; not held for it: grant-undeclared, grant-missing")


def test_personal_data_in_values_and_further_down(shop):
    """The values of a column, its class, and where its values go on to."""
    shop.sql("create table marts.fct_mails as select name || '@shop.example' as who from marts.dim_customers")
    mails = {**shop.customers(), "id": "mails", "name": "mails"}
    mails["schema"] = [{"name": "fct_mails", "physicalName": "marts.fct_mails", "properties": [{"name": "who"}]}]
    shop.contract("contracts/marts/fct_mails.odcs.yaml", mails)
    shop.settings("governance: {personal_data: {sample: 10}}\n")
    seen = [(r.table, r.column, r.message) for r in shop.verify().results if r.rule == "personal-data-in-values"]
    ((table, column, message),) = seen
    assert (table, column) == ("fct_mails", "who")
    assert message.startswith("10 of 10 values of `who` of `fct_mails` look like e-mail addresses")
    shop.settings("governance: {personal_data: {sample: 0}}\n")
    assert not [r for r in shop.verify().results if r.rule == "personal-data-in-values"]


def test_a_model_that_the_manifest_does_not_know(shop):
    """Whoever adds a model and compiles nothing would be judged by what was there before."""
    files = {"models/staging/stg_shop__orders.sql": "select * from {{ source('shop', 'orders') }}"}
    for name, text in files.items():
        shop.write(f"dbt/{name}", text)
    shop.write(MANIFEST, json.dumps(manifest_of(files).data))
    shop.settings("governance: {}\nlineage: {dbt: target, dbt_project: dbt}\n")
    assert undecided(shop.verify()) == []
    shop.write("dbt/models/marts/fct_new.sql", "select * from raw.orders")
    ((outcome, file, message),) = undecided(shop.verify())
    assert (outcome, file) == (Outcome.ERROR, "dbt/models/marts/fct_new.sql")
    assert "does not know dbt/models/marts/fct_new.sql as it is now; run `dbt compile`" in message
    assert [outcome for outcome, *_ in undecided(lint(shop.root))] == [Outcome.SKIP]


def test_a_table_of_which_no_server_is_asked(shop):
    """A contract without a clause opens no session, and its grants and values are looked at by nobody."""
    bare = {**shop.customers(), "id": "bare", "name": "bare", "servers": [{"server": "far", "type": "duckdb"}]}
    bare["servers"][0]["database"] = "far.duckdb"
    bare["schema"] = [{"name": "fct_bare"}]
    shop.contract("contracts/marts/fct_bare.odcs.yaml", bare)
    shop.settings("governance: {}\n")
    found = [r for r in shop.verify().results if r.rule == "governance-undecided" and r.outcome is Outcome.ERROR]
    assert [(r.file, "grant-missing" in r.message) for r in found] == [("contracts/marts/fct_bare.odcs.yaml", True)]
