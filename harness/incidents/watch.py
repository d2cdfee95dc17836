"""The events of an incident, and how long one that flaps is watched before it counts as resolved."""

from dataclasses import replace
from datetime import datetime
from itertools import takewhile

from harness.model.audit import Incident, IncidentEvent

MOST_PASSES = 16
"""Runs in a row without a failure that the wildest flapping has to wait for."""
TOLD = ("opened", "reopened", "updated", "reminded")
"""The events that people are told of while an incident is open; when it is over, they are told `resolved`."""


def passes_needed(incident: Incident) -> int:
    """Runs in a row without a failure until it is resolved: twice as many each time that it was back too soon."""
    again = sum(each.kind == "reopened" for each in incident.events)
    return int(min(2**again, MOST_PASSES))


def passes(incident: Incident, until: datetime | None = None) -> int:
    """Runs in a row that ended without a failure; with `until`, only those before."""
    steps = [each for each in incident.events if each.kind not in ("notified", "reminded")]
    last = takewhile(lambda each: each.kind == "passed", reversed(steps))
    return sum(until is None or each.at < until for each in last)


def with_event(incident: Incident, at: datetime, kind: str, text: str) -> Incident:
    """The incident with one event more."""
    return replace(
        incident, updated=max(at, incident.updated), events=(*incident.events, IncidentEvent(at, kind, text))
    )
