"""The whole picture of a run for a terminal: layer x table, layer x dimension, and why checks were skipped."""

from typing import TYPE_CHECKING, NamedTuple

from harness.model.result import Coverage, Dimension, Report, Result
from harness.reporters import scores
from harness.reporters.plain import plain
from harness.reporters.summary import Cell, Standing, matrix, reasons, tally
from harness.reporters.words import plural

if TYPE_CHECKING:  # see text.py: rich is imported when something is drawn
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text


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


def draw(console: "Console", report: Report, skipped: list[Result]) -> None:
    """Prints the two tables and the list of reasons; of what there is nothing to say, nothing."""
    if report.results:
        _tables(console, report)
        _matrix(console, report)
    if report.scorecard:
        _scores(console, report)
    if skipped:
        _reasons(console, skipped)


def _tables(console: "Console", report: Report) -> None:
    tallies = tally(report, lambda r: (r.layer, r.table))
    rows = {key: _numbers(*each) for key, each in tallies.items()}
    # a column that holds nothing costs width
    used = [i for i in range(len(_COLUMNS)) if i < _ALWAYS or any(row[i] for row in rows.values())]
    clean = [key for key, (found, findings) in tallies.items() if found.passed == found.declared and not findings]
    folded = frozenset(clean if len(rows) > _MANY_TABLES else ())
    grid = _grid(console)
    grid.add_column("layer", no_wrap=True)
    grid.add_column("table", overflow="fold")
    for i in used:
        grid.add_column(_COLUMNS[i], justify="right", no_wrap=True)
    for (layer, table), row in rows.items():
        if (layer, table) not in folded:
            grid.add_row(
                _name(layer), plain(table, 80) or "(no table)", *(f"{row[i]:,}" if row[i] else "-" for i in used)
            )
    _print(console, grid)
    if folded:
        console.print(f" and {plural(len(folded), 'table')} where every check passed")


def _matrix(console: "Console", report: Report) -> None:
    rows = matrix(report, lambda r: r.layer)
    dimensions = [each for each in (*Dimension, None) if any(each in row for row in rows.values())]
    grid = _grid(console)
    grid.add_column("layer", no_wrap=True)
    for each in dimensions:
        grid.add_column(each.value if each else "other", justify="right")
    for layer, row in rows.items():
        grid.add_row(_name(layer), *(_cell(row.get(each)) for each in dimensions))
    _print(console, grid)


def _scores(console: "Console", report: Report) -> None:
    shown, others = scores.rows(report)
    dimensions = [each for each in Dimension if any(each in row for _, _, row in shown)]
    grid = _grid(console)
    grid.add_column("scorecard", no_wrap=True)
    grid.add_column("table", overflow="fold")
    for each in dimensions:
        grid.add_column(each.value, justify="right", no_wrap=True)
    for layer, table, row in shown:
        grid.add_row(
            "" if table else _name(layer), plain(table, 80), *(scores.shown(row.get(each)) for each in dimensions)
        )
    _print(console, grid)
    rest = f"{plural(others, 'more table')} where every target is met; " if others else ""
    console.print(f" {rest}{scores.legend(report)}", style="dim")
    console.print(f" targets: {scores.targets(report)}", style="dim")


def _reasons(console: "Console", skipped: list[Result]) -> None:
    from rich.table import Table

    console.print()
    console.print(f"SKIPPED ({len(skipped):,})", style=LOOK[Standing.SKIPPED].style)
    grid = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    grid.add_column(justify="right")
    for reason, count in reasons(skipped):
        grid.add_row(f"  {count:,}", reason)
    console.print(grid)


def _numbers(found: Coverage, findings: int) -> tuple[int, ...]:
    return found.declared, found.passed, found.failed, found.errored, found.skipped, found.waived, findings


def _cell(cell: Cell | None) -> "Text":
    from rich.text import Text

    if cell is None:
        return Text("-")
    look = LOOK[cell.worst]
    return Text.assemble((look.word, look.style), f" {cell.count:,}/{cell.total:,}")


def _name(layer: str) -> str:
    # no longer than the names of our layers, for this column never breaks and would push the numbers out of sight
    return plain(layer, 16) or "-"


def _grid(console: "Console") -> "Table":
    from rich import box
    from rich.table import Table

    gap = 2 if console.width >= _ROOMY else 1
    return Table(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, gap - 1, 0, 0), pad_edge=False, header_style="bold")


def _print(console: "Console", grid: "Table") -> None:
    console.print()
    console.print(grid)
