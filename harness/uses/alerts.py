"""After an audit: incidents kept, and people told.

An alert that does not arrive waits for the next audit, and is never forgotten without a word.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from harness.alerts.sending import Attempt, Message, send
from harness.incidents.channels import Target, target_of
from harness.incidents.quiet import failed, is_given_up
from harness.incidents.watch import with_event
from harness.load.settings import FILE, VARIABLE, expand
from harness.model.alerts import AlertSettings
from harness.model.audit import Alert, Incident
from harness.model.errors import ProjectError
from harness.model.location import Location
from harness.model.project import Project
from harness.model.result import Report, Severity
from harness.model.trend import Known
from harness.uses.incidents import contract_of, incidents_of, recent
from harness.uses.secrets import masking

_SHORTEST_SECRET = 4


class Outbox(Protocol):
    """What of the history is needed here."""

    def alerts(self, due: datetime | None = None) -> tuple[Alert, ...]:
        """Oldest first; with `due` those alone that are still to be sent and not held back beyond then."""

    def known(self, pattern: str) -> Sequence[Known]:
        """The checks and findings that an id names."""

    def save_alert(self, alert: Alert) -> None:
        """Keeps what an attempt to send it came to."""

    def incidents(self, *, open_only: bool = False) -> tuple[Incident, ...]:
        """By when they began."""

    def save_incidents(self, found: Iterable[Incident], alerts: Iterable[Alert] = ()) -> None:
        """Keeps incidents as they are now."""


@dataclass(frozen=True, slots=True)
class Told:
    """What became of the alerts, those of earlier audits included."""

    sent: int
    waiting: tuple[Alert, ...]
    """Not delivered yet: the next audit tries again."""
    given_up: tuple[Alert, ...]
    """By this audit, or about an incident that is still open."""
    message: str
    """One sentence for people; "" when there was nothing to do."""


def after_audit(
    project: Project,
    outbox: Outbox,
    report: Report,
    *,
    narrowed: bool,
    clock: Callable[[], datetime],
    environ: Mapping[str, str],
) -> tuple[Report, str]:
    """The report with the incidents as they are after it, kept and told; and what people should know of the alerts.

    `report` has its `history`, `lineage`, `datasets` and `slas`, and is of all the project unless it is `narrowed`.
    Raises RecordError.
    """
    known = recent(outbox.incidents(), report.as_of)
    met = {result.id for result in report.results}
    absent = {check for each in known if each.state == "open" for check in each.checks} - met
    findings = frozenset(key for key in absent for each in outbox.known(key) if not each.check)
    found = incidents_of(project, report, known, narrowed=narrowed, now=clock(), findings=findings)
    outbox.save_incidents(found.incidents, found.alerts)
    told = tell(project, outbox, clock=clock, environ=environ)
    changed, begin = {each.id for each in found.incidents}, _begin(report)
    incidents = tuple(
        each
        for each in outbox.incidents()
        if each.state == "open" or each.id in changed or (each.resolved and begin <= each.resolved <= report.as_of)
    )
    report = replace(report, incidents=incidents, alerts=(*told.waiting, *told.given_up))
    notes = [f"nobody is told of {note}" for note in found.notes]
    if left := ", ".join(each.id for each in found.ahead):
        notes.append(f"left as they are, for they changed after {report.as_of:%Y-%m-%d %H:%M %Z}: incidents {left}")
    return report, "; ".join(filter(None, (told.message, *notes)))


def _begin(report: Report) -> datetime:
    """Of the longest window: what was resolved since then is what spent the budgets."""
    return min((sla.deliveries[0].slot.due for sla in report.slas if sla.deliveries), default=report.as_of)


def tell(project: Project, outbox: Outbox, *, clock: Callable[[], datetime], environ: Mapping[str, str]) -> Told:
    """Sends every alert that is due, within the time that `harness.yaml` gives. Raises RecordError.

    Of several about one incident to one channel only the last is sent, which says all. One that is sent and cannot be
    marked so is sent again: each arrives at least once.
    """
    now = clock()
    incidents = {each.id: each for each in outbox.incidents()}
    due = [each for each in outbox.alerts(now) if not is_given_up(each)]
    last = {(each.incident, each.channel): each for each in due}
    messages: list[Message] = []
    attempts: dict[str, Attempt] = {}
    for alert in last.values():
        found = _message(project, alert, incidents.get(alert.incident), environ)
        if isinstance(found, Message):
            messages.append(found)
        else:
            attempts[alert.id] = Attempt(id=alert.id, error=found)
    settings = project.alerts or AlertSettings()
    attempts |= {each.id: each for each in send(messages, settings.timeout, environ)}
    mask = masking(_secrets(settings, environ))
    end, given_up, sent = clock(), set(), 0
    for alert in due:
        attempt = attempts[last[alert.incident, alert.channel].id]
        if attempt.error:
            if alert.id == attempt.id:
                after = failed(alert, end, mask(attempt.error), attempt.retry_after)
                given_up |= {alert.id} if is_given_up(after) else set()
                outbox.save_alert(after)
            continue
        sent += alert.id == attempt.id
        outbox.save_alert(replace(alert, attempts=alert.attempts + 1, sent=end, error=""))
        _notified(outbox, incidents, alert, end)
    return _told(outbox, incidents, sent, given_up)


def _message(project: Project, alert: Alert, incident: Incident | None, environ: Mapping[str, str]) -> Message | str:
    """The message with its address, or why it has none."""
    target = target_of(alert.channel, contract_of(project, incident), project.alerts)
    if not isinstance(target, Target):
        return target
    try:
        # what a contract wrote is not looked up in the environment
        url = target.url if target.only else str(expand(target.url, environ, Location(FILE)))
    except ProjectError as error:
        return error.message
    severity = incident.severity if incident else Severity.ERROR
    kinds = {Severity.ERROR: "failure", Severity.WARNING: "warning", Severity.INFO: "info"}
    kind = "success" if alert.kind == "resolved" else kinds[severity]
    return Message(id=alert.id, url=url, only=target.only, title=alert.title, text=alert.text, kind=kind)


def _secrets(settings: AlertSettings, environ: Mapping[str, str]) -> dict[str, str]:
    urls = (*settings.channels.values(), *settings.tools.values())
    names = [found[1] for url in urls for found in VARIABLE.finditer(url)]
    return {environ[name]: name for name in names if len(environ.get(name, "")) >= _SHORTEST_SECRET}


def _notified(outbox: Outbox, incidents: dict[str, Incident], alert: Alert, sent: datetime) -> None:
    """Notes when the first message about an incident arrived, by the clock of the audits that know of it."""
    incident = incidents.get(alert.incident)
    if incident is None or incident.notified:
        return
    told = next((each.at for each in reversed(incident.events) if each.kind == alert.kind), incident.detected)
    at = told + (sent - alert.created)
    noted = replace(with_event(incident, at, "notified", alert.channel), notified=at, updated=incident.updated)
    incidents[incident.id] = noted
    outbox.save_incidents([noted])


def _told(outbox: Outbox, incidents: Mapping[str, Incident], sent: int, given_up: set[str]) -> Told:
    left = [each for each in outbox.alerts() if each.sent is None]
    waiting = tuple(each for each in left if not is_given_up(each))
    is_open = {key for key, incident in incidents.items() if incident.state == "open"}
    lost = tuple(each for each in left if is_given_up(each) and (each.id in given_up or each.incident in is_open))
    tried, held = [each for each in waiting if each.attempts], [each for each in waiting if not each.attempts]
    parts = [f"{_count(sent)} sent"] if sent else []
    parts += [f"{_count(len(held))} held back until the quiet hours end"] if held else []
    parts += [f"{_count(len(tried))} not delivered ({_why(tried)}), the next audit tries again"] if tried else []
    parts += [f"{_count(len(lost))} never delivered ({_why(lost)})"] if lost else []
    return Told(sent, waiting, lost, "; ".join(parts))


def _count(number: int) -> str:
    return f"{number} alert" if number == 1 else f"{number} alerts"


def _why(alerts: Sequence[Alert]) -> str:
    return "; ".join(dict.fromkeys(f"{each.channel}: {each.error}" for each in alerts))
