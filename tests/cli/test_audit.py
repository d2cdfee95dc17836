"""`harness audit` as a scheduler calls it: once for each scheduled time, never two at once, and in every form."""

import json
import shutil
from contextlib import closing
from datetime import UTC, datetime, timedelta

import jsonschema
import pytest
import yaml

from harness.commands.audit import EXPORTS
from harness.commands.reporting import FILES
from harness.load.project import load_project
from harness.reporters.json import schema
from harness.uses.history import open_database

AT = "2024-01-06T12:00:00Z"
SCHEDULED = 'audit: {schedule: "0 11 * * *"}\n'
KEYS = {
    "contract", "property", "element", "objective", "window", "delivered", "kept", "late", "missed", "budget_left",
    "burn_long", "burn_short", "state",
}  # fmt: skip


@pytest.fixture
def daily(shop):
    """With a delivery every morning, and the promise of it."""
    shop.sql("update marts.fct_orders set ordered_at = timestamp '2023-12-20 10:00:00' + to_days((id % 18)::int)")
    shop.orders["tags"] = ["append-only"]
    shop.orders["slaProperties"] = [
        {"property": "latency", "value": 26, "unit": "h", "element": "fct_orders.ordered_at"},
        {"property": "frequency", "value": 1, "unit": "d", "schedule": "0 10 * * *"},
    ]
    shop.saved()
    return shop


def runs(shop):
    with closing(open_database(load_project(shop.root, {}))) as history:
        return history.runs("audit")


def test_json_says_every_number_of_every_service_level(daily, run):
    code, out, err = run("audit", "--as-of", AT, "--format", "json", "--quiet")
    assert (code, err) == (0, "")
    document = json.loads(out)
    jsonschema.validate(document, schema())
    assert document["command"] == "audit"
    latency, frequency = document["slas"]
    assert latency.keys() >= KEYS
    assert {key: latency[key] for key in KEYS} == {
        "contract": "orders", "property": "latency", "element": "fct_orders.ordered_at", "objective": 95.0,
        "window": "30 d", "delivered": 18, "kept": 18, "late": 0, "missed": 0, "budget_left": 1.0, "burn_long": 0.0,
        "burn_short": 0.0, "state": "ok",
    }  # fmt: skip
    assert (frequency["property"], frequency["element"], frequency["kept"]) == ("frequency", None, 18)
    assert latency["deliveries"][0] == {
        "due": "2023-12-20T10:00:00+00:00",
        "deadline": "2023-12-20T12:00:00+00:00",
        "arrived": "2023-12-20T10:00:00+00:00",
        "state": "kept",
    }


def test_a_time_is_audited_once(daily, run):
    first, report, _ = run("audit", "--as-of", AT, "--format", "json")
    second, again, said = run("audit", "--as-of", AT, "--format", "json")
    assert (first, second) == (0, 0)
    assert again == report
    assert said.startswith("harness: 2024-01-06 12:00 UTC is audited already: pass, exit code 0: ")
    assert len(runs(daily)) == 1
    assert run("audit", "--as-of", "2024-01-06T12:00:01Z")[0] == 0
    assert len(runs(daily)) == 2


def test_the_second_gives_the_exit_code_of_the_first(daily, run):
    daily.sql("delete from marts.fct_orders where id > 20")
    assert run("audit", "--as-of", AT)[0] == 1
    daily.write("reports/audit/report.json", "{}")
    code, out, said = run("audit", "--as-of", AT)
    assert (code, out) == (1, "")
    assert "is audited already: fail, exit code 1: " in said


def test_a_report_that_is_gone_is_no_trouble_of_the_history(daily, run):
    assert run("audit", "--as-of", AT)[0] == 0
    (daily.root / "reports/audit/report.txt").unlink()
    code, out, said = run("audit", "--as-of", AT)
    assert (code, out) == (0, "")
    assert "is audited already: pass" in said


def test_what_goes_wrong_during_an_audit_is_not_said_of_the_history(daily, run):
    daily.write("reports/audit", "no folder")
    code, _, said = run("audit", "--as-of", AT)
    assert code == 2
    assert "did not answer" not in said


