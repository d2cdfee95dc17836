"""Who is told, and what may be called for it."""

from dataclasses import replace

import pytest

from harness.incidents.channels import Recipients, Target, recipients, target_of
from harness.model.alerts import AlertSettings, Route
from harness.model.audit import Incident
from harness.model.contract import Contract, Support
from harness.model.location import Location
from harness.model.result import Severity
from tests.incidents.conftest import NOW

AT = Location("a")
SETTINGS = AlertSettings(
    channels={"oncall": "pagerduty://${KEY}"},
    tools={"slack": "slack://${TOKEN}/{channel}", "email": "mailtos://bot:${P}@smtp.example.com?to={address}"},
    allow=("json://hooks.example.com:8080", "jsons://*.example.org", "mailto:*@example.com", "https://hooks.slack.com"),
)
INCIDENT = Incident(
    id="1", cause="c", contract="fct_orders", layer="marts", owner="shop", table="orders", severity=Severity.ERROR,
    opened=NOW, detected=NOW, updated=NOW,
)  # fmt: skip


def contract(*support: dict[str, str]) -> Contract:
    return Contract(at=AT, id="fct_orders", support=tuple(Support(at=AT, **each) for each in support))


@pytest.mark.parametrize(
    ("route", "severity", "expected"),
    [
        (Route(to=("oncall",)), Severity.ERROR, ("channels/oncall",)),
        (Route(to=("oncall", "contract")), Severity.ERROR, ("channels/oncall", "support/#shop")),
        (Route(to=()), Severity.ERROR, ()),
        (Route(), Severity.INFO, ()),  # too slight
        (Route(severity=Severity.INFO), Severity.INFO, ("support/#shop",)),
        (Route(layer="mar*", owner="sh?p", contract="fct_*", table="orders"), Severity.ERROR, ("support/#shop",)),
    ],
)
def test_routes(route, severity, expected):
    settings = replace(SETTINGS, routes=(Route(layer="raw", to=("oncall",)), route))
    to = recipients(replace(INCIDENT, severity=severity), contract({"channel": "#shop", "tool": "slack"}), settings)
    assert to == Recipients(expected)


def test_the_first_route_wins():
    settings = replace(SETTINGS, routes=(Route(severity=Severity.ERROR, to=("oncall",)), Route(to=())))
    assert recipients(INCIDENT, None, settings).channels == ("channels/oncall",)
    assert recipients(replace(INCIDENT, severity=Severity.WARNING), None, settings) == Recipients()


def test_what_no_route_takes_is_said():
    settings = replace(SETTINGS, routes=(Route(layer="raw"),))
    assert recipients(INCIDENT, None, settings).obstacles == ("no route of harness.yaml takes it",)


