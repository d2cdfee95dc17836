"""What stands against a promise just now: failed clauses, service levels that are not kept, what cannot be told."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from itertools import takewhile
from typing import Literal

from harness.model.audit import Delivery, DeliveryState, SlaStatus
from harness.model.past import Past
from harness.model.result import Dimension, Outcome, Report, Result, Severity, fingerprint


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One thing that fails, or that could not be told for some runs in a row."""

    id: str
    """Of the Result, or of the service level over time."""
    unknown: bool = False
    rule: str
    contract: str = ""
    layer: str = ""
    owner: str = ""
    table: str = ""
    column: str = ""
    """"" when the rows as such are what fails: which there are, how many, how old."""
    severity: Severity
    since: datetime
    message: str = ""
    expected: str = ""
    actual: str = ""
    place: str = ""
    """File and line of the clause."""
    check: str = ""
    sums_up: bool = False
    """Whether it says no more than that there were too many of what others say one by one."""

    @property
    def grave(self) -> bool:
        """Whether its severity is `error`."""
        return self.severity is Severity.ERROR

    @property
    def subject(self) -> str:
        """The column or table, or what comes nearest."""
        return ".".join(filter(None, (self.table, self.column))) or self.contract or self.rule


@dataclass(frozen=True)
class Standing:
    """How everything stands that a run looked at."""

    failures: tuple[Failure, ...]
    over: Mapping[str, str]
    """Id of what does not fail -> why: it holds, it is waived."""
    undecided: frozenset[str]
    """Ids of what was met, and of which nothing is known."""
    whole: bool
    """Whether all was looked at, so that what was not met at all is there no more."""
    findings: frozenset[str] = frozenset()
    """Ids of what no clause promises: it was found, or it was not."""

    def verdict(self, check: str) -> str | None:
        """Why this does not fail any more; None when it fails, or when nobody knows."""
        if self.whole and check not in self._met:
            return "it was not found again" if check in self.findings else "it is promised no more"
        return self.over.get(check)

    @cached_property
    def _met(self) -> frozenset[str]:
        return self.undecided.union(self.over, (each.id for each in self.failures))


def standing(report: Report, *, unknown_after: int = 2, whole: bool = True, findings: Collection[str] = ()) -> Standing:
    """The standing after a run.

    `findings` are the rules whose findings are about data (drift): of these, only what is worth a warning counts. Those
    of others are about documents, which are the gate's affair and no incidents. What could not be told, whoever says
    so, is a failure from `unknown_after` runs in a row on. A `whole` report holds every service level over time.
    """
    # that a finding is not there says only that it does not hold if its rule could look
    whole = whole and not any(_unseen(each, findings) for each in report.results)
    waived = frozenset(report.verdict.waived)
    levels = {(each.contract, each.table, each.property): each for each in report.slas}
    failures: dict[str, Failure] = {}
    over: dict[str, str] = {}
    undecided: set[str] = set()
    for result in sorted(report.results, key=_gravity):  # of results with one id the gravest comes last, and counts
        failures.pop(result.id, None)
        over.pop(result.id, None)
        undecided.discard(result.id)
        if _is_of_budget(result, levels.get((result.contract, result.table, result.rule))):
            over[result.id] = "it is a matter of its budget"
            continue
        of_data = result.check or (result.rule in findings and result.severity is not Severity.INFO)
        fails = result.outcome is Outcome.FAIL and of_data and result.id not in waived
        if fails or (result.outcome is Outcome.ERROR and _in_a_row(result, report) >= unknown_after):
            failures[result.id] = failed(result, report)
        elif result.outcome in (Outcome.ERROR, Outcome.SKIP):
            undecided.add(result.id)
        else:
            over[result.id] = "it is waived" if result.id in waived else "it holds"
    for sla in report.slas:
        for rule, judge in _OF_SLA.items():
            if sla.property not in _CONCERNS.get(rule, (sla.property,)) or sla.property in _OF_INCIDENTS:
                continue
            key = fingerprint("sla", rule, sla.contract, sla.table, sla.property, sla.element)
            found = judge(sla)
            if found is None:
                undecided.add(key)
            elif found is False:
                over[key] = "it is kept"
            else:
                failures[key] = _broken(sla, rule, key, *found)
    return Standing(tuple(failures.values()), over, frozenset(undecided), whole)


def _unseen(result: Result, findings: Collection[str]) -> bool:
    return result.outcome is Outcome.ERROR and (result.rule in findings or not result.check)


def _is_of_budget(result: Result, sla: SlaStatus | None) -> bool:
    """Whether it says that a budget is spent, or may be: that stays so for long, whatever anybody mends.

    A service level that is measured has a query; what goes on just now is seen by its last delivery.
    """
    if sla is None or result.query:
        return False
    last = _settled(sla)[:1]
    known = bool(last) and last[0].state is not DeliveryState.UNKNOWN
    return result.outcome is Outcome.FAIL or (result.outcome is Outcome.ERROR and known)


