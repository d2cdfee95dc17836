"""`harness incidents` on a history as audits leave it."""

import json

from harness.history.store import open_history
from harness.load.project import load_project
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
