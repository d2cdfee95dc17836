"""The audit: what `verify` checks, and what the service levels come to over time, recorded for the audits to come."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from harness.model.check import Check
from harness.model.past import Run
from harness.model.project import Project
from harness.model.result import Report, Result, Severity, VerdictOutcome
from harness.rules import budgets
from harness.rules.rule import Context, apply
from harness.slo.schedule import cron_of, dues
from harness.uses.history import past_in
from harness.uses.identity import refuse_others
from harness.uses.looking import Looking
from harness.uses.observe import Session
from harness.uses.over_time import OverTime, over_time, unsaid
from harness.uses.progress import Progress
from harness.uses.selection import selection_of
from harness.uses.verify import verify

if TYPE_CHECKING:
    from harness.history.store import History

CATCH_UP = 100
"""The most slots that are made up for."""
_BACK = timedelta(days=400)


def audit(
    project: Project,
    history: "History",
    *,
    run_id: str,
    clock: Callable[[], datetime],
    as_of: datetime,
    slot: datetime | None = None,
    layers: Iterable[str] = (),
    select: Iterable[str] = (),
    fail_on: Severity | None = None,
    progress: Progress | None = None,
    settle: Callable[[Report], Report] = lambda report: report,
) -> Report:
    """One audit at the time `as_of`, recorded for its scheduled time if it has one.

    `settle` is what is done about the report before: an audit that is killed until then is done again.
    Raises RecordError when the history cannot be read or written, for an audit that nobody remembers is none, and when
    it is that of another project.
    """
    layers, select = tuple(layers), tuple(select)
    identity, made, found = refuse_others(project, history), clock(), list[OverTime]()

    def then(
        checks: Sequence[Check], sessions: Mapping[str, Session], results: list[Result], now: datetime
    ) -> list[Result]:
        by_check = {result.check: result for result in results}
        found.append(over_time(Looking(project, history, checks, sessions, by_check, now, run_id, made)))
        slas = unsaid(found[0].statuses, checks)
        findings = apply(budgets.RULES, Context(project=project, slas=slas))
        return [found[0].decided.get(result.check, result) for result in results] + findings

    report = verify(
        project,
        run_id=run_id,
        clock=clock,
        as_of=as_of,
        layers=layers,
        select=select,
        fail_on=fail_on,
        progress=progress,
        command="audit",
        now=project.as_of or made,
        then=then,
    )
    selection = selection_of(layers, select)
    report = past_in(history, replace(report, slas=found[0].statuses), selection)
    report = settle(report)
    earlier = history.slot_done(slot) if slot else None
    history.record(
        report,
        slot=slot,
        attempt=earlier.attempt + 1 if earlier else 1,
        selection=selection,
        identity=identity,
        arrivals=found[0].arrivals,
    )
    return report


def slots_of(project: Project, history: "History", now: datetime, *, catch_up: bool) -> list[datetime]:
    """The scheduled times that an audit is due for: the last one, and with `catch_up` all since the last that was done.

    None without a schedule of audits in `harness.yaml`, or before its first time.
    """
    if not project.audit.schedule:
        return []
    times = dues(cron_of(project.audit.schedule), ZoneInfo(project.audit.timezone), now - _BACK, now)
    every = [due.at for due in times]
    if not catch_up:
        return every[-1:]
    # what was looked at in hindsight once is not seen better the next time
    done = [
        run.slot
        for run in history.runs("audit")
        if run.slot and (run.outcome is not VerdictOutcome.UNDECIDED or run.in_hindsight(project.as_of))
    ]
    last = max((slot for slot in done if slot <= now), default=None)
    missing = [slot for slot in every if last and slot > last]
    return missing[-CATCH_UP:] or every[-1:]


def done(history: "History", slot: datetime) -> Run | None:
    """The audit that was done for the slot; one that could not tell is to be done again."""
    run = history.slot_done(slot)
    return run if run and run.outcome is not VerdictOutcome.UNDECIDED else None
