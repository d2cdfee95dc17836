"""`harness handoff`: complete only when everything is, every number counted, and nothing untrue is found true."""

import copy
import json
import os
import shutil
import time
from datetime import UTC, datetime, timedelta
from importlib import resources

import pytest
from jsonschema import Draft202012Validator

from harness.attest.keys import new_signer

RECORD = "reports/latest/handoff.json"
REPORT = "reports/latest/report.json"
ENVELOPE = "reports/latest/handoff.dsse.json"
EVIDENCE = "reports/latest/attestation.dsse.json"
SETTINGS = "governance: {}\nhandoff: {agent: sales, next_agent: board}\n"
SCHEMA = json.loads(resources.files("harness.reporters").joinpath("handoff.schema.json").read_text("utf-8"))
CUSTOMERS = "contracts/marts/dim_customers.odcs.yaml"


@pytest.fixture
def ready(shop, run):
    """The shop with every question answered and every house rule kept, documents and a run that passed."""
    shop.settings(SETTINGS)
    customers = shop.customers()
    customers["schema"][0]["properties"].append({"name": "updated_at", "description": "When.", "logicalType": "date"})
    customers["schema"][0]["properties"][1]["name"] = "label"
    shop.sql("alter table marts.dim_customers add column updated_at date default date '2024-01-06'")
    shop.sql("alter table marts.dim_customers rename column name to label")
    said = (
        (customers, CUSTOMERS, "dim_customers.updated_at"),
        (shop.orders, shop.orders_file, "fct_orders.ordered_at"),
    )
    for data, file, element in said:
        data["slaProperties"] = [
            {"property": "latency", "value": 26, "unit": "h", "element": element},
            {"property": "retention", "value": 2, "unit": "y", "element": element},
            {"property": "frequency", "value": 1, "unit": "d", "schedule": "0 6 * * *"},
        ]
        data["customProperties"] = [
            {"property": "layer", "value": "marts"},
            {"property": "upstream", "value": []},
            {"property": "consumers", "value": [{"name": "board", "contact": "#board"}]},
            {"property": "costLimit", "value": "unlimited"},
        ]
        data["support"] = [{"channel": "#sales", "url": "https://chat.example/sales"}]
        table = data["schema"][0]
        table["dataGranularityDescription"] = "One row for each key."
        table["properties"][0]["transformLogic"] = "by hand"
        quality = table.setdefault("quality", [])
        quality.append({"type": "library", "metric": "rowCount", "mustBeGreaterThan": 0})
        shop.contract(file, data)
    shop.run = run
    publish_and_verify(run)
    return shop


def publish_and_verify(run):
    assert run("publish")[0] == 0
    code, out, _ = run("verify")
    assert code == 0, out


def record(shop):
    return json.loads((shop.root / RECORD).read_text())


def incomplete(shop, phase, said):
    """The record is written, says so, and is found to be so."""
    code, out, _ = shop.run("handoff")
    written = record(shop)
    assert (code, written["handoff"]["status"], written["handoff"]["phase"]) == (1, "incomplete", phase), out
    assert said in out
    assert shop.run("handoff", "--check", RECORD)[0] == 1
    assert list(Draft202012Validator(SCHEMA).iter_errors(written)) == []
    return out


def test_complete(ready, run, golden, stable):
    code, out, _ = run("handoff")
    assert code == 0
    golden("cli/handoff.json", (ready.root / RECORD).read_text())
    assert "✓ shop   hand-off   COMPLETE" in out
    Draft202012Validator.check_schema(SCHEMA)
    assert list(Draft202012Validator(SCHEMA).iter_errors(record(ready))) == []
    code, out, _ = run("handoff", "--check", RECORD)
    assert (code, out.splitlines()[-1]) == (0, f"✓ everything in {RECORD} is so")


def leaves(data, path=()):
    """Every value of a record, with its path."""
    entries = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else None
    if entries is None:
        yield path, data
    else:
        for key, value in entries:
            yield from leaves(value, (*path, key))


def other(value):
    match value:
        case bool():
            return not value
        case int() | float():
            return value + 1
        case None:
            return "somebody"
        case _:
            return f"{value}x"


