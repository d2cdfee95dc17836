"""Results + goals -> scorecard: the five dimensions of every layer and table. Pure; it informs and never blocks."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from harness.model.project import LAYERS, Goal
from harness.model.result import Dimension, Outcome, Result, Score, Standard
from harness.model.threshold import Threshold

_AGE = "freshness"
"""The metric whose number is an age; the other clauses of its dimension count rows, or decide something else."""


def scorecard(
    results: Iterable[Result], goals: Mapping[Dimension, Goal], waived: Iterable[str] = ()
) -> tuple[Score, ...]:
    """A Score for each layer (`table` is "") and each table in every dimension that one of its clauses measured.

    Freshness is the worst age, held to what its own clause asks for; every other dimension is the share of good rows
    over all its clauses that count rows, held to the project's goal. A failure that is `waived` (its id) counts like
    any other: a waiver opens the gate, and mends no data.
    """
    ids = frozenset(waived)
    groups: dict[tuple[str, str, Dimension], list[Result]] = {}
    for result in results:
        if result.check and result.dimension and result.outcome is not Outcome.SKIP:
            for table in ("", result.table):
                groups.setdefault((result.layer, table, result.dimension), []).append(result)
    order = {layer: number for number, layer in enumerate(LAYERS)}
    dimensions = list(Dimension)
    keys = sorted(groups, key=lambda key: (order.get(key[0], len(LAYERS)), key[0], key[1], dimensions.index(key[2])))
    scores = ((key, _score(*key, groups[key], goals.get(key[2]))) for key in keys)
    return tuple(replace(score, waived=_waived(groups[key], ids)) for key, score in scores if score)


def _waived(results: Iterable[Result], ids: frozenset[str]) -> int:
    return sum(result.outcome is Outcome.FAIL and result.id in ids for result in results)


def _score(layer: str, table: str, dimension: Dimension, results: list[Result], goal: Goal | None) -> Score | None:
    undecided = any(result.outcome is Outcome.ERROR for result in results)
    if dimension is Dimension.FRESHNESS:
        return _age(layer, table, results)
    counted = [(r.failed_rows, r.total_rows) for r in results if r.failed_rows is not None and r.total_rows]
    total = sum(rows for _, rows in counted)
    failed = sum(min(bad, rows) for bad, rows in counted)
    if not goal or not (total or undecided):
        return None
    percent = 100 * (total - failed) / total if total else None
    return Score(
        layer=layer,
        table=table,
        dimension=dimension,
        value=percent,
        unit="percent",
        clauses=len(counted),
        target=_text(goal.target),
        alert=_text(goal.alert),
        standard=_standard(percent, goal, undecided=undecided),
    )


def _age(layer: str, table: str, results: list[Result]) -> Score | None:
    aged = [result for result in results if result.rule == _AGE]
    if not aged:
        return None
    worst = max(aged, key=lambda r: (r.outcome is not Outcome.PASS, r.outcome is Outcome.ERROR, r.value or 0))
    standards = {Outcome.PASS: Standard.MET, Outcome.FAIL: Standard.MISSED}
    return Score(
        layer=layer,
        table=table,
        dimension=Dimension.FRESHNESS,
        value=worst.value,
        unit="seconds",
        clauses=len(aged),
        target=worst.expected,
        standard=standards.get(worst.outcome, Standard.UNKNOWN),
    )


def _standard(percent: float | None, goal: Goal, *, undecided: bool) -> Standard:
    """A clause that could not be told leaves a good share unknown; a bad one is bad whatever the rest would say."""
    if percent is not None and goal.alert.meets(percent):
        return Standard.ALERT
    if percent is not None and not goal.target.meets(percent):
        return Standard.MISSED
    return Standard.UNKNOWN if undecided or percent is None else Standard.MET


def _text(threshold: Threshold) -> str:
    return threshold.text("percent")
