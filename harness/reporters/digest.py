"""Service levels and incidents in Markdown: the part of the report that a weekly mail is made of."""

from collections.abc import Iterator

from harness.model.audit import BudgetState, Incident, SlaStatus
from harness.model.result import Report
from harness.reporters.escape import code, prose
from harness.reporters.levels import by_need, name_of

_SIGNS: dict[BudgetState, str] = {
    "spent": "❌ spent",
    "burning": "⚠️ burning",
    "unknown": "❓ unknown",
    "too-few": "too few to tell",
    "ok": "✅ ok",
}
_ROWS, _INCIDENTS = 20, 10


def as_markdown(report: Report) -> str:
    """What needs somebody, the least budget first, then what is broken; "" for a run that knows of neither."""
    return "\n\n".join(filter(None, ("\n".join(_levels(report)), "\n".join(_incidents(report)))))


def _levels(report: Report) -> Iterator[str]:
    slas = by_need(report)
    if not slas:
        return
    yield f"### Service levels over time ({len(slas):,})\n"
    yield "| | Service level | Objective | Kept | Late | Missed | Budget left | Burn | Owner |"
    yield "|---|---|--:|--:|--:|--:|--:|--:|---|"
    yield from map(_level, slas[:_ROWS])
    if len(slas) > _ROWS:
        yield f"\n… and {len(slas) - _ROWS:,} more in the full report."


def _level(sla: SlaStatus) -> str:
    budget = sla.budget
    told = budget.left is not None and budget.state != "too-few"
    cells = (
        _SIGNS[budget.state],
        code(name_of(sla), 120),
        f"{budget.objective:g} % in {prose(budget.window, 40)}",
        f"{budget.kept:,} of {budget.expected:,}",
        f"{budget.late:,}" if budget.late else "",
        f"{budget.missed:,}" if budget.missed else "",
        f"{100 * budget.left:,.0f} %" if told and budget.left is not None else "–",
        f"{budget.burn_long:.1f} x" if told and budget.burn_long is not None else "",
        prose(sla.owner, 80),
    )
    return f"| {' | '.join(cells)} |"


def _incidents(report: Report) -> Iterator[str]:
    still = [each for each in report.incidents if each.state == "open"]
    if not report.incidents:
        return
    yield f"### Incidents: {len(still):,} open, {len(report.incidents) - len(still):,} resolved\n"
    yield from map(_incident, still[:_INCIDENTS])
    if len(still) > _INCIDENTS:
        yield f"- … and {len(still) - _INCIDENTS:,} more open ones in the full report"


def _incident(incident: Incident) -> str:
    subject = ".".join(filter(None, (incident.table, incident.column))) or incident.contract
    since = f"{incident.opened:%Y-%m-%d %H:%M}"
    return (
        f"- {code(subject, 120)} since {since}, {incident.severity.value}, explains {len(incident.checks):,} "
        f"of the failures; {prose(incident.owner, 80) or 'nobody owns it'}"
    )