def test_every_value_that_is_not_so_is_found(ready, run):
    run("handoff")
    whole = record(ready)
    every = list(leaves(whole))
    assert len(every) > 30
    for path, value in every:
        changed = copy.deepcopy(whole)
        holder = changed
        for key in path[:-1]:
            holder = holder[key]
        holder[path[-1]] = other(value)
        ready.write("changed.json", json.dumps(changed))
        code, out, _ = run("handoff", "--check", "changed.json")
        named = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in path).lstrip(".")
        assert code == 1
        assert f"✗ {named} says {other(value)!r}, and {value!r} is so" in out


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda r: r.pop("pipelines"), "pipelines is missing"),
        (lambda r: r["pipelines"].pop("batch"), "pipelines.batch is missing"),
        (lambda r: r.update(approved=True), "approved is no member of a record"),
        (lambda r: r["destinations"].append({}), "destinations has 2 entries, and 1 is counted"),
        (lambda r: r["destinations"].clear(), "destinations has 0 entries, and 1 is counted"),
        (lambda r: r.update(pipelines=2), "pipelines says 2"),
        (lambda r: r["pipelines"].update(total=2.0), "pipelines.total says 2.0, and 2 is so"),
        (lambda r: r["documentation"].update(current=1), "documentation.current says 1, and True is so"),
    ],
)
def test_a_record_of_another_form(ready, run, change, said):
    run("handoff")
    changed = record(ready)
    change(changed)
    ready.write(RECORD, json.dumps(changed))
    code, out, _ = run("handoff", "--check", RECORD)
    assert code == 1
    assert f"✗ {said}" in out


@pytest.mark.parametrize("text", ["", "{", '{"handoff": 1, "handoff": 2}', '{"a": NaN}'])
def test_what_is_no_record(ready, run, text):
    ready.write(RECORD, text)
    assert run("handoff", "--check", RECORD)[0] == 3


def test_without_a_run_there_is_no_record(shop, run):
    code, _, err = run("handoff")
    assert code == 3
    assert "there is no" in err
    assert "run `harness verify` first" in err
    assert not (shop.root / RECORD).exists()


def test_a_run_takes_the_record_of_another_away(ready, run):
    run("handoff")
    run("verify")
    assert not (ready.root / RECORD).exists()


def test_the_gate_is_not_open(ready, run):
    ready.sql("insert into marts.fct_orders select * from marts.fct_orders limit 1")
    run("verify")
    incomplete(ready, "verification", "the gate is not open: ")
    assert record(ready)["self_healing_log"]["final_status"] == "fail"


def test_a_contract_that_was_changed_after_the_run(ready):
    ready.orders["version"] = "1.0.1"
    ready.saved()
    incomplete(ready, "verification", "are not what the last run was held against")


def test_settings_that_were_changed_after_the_run(ready):
    ready.settings(SETTINGS + "fail_on: warning\n")
    incomplete(ready, "verification", "are not what the last run was held against")


@pytest.mark.parametrize("option", [("--select", "*"), ("--layer", "marts")])
def test_a_run_of_every_table_without_the_rules_on_the_whole(ready, run, option):
    run("verify", *option)
    incomplete(ready, "verification", "or it was narrowed")


def test_a_run_on_another_warehouse(ready, run, monkeypatch):
    text = (ready.root / "harness.yaml").read_text()
    ready.write("harness.yaml", text.replace("database: warehouse.duckdb", "database: '${WHERE:-warehouse.duckdb}'"))
    shutil.copy(ready.root / "warehouse.duckdb", ready.root / "good.duckdb")
    ready.sql("delete from marts.dim_customers")
    monkeypatch.setenv("WHERE", "good.duckdb")
    run("verify")
    assert run("handoff")[0] == 0
    monkeypatch.delenv("WHERE")
    incomplete(ready, "verification", "are not what the last run was held against")


def test_sql_that_was_changed_after_the_run(ready, run):
    ready.settings(SETTINGS + "lineage: {sql: [load.sql]}\n")
    ready.write("load.sql", "create table marts.fct_orders as select 1 as id")
    publish_and_verify(run)
    assert "the last run was held against" not in run("handoff")[1]
    ready.write("load.sql", "insert into marts.fct_orders select 1 as id")
    incomplete(ready, "verification", "are not what the last run was held against")


