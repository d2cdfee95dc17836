"""Service levels over time, as the readable reports and the JSON show them: what has the least left comes first."""

from typing import Any

from harness.model.audit import Budget, BudgetState, Delivery, DeliveryState, SlaStatus
from harness.model.result import Report
from harness.reporters.layout import Column, Page
from harness.reporters.plain import plain

_WORDS: dict[BudgetState, tuple[str, str]] = {
    "spent": ("✗ spent", "red"),
    "unknown": ("? unknown", "magenta"),
    "burning": ("! burning", "yellow"),
    "ok": ("✓ ok", "green"),
    "too-few": ("· too few", "dim"),
}
"""State -> how it is called, and its colour; the worst first."""
_TITLES = ("", "service level", "objective", "window", "kept", "late", "missed", "unknown", "budget left", "burn")
_FIXED = 5
_MOST = 50
_LAST = 30


def by_need(report: Report) -> list[SlaStatus]:
    """The worst state first, in it the least budget left."""
    order = list(_WORDS)
    return sorted(report.slas, key=lambda sla: (order.index(sla.budget.state), _left(sla.budget), name_of(sla)))


def draw(page: Page, report: Report) -> None:
    """The section of the text report; of counts, only those columns that hold any."""
    if not report.slas:
        return
    slas = by_need(report)
    rows = [_row(sla) for sla in slas[:_MOST]]
    kept = [number for number, title in enumerate(_TITLES) if number < _FIXED or any(row[number] for row in rows)]
    page.line()
    page.line(f"SERVICE LEVELS OVER TIME ({len(slas):,})", "bold")
    columns = [Column(_TITLES[number], right=number > 1, folds=number == 1) for number in kept]
    styles = [_WORDS[sla.budget.state][1] for sla in slas]
    page.grid(
        columns,
        [
            tuple(((row[number], "" if number else style),) for number in kept)
            for row, style in zip(rows, styles, strict=False)
        ],
        2,
    )
    if len(slas) > _MOST:
        page.line(f"… and more, {len(slas):,} in all; the JSON report holds every one")
    for sla in slas[:_MOST]:
        if sla.budget.state in ("spent", "burning", "unknown"):
            page.line(f"{_WORDS[sla.budget.state][0][0]} {name_of(sla)}  {strip(sla.deliveries)}".rstrip(), "dim")
            if sla.note:
                page.paragraph(plain(sla.note, 300), 4, "dim")


def name_of(sla: SlaStatus) -> str:
    """As in `fct_flights latency`, with the column where it names one."""
    return f"{plain(sla.element if '.' in sla.element else sla.table, 80)} {plain(sla.property, 40)}"


def strip(deliveries: tuple[Delivery, ...]) -> str:
    """The last deliveries, oldest first, a letter each: `·` kept, `L` late, `M` missed, `?` unknown, `…` pending."""
    letters = {
        DeliveryState.KEPT: "·",
        DeliveryState.LATE: "L",
        DeliveryState.MISSED: "M",
        DeliveryState.UNKNOWN: "?",
        DeliveryState.PENDING: "…",
    }
    return "".join(letters[each.state] for each in deliveries[-_LAST:])


def as_json(sla: SlaStatus) -> dict[str, Any]:
    """Every number of a service level, and its deliveries, oldest first."""
    budget = sla.budget
    return {
        "contract": sla.contract,
        "version": sla.version or None,
        "layer": sla.layer or None,
        "owner": sla.owner or None,
        "table": sla.table,
        "property": sla.property,
        "element": sla.element or None,
        "objective": budget.objective,
        "window": budget.window,
        "expected": budget.expected,
        "delivered": budget.delivered,
        "kept": budget.kept,
        "late": budget.late,
        "missed": budget.missed,
        "unknown": budget.unknown,
        "allowed": budget.allowed,
        "budget_left": budget.left,
        "burn_long": budget.burn_long,
        "burn_short": budget.burn_short,
        "state": budget.state,
        "note": sla.note or None,
        "file": sla.file or None,
        "line": sla.line or None,
        "deliveries": [
            {
                "due": each.slot.due.isoformat(),
                "deadline": each.slot.deadline.isoformat(),
                "arrived": each.arrived.isoformat() if each.arrived else None,
                "state": each.state.value,
            }
            for each in sla.deliveries
        ],
    }


def _left(budget: Budget) -> float:
    return budget.left if budget.left is not None else 1.0


def _row(sla: SlaStatus) -> tuple[str, ...]:
    budget = sla.budget
    few = budget.state in ("too-few", "unknown")
    return (
        _WORDS[budget.state][0],
        name_of(sla),
        f"{budget.objective:g} %",
        budget.window,
        f"{budget.kept:,} of {budget.expected:,}",
        f"{budget.late:,}" if budget.late else "",
        f"{budget.missed:,}" if budget.missed else "",
        f"{budget.unknown:,}" if budget.unknown else "",
        "" if few or budget.left is None else f"{100 * budget.left:,.0f} %",
        "" if few or not budget.burn_long else f"{budget.burn_long:.1f}x",
    )