@pytest.mark.parametrize(
    ("support", "expected"),
    [
        ({"channel": "#shop", "tool": "slack"}, Target("slack://${TOKEN}/shop")),
        # a link for people is no address to be called
        ({"channel": "#shop", "tool": "Slack", "url": "https://x.slack.com/archives/C1"}, Target("slack://${TOKEN}/shop")),
        ({"channel": "@maya", "tool": "slack"}, Target("slack://${TOKEN}/%40maya")),
        ({"channel": "#shop/../x?a=b", "tool": "slack"}, "its name is none of a channel"),
        ({"channel": "${HOME}", "tool": "slack"}, "its name is none of a channel"),
        ({"channel": "#shop\nBcc", "tool": "slack"}, "its name is none of a channel"),
        (
            {"channel": "mail", "tool": "email", "url": "mailto:team@example.com"},
            Target("mailtos://bot:${P}@smtp.example.com?to=team@example.com"),
        ),
        (
            {"channel": "team@example.com", "tool": "email"},
            Target("mailtos://bot:${P}@smtp.example.com?to=team@example.com"),
        ),
        ({"channel": "mail", "tool": "email"}, "it has no `mailto:` URL"),
        (
            {"channel": "mail", "tool": "email", "url": "mailto:x@evil.com"},
            "`alerts.allow` of harness.yaml does not hold mailto:x@evil.com",
        ),
        ({"channel": "mail", "tool": "email", "url": "mailto:a@example.com?bcc=x@evil.com"}, "it has no `mailto:` URL"),
        ({"channel": "mail", "tool": "email", "url": "mailto:a@example.com,x@evil.com"}, "it has no `mailto:` URL"),
        ({"channel": "x", "tool": "teams"}, "`alerts.tools` of harness.yaml has no `teams`"),
        ({"channel": "x"}, "it names no tool"),
        (
            {"channel": "x", "url": "json://hooks.example.com:8080/in"},
            Target("json://hooks.example.com:8080/in", only="hooks.example.com:8080"),
        ),
        (
            {"channel": "x", "tool": "other", "url": "jsons://a.example.org"},
            Target("jsons://a.example.org", only="a.example.org"),
        ),
        (
            {"channel": "x", "url": "https://hooks.slack.com/services/T1/B1/x"},
            Target("https://hooks.slack.com/services/T1/B1/x", only="hooks.slack.com"),
        ),
        ({"channel": "x", "url": "json://hooks.example.com/in"}, "`alerts.allow` of harness.yaml does not hold json://hooks.example.com"),
        ({"channel": "x", "url": "json://169.254.169.254/latest"}, "`alerts.allow` of harness.yaml does not hold json://169.254.169.254"),
        ({"channel": "x", "url": "jsons://evil.com/.example.org"}, "`alerts.allow` of harness.yaml does not hold jsons://evil.com"),
        *(
            ({"channel": "x", "url": url}, "its URL is none of Apprise without a user and a query")
            for url in (
                "json://hooks.example.com:8080@evil.com/",
                "json://evil.com\\@hooks.example.com:8080/",
                "json://hooks.example.com:8080/?redirect=yes",
                "jsons://a.example.org#@evil.com/",
                "jsons://a.example.org/%0d%0aHost:x",
                "syslog://a.example.org",
                "file:///etc/passwd",
                "dbus://a.example.org",
                "jsons://a.example.org/\n",
            )
        ),
    ],
)  # fmt: skip
def test_what_may_be_called(support, expected):
    promise = contract(support)
    to = recipients(INCIDENT, promise, SETTINGS)
    if isinstance(expected, str):
        assert to == Recipients((), (f"{support['channel']}: {expected}",))
    else:
        assert to == Recipients((f"support/{support['channel']}",))
        assert target_of(to.channels[0], promise, SETTINGS) == expected


def test_a_channel_for_issues_is_meant_where_there_is_one():
    chat = {"channel": "#chat", "tool": "slack", "scope": "interactive"}
    issues = {"channel": "#issues", "tool": "slack", "scope": "Issues"}
    assert recipients(INCIDENT, contract(chat, issues), SETTINGS).channels == ("support/#issues",)
    assert recipients(INCIDENT, contract(chat), SETTINGS).channels == ("support/#chat",)


def test_nobody_to_tell():
    assert recipients(INCIDENT, contract(), SETTINGS).obstacles == ("its contract names no support channel",)
    assert recipients(INCIDENT, None, SETTINGS).obstacles == ("its contract names no support channel",)


def test_a_channel_that_is_gone_by_now():
    assert target_of("channels/pager", None, SETTINGS) == "harness.yaml does not name it any more"
    assert target_of("support/#shop", contract(), SETTINGS) == "its contract does not name it any more"
    assert target_of("support/#shop", None, None) == "harness.yaml says nothing of alerts any more"
    # a contract cannot take the name of a channel of the project
    assert target_of("channels/oncall", contract({"channel": "oncall", "tool": "slack"}), SETTINGS) == Target(
        "pagerduty://${KEY}"
    )
