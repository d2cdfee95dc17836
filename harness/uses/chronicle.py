"""What `harness history` asks: of one check every run, of all the last runs and what they left open."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from harness.model.errors import RecordError, UsageError
from harness.model.past import Past, Run
from harness.model.project import Project
from harness.model.trend import Chronicle, Told, Trend
from harness.uses.history import fold, open_database, opened
from harness.uses.identity import identity_of


def chronicle_of(project: Project, asked: str, since: datetime | None, last: int) -> tuple[Chronicle, str]:
    """What the history says, and why runs are missing in it, or "".

    Raises UsageError when no run judged what is asked for, RecordError when the history cannot be read.
    """
    try:
        history, problem = opened(project), ""
    except RecordError as error:
        # what was folded in earlier can be read where nothing can be written
        history, problem = open_database(project), f"runs may be missing: {error}"
    with history:
        runs = history.runs(since=since, last=last)
        known = history.known(asked or "*")
        if asked:
            trends = [Trend(each, tuple(history.told(each.result_id, since))) for each in known]
        else:
            past = history.past([each.result_id for each in known])
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
    return found, problem


def prune(project: Project, now: datetime, keep: timedelta | None) -> tuple[int, int]:
    """Deletes the runs that are older than `keep`, or than the project says; how many are gone and left."""
    with open_database(project) as history:
        fold(project, history)
        before = history.count()
        gone = history.prune(now - (keep or timedelta(seconds=project.history.keep)))
        return gone, before - gone


def adopt(project: Project) -> int:
    """Makes the earlier audits under the project's name its own; how many there are."""
    with opened(project) as history:
        return history.adopt(identity_of(project))


def _briefly(past: tuple[Past, ...], runs: Sequence[Run]) -> tuple[Told, ...]:
    """Nothing of a check that the last runs do not know any more."""
    if not past or not runs or past[-1].as_of < runs[0].as_of:
        return ()
    return tuple(Told(each, "", "", None, None, "", "") for each in past)
