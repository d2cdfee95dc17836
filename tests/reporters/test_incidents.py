"""Incidents as text and as JSON."""

import json
from datetime import UTC, datetime, timedelta

from harness.model.audit import Alert, Incident, IncidentEvent
from harness.model.result import Severity
from harness.reporters.incidents import as_json, text

NOW = datetime(2026, 3, 2, 6, tzinfo=UTC)


def at(hours: float) -> datetime:
    return NOW + timedelta(hours=hours)


OPEN = Incident(
    id="0a1b", cause="c1", contract="fct_orders", layer="marts", owner="shop", table="orders", column="id",
    severity=Severity.ERROR, opened=at(-50), detected=at(-48), notified=at(-47.5), updated=at(-24), checks=("c1", "c2"),
    events=(
        IncidentEvent(at(-48), "opened", "orders.id nullValues: bad\nrows"),
        IncidentEvent(at(-24), "updated", "lines fails too"),
        IncidentEvent(at(-23), "reminded", "open since"),
    ),
)  # fmt: skip
UNKNOWN = Incident(
    id="2c", cause="c3", kind="unknown", table="people", severity=Severity.ERROR, opened=at(-3), detected=at(-1),
    updated=at(-1), checks=("c3",),
)  # fmt: skip
OVER = Incident(
    id="3d", cause="c4", table="dates", layer="marts", severity=Severity.WARNING, opened=at(-90), detected=at(-90),
    updated=at(-80), resolved=at(-80), state="resolved", events=(IncidentEvent(at(-80), "resolved", "it holds"),),
)  # fmt: skip
WAITS = Alert(id="1", incident="2c", channel="support/#shop\x1b", kind="opened", title="", text="", created=at(-1))
REFUSED = Alert(
    id="2", incident="0a1b", channel="channels/hook", kind="updated", title="", text="", created=at(-1), attempts=2,
    not_before=at(1), error="HTTP 500",
)  # fmt: skip


def test_text():
    assert (
        text([OVER, UNKNOWN, OPEN], [WAITS, REFUSED], NOW)
        == """\
✗ orders.id  (marts, error)
    open for 2 days, since 2026-02-28 04:00 UTC; 2 checks
    updated 2026-03-01 06:00 UTC: lines fails too
    noticed after 2 hours, told after 30 minutes  owner shop  id 0a1b
    not delivered to channels/hook: HTTP 500

? people  (error, could not be told)
    open for 3 hours, since 2026-03-02 03:00 UTC; 1 check
    nobody was told  owner nobody named  id 2c
    not delivered to support/#shop\ufffd: it waits

✓ dates  (marts, warning)
    resolved 2026-02-26 22:00 UTC, it took 10 hours, since 2026-02-26 12:00 UTC; 0 checks
    resolved 2026-02-26 22:00 UTC: it holds
    nobody was told  owner nobody named  id 3d

2 open incidents
"""
    )
    assert text([], [], NOW) == "0 open incidents\n"


def test_json():
    document = json.loads(as_json([OPEN, OVER], [WAITS, REFUSED], NOW))
    assert document["as_of"] == "2026-03-02T06:00:00+00:00"
    first, second = document["incidents"]
    assert (first["state"], first["severity"], first["kind"], first["resolved"]) == ("open", "error", "failure", None)
    assert (first["time_to_detect"], first["time_to_notify"], first["time_to_repair"]) == (7200, 1800, None)
    assert first["checks"] == ["c1", "c2"]
    assert first["events"][1] == {"at": "2026-03-01T06:00:00+00:00", "kind": "updated", "text": "lines fails too"}
    assert first["undelivered"] == [
        {
            "channel": "channels/hook",
            "kind": "updated",
            "attempts": 2,
            "not_before": "2026-03-02T07:00:00+00:00",
            "error": "HTTP 500",
        }
    ]
    assert (second["time_to_repair"], second["undelivered"]) == (36_000, [])
