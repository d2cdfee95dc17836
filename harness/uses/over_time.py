"""Service levels over time: what was expected, what came, and what is left of the budget. A stage of `audit`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from harness.evaluate import result_of, skipped, undecided
from harness.model.arrival import Source
from harness.model.audit import Arrival, Budget, Delivery, DeliveryState, SlaStatus
from harness.model.check import Check
from harness.model.errors import DocumentError
from harness.model.number import plain_number
from harness.model.past import is_hindsight
from harness.model.result import Outcome, Result
from harness.model.sla import canonical_sla, period_of
from harness.model.threshold import duration
from harness.plan.arrivals import source_of
from harness.runners.arrivals import Seen, arrivals
from harness.slo.budget import budget_of, in_window
from harness.slo.deliveries import Evidence, deliveries, partition_deliveries
from harness.slo.lengths import length_of
from harness.slo.observations import answered, audited, error_rate, reactions, throughput
from harness.slo.promise import DELIVERIES, Promise, promise_of
from harness.slo.schedule import every
from harness.slo.slots import Expected, expected
from harness.slo.terms import DEFAULT_OBJECTIVE, Window
from harness.slo.window import USUAL
from harness.uses.looking import FARTHEST, Looking, observations, since_of

_MOST = 50_000
"""Slots of one service level."""
COUNTED = "counted in audits"
NOTHING_CAME = "no incident in the window"
NOTHING_DUE = "nothing was due in the window"
APPEND_ONLY = "append-only"
"""A tag of a contract or table whose rows are never written again."""


@dataclass(frozen=True, slots=True)
class OverTime:
    """What the service levels came to."""

    statuses: tuple[SlaStatus, ...]
    decided: Mapping[str, Result]
    """Check id -> its Result, of those that nothing but time decides."""
    arrivals: tuple[tuple[tuple[str, str, str], Arrival], ...]
    """What is to be kept for later audits: contract, table and column, and the newest time in it."""


class _Found(NamedTuple):
    """What became of each slot, audit or incident of a window."""

    deliveries: tuple[Delivery, ...]
    note: str = ""
    """What limits the answer."""
    told: bool = True
    """Whether it is an answer when there are no deliveries: nothing was to come."""


def over_time(look: Looking) -> OverTime:
    """Judges every service level among the checks. Raises RecordError when the history does not answer."""
    statuses, decided = list[SlaStatus](), dict[str, Result]()
    for check in look.checks:
        if check.sla and canonical_sla(check.sla.property) and not check.problem:
            status, minimum = _status(look, check)
            statuses.append(status)
            if check.over_time:
                decided[check.id] = _result(check, status, minimum)
    return OverTime(tuple(statuses), decided, _newest(look))


def _status(look: Looking, check: Check) -> tuple[SlaStatus, int]:
    sla = check.sla
    assert sla is not None  # noqa: S101 - for the type checker: the caller looked
    contract, promise = check.contract, None
    try:
        promise = look.promised(promise_of(contract, sla, look.project.policy))
        found = _found(look, check, promise)
    except DocumentError as error:
        found = _Found((), error.message, told=False)
    window = (promise and promise.window) or Window(USUAL, length_of(USUAL))
    objective, minimum = (promise.objective, promise.minimum) if promise else (DEFAULT_OBJECTIVE, 1)
    budget = budget_of(found.deliveries, objective, window, look.as_of, minimum)
    if not found.deliveries and not found.told:
        budget = replace(budget, state="unknown")
    status = SlaStatus(
        contract=contract.id,
        version=contract.version,
        layer=contract.layer,
        owner=contract.owner,
        table=check.schema.name,
        property=canonical_sla(sla.property) or sla.property,
        element=check.element,
        budget=budget,
        deliveries=tuple(in_window(found.deliveries, window, look.as_of)),
        note=found.note,
        file=check.at.file,
        line=check.at.line,
    )
    return status, minimum


def _found(look: Looking, check: Check, promise: Promise) -> _Found:
    """What became of each slot, audit or incident of the window, and what limits the answer."""
    if promise.property in DELIVERIES and (promise.schedule or promise.property == "timeOfAvailability"):
        return _delivered(look, check, promise)
    if promise.property.startswith("timeTo"):
        return _reacted(look, check, promise)
    since = since_of(promise, look.as_of)
    if promise.property in ("availability", "errorRate"):
        return _Found(audited(_of_table(look, check, promise.property, since)))
    if promise.property == "throughput":
        return _grown(look, check, since)
    return _Found(audited([(at, outcome) for at, outcome, _ in _of_check(look, check, since)]), COUNTED)


def _delivered(look: Looking, check: Check, promise: Promise) -> _Found:
    promise = promise if promise.schedule else replace(promise, schedule=every(1, "d"))
    source = source_of(look.project, check)
    if isinstance(source, str):
        return _Found((), source, told=False)
    slots = _slots(promise, look.as_of)
    if not slots:
        return _Found((), NOTHING_DUE)
    since = slots[0].begins - 2 * slots[0].step
    seen = _seen(look, source, since, complete=promise.complete)
    note = f"the table did not answer: {seen.error}" if seen.error else ""
    begin = None if promise.since or seen.newest else _first_audit(look, check)
    if source.partition:
        zoned = {start.replace(tzinfo=promise.zone): at for start, at in seen.partitions.items()}
        current = promise.current
        found = partition_deliveries(slots, zoned, look.as_of, answered=not seen.error, current=current, begin=begin)
        return _Found(found, note, told=not note)
    evidence = Evidence(
        stamps=seen.stamps,
        seen=_looks(look, check, source, seen, since),
        answered=not seen.error,
        begin=begin,
        append_only=APPEND_ONLY in {*check.contract.tags, *check.schema.tags},
    )
    return _Found(deliveries(slots, evidence, look.as_of), note, told=not note)


def _first_audit(look: Looking, check: Check) -> datetime:
    """When an audit looked at the promise for the first time."""
    result = look.results.get(check.id)
    answers = look.history.answers([result.id] if result else [], before=look.as_of)
    return min((past.as_of for run in answers.values() for past in run.values()), default=look.as_of)


def _slots(promise: Promise, as_of: datetime) -> list[Expected]:
    """The slots of the window, and some more when it counts them: the first ones may lie before the first arrival."""
    window = promise.window
    assert window is not None  # noqa: S101 - for the type checker: it was promised
    if window.period:
        begin, back, found = window.period.before(as_of), timedelta(days=32), list[Expected]()
        # of a schedule of every minute, no more than there is room for
        while True:
            found = list(expected(promise, max(begin, as_of - back), as_of))
            if len(found) >= _MOST or as_of - back <= begin:
                break
            back *= 2
    else:
        back, found = timedelta(days=32), list[Expected]()
        while len(found) <= window.count and back < FARTHEST:
            found, back = list(expected(promise, as_of - back, as_of)), back * 2
    return found[-_MOST:]


def _seen(look: Looking, source: Source, since: datetime, *, complete: bool) -> Seen:
    session = look.sessions.get(source.server)
    if not session or not session.engine:
        return Seen(error=session.error if session else "no server holds it")
    if source.table not in session.catalog:
        return Seen(error=session.unreadable.get(source.table, "it is not there"))
    # of the longest window that is usual, so that one query serves all
    begin = min(since, look.as_of - timedelta(days=62))
    known = look.seen.get((source, begin, complete))
    if known is None:
        known = arrivals(session.engine, session.dialect, source, begin, complete=complete)
        look.seen[source, begin, complete] = known
    return known


def _looks(look: Looking, check: Check, source: Source, seen: Seen, since: datetime) -> tuple[Arrival, ...]:
    """What each run saw as the newest time: by its age, where some check measures it, else when it was first seen."""
    found = list(look.history.arrivals(check.contract.id, check.schema.name, source.name, since))
    found += [Arrival(seen.newest, look.as_of, look.run_id)] if seen.newest and not seen.error else []
    for each in look.checks:
        result = look.results.get(each.id)
        if (
            each.rule == "freshness"
            and each.schema is check.schema
            and result
            and each.path(each.columns[0]) == source.column
        ):
            for told in look.history.told(result.id, since):
                # what came since is left out of an age that is measured in hindsight, and with it what was there then
                late = is_hindsight(told.past.as_of, told.past.started, look.project.as_of)
                if told.past.value is not None and not late:
                    newest = told.past.as_of - timedelta(seconds=told.past.value)
                    found.append(Arrival(newest, told.past.as_of, told.past.run_id))
    return tuple(found)


def _newest(look: Looking) -> tuple[tuple[tuple[str, str, str], Arrival], ...]:
    """The newest time of every column that was asked for, for the audits to come."""
    found = dict[tuple[str, str, str], Arrival]()
    for check in look.checks:
        source = source_of(look.project, check) if check.sla else ""
        for (asked, *_), seen in look.seen.items() if isinstance(source, Source) else ():
            if asked == source and seen.newest and seen.newest <= look.as_of:
                key = (check.contract.id, check.schema.name, asked.name)
                found[key] = Arrival(seen.newest, look.as_of, look.run_id)
    return tuple(found.items())


def _of_check(look: Looking, check: Check, since: datetime) -> list[tuple[datetime, Outcome, float | None]]:
    """What each audit, and the present one, said of a check."""
    result = look.results.get(check.id)
    if not result:
        return []
    found = dict[datetime, tuple[Outcome, float | None]]()
    for at, said in observations(look, result.id, (), since):
        found[at] = (said[result.id].outcome, said[result.id].value) if said else (Outcome.ERROR, None)
    if not look.in_hindsight:
        found[look.as_of] = result.outcome, result.value
    found.setdefault(look.as_of, (Outcome.ERROR, None))
    return [(at, outcome, value) for at, (outcome, value) in found.items()]


def _of_table(look: Looking, check: Check, name: str, since: datetime) -> list[tuple[datetime, Outcome]]:
    """Whether the table was available, or had few enough failures, in each audit and in the present one."""
    own = [each for each in look.checks if each.schema is check.schema and each.id in look.results]
    measured = [look.results[each.id] for each in own if not each.over_time]
    ages = frozenset(look.results[each.id].id for each in own if each.rule == "freshness")
    judge = _Judge(frozenset(each.id for each in measured), ages, None if name == "availability" else _most(check))
    found = dict[datetime, Outcome]()
    for at, said in observations(look, look.results[check.id].id, judge.of, since, demanded=ages):
        found[at] = judge({key: past.outcome for key, past in said.items()}) if said else Outcome.ERROR
    if not look.in_hindsight:
        found[look.as_of] = judge({each.id: each.outcome for each in measured})
    found.setdefault(look.as_of, Outcome.ERROR)
    return list(found.items())


class _Judge(NamedTuple):
    """Judges the outcomes of a table's checks in one audit."""

    of: frozenset[str]
    ages: frozenset[str]
    most: float | None
    """The error rate that is allowed, in percent; None when it is about availability."""

    def __call__(self, outcomes: Mapping[str, Outcome]) -> Outcome:
        own = {key: outcome for key, outcome in outcomes.items() if key in self.of}
        if self.most is not None:
            return error_rate(own.values(), self.most)
        return answered(own.values(), (outcome for key, outcome in own.items() if key in self.ages))


