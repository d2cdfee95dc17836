"""After an audit: what became of the incidents, whom to tell, and the messages sent; none of it changes a verdict."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from harness.incidents.channels import recipients
from harness.incidents.failures import standing
from harness.incidents.ledger import BACK_WITHIN, Change, ahead_of, changes
from harness.incidents.messages import About, downstream, message, runbook_in
from harness.incidents.quiet import held_until
from harness.incidents.watch import TOLD
from harness.load.runbooks import runbook_of
from harness.model.alerts import AlertSettings
from harness.model.audit import Alert, Incident
from harness.model.contract import Contract
from harness.model.project import Project
from harness.model.result import Report, fingerprint
from harness.rules import drift

_FINDINGS = frozenset(rule.id for rule in drift.RULES)


@dataclass(frozen=True, slots=True)
class Found:
    """What an audit makes of the incidents; it is to be kept whole or not at all."""

    incidents: tuple[Incident, ...] = ()
    """Those that are open, and those that it resolved."""
    alerts: tuple[Alert, ...] = ()
    """To be queued."""
    notes: tuple[str, ...] = ()
    """Incidents of which somebody should be told who cannot be, and why."""
    ahead: tuple[Incident, ...] = ()
    """Those that are left as they are, for they changed after the time that the audit looked at."""


def recent(known: Iterable[Incident], as_of: datetime) -> tuple[Incident, ...]:
    """Those of a history that `incidents_of` needs."""
    return tuple(
        each for each in known if each.state == "open" or (each.resolved and each.resolved >= as_of - BACK_WITHIN)
    )


def incidents_of(
    project: Project,
    report: Report,
    known: Iterable[Incident],
    *,
    narrowed: bool,
    now: datetime,
    findings: frozenset[str] = frozenset(),
) -> Found:
    """What becomes of the `known` incidents by a report, with the alerts about it; the same for the same values.

    `report` has its `history`, `lineage`, `datasets` and `slas`; `narrowed` says that it does not look at all of the
    project. `now` is the real time: by that people sleep. `findings` are the ids among those of the incidents that no
    clause promises.
    """
    settings, known = project.alerts or AlertSettings(), tuple(known)
    ahead = tuple(sorted(ahead_of(known, report.as_of), key=lambda each: (each.opened, each.id)))
    # what a contract promised that cannot be read is not known to be promised no more
    whole = not narrowed and all(document.error is None for document in project.documents)
    stands = standing(report, unknown_after=settings.unknown_after, whole=whole, findings=_FINDINGS)
    stands = replace(stands, findings=findings)
    found = changes(
        known,
        stands,
        report.as_of,
        lineage=report.lineage,
        datasets=report.datasets,
        remind_after=timedelta(seconds=settings.remind_after),
    )
    incidents = tuple(change.incident for change in found)
    if project.alerts is None:
        return Found(incidents, ahead=ahead)
    alerts: list[Alert] = []
    notes: list[str] = []
    for change in found:
        if change.event in (*TOLD, "resolved"):
            told, obstacles = _alerts(project, project.alerts, report, change, now)
            alerts += told
            notes += obstacles
    return Found(incidents, tuple(alerts), tuple(notes), ahead)


def _alerts(
    project: Project, settings: AlertSettings, report: Report, change: Change, now: datetime
) -> tuple[list[Alert], list[str]]:
    incident = change.incident
    contract = contract_of(project, incident)
    to = recipients(incident, contract, settings)
    title, text = message(change, _about(project, report, incident))
    at = incident.updated.timestamp()
    held = held_until(now, incident.severity, settings.quiet_hours)
    alerts = [
        Alert(
            id=fingerprint("alert", incident.id, channel, change.event, str(at)),
            incident=incident.id,
            channel=channel,
            kind=change.event,
            title=title,
            text=text,
            created=now,
            not_before=held,
        )
        for channel in to.channels
    ]
    return alerts, [f"incident {incident.id} ({incident.table}): {why}" for why in to.obstacles]


def _about(project: Project, report: Report, incident: Incident) -> About:
    contract = contract_of(project, incident)
    schema = contract.schema(incident.table) if contract else None
    named = [each.custom.get("runbook") for each in (schema, contract) if each]
    runbook = next(filter(None, map(runbook_in, named)), "") or runbook_of(project.root, incident.table)
    return About(
        project=project.name,
        version=contract.version if contract else "",
        as_of=report.as_of,
        downstream=downstream((incident.contract, incident.table), report.datasets),
        runbook=runbook,
        report=report.url,
    )


def contract_of(project: Project, incident: Incident | None) -> Contract | None:
    """The contract whose table an incident is about."""
    return next((each for each in project.contracts if incident and each.id == incident.contract), None)
