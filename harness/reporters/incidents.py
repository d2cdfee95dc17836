"""Incidents and the alerts about them as text and as JSON."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from harness.model.audit import Alert, Incident
from harness.model.past import lasting, to_the_minute
from harness.model.result import Report
from harness.reporters.layout import Page
from harness.reporters.plain import plain
from harness.reporters.words import plural

_MOST = 50
_SIGNS = {"error": "✗", "warning": "!", "info": "·"}


def text(incidents: Sequence[Incident], alerts: Sequence[Alert], as_of: datetime) -> str:
    """A block for each, the gravest and oldest first."""
    is_open = sum(each.state == "open" for each in incidents)
    lines = [line for each in _ordered(incidents) for line in (*_block(each, alerts, as_of), "")]
    return "\n".join([*lines, f"{plural(is_open, 'open incident')}"]) + "\n"


def as_json(incidents: Sequence[Incident], alerts: Sequence[Alert], as_of: datetime) -> str:
    """Times in ISO 8601, durations in seconds; what is not known is null."""
    document = {"as_of": as_of.isoformat(), "incidents": [as_data(each, alerts) for each in incidents]}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


SHOWN: dict[str, Callable[[Sequence[Incident], Sequence[Alert], datetime], str]] = {"text": text, "json": as_json}
"""Format -> the function that writes incidents in it."""


def draw(page: Page, report: Report) -> None:
    """The section of the text report."""
    if not report.incidents:
        return
    is_open = sum(each.state == "open" for each in report.incidents)
    shown = [each for each in report.incidents if each.state == "open" or each.resolved == report.as_of]
    page.line()
    page.line(f"INCIDENTS ({is_open:,} open)", "bold")
    ordered = _ordered(shown)
    for incident in ordered[:_MOST]:
        for line in _block(incident, report.alerts, report.as_of):
            page.paragraph(line.strip(), len(line) - len(line.lstrip()), "dim" if line.startswith(" ") else "")
    if len(ordered) > _MOST:
        page.line(f"… and more, {len(ordered):,} in all; the JSON report holds every one")
    if over := len(report.incidents) - len(shown):
        verb, more = "was" if over == 1 else "were", " more" if shown else ""
        page.line(f"{over:,}{more} {verb} resolved before; `harness incidents --all` lists what was")


def _ordered(incidents: Sequence[Incident]) -> list[Incident]:
    return sorted(incidents, key=lambda each: (each.state != "open", -each.severity.rank, each.opened, each.id))


def _block(incident: Incident, alerts: Sequence[Alert], as_of: datetime) -> list[str]:
    subject = ".".join(filter(None, (incident.table, incident.column))) or incident.contract or "the project"
    sign = "✓" if incident.resolved else "?" if incident.kind == "unknown" else _SIGNS[incident.severity.value]
    end = incident.resolved or as_of
    state = f"resolved {to_the_minute(end)}, it took" if incident.resolved else "open for"
    about = [incident.layer, incident.severity.value, "could not be told" if incident.kind == "unknown" else ""]
    since = f"since {to_the_minute(incident.opened)}; {plural(len(incident.checks), 'check')}"
    lines = [
        f"{sign} {plain(subject, 120)}  ({', '.join(filter(None, about))})",
        f"    {state} {lasting(end - incident.opened)}, {since}",
    ]
    last = [each for each in incident.events if each.kind not in ("notified", "reminded")][-1:]
    lines += [f"    {each.kind} {to_the_minute(each.at)}: {plain(each.text)}" for each in last]
    lines.append(f"    {_told(incident)}  owner {plain(incident.owner, 80) or 'nobody named'}  id {incident.id}")
    for alert in alerts:
        if alert.incident == incident.id:
            lines.append(f"    not delivered to {plain(alert.channel, 120)}: {plain(alert.error) or 'it waits'}")
    return lines


def _told(incident: Incident) -> str:
    if incident.to_notify is None:
        return "nobody was told"
    return f"noticed after {lasting(incident.to_detect)}, told after {lasting(incident.to_notify)}"


def as_data(incident: Incident, alerts: Sequence[Alert]) -> dict[str, Any]:
    """An incident as the JSON report has it, with those of the alerts that are about it."""
    names = ("id", "state", "kind", "contract", "layer", "owner", "table", "column", "cause")
    times = ("opened", "detected", "notified", "updated", "resolved")
    return {
        **{name: getattr(incident, name) or None for name in names},
        "severity": incident.severity.value,
        **{name: _iso(getattr(incident, name)) for name in times},
        "time_to_detect": _seconds(incident.to_detect),
        "time_to_notify": _seconds(incident.to_notify),
        "time_to_repair": _seconds(incident.to_repair),
        "checks": list(incident.checks),
        "events": [{"at": _iso(each.at), "kind": each.kind, "text": each.text or None} for each in incident.events],
        "undelivered": [
            {
                "channel": each.channel,
                "kind": each.kind,
                "attempts": each.attempts,
                "not_before": _iso(each.not_before),
                "error": each.error or None,
            }
            for each in alerts
            if each.incident == incident.id
        ],
    }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _seconds(time: timedelta | None) -> float | None:
    return time.total_seconds() if time is not None else None
