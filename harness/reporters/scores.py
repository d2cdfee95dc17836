"""The scorecard as words, for the readable reports: the layers, and the tables that miss a target."""

from harness.model.result import Dimension, Report, Score, Standard
from harness.model.threshold import quantity

SYMBOLS: dict[Standard, str] = {
    Standard.MET: "✓",
    Standard.MISSED: "!",
    Standard.ALERT: "✗",
    Standard.UNKNOWN: "?",
}
_LEGEND = "✓ meets its target, ! misses it, ✗ is beyond the alert, ? could not tell"
Row = tuple[str, str, dict[Dimension, Score]]
"""A layer, a table ("" for the whole layer), and its scores."""


def rows(report: Report) -> tuple[list[Row], int]:
    """Every layer, each followed by its tables that miss a target, and how many other tables there are."""
    cells: dict[tuple[str, str], dict[Dimension, Score]] = {}
    for score in report.scorecard:
        cells.setdefault((score.layer, score.table), {})[score.dimension] = score
    shown = [
        (layer, table, scores)
        for (layer, table), scores in cells.items()
        if not table or any(score.standard is not Standard.MET for score in scores.values())
    ]
    return shown, len(cells) - len(shown)


def shown(score: Score | None) -> str:
    """A score as people read it: `✓ 99.98 %`; never rounded up to a whole."""
    if score is None:
        return "-"
    return " ".join(filter(None, (SYMBOLS[score.standard], _value(score), "~" if score.waived else "")))


def _value(score: Score) -> str:
    if score.value is None:
        return ""
    if score.unit == "seconds":
        return quantity(score.value, "seconds")
    whole = score.value in (0, 100)
    percent = score.value if whole else min(max(score.value, 0.01), 99.99)
    return f"{percent:.{0 if whole else 2}f} %"


def legend(report: Report) -> str:
    """What the symbols say."""
    return _LEGEND + (", ~ holds waived failures" if any(score.waived for score in report.scorecard) else "")


def targets(report: Report) -> str:
    """The project's goals: `completeness > 99 %`; freshness is held to each clause's own."""
    found = {score.dimension: score for score in report.scorecard if score.unit == "percent"}
    stated = [f"{each.value} {found[each].target}" for each in Dimension if each in found]
    return "; ".join([*stated, *(["freshness as each clause says"] if len(found) < len(_of(report)) else [])])


def _of(report: Report) -> set[Dimension]:
    return {score.dimension for score in report.scorecard}
