"""The entry `alerts` of `harness.yaml`: what it gives, and what is refused, with its line."""

from datetime import time
from pathlib import Path

import pytest

from harness.model.alerts import AlertSettings, QuietHours, Route
from harness.model.errors import ProjectError
from harness.model.result import Severity

WHOLE = """
alerts:
  channels:
    oncall: "pagerduty://${PD_KEY}@${PD_ROUTE}"
    hook: jsons://hooks.example.com/incidents
    whole: ${ANY_URL}
    mail: "mailtos://bot:${SMTP_PASSWORD}@smtp.example.com?to=a@example.com"
  tools:
    Slack: "slack://${SLACK_TOKEN}/{channel}"
  allow: ["json://Alerts.example.com:8080", "mailto:*@example.com"]
  routes:
    - {layer: marts, owner: net*, severity: error, to: [oncall, contract]}
    - {contract: "tmp_*", table: "x?", severity: info, to: []}
  quiet_hours: {from: "22:00", to: "07:00", timezone: Europe/Berlin, breaks_through: none}
  remind_after: 12 h
  unknown_after: 3
  timeout: 5 s
"""


def test_every_key(load):
    alerts = load(WHOLE).alerts
    assert alerts == AlertSettings(
        channels={
            # as written: who only verifies has none of these variables
            "oncall": "pagerduty://${PD_KEY}@${PD_ROUTE}",
            "hook": "jsons://hooks.example.com/incidents",
            "whole": "${ANY_URL}",
            "mail": "mailtos://bot:${SMTP_PASSWORD}@smtp.example.com?to=a@example.com",
        },
        tools={"slack": "slack://${SLACK_TOKEN}/{channel}"},
        allow=("json://alerts.example.com:8080", "mailto:*@example.com"),
        routes=(
            Route(to=("oncall", "contract"), layer="marts", owner="net*", severity=Severity.ERROR),
            Route(to=(), contract="tmp_*", table="x?", severity=Severity.INFO),
        ),
        quiet_hours=QuietHours(time(22), time(7), "Europe/Berlin", None),
        remind_after=43_200,
        unknown_after=3,
        timeout=5,
    )


def test_the_example_of_the_docs(load):
    page = (Path(__file__).parents[2] / "docs" / "incidents.md").read_text(encoding="utf-8")
    alerts = load(page.partition("```yaml\n")[2].partition("```")[0]).alerts
    assert [route.to for route in alerts.routes] == [("oncall", "contract"), (), ("contract",)]
    assert (alerts.remind_after, alerts.unknown_after, alerts.timeout) == (86_400, 2, 30)


def test_defaults(load):
    assert load().alerts is None
    assert load("alerts: {}\n").alerts == AlertSettings()


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("channels: {a: not-a-url}", "harness.yaml:4:14: this is no URL of Apprise"),
        ("channels: {a: 'json://x/{channel}'}", "filled in for `tools` only"),
        ("channels: {a: 'slack://T1/B1/secret'}", "a secret must come from the environment"),
        ("channels: {a: 'mailtos://bot:hunter2@smtp.example.com'}", "a secret must come from the environment"),
        ("channels: {a: 'mailtos://bot:x${P}@smtp.example.com'}", "a secret must come from the environment"),
        ("tools: {slack: 'slack://{channel}'}", "a secret must come from the environment"),
        ("routes: [{to: [pager]}]", "harness.yaml:4:18: `to` names 'pager', which `channels` lacks"),
        ("routes: []", "harness.yaml:4:"),
        ("routes: [{team: a}]", "the key `team` does not exist here"),
        ("allow: ['*']", "harness.yaml:4:"),
        ("allow: ['json://user@host']", "harness.yaml:4:"),
        ("quiet_hours: {from: '25:00', to: '07:00', timezone: UTC}", "'25:00' is no time of day"),
        ("quiet_hours: {from: '07:00', to: '07:00', timezone: UTC}", "the quiet hours end when they begin"),
        ("quiet_hours: {from: '22:00', to: '07:00', timezone: Mars/Base}", "'Mars/Base' is no time zone"),
        ("quiet_hours: {from: '22:00', to: '07:00', timezone: ../../etc/passwd}", "is no time zone"),
        ("quiet_hours: {from: '22:00', to: '07:00'}", "timezone"),
        ("remind_after: soon", "is no duration"),
        ("unknown_after: 0", "harness.yaml:4:"),
    ],
)
def test_what_is_refused(load, entry, said):
    with pytest.raises(ProjectError) as caught:
        load(f"alerts:\n  {entry}\n")
    assert said in str(caught.value)
