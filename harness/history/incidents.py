"""Arrivals, incidents and alerts in the database."""

from collections.abc import Iterable
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, or_, select

from harness.history.runs import insert_ignoring, rows_of, upsert
from harness.history.tables import ALERTS, ARRIVALS, INCIDENT_EVENTS, INCIDENTS
from harness.model.audit import Alert, Arrival, Incident, IncidentEvent
from harness.model.result import Severity

_INCIDENT = [each.name for each in fields(Incident) if each.name != "events"]
_ALERT = [each.name for each in fields(Alert)]


def note_arrival(connection: Connection, project: str, of: tuple[str, str, str], arrival: Arrival) -> bool:
    """Keeps it, unless an earlier run saw the same time in the data; whether it is new."""
    contract, table, element = of
    values: dict[str, Any] = {"project": project, "contract": contract, "table_name": table, "element": element}
    values |= {"stamp": arrival.stamp, "seen": arrival.seen, "run_id": arrival.run_id}
    added = insert_ignoring(connection, ARRIVALS).values(values).returning(ARRIVALS.c.number)
    return connection.execute(added).scalar() is not None


def arrivals(
    connection: Connection, project: str, of: tuple[str, str, str], since: datetime | None
) -> tuple[Arrival, ...]:
    """What was seen from then on, by when it was seen."""
    contract, table, element = of
    wanted = select(ARRIVALS.c.stamp, ARRIVALS.c.seen, ARRIVALS.c.run_id).where(
        ARRIVALS.c.project == project,
        ARRIVALS.c.contract == contract,
        ARRIVALS.c.table_name == table,
        ARRIVALS.c.element == element,
    )
    if since:
        wanted = wanted.where(ARRIVALS.c.seen >= since)
    return tuple(Arrival(*row) for row in rows_of(connection, wanted.order_by(ARRIVALS.c.seen, ARRIVALS.c.stamp)))


def save_incident(connection: Connection, project: str, incident: Incident) -> None:
    """Makes what is kept of an incident like this, with its events."""
    values = {_column(INCIDENTS, name): getattr(incident, name) for name in _INCIDENT}
    values |= {"project": project, "severity": incident.severity.value, "checks": list(incident.checks)}
    upsert(connection, INCIDENTS, [values], ("project", "id"))
    of = (INCIDENT_EVENTS.c.project == project) & (INCIDENT_EVENTS.c.incident == incident.id)
    connection.execute(INCIDENT_EVENTS.delete().where(of))
    events = [
        {"project": project, "incident": incident.id, "number": n, "at": each.at, "kind": each.kind, "text": each.text}
        for n, each in enumerate(incident.events)
    ]
    if events:
        connection.execute(INCIDENT_EVENTS.insert(), events)


def incidents(connection: Connection, project: str, *, open_only: bool) -> tuple[Incident, ...]:
    """By when they began."""
    columns = [INCIDENTS.c[_column(INCIDENTS, name)] for name in _INCIDENT]
    wanted = select(*columns).where(INCIDENTS.c.project == project)
    if open_only:
        wanted = wanted.where(INCIDENTS.c.state == "open")
    events: dict[str, list[IncidentEvent]] = {}
    of = select(*(INCIDENT_EVENTS.c[name] for name in ("incident", "at", "kind", "text")))
    of = of.where(INCIDENT_EVENTS.c.project == project).order_by(INCIDENT_EVENTS.c.incident, INCIDENT_EVENTS.c.number)
    for incident, *event in rows_of(connection, of):
        events.setdefault(incident, []).append(IncidentEvent(*event))
    rows = rows_of(connection, wanted.order_by(INCIDENTS.c.opened, INCIDENTS.c.id))
    return tuple(_incident(dict(zip(_INCIDENT, row, strict=True)), events) for row in rows)


def _incident(values: dict[str, Any], events: dict[str, list[IncidentEvent]]) -> Incident:
    typed = {"severity": Severity(values["severity"]), "checks": tuple(values["checks"])}
    return Incident(**values | typed, events=tuple(events.get(values["id"], ())))


def queue_alerts(connection: Connection, project: str, alerts: Iterable[Alert]) -> None:
    """Keeps each until it is delivered; one that is kept already is left as it is."""
    for alert in alerts:
        connection.execute(insert_ignoring(connection, ALERTS).values({"project": project, **_alert(alert)}))


def save_alert(connection: Connection, project: str, alert: Alert) -> None:
    """Makes what is kept of an alert like this: what an attempt to send it came to."""
    upsert(connection, ALERTS, [{"project": project, **_alert(alert)}], ("project", "id"))


def _alert(alert: Alert) -> dict[str, Any]:
    return {name: getattr(alert, name) for name in _ALERT}


def alerts(connection: Connection, project: str, *, due: datetime | None) -> tuple[Alert, ...]:
    """Oldest first; with `due` those alone that are to be sent by then."""
    wanted = select(*(ALERTS.c[name] for name in _ALERT)).where(ALERTS.c.project == project)
    if due:
        ready = or_(ALERTS.c.not_before.is_(None), ALERTS.c.not_before <= due)
        wanted = wanted.where(ALERTS.c.sent.is_(None), ready)
    return tuple(
        Alert(**dict(zip(_ALERT, row, strict=True)))
        for row in rows_of(connection, wanted.order_by(ALERTS.c.created, ALERTS.c.id))
    )


def prune(connection: Connection, project: str, older_than: datetime) -> None:
    """Deletes what is over since then; what is open stays, however old it is."""
    seen = (ARRIVALS.c.project == project) & (ARRIVALS.c.seen < older_than)
    connection.execute(ARRIVALS.delete().where(seen))
    over = (INCIDENTS.c.project == project) & (INCIDENTS.c.resolved < older_than)
    connection.execute(INCIDENTS.delete().where(over))
    left = select(INCIDENTS.c.id).where(INCIDENTS.c.project == project)
    for table in (INCIDENT_EVENTS, ALERTS):
        gone = (table.c.project == project) & table.c.incident.not_in(left)
        connection.execute(table.delete().where(gone))


def _column(table: Table, name: str) -> str:
    return name if name in table.c else f"{name}_name"
