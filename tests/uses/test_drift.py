"""The command `drift` as a whole: what it looks at, what it decides, and what it leaves alone."""

import json
import subprocess

import jsonschema
import pytest

from harness.model.result import Outcome
from harness.reporters.json import schema

PASS, FAIL, USAGE, UNDECIDED = range(4)


def no_table(shop):
    shop.sql("drop table marts.fct_orders")


def another_table(shop):
    shop.sql("create table marts.fct_more (id int)")


def broken_contract(shop):
    shop.write("contracts/marts/fct_broken.odcs.yaml", "id: x\nschema: [\n")


def no_columns(shop):
    del shop.table["properties"]
    shop.saved()


def new_order(shop):
    shop.sql("create or replace table marts.dim_customers as select name, id from marts.dim_customers")


def no_server(shop):
    (shop.root / "warehouse.duckdb").unlink()


RUNS = {
    # what is done to the project, arguments: exit code, part of stdout
    "all good": (lambda shop: None, [], PASS, "clauses checked and nothing blocks"),
    "wrong data": (lambda shop: shop.sql("delete from marts.fct_orders"), [], PASS, "nothing blocks"),
    "a wider type": (
        lambda shop: shop.sql("alter table marts.fct_orders alter id type hugeint"), [], FAIL, "HUGEINT, wider than",
    ),
    "another order only informs": (new_order, [], PASS, "severity info"),
    "a missing table": (no_table, [], FAIL, "contract-without-table"),
    "a table without contract": (another_table, [], FAIL, "table-without-contract"),
    "a contract that cannot be read": (broken_contract, [], UNDECIDED, "contracts/marts/fct_broken.odcs.yaml"),
    "a contract without columns": (no_columns, [], FAIL, "column-undeclared"),
    "no server": (no_server, [], UNDECIDED, "does not exist"),
    "nothing selected": (lambda shop: None, ["--select", "nothing"], UNDECIDED, "selects nothing"),
    "one table": (
        lambda shop: shop.sql("alter table marts.fct_orders add column x int"),
        ["--select", "dim_*"], PASS, "nothing blocks",
    ),
    "another layer": (lambda shop: None, ["--layer", "raw"], UNDECIDED, "--layer raw selects nothing"),
    "an unknown format": (lambda shop: None, ["--format", "pdf"], USAGE, ""),
}  # fmt: skip


@pytest.mark.parametrize("name", RUNS)
def test_exit_code(shop, run, name):
    change, argv, code, said = RUNS[name]
    change(shop)
    done = run("drift", "--project", str(shop.root), *argv)
    assert (done[0], said in done[1]) == (code, True), done


def test_no_data_is_measured(shop, run):
    shop.sql("update marts.fct_orders set amount = -1, customer_id = 99")
    shop.table["quality"].append({"type": "sql", "query": "select nope", "mustBe": 0})
    shop.saved()
    _, out, _ = run("drift", "--project", str(shop.root), "--format", "json")
    report = json.loads(out)
    assert (report["command"], report["verdict"]["outcome"]) == ("drift", "pass")
    assert {r["rule"] for r in report["results"]} <= {"column-missing", "type-changed", "nullability-changed"}
    assert report["coverage"]["declared"] == report["coverage"]["passed"] > 0
    assert not (shop.root / "reports").exists()


def test_a_field_that_nobody_can_see_is_never_a_pass(shop, run):
    shop.sql("alter table marts.fct_orders add column extra json")
    shop.table["properties"].append({"name": "extra", "logicalType": "object", "properties": [{"name": "id"}]})
    shop.saved()
    code, out, _ = run("drift", "--project", str(shop.root))
    assert code == UNDECIDED
    assert "extra.id cannot be seen" in out


@pytest.mark.parametrize("format", ["text", "markdown"])
def test_what_is_printed_is_a_patch(shop, run, monkeypatch, format):
    monkeypatch.chdir(shop.root)
    shop.sql(
        "alter table marts.fct_orders alter id type hugeint; alter table marts.dim_customers add column vip boolean"
    )
    code, out, _ = run("drift", "--patch", "--format", format)
    assert code == FAIL
    applied = subprocess.run(
        ["git", "apply", "-"], input=out, cwd=shop.root, text=True, capture_output=True, check=False
    )
    assert applied.returncode == 0, applied.stderr
    assert run("drift")[0] == PASS
    assert "version: 1.1.0" in (shop.root / shop.orders_file).read_text()


def test_values_of_a_file_are_drift_too(shop, run, monkeypatch):
    monkeypatch.chdir(shop.root)
    (shop.root / "data").mkdir()
    (shop.root / "data" / "fct_orders.csv").write_text("id,amount\n1,n/a\n")
    shop.orders["servers"] = [{"server": "files", "type": "local", "path": "data/{model}.csv", "format": "csv"}]
    shop.table["physicalName"] = "fct_orders"
    shop.table["properties"] = [{"name": "id", "physicalType": "BIGINT"}, {"name": "amount", "physicalType": "DOUBLE"}]
    shop.saved()
    code, out, _ = run("drift", "--patch", "--select", "fct_orders")
    assert (code, "1 of 1 values are no DOUBLE, the first in data/fct_orders.csv" in out) == (FAIL, True)
    assert "+    physicalType: VARCHAR" in out


def test_the_document_is_as_its_schema_says(shop, run):
    shop.sql("alter table marts.fct_orders alter id type hugeint")
    _, out, _ = run("drift", "--project", str(shop.root), "--patch", "--format", "json")
    document = json.loads(out)
    jsonschema.validate(document, schema())
    (patch,) = document["patches"]
    (drift,) = patch["drifts"]
    assert drift["result"] in {result["id"] for result in document["results"]}
    assert (patch["impact"], patch["version"], patch["new_version"]) == ("risky", "1.0.0", "1.1.0")


def test_what_is_waived_is_no_failure(shop, run):
    shop.sql("alter table marts.fct_orders alter id type hugeint")
    _, out, _ = run("drift", "--project", str(shop.root), "--format", "json")
    (failed,) = (
        r for r in json.loads(out)["results"] if r["outcome"] == Outcome.FAIL.value and r["severity"] == "error"
    )
    today = json.loads(out)["started"][:10]
    waiver = {
        "fingerprint": failed["id"], "reason": "wider on purpose", "approver": "bo", "author": "ada",
        "created": today, "expires": today,
    }  # fmt: skip
    shop.write("waivers.yaml", json.dumps({"version": 1, "waivers": [waiver]}))
    code, out, _ = run("drift", "--project", str(shop.root))
    assert (code, "WAIVED" in out) == (PASS, True), out
