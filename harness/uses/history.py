"""What runs remember: a verification writes a file of its own, and the database is opened only by those who must.

A run leaves its results in a journal on disk, for SQLAlchemy takes longer to import than a small run takes in all. The
journal is folded into the database by whoever opens that: an audit, `harness history`, and now and then a verification.
A project that names its history gets it at once, for the disk of a CI job is gone after it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from harness.history.journal import LAST, Journal, Kind
from harness.history.record import Record, record_of
from harness.model.errors import RecordError
from harness.model.past import Look, Past, with_absent
from harness.model.project import Project
from harness.model.result import Report

if TYPE_CHECKING:
    from harness.history.store import History

Say = Callable[[str], None]
"""Tells people what they should know."""
FOLDER, FILE = "history", "history.db"
"""The journal and the database in the project's folder of reports."""
_OFTEN = 25
"""Runs that may wait for the database before a verification folds them in, for which it should not pause long."""
_BATCH = 25
"""Runs in one transaction, which are in memory with all of their results."""


class Earlier(NamedTuple):
    """What the last runs found."""

    past: Mapping[str, tuple[Past, ...]]
    looks: Sequence[Look]
    problem: str = ""
    """Why there are none, or ""."""


def earlier_runs(project: Project, as_of: datetime) -> Earlier:
    """The last runs at or before `as_of`, as the journal has them; a database is asked by those who know what for."""
    try:
        return Earlier({}, ()) if project.history.url else Earlier(*journal_of(project).past(project.name, as_of))
    except OSError as error:
        return Earlier({}, (), f"no earlier runs are shown: {error}")


def with_past(project: Project, report: Report, earlier: Earlier, selection: str = "") -> tuple[Report, str]:
    """The report with the earlier results of what it holds, and why there are none, or "".

    `selection` is what the run was narrowed to.
    """
    if not project.history.url:
        return _with_past(report, earlier, selection), earlier.problem
    try:
        with open_database(project) as history:
            return past_in(history, report, selection), ""
    except RecordError as error:
        return report, f"no earlier runs are shown: {error}"


def past_in(history: "History", report: Report, selection: str) -> Report:
    """The report with the earlier results that the database has of what it holds. Raises RecordError."""
    past = history.past({result.id for result in report.results}, before=report.as_of)
    return _with_past(report, Earlier(past, history.looks(3 * LAST, report.as_of)), selection)


def _with_past(report: Report, earlier: Earlier, selection: str) -> Report:
    able: dict[str, list[Look]] = {}
    found = dict[str, tuple[Past, ...]]()
    for result in report.results:
        told = earlier.past.get(result.id, ())
        if not result.check:
            if result.rule not in able:
                able[result.rule] = [
                    each for each in earlier.looks if each.could_find(result.rule, report.command, selection)
                ]
            told = with_absent(told, able[result.rule], LAST)
        if told:
            found[result.id] = told
    return replace(report, history=found)


def keep(project: Project, report: Report, *, selection: str = "", lost: str = "") -> str:
    """Records a verification, of which nothing is lost once this returns ""; else why it could not.

    `selection` is what it was narrowed to, `lost` why the history could not be read before: then the database is not
    asked again, and the run waits for it.
    """
    return keep_record(project, record_of(report, selection=selection), "part" if selection else "whole", lost)


def note_attempt(project: Project, report: Report, *, narrowed: bool) -> str:
    """Records an attempt that is not the last, or what came of its fix; "" or why it could not.

    It waits for the database, so that it can be written anew until its run is over.
    """
    journal, (told, _) = journal_of(project), with_past(project, report, earlier_runs(project, report.as_of))
    try:
        journal.keep(record_of(told), "part" if narrowed else "whole")
    except OSError as error:
        return f"an attempt is not in the history: {journal.folder} cannot be written: {error.strerror or error}"
    return ""


def keep_record(project: Project, record: Record, kind: Kind, lost: str = "") -> str:
    """The same of what is recorded of any run."""
    journal, said = journal_of(project), list[str]()
    try:
        journal.keep(record, kind)
    except OSError as error:
        return f"this run is not in the history: {journal.folder} cannot be written: {error.strerror or error}"
    try:
        if not lost and (project.history.url or len(journal.pending()) >= _OFTEN):
            with opened(project, said.append) as history:
                prune(project, history, record.run.finished)
    except (OSError, RecordError) as error:
        lost = str(error)
    said += [f"this run waits in {journal.folder}: {lost}"] if lost else []
    return "; ".join(said)


def opened(project: Project, say: Say) -> "History":
    """The history with every run that waited for it. Raises RecordError."""
    history = open_database(project)
    with ExitStack() as unless_ready:
        unless_ready.callback(history.close)
        fold(project, history, say)
        unless_ready.pop_all()
    return history


def prune(project: Project, history: "History", now: datetime) -> None:
    """Deletes what is too old by the real clock, `now`, or by that of a project whose clock stands still."""
    history.prune(min(now, project.as_of or now) - timedelta(seconds=project.history.keep))


def open_database(project: Project) -> "History":
    """The history as it is. Raises RecordError."""
    try:
        from harness.history.store import open_history
    except ModuleNotFoundError as error:
        hint = 'pip install "contract-harness[history]"'
        raise RecordError(f"the history of runs needs {error.name}", hint=hint) from None
    where = project.history.url or str(Path(project.reports_dir) / FILE)
    return open_history(where if "://" in where else project.root / where, project.name)


def fold(project: Project, history: "History", say: Say) -> None:
    """Puts the runs that wait into the database, each once, however often this is killed. Raises RecordError.

    What is no run is set aside, and said.
    """
    journal = journal_of(project)
    try:
        names = journal.pending()
        for start in range(0, len(names), _BATCH):
            records = dict(_read(journal, names[start : start + _BATCH], say))
            history.add(records.values())
            journal.settle(records)
    except OSError as error:
        raise RecordError(f"the runs in {journal.folder} cannot be folded in: {error.strerror or error}") from None


def journal_of(project: Project) -> Journal:
    """Where the runs of the project wait; it outlives every folder of reports."""
    return Journal(project.root / project.reports_dir / FOLDER)


def _read(journal: Journal, names: Iterable[str], say: Say) -> Iterable[tuple[str, Record]]:
    for name in names:
        try:
            yield name, journal.read(name)
        except FileNotFoundError:
            continue  # another process has folded it in
        except ValueError as error:
            say(f"{journal.refuse(name)} is no run that can be read ({error}), and is in no history")
