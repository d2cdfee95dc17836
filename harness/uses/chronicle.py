"""What `harness history` asks: of one check every run, of all the last runs and what they left open."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from harness.history.journal import LAST
from harness.model.errors import RecordError, UsageError
from harness.model.past import Look, Past, Run, with_absent
from harness.model.project import Project
from harness.model.trend import Chronicle, Known, Told, Trend
from harness.uses.history import Say, fold, open_database, opened
from harness.uses.identity import identity_of

if TYPE_CHECKING:
    from harness.history.store import History


def chronicle_of(project: Project, asked: str, since: datetime | None, last: int) -> tuple[Chronicle, str]:
    """What the history says, and why runs are missing in it, or "".

    Raises UsageError when no run judged what is asked for, RecordError when the history cannot be read.
    """
    said = list[str]()
    try:
        history = opened(project, said.append)
    except RecordError as error:
        # what was folded in earlier can be read where nothing can be written
        history = open_database(project)
        said.append(f"runs may be missing: {error}")
    with history:
        runs = history.runs(since=since, last=last)
        known = history.known(asked or "*")
        looks = history.looks()
        findings = {each.result_id: _of_finding(history, each, since, looks) for each in known if not each.check}
        if asked:
            trends = [Trend(each, tuple(_told(history, each, since, findings))) for each in known]
        else:
            past = history.past([each.result_id for each in known if each.check])
            past |= {key: tuple(each.past for each in told)[-LAST:] for key, told in findings.items()}
            trends = [Trend(each, _briefly(past.get(each.result_id, ()), runs)) for each in known]
        found = Chronicle(
            project=project.name,
            place=history.name,
            asked=asked,
            trends=tuple(trend for trend in trends if trend.told),
            runs=tuple(runs),
            count=history.count(),
        )
    if not found.count:
        raise UsageError("there are no earlier runs", hint="`harness verify` records each")
    if asked and not found.trends:
        raise UsageError(f"no run judged anything like {asked!r}", hint="as in a report: its id, or fct_*/*")
    return found, "; ".join(said)


def _told(
    history: "History", known: Known, since: datetime | None, findings: Mapping[str, Sequence[Told]]
) -> Sequence[Told]:
    return findings[known.result_id] if known.result_id in findings else history.told(known.result_id, since)


def _of_finding(history: "History", known: Known, since: datetime | None, looks: Iterable[Look]) -> list[Told]:
    """Every result of a finding, with the runs on all of the project that did not find it again."""
    told = history.told(known.result_id, since)
    if not told:
        return []
    commands = {each.command for each in told}
    able = {
        look.run_id: look
        for look in looks
        if look.as_of >= told[0].past.as_of and any(look.could_find(known.rule, each, "") for each in commands)
    }
    by_run = {each.past.run_id: each for each in told}
    every = with_absent([each.past for each in told], able.values(), len(told) + len(able))
    return [by_run.get(each.run_id) or Told(each, able[each.run_id].command, "", None, None, "", "") for each in every]


def prune(project: Project, now: datetime, keep: timedelta | None, say: Say) -> tuple[int, int]:
    """Deletes the runs that are older than `keep`, or than the project says; how many are gone and left."""
    with open_database(project) as history:
        fold(project, history, say)
        before = history.count()
        gone = history.prune(now - (keep or timedelta(seconds=project.history.keep)))
        return gone, before - gone


def adopt(project: Project, say: Say) -> int:
    """Makes the earlier audits under the project's name its own; how many there are."""
    with opened(project, say) as history:
        return history.adopt(identity_of(project))


def _briefly(past: tuple[Past, ...], runs: Sequence[Run]) -> tuple[Told, ...]:
    """Nothing of a check that the last runs do not know any more."""
    if not past or not runs or past[-1].as_of < runs[0].as_of:
        return ()
    return tuple(Told(each, "", "", None, None, "", "") for each in past)