@pytest.mark.parametrize("days", [-2, 2])
def test_a_run_of_another_day(ready, days):
    report = json.loads((ready.root / REPORT).read_text())
    report |= {key: str(datetime.now(UTC) + timedelta(days=days)) for key in ("started", "finished")}
    ready.write(REPORT, json.dumps(report))
    incomplete(ready, "verification", "which is not within 24 h; verify again")


@pytest.mark.parametrize("option", [("--layer", "marts", "--select", "fct_orders"), ("--select", "dim_*")])
def test_a_run_that_was_narrowed(ready, run, option):
    run("verify", *option)
    incomplete(ready, "verification", "clauses were not looked at")


def test_a_run_by_another_clock(ready, run):
    run("verify", "--as-of", "2024-01-06T11:00:00Z")
    incomplete(ready, "verification", "and not by the project's clock")


def test_tables_that_were_written_after_the_run(ready):
    later = time.time() + 5
    os.utime(ready.root / "warehouse.duckdb", (later, later))
    incomplete(ready, "verification", "was written after the last run began")


def test_older_tables_that_were_put_in_their_place(ready):
    file = ready.root / "warehouse.duckdb"
    ready.sql("delete from marts.dim_customers")
    os.utime(file, (0, 0))
    incomplete(ready, "verification", "was written after the last run began")


def test_a_link_to_the_tables_that_leads_elsewhere(ready, run):
    file = ready.root / "warehouse.duckdb"
    file.rename(ready.root / "new.duckdb")
    shutil.copy(ready.root / "new.duckdb", ready.root / "old.duckdb")
    file.symlink_to("new.duckdb")
    run("verify")
    assert run("handoff")[0] == 0
    file.unlink()
    file.symlink_to("old.duckdb")
    incomplete(ready, "verification", "was written after the last run began")


def test_a_report_that_was_made_to_pass(ready, run):
    ready.sql("insert into marts.fct_orders select * from marts.fct_orders limit 1")
    run("verify")
    report = json.loads((ready.root / REPORT).read_text())
    report["verdict"] |= {"outcome": "pass", "reason": "all is well", "blocking": []}
    ready.write(REPORT, json.dumps(report))
    incomplete(ready, "verification", "the gate is not open today: ")


def test_a_step_of_the_sequence_that_was_not_looked_at(ready, run):
    ready.settings(SETTINGS + "sequence: [test -d contracts]\n")
    run("verify")
    assert run("handoff")[0] == 0
    report = json.loads((ready.root / REPORT).read_text())
    report["results"] = [r for r in report["results"] if r["check"] != "sequence/test -d contracts"]
    ready.write(REPORT, json.dumps(report))
    incomplete(ready, "verification", "`test -d contracts` was not looked at")


def test_a_report_of_another_version(ready, run):
    report = json.loads((ready.root / REPORT).read_text())
    del report["inputs"]
    ready.write(REPORT, json.dumps(report))
    assert run("handoff")[0] == 3


def test_documents_that_are_stale(ready, run):
    ready.table["description"] = "One row per order, or two."
    ready.saved()
    run("verify")
    out = incomplete(ready, "documentation", "are stale or missing; run `harness publish`")
    assert "docs/tables/fct_orders.md" in out
    assert "✓ verification" in out
    assert record(ready)["documentation"]["stale"] == 3


def test_a_document_that_was_edited_where_it_is_generated(ready):
    page = ready.root / "docs/tables/fct_orders.md"
    page.write_text(page.read_text().replace("One row per order", "Several rows per order"))
    incomplete(ready, "documentation", "docs/tables/fct_orders.md")
    assert record(ready)["documentation"]["stale"] == 1


def test_a_document_that_is_missing(ready):
    (ready.root / "docs/DATA_ARCHITECTURE.md").unlink()
    incomplete(ready, "documentation", "docs/DATA_ARCHITECTURE.md is stale or missing")


def test_governance_that_is_not_declared(ready, run):
    ready.settings("")
    run("verify")
    incomplete(ready, "governance", "governance is not declared")


