"""`harness incidents` on a history as audits leave it."""

import json

from harness.history.store import open_history
from harness.load.project import load_project
from tests.alerts.receivers import receiving
from tests.reporters.test_incidents import OPEN, OVER, REFUSED


def test_what_is_open(shop, run):
    shop.saved()
    code, out = run("incidents")[:2]
    assert (code, out) == (0, "0 open incidents\n")
    project = load_project(shop.root, {})
    with open_history(shop.root / "reports" / "history.db", project.name) as history:
        history.save_incidents([OPEN, OVER], [REFUSED])
    code, out = run("incidents")[:2]
    assert code == 0
    assert out.startswith("✗ orders.id  (marts, error)\n")
    assert out.endswith("    not delivered to channels/hook: HTTP 500\n\n1 open incident\n")
    listed = json.loads(run("incidents", "--all", "--format", "json")[1])["incidents"]
    assert [each["state"] for each in listed] == ["resolved", "open"]


def test_a_history_that_cannot_be_read_is_not_none(shop, run):
    shop.saved()
    (shop.root / "reports").mkdir(exist_ok=True)
    (shop.root / "reports" / "history.db").write_text("this is no database, and longer than the header of one" * 9)
    code, out = run("incidents")[:2]
    assert (code, out) == (3, "")


def test_from_a_broken_table_to_a_message_and_back(shop, run):
    shop.orders["slaProperties"][0]["value"] = 99
    with receiving() as server:
        shop.saved()
        settings = (shop.root / "harness.yaml").read_text()
        hook = f"alerts: {{channels: {{hook: 'json://{server.place}'}}, routes: [{{to: [hook]}}]}}\n"
        shop.write("harness.yaml", f"{settings}\n{hook}")
        assert audit(run, 6)[0] == 0
        assert server.got == []
        shop.sql("update marts.fct_orders set amount = -1 where id <= 5")
        code, out, err = audit(run, 7)
        assert code == 1
        assert "harness: 1 alert sent" in err
        assert "INCIDENTS (1 open)\n" in out
        # the same, and nobody is told again
        assert "alert" not in audit(run, 7, 13)[2]
        listed = json.loads(run("incidents", "--format", "json")[1])["incidents"]
        assert [(each["table"], each["severity"], each["state"]) for each in listed] == [
            ("fct_orders", "error", "open")
        ]
        assert listed[0]["notified"]
        shop.sql("update marts.fct_orders set amount = 1 where id <= 5")
        assert "harness: 1 alert sent" in audit(run, 7, 14)[2]
    assert run("incidents")[1] == "0 open incidents\n"
    assert ["[error]" in body for _, body, _ in server.got] == [True, False]
    assert "[resolved]" in server.got[1][1]


def test_a_receiver_that_refuses_is_said_and_changes_no_code(shop, run):
    with receiving("500") as server:
        shop.saved()
        settings = (shop.root / "harness.yaml").read_text()
        hook = f"alerts: {{channels: {{hook: 'json://{server.place}'}}, routes: [{{to: [hook]}}]}}\n"
        shop.write("harness.yaml", f"{settings}\n{hook}")
        shop.sql("update marts.fct_orders set amount = -1 where id <= 5")
        code, out, err = audit(run, 6, 12, "--quiet")
    assert code == 1
    assert err == "harness: 1 alert not delivered (channels/hook: HTTP 500), the next audit tries again\n"
    assert "not delivered to channels/hook: HTTP 500" in out


def test_a_warehouse_that_is_away_ends_no_incident_and_becomes_one(shop, run):
    shop.saved()
    shop.sql("update marts.fct_orders set amount = -1 where id <= 5")
    audit(run, 6)
    (shop.root / "warehouse.duckdb").rename(shop.root / "away")
    for hour in (13, 14, 15):
        assert audit(run, 6, hour)[0] == 3
    listed = json.loads(run("incidents", "--format", "json")[1])["incidents"]
    assert [(each["kind"], each["state"]) for each in listed] == [("failure", "open"), ("unknown", "open")]
    (shop.root / "away").rename(shop.root / "warehouse.duckdb")
    assert audit(run, 6, 16)[0] == 1
    listed = json.loads(run("incidents", "--format", "json")[1])["incidents"]
    assert [each["kind"] for each in listed] == ["failure"]


def audit(run, day, hour=12, *more):
    return run("audit", "--as-of", f"2024-01-{day:02d}T{hour}:00:00Z", *more)
