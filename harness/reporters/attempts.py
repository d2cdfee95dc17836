"""The attempts of a run that was healed, or was not: what failed before, and what was done about it."""

from collections.abc import Sequence

from harness.model.attempt import Attempt
from harness.model.result import Report, VerdictOutcome
from harness.reporters.escape import prose
from harness.reporters.layout import Column, Page
from harness.reporters.plain import plain
from harness.reporters.words import plural

HEADINGS = ("attempt", "status", "error", "fix", "took")
_SIGNS = {VerdictOutcome.PASS: "✓", VerdictOutcome.FAIL: "✗", VerdictOutcome.UNDECIDED: "?"}


def attempts_of(report: Report) -> Sequence[Attempt]:
    """The attempts, where there was more than one: of a plain run there is nothing to tell."""
    return report.attempts if len(report.attempts) > 1 else ()


def is_healed(report: Report) -> bool:
    """Whether it passed, not at the first attempt, and after a remedy that succeeded."""
    return report.verdict.outcome is VerdictOutcome.PASS and any(each.remedied for each in report.attempts[:-1])


def headline(report: Report) -> str:
    """`healed after 2 failed attempts`, `not healed in 3 attempts`; "" of a plain run."""
    attempts = attempts_of(report)
    if not attempts:
        return ""
    if is_healed(report):
        return f"healed after {plural(len(attempts) - 1, 'failed attempt')}"
    if report.verdict.outcome is VerdictOutcome.PASS:
        return f"passed after {plural(len(attempts) - 1, 'failed attempt')}, and no remedy succeeded"
    return f"not healed in {plural(len(attempts), 'attempt')}"


def rows(report: Report, limit: int = 300) -> list[tuple[str, ...]]:
    """A row for each attempt, under `HEADINGS`."""
    return [
        (
            f"{each.attempt}",
            f"{_SIGNS[each.status]} {each.status.value}",
            plain(each.error, limit),
            plain(each.fix, limit),
            f"{each.seconds:.1f} s",
        )
        for each in attempts_of(report)
    ]


def lines(report: Report, limit: int = 300) -> list[str]:
    """The same, a line for each: `1: fail: 1 violation blocks; then python load.py: done`."""
    return [
        f"{each.attempt}: {each.status.value}"
        + (f": {plain(each.error, limit)}" if each.error else "")
        + (f"; then {plain(each.fix, limit)}" if each.fix else "")
        for each in attempts_of(report)
    ]


def draw(page: Page, report: Report) -> None:
    """The section of a terminal."""
    found = rows(report)
    if not found:
        return
    page.line()
    page.line(f"ATTEMPTS ({len(found)}), {headline(report)}", "bold")
    columns = [Column("attempt", right=True, folds=False), Column("status", folds=False)]
    columns += [Column("error"), Column("fix"), Column("took", right=True, folds=False)]
    page.grid(columns, [[((cell, ""),) for cell in row] for row in found], 2)


def as_markdown(report: Report, limit: int = 300) -> str:
    """The table of Markdown; "" of a plain run."""
    found = rows(report, limit)
    if not found:
        return ""
    lines = [f"| {' | '.join(HEADINGS)} |", "|--:|---|---|---|--:|"]
    lines += [f"| {' | '.join(prose(cell, limit) for cell in row)} |" for row in found]
    return "\n".join(lines)
