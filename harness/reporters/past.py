"""How a result stands to earlier ones, in words: new, failing for nine days, flapping."""

from collections.abc import Mapping
from datetime import timedelta

from harness.model.past import WINDOW, Streak, lasting
from harness.model.result import Outcome, Report, Result
from harness.reporters.words import plural, waiver_notes

_VERBS = {Outcome.FAIL: "failing", Outcome.ERROR: "undecided", Outcome.PASS: "passing", Outcome.SKIP: "skipped"}
_BEFORE = {
    Outcome.FAIL: "failed",
    Outcome.ERROR: "could not be told",
    Outcome.PASS: "passed",
    Outcome.SKIP: "was skipped",
}
_BRIEF = timedelta(minutes=1)
SIGNS = {Outcome.PASS: "✓", Outcome.FAIL: "✗", Outcome.ERROR: "?", Outcome.SKIP: "·"}
"""One run of a strip."""


def streak_in(report: Report, result: Result) -> Streak | None:
    """How it stands to the runs before; None when none of them judged it, or when it holds."""
    return report.streaks.get((result.id, result.outcome))


def stands(report: Report, result: Result) -> str:
    """`failing for 9 days (10 runs)`, `new: it passed in the run before`; "" when nothing is known, or it holds."""
    streak = streak_in(report, result)
    return words(streak, finding=not result.check) if streak else ""


def notes_of(report: Report) -> Mapping[str, tuple[str, ...]]:
    """By the id of what failed or could not be told: how it stands to earlier runs, and what a waiver says of it."""
    notes = {key: (note,) for key, note in waiver_notes(report.verdict).items()}
    for result in report.results if report.history else ():
        if said := stands(report, result):
            notes[result.id] = (said, *notes.get(result.id, ()))
    return notes


def words(streak: Streak, *, finding: bool = False) -> str:
    """The streak in one phrase; a `finding` of a rule is there or not, and has no clause that could pass."""
    flaps = f"; flapping: {streak.changes} changes in the last {WINDOW} runs" if streak.flapping else ""
    if streak.new and streak.before:
        before = "was not found" if finding and streak.before is Outcome.PASS else _BEFORE[streak.before]
        return f"new: it {before} in the run before{flaps}"
    if streak.lasted < _BRIEF:
        return f"{_VERBS[streak.outcome]} in the last {streak.runs:,} runs{flaps}"
    least, runs = "" if streak.whole else "at least ", plural(streak.runs, "run")
    return f"{_VERBS[streak.outcome]} for {least}{lasting(streak.lasted)} ({runs}){flaps}"