def test_a_drift_that_was_mended_was_not_found_again(daily, run):
    daily.settings("rules: {column-undeclared: error}\n")
    daily.sql("alter table marts.fct_orders add column ssn varchar")
    assert run("audit", "--as-of", AT, "--quiet")[0] == 1
    daily.sql("alter table marts.fct_orders drop column ssn")
    run("audit", "--as-of", "2024-01-06T12:30:00Z", "--quiet")
    with closing(open_database(load_project(daily.root, {}))) as history:
        said = {event.text for each in history.incidents() for event in each.events if event.kind == "resolved"}
    assert any("it was not found again" in text for text in said), said


def test_an_audit_that_could_not_tell_is_done_again(daily, run):
    (daily.root / "warehouse.duckdb").rename(daily.root / "away.duckdb")
    assert run("audit", "--as-of", AT)[0] == 3
    (daily.root / "away.duckdb").rename(daily.root / "warehouse.duckdb")
    assert run("audit", "--as-of", AT)[0] == 0
    assert [(each.outcome.value, each.attempt) for each in runs(daily)] == [("undecided", 1), ("pass", 2)]


def test_by_the_schedule_of_the_project(daily, run):
    daily.settings(SCHEDULED)
    assert run("audit")[0] == 0
    code, _, said = run("audit", "--as-of", "2024-01-06T23:59:00Z")
    assert code == 0
    assert said.startswith("harness: 2024-01-06 11:00 UTC is audited already")
    assert [(f"{each.slot:%d %H:%M}", f"{each.as_of:%d %H:%M}") for each in runs(daily)] == [("06 11:00", "06 12:00")]


def test_missed_times_are_made_up_for(daily, run):
    daily.settings(SCHEDULED)
    assert run("audit", "--as-of", "2024-01-02T11:05:00Z", "--quiet")[0] == 0
    assert run("audit", "--as-of", "2024-01-05T11:05:00Z", "--catch-up", "--quiet")[0] == 0
    slots = [f"{each.slot:%d %H:%M} at {each.as_of:%d %H:%M}" for each in runs(daily)]
    assert slots == ["02 11:00 at 02 11:05", "03 11:00 at 03 11:00", "04 11:00 at 04 11:00", "05 11:00 at 05 11:05"]
    code, _, said = run("audit", "--as-of", "2024-01-05T12:00:00Z", "--catch-up")
    assert code == 0
    assert "2024-01-05 11:00 UTC is audited already" in said


def test_nothing_to_catch_up_without_a_schedule(daily, run):
    code, _, said = run("audit", "--catch-up")
    assert code == 2
    assert "nothing in harness.yaml says when audits are due" in said


def test_two_audits_never_run_at_once(daily, run):
    with closing(open_database(load_project(daily.root, {}))) as history, history.alone() as alone:
        assert alone.mine
        code, out, said = run("audit", "--as-of", AT)
    assert (code, out) == (3, "")
    assert "another audit of this project is running" in said
    assert run("audit", "--as-of", AT)[0] == 0


def test_what_is_yet_to_come_is_not_audited(daily, run):
    """It would outlive every audit to come, and take their incidents with it."""
    assert run("audit", "--as-of", AT, "--quiet")[0] == 0
    code, out, said = run("audit", "--as-of", "2099-01-01T00:00:00Z")
    assert (code, out) == (2, "")
    assert "2099-01-01T00:00:00+00:00 is yet to come" in said
    assert len(runs(daily)) == 1


def test_an_audit_of_long_ago_deletes_nothing_that_it_will_need(daily, run):
    daily.settings("history: {keep: 30 d}\n")
    for day in (5, 6):
        assert run("audit", "--as-of", f"2024-01-0{day}T12:00:00Z", "--quiet")[0] == 0
    with closing(open_database(load_project(daily.root, {}))) as history:
        assert len(history.runs("audit")) == 2
        assert len(history.arrivals("orders", "fct_orders", "ordered_at")) == 1


def test_incidents_that_are_left_alone_are_named(daily, run):
    daily.sql("update marts.fct_orders set amount = -1 where id = 5")
    assert run("audit", "--as-of", AT, "--quiet")[0] == 1
    with closing(open_database(load_project(daily.root, {}))) as history:
        (incident,) = history.incidents()
    _, _, said = run("audit", "--as-of", "2024-01-05T12:00:00Z", "--quiet")
    assert f"left as they are, for they changed after 2024-01-05 12:00 UTC: incidents {incident.id}" in said


