"""The whole picture of a run for a terminal: layer x table, layer x dimension, and why checks were skipped."""

from collections.abc import Sequence
from typing import NamedTuple

from harness.model.result import Coverage, Dimension, Report, Result
from harness.reporters import scores
from harness.reporters.layout import Column, Page, Spans
from harness.reporters.plain import plain
from harness.reporters.summary import Cell, Standing, matrix, reasons, tally
from harness.reporters.words import plural


class Look(NamedTuple):
    """How a standing is shown; the symbol and the word say all that the colour says."""

    symbol: str
    word: str
    style: str


LOOK: dict[Standing, Look] = {
    Standing.BLOCKS: Look("✗", "FAIL", "bold red"),
    Standing.UNDECIDED: Look("?", "ERROR", "bold magenta"),
    Standing.WARNING: Look("!", "warn", "yellow"),
    Standing.WAIVED: Look("~", "waived", "cyan"),
    Standing.INFO: Look("i", "info", "blue"),
    Standing.PASSED: Look("✓", "pass", "green"),
    Standing.SKIPPED: Look("-", "skip", "dim"),
}
_COLUMNS = ("checks", "pass", "fail", "error", "skip", "waived", "findings")
_ALWAYS = 5
_MANY_TABLES = 30
_ROOMY = 100
_GAP = 2
_LAYER = Column("layer", folds=False)
_TABLE = Column("table")


def draw(page: Page, report: Report, skipped: list[Result]) -> None:
    """Adds the tables and the list of reasons; of what there is nothing to say, nothing."""
    if report.results:
        _tables(page, report)
        _matrix(page, report)
    if report.scorecard:
        _scores(page, report)
    if skipped:
        _reasons(page, skipped)


def _tables(page: Page, report: Report) -> None:
    tallies = tally(report, lambda r: (r.layer, r.table))
    rows = {key: _numbers(*each) for key, each in tallies.items()}
    # a column that holds nothing costs width
    used = [i for i in range(len(_COLUMNS)) if i < _ALWAYS or any(row[i] for row in rows.values())]
    clean = [key for key, (found, findings) in tallies.items() if found.passed == found.declared and not findings]
    folded = frozenset(clean if len(rows) > _MANY_TABLES else ())
    columns = [_LAYER, _TABLE, *(Column(_COLUMNS[i], right=True, folds=False) for i in used)]
    shown = [
        [_name(layer), plain(table, 80) or "(no table)", *(f"{row[i]:,}" if row[i] else "-" for i in used)]
        for (layer, table), row in rows.items()
        if (layer, table) not in folded
    ]
    _grid(page, columns, [[_said(each) for each in row] for row in shown])
    if folded:
        page.paragraph(f" and {plural(len(folded), 'table')} where every check passed")


def _matrix(page: Page, report: Report) -> None:
    rows = matrix(report, lambda r: r.layer)
    dimensions = [each for each in (*Dimension, None) if any(each in row for row in rows.values())]
    columns = [_LAYER, *(Column(each.value if each else "other", right=True) for each in dimensions)]
    shown = [[_said(_name(layer)), *(_cell(row.get(each)) for each in dimensions)] for layer, row in rows.items()]
    _grid(page, columns, shown)


def _scores(page: Page, report: Report) -> None:
    shown, others = scores.rows(report)
    dimensions = [each for each in Dimension if any(each in row for _, _, row in shown)]
    columns = [
        Column("scorecard", folds=False),
        _TABLE,
        *(Column(each.value, right=True, folds=False) for each in dimensions),
    ]
    rows = [
        ["" if table else _name(layer), plain(table, 80), *(scores.shown(row.get(each)) for each in dimensions)]
        for layer, table, row in shown
    ]
    _grid(page, columns, [[_said(each) for each in row] for row in rows])
    rest = f"{plural(others, 'more table')} where every target is met; " if others else ""
    page.paragraph(f" {rest}{scores.legend(report)}", style="dim")
    page.paragraph(f" targets: {scores.targets(report)}", style="dim")


def _reasons(page: Page, skipped: list[Result]) -> None:
    page.line()
    page.line(f"SKIPPED ({len(skipped):,})", LOOK[Standing.SKIPPED].style)
    rows = [[_said(f"  {count:,}"), _said(reason)] for reason, count in reasons(skipped)]
    page.grid([Column(right=True, folds=False), Column()], rows, _GAP)


def _numbers(found: Coverage, findings: int) -> tuple[int, ...]:
    return found.declared, found.passed, found.failed, found.errored, found.skipped, found.waived, findings


def _cell(cell: Cell | None) -> Spans:
    if cell is None:
        return _said("-")
    look = LOOK[cell.worst]
    return (look.word, look.style), (f" {cell.count:,}/{cell.total:,}", "")


def _said(text: str) -> Spans:
    return ((text, ""),)


def _name(layer: str) -> str:
    # no longer than the names of our layers, for this column never breaks and would push the numbers out of sight
    return plain(layer, 16) or "-"


def _grid(page: Page, columns: Sequence[Column], rows: Sequence[Sequence[Spans]]) -> None:
    page.line()
    page.grid(columns, rows, _GAP if page.width >= _ROOMY else 1)