def without_grain(shop):
    del shop.table["dataGranularityDescription"]
    shop.saved()
    publish_and_verify(shop.run)


def test_governance_that_is_not_clean(ready):
    without_grain(ready)
    incomplete(ready, "governance", "1 finding of rules: dictionary-incomplete, as contracts/marts/fct_orders")


@pytest.mark.parametrize("level", ["'off'", "info", "{marts: 'off'}", "{raw: error, '*': info}"])
def test_governance_that_is_turned_off(ready, level):
    ready.settings(f"{SETTINGS}rules: {{dictionary-incomplete: {level}}}\n")
    without_grain(ready)
    out = incomplete(ready, "governance", "harness.yaml asks for less than by default: rules.dictionary-incomplete is ")
    assert "`rule`: dictionary-incomplete" in out


BELOW = {
    'rules: {type-changed: "off"}': "rules.type-changed is off, and error by default",
    'rules: {type-changed: {marts: "off", "*": error}}': "rules.type-changed is off in marts, and error by default",
    "rules: {type-changed: warning}": "rules.type-changed is warning, and error by default",
    'rules: {nullability-changed: {raw: error, staging: "off"}}': "rules.nullability-changed is off in staging",
    'rules: {waiver-self-approved: "off"}': "rules.waiver-self-approved is off",
    "dimensions: {completeness: {target: '> 90 %', alert: '< 80 %'}}": "dimensions.completeness asks for less",
    "dimensions: {freshness: {target: '< 1 h', alert: '> 2 d'}}": "dimensions.freshness asks for less",
    "dimensions: {uniqueness: {target: '> 99 %', alert: '< 99 %'}}": "dimensions.uniqueness asks for less",
    "max_waiver_days: 91": "max_waiver_days is 91, and 90 by default",
    "objectives: {marts: 94.5}": "objectives.marts is 94.5, and 95 by default",
    "compatibility: {marts: full}": "compatibility.marts is full, and full-transitive by default",
    "compatibility: {'*': backward}": "compatibility.raw is backward, and forward by default",
    "compatibility: {contracts: {ord*: forward}}": "compatibility.contracts.orders is forward",
    "ignore_tables: ['*.*']": "ignore_tables has '*.*', which is every table",
    "governance: {fan_out: 4}": "governance.fan_out is 4, and 3 by default",
    "governance: {large_table: 1000001}": "governance.large_table is 1,000,001, and 1,000,000 by default",
    "governance: {names: {marts: '*'}}": "governance.names.marts is any name",
    "governance: {personal_data: {classifications: [pii]}}": "classifications leaves out personal, confidential",
    "governance: {personal_data: {fields: []}}": "governance.personal_data.fields leaves out legalBasis",
    "governance: {personal_data: {sample: 0}}": "governance.personal_data.sample is 0, and 1,000 by default",
    "governance: {personal_data: {share: 50}}": "governance.personal_data.share is 50, and 1 by default",
    "governance: {personal_data: {not_names: ['*']}}": "not_names has '*', which is every column",
}
ABOVE = (
    "rules: {type-changed: error, column-undeclared: {raw: error}, order-changed: warning, key-untested: warning}",
    "dimensions: {completeness: {target: '> 99.9 %', alert: '< 99 %'}, freshness: {target: < 30 m, alert: > 1 h}}",
    "dimensions: {freshness: {target: < 60 m, alert: > 2 h}}",
    "max_waiver_days: 30",
    "objectives: {marts: 99, '*': 95}",
    "compatibility: {raw: full, marts: full-transitive}",
    "ignore_tables: [raw._*]",
    "governance: {fan_out: 2, large_table: 1000, names: {marts: 'dim_*'}, personal_data: {sample: 5000, share: 0.5}}",
    "classifications: [public, pii]\ngovernance: {personal_data: {classifications: [pii, secret]}}",
)


def settings_of(text):
    return text if "governance:" in text else f"governance: {{}}\n{text}"


@pytest.mark.parametrize(("text", "said"), BELOW.items(), ids=BELOW)
def test_what_is_held_less_strictly_than_by_default_is_named(ready, text, said):
    ready.settings(f"{settings_of(text)}\n")
    publish_and_verify_all(ready)
    assert said in incomplete(ready, "governance", "harness.yaml asks for less than by default: ")