def _most(check: Check) -> float:
    value = check.sla.value if check.sla else 0
    return float(plain_number(value.rstrip(" %")) if isinstance(value, str) else value)


def _grown(look: Looking, check: Check, since: datetime) -> _Found:
    counting = next((each for each in look.checks if each.schema is check.schema and each.rule == "rowCount"), None)
    if not counting or not check.sla:
        return _Found((), "no check counts the rows of the table: add a `rowCount` rule", told=False)
    counts = [(at, value) for at, outcome, value in _of_check(look, counting, since) if outcome is not Outcome.SKIP]
    try:
        return _Found(throughput(counts, float(duration(check.sla.value, "s")), check.sla.unit), COUNTED)
    except ValueError as error:
        return _Found((), str(error), told=False)


def _reacted(look: Looking, check: Check, promise: Promise) -> _Found:
    sla, since = check.sla, since_of(promise, look.as_of)
    assert sla is not None  # noqa: S101 - for the type checker: the caller looked
    own = [
        each
        for each in look.history.incidents()
        if each.contract == check.contract.id and since < each.opened <= look.as_of and each.detected <= look.as_of
    ]
    found = reactions(own, promise.property, period_of(sla.value, sla.unit), look.as_of)
    return _Found(found, "" if own else NOTHING_CAME)


