"""What the page shows of service levels over time and of incidents: numbers, words and the points of the charts.

`frontend/src/data.ts` has the types.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from harness.model.audit import Budget, BudgetState, Delivery, DeliveryState, Incident, SlaStatus
from harness.model.result import Report, Severity
from harness.model.threshold import quantity
from harness.reporters.levels import by_need, name_of
from harness.reporters.plain import plain

_LOOKS: dict[BudgetState, tuple[str, str, str, str]] = {
    "spent": ("blocks", "✗", "spent", "more went wrong than the objective allows"),
    "burning": ("warning", "!", "burning", "the budget goes faster than allowed, lately and over a longer time"),
    "unknown": ("undecided", "?", "unknown", "what is not known could have spent the budget"),
    "too-few": ("skipped", "·", "too few to tell", "not enough deliveries yet to judge"),
    "ok": ("passed", "✓", "ok", "within the budget"),
}
"""State -> its look, sign and word, and what it means."""
_LETTERS = {
    DeliveryState.KEPT: "k",
    DeliveryState.LATE: "l",
    DeliveryState.MISSED: "m",
    DeliveryState.UNKNOWN: "u",
    DeliveryState.PENDING: "p",
}
_MARKS = 120
"""The most that are drawn of a service level; of more deliveries, each mark is several."""
_WORST = tuple("mlupk")
_MOST_INCIDENTS, _MOST_EVENTS = 50, 30
_NAME, _LINE, _TEXT = 200, 400, 2_000


def levels(report: Report) -> list[dict[str, Any]]:
    """Every service level, what needs somebody first."""
    return [_level(each) for each in by_need(report)]


def incidents(report: Report) -> list[dict[str, Any]]:
    """The open ones first, then the latest."""
    found = sorted(report.incidents, key=lambda each: (each.state != "open", -each.detected.timestamp(), each.id))
    return [_incident(each, report.as_of) for each in found[:_MOST_INCIDENTS]]


def _level(sla: SlaStatus) -> dict[str, Any]:
    budget = sla.budget
    look, sign, word, about = _LOOKS[budget.state]
    marks, known = _marks(sla.deliveries), budget.expected - budget.unknown
    size = max(map(len, marks), default=1)
    several = f"each mark is {size} deliveries, drawn as the worst of them" if size > 1 else ""
    return {
        "name": name_of(sla),
        "layer": plain(sla.layer, _NAME),
        "table": plain(sla.table, _NAME),
        "owner": plain(sla.owner, _NAME),
        "place": plain(f"{sla.file}:{sla.line}" if sla.file else "", _LINE),
        "look": look,
        "sign": sign,
        "word": word,
        "about": about,
        "objective": f"{budget.objective:g} %",
        "window": plain(budget.window, 40),
        "now": f"{100 * budget.kept / known:.4g} %" if known and budget.state != "unknown" else "–",
        "left": _left(budget),
        "burn": " · ".join(_burns(budget)),
        "counts": ", ".join(_counts(budget)),
        "note": plain("; ".join(filter(None, (sla.note, several))), _LINE),
        "states": "".join(map(_state, marks)),
        "when": [_when(mark) for mark in marks],
        "curve": _curve(marks, budget),
        "from": _day(marks[0][0]) if marks else "",
        "to": _day(marks[-1][-1]) if marks else "",
    }


def _left(budget: Budget) -> str:
    return "–" if budget.left is None or budget.state == "too-few" else f"{100 * budget.left:,.0f} %"


def _burns(budget: Budget) -> Iterator[str]:
    """How fast the budget goes: as fast as allowed is 1."""
    if budget.burn_long:  # 0 of the last deliveries is no news
        yield f"{budget.burn_long:.1f} x"
        yield f"lately {budget.burn_short or 0:.1f} x"


def _counts(budget: Budget) -> Iterator[str]:
    yield f"{budget.kept:,} of {budget.expected:,} kept"
    for count, word in ((budget.late, "late"), (budget.missed, "missed"), (budget.unknown, "unknown")):
        if count:
            yield f"{count:,} {word}"


def _marks(deliveries: Sequence[Delivery]) -> list[Sequence[Delivery]]:
    """All deliveries of the window in groups of equal size, the last one perhaps smaller: a year fits into a card."""
    size = -(-len(deliveries) // _MARKS) or 1
    return [deliveries[start : start + size] for start in range(0, len(deliveries), size)]


def _day(delivery: Delivery) -> str:
    return f"{delivery.slot.due:%Y-%m-%d}"


def _state(mark: Sequence[Delivery]) -> str:
    letters = {_LETTERS[each.state] for each in mark}
    return next(letter for letter in _WORST if letter in letters)


def _when(mark: Sequence[Delivery]) -> str:
    if len(mark) == 1:
        arrived = f", arrived {_time(mark[0].arrived)}" if mark[0].arrived else ""
        return f"due {_time(mark[0].slot.due)}: {mark[0].state.value}{arrived}"
    counts = Counter(each.state for each in mark)
    told = ", ".join(f"{counts[state]} {state.value}" for state in DeliveryState if counts[state])
    return f"due {_time(mark[0].slot.due)} to {_time(mark[-1].slot.due)}: {told}"


def _curve(marks: Sequence[Sequence[Delivery]], budget: Budget) -> list[float]:
    """The share of the budget that was left after each mark of the window, from 1 down to -1 at the least.

    None of a budget of which too little is known.
    """
    if budget.left is None:
        return []
    bad, points, allowed = 0, [], budget.allowed
    for mark in marks:
        bad += sum(each.state in (DeliveryState.LATE, DeliveryState.MISSED) for each in mark)
        left = 1 - bad / allowed if allowed else (-1.0 if bad else 1.0)
        points.append(round(max(left, -1.0), 3))
    return points


def _incident(incident: Incident, now: datetime) -> dict[str, Any]:
    look = "passed" if incident.state == "resolved" else "blocks" if incident.severity is Severity.ERROR else "warning"
    subject = ".".join(filter(None, (incident.table, incident.column))) or incident.contract
    return {
        "id": plain(incident.id, 60),
        "subject": plain(subject, _NAME),
        "owner": plain(incident.owner, _NAME),
        "look": "undecided" if incident.kind == "unknown" and incident.state == "open" else look,
        "state": incident.state,
        "severity": incident.severity.value,
        "explains": len(incident.checks),
        "when": _lasted(incident, now),
        "times": list(_times(incident, now)),
        "events": [
            {"at": _time(event.at), "kind": plain(event.kind, 30), "text": plain(event.text, _TEXT)}
            for event in incident.events[-_MOST_EVENTS:]
        ],
    }


def _lasted(incident: Incident, now: datetime) -> str:
    """As in `2013-10-21, for 5 d`: what tells it from others of the same table."""
    end = incident.resolved or now
    return f"{incident.opened:%Y-%m-%d}, for {_long(end - incident.opened)}"


def _times(incident: Incident, now: datetime) -> Iterator[str]:
    yield f"began {_time(incident.opened)}"
    yield f"noticed after {_long(incident.to_detect)}"
    yield f"told after {_long(incident.to_notify)}" if incident.to_notify is not None else "nobody was told yet"
    if incident.to_repair is not None:
        yield f"repaired after {_long(incident.to_repair)}"
    else:
        yield f"open for {_long(now - incident.detected)}"


def _long(length: timedelta) -> str:
    return quantity(max(int(length.total_seconds()), 0), "seconds")


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"
