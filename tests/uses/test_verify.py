"""The merge gate as a whole: every clause has one result, and one broken part takes no other down."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import duckdb
import pytest

import harness
from harness.engines import duckdb as engine
from harness.load.project import load_project
from harness.metrics import METRICS
from harness.model.errors import ProjectError, UsageError
from harness.model.result import Coverage, Outcome, Severity, VerdictOutcome, coverage_of
from harness.plan import plan
from harness.uses.lint import lint_project
from harness.uses.observe import catalog_of
from harness.uses.verify import verify

NOON = datetime(2024, 1, 6, 12, tzinfo=UTC)


def by_check(report):
    """Outcome by check; a check with two results fails."""
    clauses = [result for result in report.results if result.check]
    assert len({result.check for result in clauses}) == len(clauses)
    return {result.check: result.outcome.value for result in clauses}


def held(shop, report):
    """Every check of the plan has exactly one result, and the coverage adds up."""
    checks = plan(load_project(shop.root, {}), NOON)
    assert list(by_check(report)) == [check.id for check in checks]
    c = report.coverage
    assert c.declared == c.passed + c.failed + c.errored + c.skipped + c.waived == len(checks)
    assert c == coverage_of(report.results)
    return report


def test_a_project_that_passes(shop):
    report = held(shop, shop.verify())
    assert report.verdict.outcome is VerdictOutcome.PASS
    assert set(by_check(report).values()) == {"pass"}
    assert (report.command, report.project, report.as_of) == ("verify", "shop", NOON)
    assert report.started <= report.finished
    assert report.harness_version == harness.__version__
    measured = [result for result in report.results if result.query]
    assert {result.rule for result in measured} == {
        "required", "primaryKey", "relationship", "minimum", "invalidValues", "rowCount", "sql", "freshness",
    }  # fmt: skip
    assert all(result.file and result.line and result.owner == "sales" for result in report.results)


def test_a_missing_column_beside_thirty_good_checks(shop):
    shop.table["properties"] += [
        {"name": f"c{n}", "description": "One of many.", "physicalType": "INTEGER", "required": True} for n in range(31)
    ]
    columns = ", ".join(f"{n} as c{n}" for n in range(30))
    shop.sql(f"create or replace table marts.fct_orders as select *, {columns} from marts.fct_orders")
    found = by_check(held(shop, shop.saved().verify()))
    assert found["fct_orders/c30/present"] == "fail"
    assert found["fct_orders/c30/type"] == found["fct_orders/c30/required"] == "error"
    assert [found[f"fct_orders/c{n}/required"] for n in range(30)] == ["pass"] * 30
    assert {outcome for key, outcome in found.items() if "/c30/" not in key} == {"pass"}


def test_a_missing_table_leaves_the_others(shop):
    shop.sql("drop table marts.fct_orders")
    report = held(shop, shop.verify())
    found = by_check(report)
    assert {outcome for key, outcome in found.items() if key.startswith("fct_orders/")} == {"error"}
    assert {outcome for key, outcome in found.items() if key.startswith("dim_customers/")} == {"pass"}
    (finding,) = [result for result in report.results if result.rule == "contract-without-table"]
    assert (finding.outcome, finding.table) == (Outcome.FAIL, "fct_orders")


def test_bad_sql_beside_good_sql(shop):
    shop.table["quality"].append(
        {"type": "sql", "name": "bad", "query": "select count(nope) from ${object}", "mustBe": 0}
    )
    shop.write("checks/marts/fct_orders.worse.sql", "select * from nowhere")
    report = held(shop, shop.saved().verify())
    found = by_check(report)
    assert {key for key, outcome in found.items() if outcome != "pass"} == {
        "fct_orders/sql/bad",
        "fct_orders/sql/worse",
    }
    assert found["fct_orders/sql/bad"] == found["fct_orders/sql/worse"] == "error"
    assert report.verdict.outcome is VerdictOutcome.UNDECIDED


def test_an_unreadable_contract_leaves_the_others(shop):
    shop.write("contracts/marts/fct_broken.odcs.yaml", "id: x\nschema: [\n")
    report = shop.verify()
    (unread,) = [result for result in report.results if result.outcome is Outcome.ERROR]
    assert (unread.file, unread.line, unread.rule) == ("contracts/marts/fct_broken.odcs.yaml", 3, "schema-violation")
    assert set(by_check(report).values()) == {"pass"}


@pytest.mark.parametrize("server", ["missing", "locked"])
def test_a_server_that_does_not_answer(shop, server):
    process = None
    if server == "missing":
        (shop.root / "warehouse.duckdb").unlink()
    else:
        writer = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
        command = [sys.executable, "-c", writer, str(shop.root / "warehouse.duckdb")]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert process.stdout.readline() == b"open\n"
    report = held(shop, shop.verify())
    if process:
        process.communicate()
    assert set(by_check(report).values()) == {"error"}
    assert report.verdict.outcome is VerdictOutcome.UNDECIDED
    said = {"missing": "does not exist", "locked": "a writer holds it"}[server]
    assert all(said in result.message for result in report.results if result.check)
    assert "contract-without-table" not in {result.rule for result in report.results}, "absence is not known"


def test_one_server_of_two_does_not_answer(shop):
    shop.orders["servers"] = [{"server": "lake", "type": "duckdb", "database": "gone.duckdb", "schema": "marts"}]
    shop.column("customer_id").pop("relationships")
    found = by_check(held(shop, shop.saved().verify()))
    assert {outcome for key, outcome in found.items() if key.startswith("dim_customers/")} == {"pass"}
    assert {outcome for key, outcome in found.items() if key.startswith("fct_orders/")} == {"error"}


def test_two_servers_on_one_file(shop):
    shop.orders["servers"] = [{"server": "own", "type": "duckdb", "database": "warehouse.duckdb", "schema": "marts"}]
    shop.column("customer_id").pop("relationships")
    assert shop.saved().verify().verdict.outcome is VerdictOutcome.PASS


def test_a_warning_blocks_only_where_warnings_block(shop):
    shop.table["quality"].append({"metric": "rowCount", "mustBeGreaterThan": 999, "severity": "warning"})
    shop.saved()
    assert shop.verify().verdict.outcome is VerdictOutcome.PASS
    assert shop.verify(fail_on=Severity.WARNING).verdict.outcome is VerdictOutcome.FAIL
    shop.settings("fail_on: warning\n")
    assert shop.verify().verdict.outcome is VerdictOutcome.FAIL
    assert shop.verify(fail_on=Severity.ERROR).verdict.outcome is VerdictOutcome.PASS


def test_a_failure_between_target_and_alert_is_a_warning(shop):
    custom = [{"property": "target", "value": "< 3 %"}, {"property": "alert", "value": "> 5 %"}]
    shop.column("customer_id")["relationships"][0]["customProperties"] = custom
    shop.saved()
    for orphans, expected in ((2, "pass"), (4, "warning"), (6, "fail")):
        shop.sql(f"update marts.fct_orders set customer_id = 99 where id <= {orphans}")
        report = shop.verify()
        (link,) = [result for result in report.results if result.rule == "relationship"]
        word = link.severity.value if link.severity is Severity.WARNING else link.outcome.value
        assert word == expected
        assert (report.verdict.outcome is VerdictOutcome.FAIL) is (expected == "fail")
        assert link.failed_rows == orphans


def test_the_clock(shop):
    late = shop.verify(as_of=NOON + timedelta(days=9))
    early = shop.verify(as_of=NOON - timedelta(days=9))
    assert {by_check(report)["fct_orders/ordered_at/sla/latency"] for report in (late, early)} == {"fail"}
    assert late.as_of == NOON + timedelta(days=9)
    with pytest.raises(UsageError, match="has no time zone"):
        shop.verify(as_of=NOON.replace(tzinfo=None))


def test_a_selection(shop):
    report = shop.verify(select=["dim_*"])
    assert report.verdict.outcome is VerdictOutcome.PASS
    assert {result.table for result in report.results} == {"dim_customers"}
    whole = {result.check: result.id for result in shop.verify().results}
    assert {result.check: result.id for result in report.results if result.check}.items() <= whole.items()


def test_without_contracts(tmp_path):
    (tmp_path / "harness.yaml").write_text("version: 1\nname: x\n")
    (tmp_path / "contracts").mkdir()
    verdict = harness.verify(tmp_path).verdict
    assert (verdict.outcome, verdict.reason) == (
        VerdictOutcome.UNDECIDED, "no clause was checked, so nothing is known",
    )  # fmt: skip


def test_a_rule_that_does_not_exist(shop):
    shop.settings("rules:\n  owner-missing: warning\n  owner-mising: 'off'\n")
    said = r"harness\.yaml:9:3: there is no rule `owner-mising` \(did you mean `owner-missing`\?\)"
    with pytest.raises(ProjectError, match=said):
        shop.verify()
    with pytest.raises(ProjectError, match=said):
        lint_project(load_project(shop.root, {}), run_id="x", clock=lambda: NOON)
    shop.settings("rules: {nullValues: warning}\n")
    with pytest.raises(ProjectError, match=r"no rule `nullValues` \(the rules are listed in docs/rules\.md\)"):
        shop.verify()


def test_a_project_can_be_given_whole(shop):
    project = load_project(shop.root, {})
    assert harness.verify(project).verdict == shop.verify().verdict


def test_findings_of_drift_that_no_clause_asked_for(shop):
    shop.sql("alter table marts.fct_orders add column extra int")
    (finding,) = [result for result in shop.verify().results if result.rule == "column-undeclared"]
    assert (finding.check, finding.column, finding.outcome) == ("", "extra", Outcome.FAIL)


def test_a_drift_answer_is_the_clause_and_the_finding_at_once(shop):
    shop.sql("alter table marts.fct_orders alter amount type varchar")
    report = held(shop, shop.verify())
    (answer,) = [result for result in report.results if result.check == "fct_orders/amount/type"]
    assert (answer.rule, answer.actual, answer.outcome) == ("type-changed", "VARCHAR", Outcome.FAIL)
    before = {result.check: result.id for result in shop.verify().results}
    assert answer.id == before["fct_orders/amount/type"]


def test_what_it_tells_on_the_way(shop):
    told = []

    class Telling:
        def stage(self, name, checks=0):
            told.append((name, checks) if checks else name)

        def table(self, layer, table, checks):
            told.append((layer, table, checks))

        def done(self, layer, table, found, seconds):
            told.append((table, found))

    shop.sql("update marts.fct_orders set status = 'lost', customer_id = 99 where id = 1")
    shop.write(
        "waivers.yaml",
        "version: 1\nwaivers:\n"
        "- {rule: relationship, path: fct_orders, reason: r, approver: m, author: a, expires: 2024-01-06}\n",
    )
    verify(load_project(shop.root, {}), run_id="x", clock=lambda: NOON, progress=Telling())
    assert told[:3] == ["observe", "lint", ("measure", 11)]
    assert ("marts", "fct_orders", 8) in told
    assert ("fct_orders", Coverage(8, passed=6, failed=1, errored=0, skipped=0, waived=1)) in told


class Surprising:
    """An engine whose catalog or queries break in a way that nobody has foreseen."""

    DIALECT, DEFAULT_SCHEMA, OWN = engine.DIALECT, engine.DEFAULT_SCHEMA, engine.OWN

    def __init__(self, at):
        self.at = at

    def connect(self, server, root, timeout, declared):
        opened = engine.connect(server, root, timeout)
        setattr(opened, self.at, self.surprise)
        if self.at == "query":
            opened.cursor = lambda: opened
        return opened

    def surprise(self, *_):
        raise RuntimeError("nobody has foreseen this")


@pytest.mark.parametrize("at", ["catalog", "sizes", "cursor", "query"])
def test_a_surprise_in_an_engine_is_an_error(shop, monkeypatch, at):
    monkeypatch.setitem(sys.modules, "surprising", Surprising(at))
    monkeypatch.setitem(harness.engines.ENGINES, "duckdb", "surprising")
    report = held(shop, shop.verify())
    assert report.verdict.outcome is VerdictOutcome.UNDECIDED
    errors = [result for result in report.results if result.outcome is Outcome.ERROR]
    assert all("RuntimeError: nobody has foreseen this" in result.message for result in errors)
    by_number = [result for result in report.results if result.check and result.rule in METRICS]
    assert len(errors) == (report.coverage.declared if at in ("catalog", "sizes") else len(by_number))


def test_the_catalog_is_known_only_when_every_server_answered():
    assert catalog_of({}) is None


def test_an_open_session_is_closed(shop):
    shop.verify()
    with duckdb.connect(str(shop.root / "warehouse.duckdb")) as connection:
        connection.execute("create table marts.new (x int)")