def _result(check: Check, status: SlaStatus, minimum: int) -> Result:
    """What the service level came to, as the Result of its check."""
    budget = status.budget
    known = budget.expected - budget.unknown
    facts = {"expected": f">= {budget.objective:g} % over {budget.window}", "actual": said(budget)}
    if known:
        facts["value"] = 100 * budget.kept / known  # type: ignore[assignment]
    if not status.deliveries and status.note in (NOTHING_CAME, NOTHING_DUE):
        return skipped(replace(check, skip=status.note))
    match budget.state:
        case "unknown" if not status.deliveries:
            return undecided(check, status.note)
        case "unknown":
            return undecided(check, budget.told_unknown())
        case "too-few":
            return skipped(replace(check, skip=f"too few to tell: {known:,} of the {minimum:,} that it takes"))
        case "spent":
            return result_of(check, Outcome.FAIL, "the error budget is spent", **facts)
        case "burning":
            return result_of(check, Outcome.PASS, "kept, but the error budget is going faster than allowed", **facts)
        case _:
            return result_of(check, Outcome.PASS, "kept", **facts)


def said(budget: Budget) -> str:
    """How a budget stands: `93.3 % (28 of 30 kept, 1 late, 1 missed)`."""
    known = budget.expected - budget.unknown
    if not known:
        return f"nothing known of {budget.expected:,}" if budget.expected else "nothing was due"
    counts = [f"{budget.kept:,} of {known:,} kept"]
    counts += [
        f"{count:,} {state.value}"
        for state, count in (
            (DeliveryState.LATE, budget.late),
            (DeliveryState.MISSED, budget.missed),
            (DeliveryState.UNKNOWN, budget.unknown),
        )
        if count
    ]
    return f"{100 * budget.kept / known:.1f} % ({', '.join(counts)})"


def unsaid(statuses: Iterable[SlaStatus], checks: Sequence[Check]) -> tuple[SlaStatus, ...]:
    """The service levels whose budget is spent or unknown, without those whose own Result says so."""
    own = {(c.contract.id, c.at.line, c.element) for c in checks if c.over_time}
    return tuple(
        each
        for each in statuses
        if each.budget.state in ("spent", "unknown") and (each.contract, each.line, each.element) not in own
    )