@pytest.mark.parametrize("text", ABOVE)
def test_what_is_stricter_is_not(ready, text):
    ready.settings(f"{settings_of(text)}\n")
    publish_and_verify_all(ready)
    assert "less than by default" not in ready.run("handoff")[1]


def publish_and_verify_all(shop):
    """Whatever the verdict is."""
    shop.run("publish")
    shop.run("verify")


def test_what_is_held_less_strictly_may_be_waived(ready, run):
    ready.settings(SETTINGS + 'rules: {type-changed: "off"}\n')
    waive(ready, "type-changed", 3, "harness.yaml")
    publish_and_verify(run)
    assert "waiver-unused" not in run("verify", "--format", "json")[1]
    code, out, _ = run("handoff")
    assert code == 0, out
    assert record(ready)["data_quality"]["waived"] == 1
    waive(ready, "type-changed", -3, "harness.yaml")
    run("verify")
    incomplete(ready, "governance", "rules.type-changed is off")


@pytest.mark.parametrize(
    ("rule", "text"),
    [("waiver-too-long", "max_waiver_days: 400"), ("type-changed", "rules: {column-missing: warning}")],
)
def test_what_no_waiver_covers(ready, run, rule, text):
    ready.settings(f"{SETTINGS}{text}\n")
    waive(ready, rule, 3, "harness.yaml")
    run("verify")
    assert "asks for less than by default" in run("handoff")[1]


def test_governance_may_be_stricter(ready, run):
    ready.settings(f"{SETTINGS}rules: {{dictionary-incomplete: error, nullability-changed: warning}}\n")
    run("verify")
    assert run("handoff")[0] == 0


def test_a_finding_that_is_waived_is_clean_until_its_day(ready, run):
    without_grain(ready)
    waive(ready, "dictionary-incomplete", 3)
    run("verify")
    assert run("handoff")[0] == 0
    assert record(ready)["data_quality"]["waived"] == 1


def waive(shop, rule, days, path="contracts/marts/*.odcs.yaml"):
    shop.write(
        "waivers.yaml",
        f"version: 1\nwaivers:\n  - {{rule: {rule}, path: {path}, reason: in spring, approver: ada, author: bob, "
        f"expires: {(datetime.now(UTC) + timedelta(days=days)).date()}}}\n",
    )


def test_a_question_that_is_open(ready, run):
    customs = ready.orders["customProperties"]
    ready.orders["customProperties"] = [each for each in customs if each["property"] != "costLimit"]
    ready.saved()
    publish_and_verify(run)
    incomplete(ready, "questions", "1 open question blocks: cost of fct_orders; see `harness questions`")
    assert record(ready)["documentation"]["open_questions"] == 1
    waive(ready, "question-open", 3, "fct_orders")
    run("verify")
    assert run("handoff")[0] == 0


def test_a_contract_that_cannot_be_read(ready, run):
    ready.write("contracts/marts/broken.odcs.yaml", "id: [")
    run("verify")
    out = incomplete(ready, "verification", "there may be more to ask")
    assert "no document is written, for it would lack a contract" in out


def test_the_phase_is_the_first_that_is_not_done(ready, run):
    ready.settings("")
    (ready.root / "docs/DATA_CATALOG.md").unlink()
    run("verify")
    out = incomplete(ready, "documentation", "governance is not declared")
    assert "✗ governance" in out


def keyed(shop, *argv):
    """Runs a command with the key in the environment, from which the command takes it."""
    os.environ["HARNESS_SIGNING_KEY"] = shop.signer.pem
    return shop.run(*argv)


@pytest.fixture
def signed(ready, run, monkeypatch):
    signer = new_signer()
    ready.write("key.pub", signer.verifier.pem)
    monkeypatch.setattr(os, "environ", os.environ.copy())
    ready.signer = signer
    assert keyed(ready, "verify", "--attest")[0] == 0
    code, out, _ = keyed(ready, "handoff", "--sign")
    assert (code, out.splitlines()[-1]) == (0, f"signed: {ENVELOPE}")
    return ready