def _gravity(result: Result) -> int:
    return (Outcome.SKIP, Outcome.PASS, Outcome.ERROR, Outcome.FAIL).index(result.outcome)


def failures_of(results: Iterable[Result], report: Report) -> list[Failure]:
    """The results as failures; of those of a table that could not be told for one reason, the first stands for all.

    A server that does not answer says the same of every clause, and to hold each against each takes very long.
    """
    found: dict[tuple[str, ...], Failure] = {}
    for result in results:
        told = result.outcome is not Outcome.ERROR
        key = (result.id,) if told else (result.contract, result.table, result.message)
        known = found.get(key)
        found[key] = replace(known, column="") if known else failed(result, report)
    return list(found.values())


def failed(result: Result, report: Report) -> Failure:
    """A result as a failure, whatever its outcome."""
    return Failure(
        id=result.id,
        unknown=result.outcome is Outcome.ERROR,
        rule=result.rule,
        contract=result.contract,
        layer=result.layer,
        owner=result.owner,
        table=result.table,
        # how old the newest row is says nothing of that row's column, and all of what did not come
        column="" if result.dimension is Dimension.FRESHNESS else result.column,
        severity=result.severity,
        since=min([report.as_of, *(each.since or each.as_of for each in _streak(result, report))]),
        message=result.message,
        expected=result.expected,
        actual=result.actual,
        place=f"{result.file}:{result.line}" if result.file else "",
        check=result.check,
    )


def _in_a_row(result: Result, report: Report) -> int:
    """Runs that could not tell, this one included."""
    return 1 + len(_streak(result, report))


def _streak(result: Result, report: Report) -> Sequence[Past]:
    """The last results with the same outcome, latest first."""
    past = [each for each in report.history.get(result.id, ()) if each.outcome is not Outcome.SKIP]
    return list(takewhile(lambda each: each.outcome is result.outcome and not each.waived, reversed(past)))


_Broken = tuple[Sequence[Delivery], str, str]
"""The deliveries that it is about, latest first; what is wrong; and what came in their place."""


def _missed(sla: SlaStatus) -> _Broken | Literal[False] | None:
    """One that came late is over: there is nothing left to repair, and the budget counts it."""
    settled = _settled(sla)
    if not settled or settled[0].state is DeliveryState.UNKNOWN:
        return None
    missed = list(takewhile(lambda each: each.state is DeliveryState.MISSED, settled))
    if not missed:
        return False
    arrived = next((each.arrived for each in settled if each.arrived), None)
    last = f"the last came at {arrived:%Y-%m-%d %H:%M %Z}" if arrived else "none is known to have come"
    count = f"{len(missed)} in a row did not come" if len(missed) > 1 else "it did not come"
    return missed, f"{sla.property}: a delivery was due by {missed[0].slot.deadline:%Y-%m-%d %H:%M %Z}; {count}", last


def _burning(sla: SlaStatus) -> _Broken | Literal[False] | None:
    budget = sla.budget
    settled = _settled(sla)
    if not settled or settled[0].state is DeliveryState.UNKNOWN:
        return None
    if budget.burn_long is None or budget.burn_short is None or min(budget.burn_long, budget.burn_short) <= 1:
        return False
    bad = list(takewhile(lambda each: each.state is not DeliveryState.KEPT, settled))
    if not bad:
        return False
    fast = f"{budget.burn_long:.1f} times as fast as {budget.objective:g} % over {budget.window} allow"
    of = f"of the last {budget.expected}, {budget.late} were late and {budget.missed} missed"
    return bad, f"{sla.property}: the error budget goes {fast}", of


_OF_SLA: dict[str, Callable[[SlaStatus], _Broken | Literal[False] | None]] = {
    "delivery-missed": _missed,
    "budget-burning": _burning,
}
"""What may be wrong with a service level over time; False when it is not, None when nobody knows."""
_CONCERNS = {"delivery-missed": ("latency", "freshness", "frequency", "timeOfAvailability")}
"""The service levels of deliveries; the deliveries of others are audits, whose own failures say more."""
_OF_INCIDENTS = ("timeToDetect", "timeToNotify", "timeToRepair")
"""An incident that took too long is not another one."""


def _settled(sla: SlaStatus) -> list[Delivery]:
    """Latest first."""
    return [each for each in reversed(sla.deliveries) if each.state is not DeliveryState.PENDING]


def _broken(sla: SlaStatus, rule: str, key: str, bad: Sequence[Delivery], said: str, actual: str) -> Failure:
    return Failure(
        id=key,
        rule=rule,
        contract=sla.contract,
        layer=sla.layer,
        owner=sla.owner,
        table=sla.table,
        severity=Severity.ERROR,
        since=bad[-1].slot.deadline,
        message=said,
        expected=f"{sla.budget.objective:g} % of deliveries in time",
        actual=actual,
        place=f"{sla.file}:{sla.line}" if sla.file else "",
        sums_up=rule == "budget-burning",
    )