def test_two_projects_of_one_name_do_not_share_their_audits(daily, run, tmp_path_factory):
    other = tmp_path_factory.mktemp("other")
    url = f'history: {{url: "sqlite:///{other}/history.db"}}\n'
    daily.settings(url)
    shutil.copytree(daily.root, other / "shop")
    assert run("audit", "--as-of", AT, "--quiet")[0] == 0
    code, out, said = run("audit", "--as-of", AT, "--project", str(other / "shop"))
    assert (code, out) == (3, "")
    assert "the last audit of 'shop' in" in said
    assert "give each project a `name` of its own" in said
    assert run("history", "--adopt", "--project", str(other / "shop"))[1] == "1 audits are of this project now\n"
    assert run("audit", "--as-of", AT, "--project", str(other / "shop"), "--quiet")[0] == 0


def test_another_warehouse_is_another_project(daily, run):
    assert run("audit", "--as-of", AT, "--quiet")[0] == 0
    (daily.root / "warehouse.duckdb").rename(daily.root / "staging.duckdb")
    text = (daily.root / "harness.yaml").read_text()
    daily.write("harness.yaml", text.replace("warehouse.duckdb", "staging.duckdb"))
    code, _, said = run("audit", "--as-of", AT)
    assert code == 3
    assert "was of another repository, folder or server" in said


def test_what_was_made_up_for_once_is_not_made_up_for_again(daily, run):
    """An availability that nobody saw stays unknown, however often one looks back."""
    daily.settings(SCHEDULED)
    daily.orders["slaProperties"].append({"property": "availability", "value": 99, "unit": "percent"})
    daily.saved()
    assert run("audit", "--as-of", "2024-01-02T11:05:00Z", "--quiet")[0] == 3
    assert run("audit", "--as-of", "2024-01-05T11:05:00Z", "--catch-up", "--quiet")[0] == 3
    assert run("audit", "--as-of", "2024-01-06T11:05:00Z", "--catch-up", "--quiet")[0] == 0
    assert [f"{each.slot:%d}" for each in runs(daily)] == ["02", "03", "04", "05", "06"]


def test_an_audit_that_cannot_be_remembered_is_none(daily, run):
    daily.write("reports/history.db", "no database")
    code, out, said = run("audit", "--as-of", AT)
    assert (code, out) == (3, "")
    assert "history.db" in said


def test_a_part_of_the_project_is_no_audit_of_its_time(daily, run):
    assert run("audit", "--as-of", AT, "--select", "fct_orders")[0] == 0
    assert [each.slot for each in runs(daily)] == [None]
    assert run("audit", "--as-of", AT)[0] == 0


@pytest.mark.parametrize("form", [*FILES, *EXPORTS])
def test_every_form_is_printed_and_kept(daily, run, form):
    code, out, _ = run("audit", "--as-of", AT, "--format", form, "--quiet")
    assert code == 0
    assert out == (daily.root / "reports/audit" / (FILES | EXPORTS)[form]).read_text(encoding="utf-8")
    told = {"text": "SERVICE LEVELS OVER TIME (2)", "prometheus": 'harness_sla_deliveries{contract="orders"'}
    assert told.get(form, "") in out
    if form == "openslo":
        assert [each["kind"] for each in yaml.safe_load_all(out)] == ["Service", "SLO", "SLO"]


def test_a_spent_budget_fails_until_an_owner_waives_it(daily, run):
    daily.sql("delete from marts.fct_orders where ordered_at between '2023-12-25' and '2023-12-28'")
    code, out, _ = run("audit", "--as-of", AT, "--quiet")
    assert code == 1
    assert "✗ spent" in out
    assert "MMM" in out
    shared = {"path": "fct_orders", "reason": "the strike at Christmas", "approver": "sales", "author": "ada"}
    shared["expires"] = f"{datetime.now(UTC).date() + timedelta(days=30)}"
    entries = [{"rule": rule, **shared} for rule in ("budget-spent", "frequency")]
    daily.write("waivers.yaml", yaml.safe_dump({"version": 1, "waivers": entries}))
    assert run("audit", "--as-of", "2024-01-06T12:30:00Z", "--quiet")[0] == 0
