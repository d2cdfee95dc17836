"""The strip of each result: what became of it in the last runs, all strips over the same runs."""

from collections.abc import Iterable, Sequence
from itertools import chain, product
from operator import attrgetter

from harness.model.past import Past
from harness.model.result import Outcome, Report, Result, Severity
from harness.reporters.summary import Standing

_NUMBERS = {standing: str(number) for number, standing in enumerate(Standing)}
_FAILED = {Severity.ERROR: Standing.BLOCKS, Severity.WARNING: Standing.WARNING, Severity.INFO: Standing.INFO}
_OTHERS = {Outcome.PASS: Standing.PASSED, Outcome.ERROR: Standing.UNDECIDED, Outcome.SKIP: Standing.SKIPPED}
_RUN, _LOOKS = attrgetter("run_id"), attrgetter("outcome", "severity", "waived")
_MOST = 20
_NOTHING = "."
"""The run did not look at it."""


def strips(report: Report, found: Sequence[tuple[Standing, Result]]) -> tuple[list[str], list[str]]:
    """When each run was, oldest first and this one last, and of each result the number of its standing in each run."""
    if not report.history:
        return [], [""] * len(found)
    every = list(chain.from_iterable(report.history.values()))
    one_of_each = dict(zip(map(_RUN, every), every, strict=True)).values()
    runs = sorted(one_of_each, key=lambda past: (past.as_of, past.started, past.run_id))[-_MOST:]
    still = len({run.as_of for run in runs}) == 1
    times = [run.started if still else run.as_of for run in runs] + [report.started if still else report.as_of]
    ids = [run.run_id for run in runs]
    drawn = [_strip(report.history.get(result.id, ()), standing, ids) for standing, result in found]
    return [f"{time:%Y-%m-%d %H:%M}" for time in times], drawn


def _strip(past: Sequence[Past], standing: Standing, runs: Sequence[str]) -> str:
    if not past:
        return ""
    looked = list(map(_RUN, past))
    signs: Iterable[str] = map(_SIGNS.__getitem__, map(_LOOKS, past))
    if looked != runs:
        by_run = dict(zip(looked, signs, strict=True))
        signs = (by_run.get(run, _NOTHING) for run in runs)
    return "".join(signs) + _NUMBERS[standing]


def _standing(outcome: Outcome, severity: Severity, waived: bool) -> Standing:
    if outcome is not Outcome.FAIL:
        return _OTHERS[outcome]
    return Standing.WAIVED if waived else _FAILED[severity]


_SIGNS = {key: _NUMBERS[_standing(*key)] for key in product(Outcome, Severity, (False, True))}
