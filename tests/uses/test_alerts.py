"""From the report of an audit to what a receiver gets, over a real history and real receivers."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from harness.history.store import open_history
from harness.load.project import load_project
from harness.model.audit import DeliveryState
from harness.model.result import Outcome, Severity
from harness.reporters.text import render
from harness.uses.alerts import after_audit
from tests.alerts.receivers import mailbox, receiving
from tests.incidents.conftest import at
from tests.incidents.test_failures import report, result, sla

CONTRACT = """
apiVersion: v3.1.0
kind: DataContract
id: fct_orders
version: 1.0.0
status: active
team: {name: shop}
schema: [{name: orders, properties: [{name: id}], customProperties: [{property: runbook, value: docs/orders.md}]}]
support:
"""
FAILS = result(
    Outcome.FAIL, contract="fct_orders", table="orders", owner="shop", layer="marts", message="no <b>id</b> @here"
)
HOLDS = replace(FAILS, outcome=Outcome.PASS)


class Place:
    """A project with its history; an audit is of the hour `hour`, and the real clock goes along."""

    def __init__(self, folder: Path, alerts: str = "", support: str = "  []", **environ: str) -> None:
        (folder / "contracts").mkdir(exist_ok=True)
        (folder / "contracts" / "a.odcs.yaml").write_text(CONTRACT.rstrip() + f"\n{support}\n")
        (folder / "harness.yaml").write_text(f"version: 1\nname: shop\n{alerts}")
        self.project = load_project(folder, {})
        self.history = open_history(folder / "h.db", "shop")
        self.environ, self.hour = environ, 0.0

    def audit(self, *results, hours: float = 1.0):
        self.hour += hours
        of = replace(report(*results), as_of=at(self.hour))
        return after_audit(
            self.project, self.history, of, narrowed=False, clock=lambda: at(self.hour), environ=self.environ
        )


@pytest.fixture
def place(tmp_path):
    made = []

    def make(*args, **more) -> Place:
        made.append(Place(tmp_path, *args, **more))
        return made[-1]

    yield make
    for each in made:
        each.history.close()


def hook(server, rest: str = "") -> str:
    return f"alerts:\n  channels: {{hook: 'json://{server.place}/in'}}\n  routes: [{{to: [hook]}}]\n{rest}"


def test_from_open_to_over(place):
    with receiving() as server:
        shop = place(hook(server))
        after, said = shop.audit(FAILS)
        assert (said, after.alerts) == ("1 alert sent", ())
        (incident,) = after.incidents
        assert (incident.notified, incident.to_notify) == (at(1), timedelta(0))
        assert [event.kind for event in incident.events] == ["opened", "notified"]
        assert shop.audit(FAILS)[1] == ""
        after, said = shop.audit(HOLDS)
        assert said == "1 alert sent"
        assert [each.state for each in after.incidents] == ["resolved"]
        assert after.incidents[0].to_repair == timedelta(hours=2)
        assert shop.audit(HOLDS)[0].incidents == ()
    assert len(server.got) == 2
    assert '"type": "failure"' in server.got[0][1]
    assert "Runbook: docs/orders.md" in server.got[0][1]
    assert '"type": "success"' in server.got[1][1]
    assert "@here" not in server.got[0][1]


@pytest.mark.parametrize("way", ["404", "500", "reset", "later 60"])
def test_what_does_not_arrive_is_sent_again_and_the_last_says_all(place, way):
    with receiving(way) as server:
        shop = place(hook(server))
        after, said = shop.audit(FAILS)
        assert said.startswith("1 alert not delivered (channels/hook: ")
        assert len(after.alerts) == 1
        assert after.incidents[0].notified is None
        # too early for another attempt
        assert len(server.got) == 1
        shop.audit(FAILS, hours=0.001)
        assert len(server.got) == 1
        server.way = "accept"
        after, said = shop.audit(HOLDS)
        assert (said, after.alerts) == ("1 alert sent", ())
        assert after.incidents[0].notified == at(shop.hour)
    assert len(server.got) == 2
    assert "[resolved]" in server.got[1][1]
    assert all(each.sent for each in shop.history.alerts())


def test_what_never_arrives_is_given_up_aloud(place):
    with receiving("500") as server:
        shop = place(hook(server, "  remind_after: 999 d\n"))
        for _ in range(9):
            after, said = shop.audit(FAILS, hours=25)
        assert len(server.got) == 8
    assert said == "1 alert never delivered (channels/hook: given up after 8 attempts: HTTP 500)"
    assert [each.attempts for each in after.alerts] == [8]
    # it stays in sight as long as the incident is open
    assert "never delivered" in shop.audit(FAILS)[1]
    assert "never delivered" not in shop.audit(HOLDS)[1]


def test_a_killed_audit_sends_again(place):
    """What was sent and not marked so is sent twice, never not at all."""
    with receiving() as server:
        shop = place(hook(server))
        save = type(shop.history).save_alert

        def killed(*_):
            raise KeyboardInterrupt

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(type(shop.history), "save_alert", killed)
            with pytest.raises(KeyboardInterrupt):
                shop.audit(FAILS)
        assert type(shop.history).save_alert is save
        after, said = shop.audit(FAILS)
        assert (said, after.incidents[0].notified is None) == ("1 alert sent", False)
    assert len(server.got) == 2


def test_quiet_hours(place):
    quiet = "  quiet_hours: {from: '06:30', to: '12:00', timezone: UTC}\n"  # it is 06:00
    with receiving() as server:
        shop = place(hook(server, quiet))
        warning = replace(FAILS, severity=Severity.WARNING)
        after, said = shop.audit(warning)
        assert (said, len(after.alerts), server.got) == ("1 alert held back until the quiet hours end", 1, [])
        # what is grave does not wait, and says all that the other would have said
        shop.audit(replace(FAILS, severity=Severity.ERROR))
        assert len(server.got) == 1
        shop.audit(HOLDS, hours=5)
    assert len(server.got) == 2


def test_a_contract_cannot_have_others_called(place):
    with receiving() as server:
        support = f"  - {{channel: a, url: 'json://{server.place}/in'}}"
        shop = place("alerts: {}\n", support)
        after, said = shop.audit(FAILS)
        assert said == (
            f"nobody is told of incident {after.incidents[0].id} (orders): "
            f"a: `alerts.allow` of harness.yaml does not hold json://{server.place}"
        )
        shop = place(f"alerts: {{allow: ['json://{server.place}']}}\n", support)
        shop.audit(HOLDS)
        assert len(server.got) == 1
        # allowed once is not allowed for ever: what waits is not sent either
        server.way = "500"
        shop.audit(FAILS)
        place("alerts: {}\n", support).audit(FAILS, hours=50)
    assert len(server.got) == 2


def test_a_secret_comes_from_the_environment_and_is_never_shown(place):
    with mailbox() as server:
        address = f"mailto://bot:${{PASSWORD}}@{server.place}?from=b@example.com&to={{address}}&mode=insecure"
        alerts = f"alerts:\n  tools: {{email: '{address}'}}\n  allow: ['mailto:*@example.com']\n"
        support = "  - {channel: mail, tool: email, url: 'mailto:team@example.com'}"
        shop = place(alerts, support)
        missing = "support/mail: the environment variable PASSWORD is not set"
        assert shop.audit(FAILS)[1] == f"1 alert not delivered ({missing}), the next audit tries again"
        shop.environ = {"PASSWORD": "hunter2hunter2"}
        after, said = shop.audit(FAILS)
    # this server knows no login: what is told of that does not hold the password
    assert said.startswith("1 alert not delivered (support/mail: ")
    assert "hunter2" not in said + repr(after.alerts)


def test_without_alerts_incidents_are_kept(place):
    shop = place()
    after, said = shop.audit(FAILS)
    assert (said, len(after.incidents), after.alerts) == ("", 1, ())


def test_a_document_that_cannot_be_read_ends_nothing(place, tmp_path: Path):
    shop = place()
    shop.audit(FAILS)
    (tmp_path / "contracts" / "a.odcs.yaml").write_text("a: [")
    shop.project = load_project(tmp_path, {})
    assert [each.state for each in shop.audit()[0].incidents] == ["open"]


def test_what_was_resolved_in_the_windows_is_still_told_of(place):
    """It is what spent the budgets; the text of the report counts it."""
    shop = place()
    shop.audit(FAILS)
    shop.audit(HOLDS)
    assert shop.audit(HOLDS)[0].incidents == ()
    of = replace(report(HOLDS), as_of=at(4), slas=(sla(DeliveryState.KEPT, DeliveryState.KEPT),))
    after, _ = after_audit(shop.project, shop.history, of, narrowed=False, clock=lambda: at(4), environ={})
    assert [(each.state, each.resolved) for each in after.incidents] == [("resolved", at(2))]
    said = render(after)
    assert "INCIDENTS (0 open)" in said
    assert "1 was resolved before; `harness incidents --all` lists what was" in said
