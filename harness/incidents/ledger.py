"""Incidents over time: those that were known, and how everything stands now -> opened, updated, resolved.

An incident follows its cause: it takes in what that explains, and stays open until each of its failures is over. Where
the cause turns out to lie further upstream, the incident moves there; where two turn out to have one cause, the older
goes on and the other is closed as a part of it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from harness.incidents.causes import Group, groups
from harness.incidents.failures import Failure, Standing
from harness.incidents.watch import TOLD, passes, passes_needed, with_event
from harness.model.audit import Incident
from harness.model.dataset import Dataset
from harness.model.lineage import Lineage
from harness.model.result import Severity, fingerprint

_FEW = 5
BACK_WITHIN = timedelta(hours=24)
"""A failure that is back so soon after its incident was resolved is the same incident."""


@dataclass(frozen=True, slots=True)
class Change:
    """An incident after a run."""

    incident: Incident
    event: str = ""
    """The kind of the IncidentEvent that happened to it, or "" for none."""
    failures: tuple[Failure, ...] = ()
    """What it explains just now, its cause first."""


def changes(
    known: Iterable[Incident],
    now: Standing,
    as_of: datetime,
    *,
    lineage: Lineage | None = None,
    datasets: Iterable[Dataset] = (),
    remind_after: timedelta = timedelta(days=1),
) -> tuple[Change, ...]:
    """What became of each open incident, and the new ones; every failure belongs to exactly one that is open.

    `known` are at least the open ones and those that were resolved since `BACK_WITHIN`. A run that looks at an earlier
    time than the last change of an incident leaves that one alone, and what fails with it.
    """
    known = tuple(known)
    before = sorted(
        (each for each in known if each.state == "open"), key=lambda each: (each.opened, each.detected, each.id)
    )
    failures = _of_incidents(now.failures, before)
    failing = frozenset(each.id for each in failures)
    found: list[Change] = []
    back = [each for each in known if each.resolved and each.resolved >= as_of - BACK_WITHIN]
    ahead = ahead_of(known, as_of)
    over = frozenset(check for each in ahead if each.state == "resolved" for check in each.checks)
    for together, incidents in _components(groups(failures, lineage, datasets, _held(before, failures)), before):
        if ahead.intersection(incidents) or over.intersection(each.id for each in _explained(together)):
            continue
        kind = together[0].kind
        goes_on = next((each for each in incidents if each.kind == kind), None) or _back(back, together)
        if goes_on in back:
            back.remove(goes_on)
        waiting = {check for each in incidents for check in _waiting(each, now, failing)}
        change = _gone_on(goes_on, together, waiting, as_of) if goes_on else _opened(together, waiting, as_of)
        joined = (each for each in incidents if each.id != change.incident.id)
        found += [_reminded(change, as_of, remind_after), *(_joined(each, change.incident, as_of) for each in joined)]
    met = {change.incident.id for change in found}
    for incident in before:
        if incident.id not in met and incident not in ahead:
            change = _without_failures(incident, now, failing, as_of)
            found.append(_reminded(change, as_of, remind_after))
    return tuple(found)


def ahead_of(known: Iterable[Incident], as_of: datetime) -> frozenset[Incident]:
    """Those that changed after that time: a run that looks at it knows less of them than is known already."""
    return frozenset(each for each in known if each.updated > as_of)


def _of_incidents(failures: Sequence[Failure], before: Sequence[Incident]) -> list[Failure]:
    """Without what cannot be told of a failure that was known: it stays where it is."""
    known = {check for incident in before if incident.kind == "failure" for check in incident.checks}
    return [each for each in failures if not (each.unknown and each.id in known)]


def _held(before: Sequence[Incident], failures: Sequence[Failure]) -> dict[str, str]:
    """Check -> its incident, where nothing grave is left of that: it goes on by itself, or none above would end."""
    grave = {each.id for each in failures if each.grave}
    lesser = (each for each in before if each.kind == "failure" and not grave.intersection(each.checks))
    return {check: incident.id for incident in lesser for check in incident.checks}


def _components(
    parted: Sequence[Group], before: Sequence[Incident]
) -> list[tuple[tuple[Group, ...], tuple[Incident, ...]]]:
    """The groups and the open incidents that belong together, in the order of the groups; the oldest incident first."""
    homes = {incident.id: _homes(incident, parted) for incident in before}
    left, found = list(parted), []
    while left:
        together, incidents = [left.pop(0)], []
        for group in together:  # it grows while it is walked
            for incident in before:
                if incident not in incidents and group in homes[incident.id]:
                    incidents.append(incident)
                    more = [each for each in homes[incident.id] if each in left]
                    left = [each for each in left if each not in more]
                    together += more
        found.append((tuple(together), tuple(sorted(incidents, key=before.index))))
    return found


def _homes(incident: Incident, parted: Sequence[Group]) -> list[Group]:
    """The groups whose causes are its own; when all that it holds is explained by others, the first of these."""
    own = frozenset(incident.checks)
    of_kind = [
        (group, {each.id for each in group.failures if incident.kind == "failure" or each.unknown} & own)
        for group in parted
    ]
    homes = [group for group, ids in of_kind if any(each.id in ids for each in group.causes)]
    return homes or [group for group, ids in of_kind if ids][:1]


def _back(resolved: Sequence[Incident], together: Sequence[Group]) -> Incident | None:
    """The last one whose failures are back."""
    causes = {each.id for group in together for each in group.causes}
    same = (each for each in resolved if each.kind == together[0].kind and causes.intersection(each.checks))
    return max(same, key=lambda each: each.updated, default=None)


def _waiting(incident: Incident, now: Standing, failing: frozenset[str]) -> list[str]:
    """What it holds of which nobody knows whether it is over."""
    return [check for check in incident.checks if check not in failing and now.verdict(check) is None]


def _opened(together: Sequence[Group], waiting: set[str], as_of: datetime) -> Change:
    cause, explained = together[0].causes[0], _explained(together)
    blank = Incident(
        id=fingerprint("incident", cause.id, str(as_of.timestamp())),
        cause=cause.id,
        kind=together[0].kind,
        severity=_gravest(explained),
        opened=min(each.since for each in together[0].causes),
        detected=as_of,
        updated=as_of,
    )
    incident = _about(blank, cause, explained, waiting)
    return Change(with_event(incident, as_of, "opened", _words(explained)), "opened", explained)


def _gone_on(incident: Incident, together: Sequence[Group], waiting: set[str], as_of: datetime) -> Change:
    causes, explained = [each for group in together for each in group.causes], _explained(together)
    cause = next((each for each in causes if each.id == incident.cause), causes[0])
    explained = (cause, *(each for each in explained if each is not cause))
    now = _about(incident, cause, explained, waiting)
    if incident.state == "resolved":
        back = replace(now, state="open", resolved=None)
        return Change(with_event(back, as_of, "reopened", _words(explained)), "reopened", explained)
    told = " ".join(each.text for each in incident.events)
    here = {incident.table, *(each.table for each in explained if each.id in incident.checks)}
    spread = sorted({each.table for each in explained} - here)
    fresh = (each for each in causes if each.grave and not each.sums_up and each.id not in incident.checks)
    more = dict.fromkeys(f"{each.subject} {each.rule}" for each in fresh)
    new = [words for words in more if f"{words} fails too" not in told][:_FEW]  # a check that flaps is told of once
    said = [f"the cause is {cause.subject}"] if (now.contract, now.table) != (incident.contract, incident.table) else []
    said += [f"its severity is {now.severity.value}"] if now.severity is not incident.severity else []
    said += [f"{words} fails too" for words in spread[:_FEW] or new] if not said else []
    if said:
        return Change(with_event(now, as_of, "updated", "; ".join(said)), "updated", explained)
    if now.cause != incident.cause or set(now.checks) != set(incident.checks) or passes(incident):
        return Change(with_event(now, as_of, "noted", _words(explained)), "noted", explained)
    return Change(incident, "", explained)


def _without_failures(incident: Incident, now: Standing, failing: frozenset[str], as_of: datetime) -> Change:
    rest = tuple(check for check in incident.checks if check not in failing)
    waiting = tuple(_waiting(incident, now, failing))
    if waiting == incident.checks:
        return Change(incident)
    if waiting:
        left = replace(incident, checks=waiting)
        return Change(with_event(left, as_of, "noted", f"of {len(waiting)} nobody knows whether it is over"), "noted")
    if rest and passes(incident, until=as_of) + 1 < passes_needed(incident):
        if incident.updated == as_of:
            return Change(incident)
        watched = replace(incident, checks=rest)
        return Change(with_event(watched, as_of, "passed", _reasons(incident, now)), "passed")
    over = with_event(incident, as_of, "resolved", _reasons(incident, now))
    return Change(replace(over, state="resolved", resolved=as_of, checks=rest), "resolved")


def _reasons(incident: Incident, now: Standing) -> str:
    return "; ".join(dict.fromkeys(now.verdict(check) or "it can be told again" for check in incident.checks))


def _joined(incident: Incident, into: Incident, as_of: datetime) -> Change:
    said = f"it is a part of incident {into.id}, whose cause explains it"
    over = replace(with_event(incident, as_of, "resolved", said), state="resolved", resolved=as_of, checks=())
    return Change(over, "resolved")


def _reminded(change: Change, as_of: datetime, after: timedelta) -> Change:
    """The same with a reminder when nobody was told anything of it for so long."""
    incident = change.incident
    told = max((each.at for each in incident.events if each.kind in TOLD), default=incident.detected)
    if change.event in (*TOLD, "resolved", "passed") or passes(incident) or as_of < told + after:
        return change
    lasts = f"open since {incident.opened:%Y-%m-%d %H:%M %Z}"
    return replace(change, incident=with_event(incident, as_of, "reminded", lasts), event="reminded")


def _about(incident: Incident, cause: Failure, explained: Sequence[Failure], waiting: set[str]) -> Incident:
    return replace(
        incident,
        cause=cause.id,
        contract=cause.contract,
        layer=cause.layer,
        owner=cause.owner,
        table=cause.table,
        column=cause.column,
        severity=_gravest(explained),
        checks=tuple(dict.fromkeys((*(each.id for each in explained), *sorted(waiting)))),
    )


def _explained(together: Sequence[Group]) -> tuple[Failure, ...]:
    return tuple(each for group in together for each in group.failures)


def _gravest(failures: Sequence[Failure]) -> Severity:
    return max((each.severity for each in failures), key=lambda severity: severity.rank)


def _words(explained: Sequence[Failure]) -> str:
    said, more = explained[0].message, len(explained) - 1
    if more:
        said = f"{said.rstrip('.')}; and {more:,} more {'failure' if more == 1 else 'failures'} with it"
    return f"{explained[0].subject} {explained[0].rule}: {said}"
