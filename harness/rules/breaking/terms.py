"""The terms of service levels that differ, of an entry or of the contract for all of its entries."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from harness.changes.part import Part
from harness.load.contract import sla_in
from harness.model.change import Effect
from harness.model.contract import SlaProperty
from harness.model.errors import DocumentError
from harness.model.sla import Period, canonical_sla, period_of
from harness.rules.breaking.customs import Custom, customs
from harness.rules.breaking.lawful import turned
from harness.rules.breaking.sla import change_of_span, defaults, span_of
from harness.rules.rule import Context
from harness.slo.calendar import Calendar
from harness.slo.promise import term_of
from harness.slo.terms import TERMS, Term, Window
from harness.slo.window import USUAL

_LENGTHS = ("latency", "freshness", "frequency")
"""Levels whose value bounds how late a delivery may be where no grace is said."""
_UTC = {"Etc/UTC": "UTC"}


@dataclass(frozen=True, slots=True)
class TermChange:
    """A term whose customProperty is another, and what that does to the promise."""

    custom: Custom
    effect: Effect


def term_changes(context: Context) -> Iterator[TermChange]:
    """Each, by what counts before and after: what an entry does not say its contract may, and the project."""
    for custom in customs(context.parts, "sla", "contract"):
        term, holder = TERMS.get(custom.name), custom.part.holder
        if term and holder and (holder.shape == "sla" or term.contract):
            yield TermChange(custom, _effect(custom.name, term, holder, context))


def _effect(name: str, term: Term, holder: Part, context: Context) -> Effect:
    entries = _entries(holder)
    sides = zip((context.previous, context.contract), entries, strict=True)
    try:
        before, after = (
            term_of(name, contract, entry, context.project.policy) if contract else None for contract, entry in sides
        )
    except DocumentError:
        return Effect.UNDETERMINED
    if name == "window" and None in (before, after):
        return _usual(before, after, term.more)
    if after is None:
        return Effect.UNDETERMINED if term.more is Effect.UNDETERMINED else Effect.LOOSENS
    if before is None:
        bound = _bound(entries[0]) if name == "grace" else None
        longer = bound is not None and _compared(bound, after, term.more) is Effect.LOOSENS
        return Effect.LOOSENS if longer else Effect.UNDETERMINED
    return _compared(before, after, term.more)


def _usual(before: Window | None, after: Window | None, more: Effect) -> Effect:
    """Where no window is said, it is the usual one, or longer where that holds too little."""
    usual = TERMS["window"].parse(USUAL)
    effect = _compared(before or usual, after or usual, more)
    certain = turned(more) if before is None else more
    return certain if effect in (certain, Effect.SAME) else Effect.UNDETERMINED


def _entries(holder: Part) -> tuple[SlaProperty | None, SlaProperty | None]:
    if holder.shape != "sla" or holder.before is None or holder.after is None:
        return None, None
    one, other = defaults(holder)
    return sla_in(holder.before, holder.file, one), sla_in(holder.after, holder.file, other)


def _bound(entry: SlaProperty | None) -> Period | None:
    """No delivery may be later than that where no grace is said; how much earlier is a matter of its schedule."""
    try:
        return period_of(entry.value, entry.unit) if entry and canonical_sla(entry.property) in _LENGTHS else None
    except (ValueError, OverflowError):
        return None


def _compared(before: Any, after: Any, more: Effect) -> Effect:
    match before, after:
        case Period(), Period():
            return change_of_span(span_of(before), span_of(after), more)
        case Window(period=Period() as one), Window(period=Period() as other):
            return change_of_span(span_of(one), span_of(other), more)
        case Window(), Window() if before.period or after.period:
            return Effect.BOTH
        case Window(), Window():
            return _ordered(before.count, after.count, more)
        case Calendar(), Calendar():
            fuller, emptier = _holds(after, before), _holds(before, after)
            same = Effect.SAME if fuller else turned(more)
            return same if emptier else more if fuller else Effect.BOTH
        case ZoneInfo(), ZoneInfo():
            return Effect.SAME if _UTC.get(before.key, before.key) == _UTC.get(after.key, after.key) else more
        case _:
            return _ordered(before, after, more)


def _ordered(before: Any, after: Any, more: Effect) -> Effect:
    return Effect.SAME if before == after else more if before < after else turned(more)


def _holds(one: Calendar, other: Calendar) -> bool:
    """Whether every day of the other is one of the first."""
    return (
        one.weekdays >= other.weekdays
        and set(one.holidays) <= set(other.holidays)
        and one.closed <= other.closed
        and (not one.only or (bool(other.only) and one.only >= other.only))
    )
