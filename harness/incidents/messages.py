"""What people are told of an incident: one message, that says all of it."""

import re
import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from harness.incidents.failures import Failure
from harness.incidents.inert import inert
from harness.incidents.ledger import Change
from harness.model.audit import Incident
from harness.model.dataset import Dataset
from harness.model.past import lasting, to_the_minute

MOST = 1900
"""Characters of a text; Discord takes no more than 2,000."""
_FEW = 5
_SAFE = re.compile(r"(?!.*//)[\w./:# -]{1,200}")
_RUNBOOK = re.compile(r"(?:https?://[\w.-]+(?::\d+)?/?)?[\w./%~#?=&+-]*", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a message says beside the incident itself."""

    project: str
    version: str = ""
    """Of the contract."""
    as_of: datetime
    downstream: tuple[Dataset, ...] = ()
    """Tables under contract that are made of the one that fails."""
    runbook: str = ""
    report: str = ""
    """Where people find the whole report."""


def message(change: Change, about: About) -> tuple[str, str]:
    """The title, one line, and the text; nothing of a contract's words is obeyed by a receiver."""
    incident = change.incident
    subject = ".".join(filter(None, (incident.table, incident.column))) or incident.contract or "the project"
    mark = "resolved" if change.event == "resolved" else _mark(change)
    title = f"[{mark}] {inert(subject, 80)}: {_headline(change)} ({inert(about.project, 40)})"
    lines = [*_what(change), *_when(change), *_who(incident, about), *_next(change, about)]
    text = "\n".join(lines)
    return title, text if len(text) <= MOST else f"{text[: MOST - 1].rstrip()}…"


def runbook_in(value: object) -> str:
    """The runbook that a contract names: an address of the web, or a path; "" for anything else."""
    return value if isinstance(value, str) and len(value) <= 300 and _RUNBOOK.fullmatch(value) else ""


def downstream(key: tuple[str, str], datasets: Sequence[Dataset]) -> tuple[Dataset, ...]:
    """Every table under contract that is made of the one of this contract and name, the nearest first."""
    into: dict[tuple[str, str], list[Dataset]] = {}
    for dataset in datasets:
        for source in dataset.sources:
            into.setdefault(source, []).append(dataset)
    found: dict[tuple[str, str], Dataset] = {}
    left = [key]
    for each in left:  # it grows while it is walked
        for dataset in into.get(each, ()):
            there = (dataset.contract, dataset.table)
            if there != key and there not in found:
                found[there] = dataset
                left.append(there)
    return tuple(found.values())


def _mark(change: Change) -> str:
    severity = change.incident.severity.value
    words = {"reminded": "still ", "reopened": "again ", "updated": "now "}
    return f"{words.get(change.event, '')}{severity}"


def _headline(change: Change) -> str:
    if change.event == "resolved":
        return inert(change.incident.events[-1].text, 80)
    first, more = change.failures[:1], len(change.failures) - 1
    what = "could not be told" if change.incident.kind == "unknown" else (first[0].rule if first else "fails")
    return inert(what, 60) + (f" and {more} more" if more > 0 else "")


def _what(change: Change) -> list[str]:
    event = next((each for each in reversed(change.incident.events) if each.kind == change.event), None)
    lines = [f"News: {inert(event.text)}"] if event and change.event in ("updated", "resolved") else []
    if change.failures:
        cause = change.failures[0]
        lines.append(f"What: {inert(cause.subject, 100)}, {inert(cause.rule, 60)}: {inert(cause.message)}")
        if cause.expected or cause.actual:
            lines.append(f"Expected: {inert(cause.expected, 100) or '-'}. Actual: {inert(cause.actual, 100) or '-'}")
        others = [f"{inert(each.subject, 80)} ({inert(each.rule, 40)})" for each in change.failures[1:]]
        lines += [f"With it: {_few(others)}"] if others else []
    return lines


def _when(change: Change) -> list[str]:
    incident = change.incident
    since = f"Since: {to_the_minute(incident.opened)}, noticed {to_the_minute(incident.detected)}"
    if incident.resolved:
        since += f", over {to_the_minute(incident.resolved)}, after {lasting(incident.resolved - incident.opened)}"
    again = sum(each.kind == "reopened" for each in incident.events)
    return [since + (f"; it was back {again} times" if again > 1 else "; it was back once" if again else "")]


def _who(incident: Incident, about: About) -> list[str]:
    contract = " ".join(filter(None, (inert(incident.contract, 80), inert(about.version, 20))))
    parts = (
        f"Owner: {inert(incident.owner, 80) or 'nobody named'}",
        incident.layer and f"layer {inert(incident.layer, 30)}",
    )
    lines = [", ".join(filter(None, (*parts, contract and f"contract {contract}")))]
    named = [
        f"{inert(each.table, 60)}{f' ({inert(each.owner, 40)})' if each.owner else ''}" for each in about.downstream
    ]
    return [*lines, f"Downstream: {_few(named)}" if named else "Downstream: no table under contract is known to be"]


def _next(change: Change, about: About) -> list[str]:
    lines = [f"Runbook: {about.runbook or 'none is written'}"]
    if change.failures:
        cause = change.failures[0]
        lines += [f"Clause: {inert(cause.place, 150)}"] if cause.place else []
        lines.append(f"Again: {_again(cause, about.as_of)}")
    lines += [f"Report: {about.report}"] if about.report else []
    return [*lines, f"Incident: {change.incident.id}"]


def _again(cause: Failure, as_of: datetime) -> str:
    """The command that measures it again."""
    # what a shell or a chat would not take as it stands is not offered to be pasted into one
    name = next((each for each in (cause.check, cause.table) if _SAFE.fullmatch(each)), "")
    select = f" --select {shlex.quote(name)}" if name else ""
    command = "verify" if cause.check else "audit"
    return f"harness {command}{select} --as-of {as_of.isoformat()}"


def _few(named: Iterable[str]) -> str:
    texts = list(named)
    more = f" and {len(texts) - _FEW} more" if len(texts) > _FEW else ""
    return ", ".join(texts[:_FEW]) + more
