"""What the readable reports have in common: how a result stands with the gate, in which order, how counted."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from harness.model.project import LAYERS
from harness.model.result import (
    Coverage,
    Dimension,
    Outcome,
    Report,
    Result,
    Severity,
    Verdict,
    Word,
    coverage_of,
)
from harness.reporters.plain import plain


class Standing(Word):
    """How a result stands with the gate, worst first."""

    BLOCKS = "blocks"
    UNDECIDED = "could not tell"
    WARNING = "warning"
    WAIVED = "waived"
    INFO = "info"
    PASSED = "passed"
    SKIPPED = "skipped"


TOLD = tuple(each for each in Standing if each is not Standing.PASSED)
"""What is told one by one where there is no room for all."""
_ORDER = {layer: number for number, layer in enumerate(LAYERS)}


def standing(verdict: Verdict) -> Callable[[Result], Standing]:
    """A function that says how a result stands; what blocks and what is waived is the verdict's word, not ours."""
    blocking, waived = frozenset(verdict.blocking), frozenset(verdict.waived)

    def of(result: Result) -> Standing:
        match result.outcome:
            case Outcome.PASS:
                return Standing.PASSED
            case Outcome.SKIP:
                return Standing.SKIPPED
            case Outcome.ERROR:
                return Standing.UNDECIDED
            case Outcome.FAIL if result.id in waived:
                return Standing.WAIVED
            case Outcome.FAIL if result.id in blocking:
                return Standing.BLOCKS
            case Outcome.FAIL:
                return Standing.INFO if result.severity is Severity.INFO else Standing.WARNING

    return of


def by_standing(report: Report, wanted: Iterable[Standing] = Standing) -> dict[Standing, list[Result]]:
    """The results of the `wanted` standings, each list in the order in which people read it."""
    of = standing(report.verdict)
    groups: dict[Standing, list[Result]] = {each: [] for each in Standing}
    for result in report.results:
        groups[of(result)].append(result)
    return {each: sorted(groups[each], key=_reading_order) for each in wanted}


Key = TypeVar("Key", bound=Hashable)


def tally(report: Report, key: Callable[[Result], Key]) -> dict[Key, tuple[Coverage, int]]:
    """For every `key` of a result: its checks by what became of them, and the number of findings that no check made."""
    groups: dict[Key, list[Result]] = {}
    for result in sorted(report.results, key=_flow_order):
        groups.setdefault(key(result), []).append(result)
    return {
        name: (coverage_of(group, report.verdict.waived), sum(not r.check for r in group))
        for name, group in groups.items()
    }


@dataclass(frozen=True, slots=True)
class Cell:
    """A layer or table in one dimension: the worst standing, how many results stand so, and how many there are."""

    worst: Standing
    count: int
    total: int


def matrix(report: Report, key: Callable[[Result], Key]) -> dict[Key, dict[Dimension | None, Cell]]:
    """For every `key` of a result, dimension -> cell; in the order of layers and tables."""
    of = standing(report.verdict)
    counts: dict[Key, dict[Dimension | None, Counter[Standing]]] = {}
    for result in sorted(report.results, key=_flow_order):
        counts.setdefault(key(result), {}).setdefault(result.dimension, Counter())[of(result)] += 1
    return {name: {dimension: _cell(each) for dimension, each in row.items()} for name, row in counts.items()}


def reasons(skipped: list[Result]) -> list[tuple[str, int]]:
    """Why checks were not run, the most frequent reason first."""
    return Counter(plain(r.message, 200) for r in skipped).most_common()


def _reading_order(result: Result) -> tuple[int, int, str, str, int, str]:
    return (-result.severity.rank, _layer_order(result.layer), result.table, result.rule, result.line, result.column)


def _flow_order(result: Result) -> tuple[int, str, str]:
    return _layer_order(result.layer), result.layer, result.table


def _layer_order(layer: str) -> int:
    return _ORDER.get(layer, len(LAYERS))


def _cell(counts: Counter[Standing]) -> Cell:
    worst = next(each for each in Standing if counts[each])
    return Cell(worst, counts[worst], counts.total())
