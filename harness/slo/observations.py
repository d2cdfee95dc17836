"""Service levels that are not about deliveries: each audit, or each incident, is what may be kept or missed."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise

from harness.model.audit import Delivery, DeliveryState, Incident, Slot
from harness.model.result import Outcome
from harness.model.sla import Period
from harness.model.threshold import duration

_PER = re.compile(r"(?:rows?|records?)?\s*(?:/|per)\s*([a-z]+)", re.ASCII)
_STATES = {Outcome.PASS: DeliveryState.KEPT, Outcome.FAIL: DeliveryState.MISSED, Outcome.ERROR: DeliveryState.UNKNOWN}


def audited(outcomes: Iterable[tuple[datetime, Outcome]]) -> tuple[Delivery, ...]:
    """One delivery for each audit that looked: it found the promise kept, broken, or could not tell."""
    return tuple(
        Delivery(Slot(at, at), at if outcome is Outcome.PASS else None, _STATES[outcome])
        for at, outcome in sorted(outcomes, key=lambda pair: pair[0])
        if outcome in _STATES
    )


def answered(outcomes: Iterable[Outcome], ages: Iterable[Outcome]) -> Outcome:
    """Whether a table was available to an audit: some check of it could be decided, and its data was not too old.

    ERROR when it answered, but nobody knows how old its data was; SKIP when the audit did not look at the table.
    """
    decided, told = set(outcomes), set(ages)
    if Outcome.FAIL in told:
        return Outcome.FAIL
    if decided & {Outcome.PASS, Outcome.FAIL}:
        return Outcome.ERROR if Outcome.ERROR in told else Outcome.PASS
    return Outcome.FAIL if Outcome.ERROR in decided else Outcome.SKIP


def error_rate(outcomes: Iterable[Outcome], most: float) -> Outcome:
    """Whether at most this percentage of a table's decided checks failed; ERROR when none was decided."""
    told = [each for each in outcomes if each is not Outcome.SKIP]
    failed, decided = told.count(Outcome.FAIL), len(told) - told.count(Outcome.ERROR)
    if not decided:
        return Outcome.ERROR if told else Outcome.SKIP
    return Outcome.PASS if 100 * failed <= most * decided else Outcome.FAIL


def throughput(counts: Iterable[tuple[datetime, float | None]], least: float, unit: str) -> tuple[Delivery, ...]:
    """One delivery for each audit but the first: whether the table grew by at least so many rows since the last count.

    One that could not count (None) is unknown.

    Raises ValueError for a unit that is none, such as `rows/d` or `rows per hour`.
    """
    found = _PER.fullmatch(unit.strip().lower())
    if not found:
        raise ValueError(f"{unit!r} is no unit of a throughput; write for example rows/d")
    seconds = float(duration(1, found[1]))
    of_all = sorted(counts, key=lambda pair: pair[0])
    told = [(at, count) for at, count in of_all if count is not None]
    outcomes = [
        (at, Outcome.PASS if (count - before) * seconds >= least * (at - then).total_seconds() else Outcome.FAIL)
        for (then, before), (at, count) in pairwise(told)
        if at > then
    ]
    return audited(outcomes + [(at, Outcome.ERROR) for at, count in of_all[1:] if count is None])


def reactions(incidents: Iterable[Incident], name: str, within: Period, as_of: datetime) -> tuple[Delivery, ...]:
    """One delivery for each incident: whether it was detected, notified or repaired in time.

    The time to detect runs from when it began, those to notify and to repair from when it was detected.
    """
    found = []
    for each in sorted(incidents, key=lambda incident: incident.opened):
        begin = each.opened if name == "timeToDetect" else each.detected
        repaired = each.resolved if each.state == "resolved" else None
        done = {"timeToDetect": each.detected, "timeToNotify": each.notified}.get(name, repaired)
        slot = Slot(begin, begin + timedelta(seconds=float(within.until(begin))))
        found.append(_reaction(slot, done, as_of))
    return tuple(found)


def _reaction(slot: Slot, done: datetime | None, as_of: datetime) -> Delivery:
    if done and done <= as_of:
        return Delivery(slot, done, DeliveryState.KEPT if done <= slot.deadline else DeliveryState.LATE)
    state = DeliveryState.PENDING if as_of <= slot.deadline else DeliveryState.MISSED
    return Delivery(slot, None, state)
