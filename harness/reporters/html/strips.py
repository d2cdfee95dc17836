"""The strip of each result: what became of it in the last runs, all strips over the same runs."""

from collections.abc import Sequence
from datetime import datetime

from harness.model.past import Past
from harness.model.result import Outcome, Report, Result, Severity
from harness.reporters.summary import Standing

_ORDER = {standing: number for number, standing in enumerate(Standing)}
_FAILED = {Severity.ERROR: Standing.BLOCKS, Severity.WARNING: Standing.WARNING, Severity.INFO: Standing.INFO}
_OTHERS = {Outcome.PASS: Standing.PASSED, Outcome.ERROR: Standing.UNDECIDED, Outcome.SKIP: Standing.SKIPPED}
_MOST = 20
_NOTHING = "."
"""The run did not look at it."""


def strips(report: Report, found: Sequence[tuple[Standing, Result]]) -> tuple[list[str], list[str]]:
    """When each run was, oldest first and this one last, and of each result the number of its standing in each run."""
    if not report.history:
        return [], [""] * len(found)
    runs = sorted({_run(past) for each in report.history.values() for past in each})[-_MOST:]
    place = {run: number for number, run in enumerate(runs)}
    still = len({as_of for as_of, *_ in runs}) == 1
    times = [started if still else as_of for as_of, started, _ in runs] + [report.started if still else report.as_of]
    drawn = [_strip(report.history.get(result.id, ()), standing, place) for standing, result in found]
    return [f"{time:%Y-%m-%d %H:%M}" for time in times], drawn


def _strip(past: Sequence[Past], standing: Standing, place: dict[tuple[datetime, datetime, str], int]) -> str:
    if not past:
        return ""
    signs = [_NOTHING] * len(place)
    for each in past:
        if (number := place.get(_run(each))) is not None:
            signs[number] = str(_ORDER[_standing(each)])
    return "".join(signs) + str(_ORDER[standing])


def _run(past: Past) -> tuple[datetime, datetime, str]:
    return past.as_of, past.started, past.run_id


def _standing(past: Past) -> Standing:
    if past.outcome is not Outcome.FAIL:
        return _OTHERS[past.outcome]
    return Standing.WAIVED if past.waived else _FAILED[past.severity]
