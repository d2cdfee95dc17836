"""Service levels over time: what was expected, what came, and what is left of the budget. A stage of `audit`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from harness.evaluate import result_of, skipped, undecided
from harness.model.arrival import Source
from harness.model.audit import Arrival, Budget, Delivery, DeliveryState, SlaStatus
from harness.model.check import Check
from harness.model.errors import DocumentError
from harness.model.project import Project
from harness.model.result import Outcome, Result
from harness.model.sla import canonical_sla, period_of
from harness.plan.arrivals import LEVELS, source_of
from harness.plan.sla import OVER_TIME
from harness.runners.arrivals import Seen, arrivals
from harness.slo.budget import budget_of, in_window
from harness.slo.deliveries import Evidence, deliveries, partition_deliveries
from harness.slo.observations import answered, audited, error_rate, reactions, throughput
from harness.slo.promise import DEFAULT_WINDOW, Promise, Window, promise_of
from harness.slo.schedule import every
from harness.slo.slots import Expected, expected
from harness.uses.observe import Session

if TYPE_CHECKING:
    from harness.history.store import History

_FARTHEST = timedelta(days=1600)
"""How far back a window of so many deliveries is looked for."""
_MOST = 50_000
"""Slots of one service level."""
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


@dataclass(frozen=True)
class Looking:
    """All that a service level is judged by."""

    project: Project
    history: "History"
    checks: Sequence[Check]
    sessions: Mapping[str, Session]
    results: Mapping[str, Result]
    """By check id."""
    as_of: datetime
    run_id: str
    seen: dict[tuple[Source, datetime, bool], Seen] = field(default_factory=dict)
    """What a table was asked is not asked again."""


def over_time(look: Looking) -> OverTime:
    """Judges every service level among the checks. Raises RecordError when the history does not answer."""
    statuses, decided = list[SlaStatus](), dict[str, Result]()
    for check in look.checks:
        if check.sla and canonical_sla(check.sla.property) and not check.problem:
            status, minimum = _status(look, check)
            statuses.append(status)
            if check.skip.endswith(OVER_TIME):
                decided[check.id] = _result(check, status, minimum)
    return OverTime(tuple(statuses), decided, _newest(look))


def _status(look: Looking, check: Check) -> tuple[SlaStatus, int]:
    sla = check.sla
    assert sla is not None  # noqa: S101 - for the type checker: the caller looked
    contract, note, found = check.contract, "", tuple[Delivery, ...]()
    try:
        promise = promise_of(contract, sla, look.project.policy)
        found, note = _deliveries(look, check, promise)
    except DocumentError as error:
        promise, note = None, error.message
    window = promise.window if promise else Window(DEFAULT_WINDOW, period_of(30, "d"))
    objective, minimum = (promise.objective, promise.minimum) if promise else (95.0, 1)
    budget = budget_of(found, objective, window, look.as_of, minimum)
    if not found and note and note not in (NOTHING_CAME, NOTHING_DUE):
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
        deliveries=tuple(in_window(found, window, look.as_of)),
        note=note,
        file=check.at.file,
        line=check.at.line,
    )
    return status, minimum


def _deliveries(look: Looking, check: Check, promise: Promise) -> tuple[tuple[Delivery, ...], str]:
    """What became of each slot, audit or incident of the window, and what limits the answer."""
    if promise.property in LEVELS and (promise.schedule or promise.property == "timeOfAvailability"):
        return _delivered(look, check, promise)
    if promise.property.startswith("timeTo"):
        return _reacted(look, check, promise)
    since = _since(promise, look.as_of)
    if promise.property in ("availability", "errorRate"):
        return audited(_of_table(look, check, promise.property, since)), ""
    if promise.property == "throughput":
        return _grown(look, check, since)
    return audited([(at, outcome) for at, outcome, _ in _of_check(look, check, since)]), "counted in audits"


def _delivered(look: Looking, check: Check, promise: Promise) -> tuple[tuple[Delivery, ...], str]:
    promise = promise if promise.schedule else replace(promise, schedule=every(1, "d"))
    source = source_of(look.project, check)
    if isinstance(source, str):
        return (), source
    slots = _slots(promise, look.as_of)
    if not slots:
        return (), NOTHING_DUE
    since = slots[0].begins - 2 * slots[0].step
    seen = _seen(look, source, since, complete=promise.complete)
    note = f"the table did not answer: {seen.error}" if seen.error else ""
    if source.partition:
        zoned = {start.replace(tzinfo=promise.zone): at for start, at in seen.partitions.items()}
        current = promise.current
        found = partition_deliveries(slots, zoned, look.as_of, answered=not seen.error, current=current)
        return found, note
    evidence = Evidence(stamps=seen.stamps, seen=_looks(look, check, source, seen, since), answered=not seen.error)
    tags = {*check.contract.tags, *check.schema.tags}
    evidence = replace(evidence, append_only=APPEND_ONLY in tags)
    return deliveries(slots, evidence, look.as_of), note


def _slots(promise: Promise, as_of: datetime) -> list[Expected]:
    """The slots of the window, and some more when it counts them: the first ones may lie before the first arrival."""
    if promise.window.period:
        found = list(expected(promise, promise.window.period.before(as_of), as_of))
    else:
        back, found = timedelta(days=32), list[Expected]()
        while len(found) <= promise.window.count and back < _FARTHEST:
            found, back = list(expected(promise, as_of - back, as_of)), back * 2
    return found[-_MOST:]


def _since(promise: Promise, as_of: datetime) -> datetime:
    return promise.window.period.before(as_of) if promise.window.period else as_of - _FARTHEST


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
                if told.past.value is not None:
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
    told = [
        each.past
        for each in look.history.told(result.id, since)
        if each.command == "audit" and each.past.as_of < look.as_of
    ]
    # an audit that was repeated counts once, as it ended
    last = {past.as_of: (past.as_of, past.outcome, past.value) for past in told}
    return [*last.values(), (look.as_of, result.outcome, result.value)]


def _of_table(look: Looking, check: Check, name: str, since: datetime) -> list[tuple[datetime, Outcome]]:
    """Whether the table was available, or had few enough failures, in each audit and in the present one."""
    own = [each for each in look.checks if each.schema is check.schema and each.id in look.results]
    own = [each for each in own if not each.skip.endswith(OVER_TIME)]
    ages = frozenset(look.results[each.id].id for each in own if each.rule == "freshness")
    ids = [look.results[each.id].id for each in own]
    runs = {run.run_id: run for run in look.history.runs("audit", since) if run.as_of < look.as_of}
    told: dict[str, dict[str, Outcome]] = {run_id: {} for run_id in runs}
    for result_id, pasts in look.history.past(ids, last=len(runs) + 1, before=look.as_of).items():
        for past in pasts:
            if past.run_id in told:
                told[past.run_id][result_id] = past.outcome
    said = {run.as_of: told[run_id] for run_id, run in runs.items()}
    said[look.as_of] = {look.results[each.id].id: look.results[each.id].outcome for each in own}
    judge = partial(_available, ages) if name == "availability" else partial(_few_errors, check)
    return [(at, judge(outcomes)) for at, outcomes in said.items()]


def _available(ages: frozenset[str], outcomes: Mapping[str, Outcome]) -> Outcome:
    return answered(outcomes.values(), (outcome for key, outcome in outcomes.items() if key in ages))


def _few_errors(check: Check, outcomes: Mapping[str, Outcome]) -> Outcome:
    value = check.sla.value if check.sla else 0
    return error_rate(outcomes.values(), float(value.rstrip(" %") if isinstance(value, str) else value))


def _grown(look: Looking, check: Check, since: datetime) -> tuple[tuple[Delivery, ...], str]:
    counting = next((each for each in look.checks if each.schema is check.schema and each.rule == "rowCount"), None)
    if not counting or not check.sla:
        return (), "no check counts the rows of the table: add a `rowCount` rule"
    counts = [(at, value) for at, _, value in _of_check(look, counting, since)]
    try:
        return throughput(counts, float(check.sla.value), check.sla.unit), "counted in audits"
    except ValueError as error:
        return (), str(error)


def _reacted(look: Looking, check: Check, promise: Promise) -> tuple[tuple[Delivery, ...], str]:
    sla, since = check.sla, _since(promise, look.as_of)
    assert sla is not None  # noqa: S101 - for the type checker: the caller looked
    own = [
        each
        for each in look.history.incidents()
        if each.contract == check.contract.id and since < each.opened <= look.as_of and each.detected <= look.as_of
    ]
    found = reactions(own, promise.property, period_of(sla.value, sla.unit), look.as_of)
    return found, "" if own else NOTHING_CAME


def _result(check: Check, status: SlaStatus, minimum: int) -> Result:
    """What the service level came to, as the Result of its check."""
    budget = status.budget
    known = budget.expected - budget.unknown
    facts = {"expected": f">= {budget.objective:g} % over {budget.window}", "actual": said(budget)}
    if known:
        facts["value"] = 100 * budget.kept / known  # type: ignore[assignment]
    if not status.deliveries and status.note:
        return skipped(replace(check, skip=status.note))
    match budget.state:
        case "unknown":
            return undecided(check, f"of {budget.expected:,} deliveries {budget.unknown:,} are unknown")
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


def spent(statuses: Iterable[SlaStatus], checks: Sequence[Check]) -> tuple[SlaStatus, ...]:
    """The service levels whose budget is spent, without those whose own Result says so."""
    own = {(c.contract.id, c.at.line, c.element) for c in checks if c.sla and c.skip.endswith(OVER_TIME)}
    return tuple(
        each
        for each in statuses
        if each.budget.state == "spent" and (each.contract, each.line, each.element) not in own
    )