def test_results_that_are_signed(signed, run):
    code, out, _ = run("handoff", "--check", RECORD, "--key", "key.pub")
    assert code == 0
    assert f"✓ everything in {RECORD} is so, and it and the results are signed with the key key.pub" in out


def test_results_that_are_not_those_of_the_evidence(signed, run):
    text = (signed.root / REPORT).read_text()
    signed.write(REPORT, text.replace('"harness_version"', ' "harness_version"', 1))
    assert run("handoff", "--check", RECORD)[0] == 0
    code, out, _ = run("handoff", "--check", RECORD, "--key", "key.pub")
    assert code == 1
    assert "✗ report.json is not the report that the evidence is about" in out


def test_evidence_of_somebody_else(signed, run):
    signed.write("other.pub", new_signer().verifier.pem)
    code, out, _ = run("handoff", "--check", RECORD, "--key", "other.pub")
    assert code == 1
    assert "✗ the evidence beside the report is refused: it was signed with the key" in out


def verified(run, *options):
    return run("attest", "verify", ENVELOPE, "--key", "key.pub", *options)


def test_a_record_that_is_signed(signed, run):
    code, out, _ = verified(run, "--require-pass", "--not-older-than", "1h", "--contract", CUSTOMERS)
    assert code == 0, out
    assert out.startswith("It is the record of a hand-off, complete, signed at ")
    assert "It says PASS: " in out


@pytest.mark.parametrize("file", [RECORD, REPORT, EVIDENCE, ENVELOPE])
def test_a_byte_of_what_was_signed_is_changed(signed, run, file):
    content = (signed.root / file).read_bytes()
    (signed.root / file).write_bytes(content + b" ")
    assert verified(run)[0] in (1, 3)
    assert run("handoff", "--check", RECORD, "--key", "key.pub")[0] == 1


@pytest.mark.parametrize("file", [RECORD, REPORT, EVIDENCE])
def test_what_was_signed_is_gone(signed, run, file):
    (signed.root / file).unlink()
    assert verified(run)[0] == 2


def test_a_record_that_was_made_complete(signed, run):
    """Whoever can write files, but has no key."""
    ready_made = (signed.root / RECORD).read_bytes(), (signed.root / ENVELOPE).read_bytes()
    signed.settings("")
    keyed(signed, "verify", "--attest")
    assert keyed(signed, "handoff", "--sign")[0] == 1
    code, out, _ = verified(run, "--require-pass")
    assert (code, "its record is incomplete" in out) == (1, True)
    assert verified(run)[0] == 0
    text = (signed.root / RECORD).read_text()
    signed.write(RECORD, text.replace('"incomplete"', '"complete"'))
    code, out, _ = verified(run, "--require-pass")
    assert (code, "✗ this evidence is refused: handoff.json is not what was signed" in out) == (1, True)
    for file, content in zip((RECORD, ENVELOPE), ready_made, strict=True):
        (signed.root / file).write_bytes(content)
    code, out, _ = verified(run, "--require-pass")
    assert (code, "the record is of another run than the evidence" in out) == (1, True)


def test_a_record_that_is_not_signed(signed, run):
    assert run("handoff")[0] == 0
    assert not (signed.root / ENVELOPE).exists(), "that of the record before would not fit"
    code, out, _ = run("handoff", "--check", RECORD, "--key", "key.pub")
    assert (code, "the record is not signed: there is no handoff.dsse.json beside it" in out) == (1, True)


def test_a_record_signed_by_somebody_else(signed, run):
    signed.signer = new_signer()
    code, _, err = keyed(signed, "handoff", "--sign")
    assert (code, "the record is not signed: the evidence beside the report is refused" in err) == (3, True)
    (signed.root / EVIDENCE).unlink()
    assert keyed(signed, "handoff", "--sign")[0] == 3
    assert run("handoff", "--sign")[0] == 2, "without a key"


def test_evidence_is_no_signature_of_a_record(signed, run):
    (signed.root / ENVELOPE).write_bytes((signed.root / EVIDENCE).read_bytes())
    code, out, _ = run("handoff", "--check", RECORD, "--key", "key.pub")
    assert (code, "it is no statement about a hand-off record" in out) == (1, True)
    assert run("handoff", "--check", RECORD, "--sign")[0] == 2
