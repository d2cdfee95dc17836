"""The strip of each result: what became of it in the last runs, all strips over the same runs."""

from collections.abc import Mapping, Sequence
from itertools import product

from harness.model.past import Past
from harness.model.result import Outcome, Report, Result, Severity
from harness.reporters.summary import Standing

_NUMBERS = {standing: str(number) for number, standing in enumerate(Standing)}
_FAILED = {Severity.ERROR: Standing.BLOCKS, Severity.WARNING: Standing.WARNING, Severity.INFO: Standing.INFO}
_OTHERS = {Outcome.PASS: Standing.PASSED, Outcome.ERROR: Standing.UNDECIDED, Outcome.SKIP: Standing.SKIPPED}
_MOST = 20
_NOTHING = "."
"""The run did not look at it."""


def strips(report: Report, found: Sequence[tuple[Standing, Result]]) -> tuple[list[str], list[str]]:
    """When each run was, oldest first and this one last, and of each result the number of its standing in each run."""
    if not report.history:
        return [], [""] * len(found)
    one_of_each = {past.run_id: past for each in report.history.values() for past in each}
    runs = sorted(one_of_each.values(), key=lambda past: (past.as_of, past.started, past.run_id))[-_MOST:]
    place = {run.run_id: number for number, run in enumerate(runs)}
    still = len({run.as_of for run in runs}) == 1
    times = [run.started if still else run.as_of for run in runs] + [report.started if still else report.as_of]
    drawn = [_strip(report.history.get(result.id, ()), standing, place) for standing, result in found]
    return [f"{time:%Y-%m-%d %H:%M}" for time in times], drawn


def _strip(past: Sequence[Past], standing: Standing, place: Mapping[str, int]) -> str:
    if not past:
        return ""
    signs = [_NOTHING] * len(place)
    for each in past:
        if (number := place.get(each.run_id)) is not None:
            signs[number] = _SIGNS[each.outcome, each.severity, each.waived]
    return "".join(signs) + _NUMBERS[standing]


def _standing(outcome: Outcome, severity: Severity, waived: bool) -> Standing:
    if outcome is not Outcome.FAIL:
        return _OTHERS[outcome]
    return Standing.WAIVED if waived else _FAILED[severity]


_SIGNS = {key: _NUMBERS[_standing(*key)] for key in product(Outcome, Severity, (False, True))}
