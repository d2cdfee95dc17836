"""The report for a terminal: what to mend first, then the whole picture, and the verdict last, where the eye rests."""

import io
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from harness.model.result import Outcome, Report, Result, VerdictOutcome
from harness.model.waiver import WaiverUse
from harness.reporters import patches
from harness.reporters.grids import LOOK, Look, draw
from harness.reporters.plain import inert, plain
from harness.reporters.summary import Standing, by_standing
from harness.reporters.words import (
    EXITS,
    actual,
    counted,
    covers,
    days_left,
    examples,
    place,
    subject,
    waiver_notes,
)

if TYPE_CHECKING:  # rich takes longer to import than all of the harness; it is imported when something is drawn
    from rich.console import Console

_VERDICT: dict[VerdictOutcome, Standing] = {
    VerdictOutcome.PASS: Standing.PASSED,
    VerdictOutcome.FAIL: Standing.BLOCKS,
    VerdictOutcome.UNDECIDED: Standing.UNDECIDED,
}
_SECTIONS: dict[Standing, str] = {
    Standing.BLOCKS: "blocking",
    Standing.UNDECIDED: "could not tell",
    Standing.WARNING: "warnings, which do not block",
    Standing.WAIVED: "waived",
}
_FOLD = 20
_MOST = 200


def render(report: Report, *, color: bool = False, width: int = 100) -> str:
    """The whole report, `width` columns wide; paths are never broken, so that a terminal can open them."""
    from rich.console import Console

    out = io.StringIO()
    # an empty environment: the same report gives the same text on every machine
    console = Console(
        file=out,
        width=width,
        force_terminal=color,
        color_system="standard" if color else None,
        markup=False,
        highlight=False,
        emoji=False,
        legacy_windows=False,
        _environ={},
    )
    groups, notes = by_standing(report), waiver_notes(report.verdict)
    _heading(console, report)
    for each, title in _SECTIONS.items():
        _section(console, each, title, groups[each], notes)
    _waivers(console, report.verdict.waivers)
    draw(console, report, groups[Standing.SKIPPED])
    _ending(console, report, len(groups[Standing.INFO]))
    # the patches last and as they are, for `git apply`
    return inert("\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n") + patches.as_text(report)


def _heading(console: "Console", report: Report) -> None:
    seconds = (report.finished - report.started).total_seconds()
    facts = [
        plain(report.project, 60),
        f"harness {plain(report.command, 30)}",
        f"as of {report.as_of:%Y-%m-%d %H:%M %Z}",
    ]
    _line(
        console,
        f"{_banner(report)}   {'   '.join(facts)}   took {seconds:.1f} s",
        LOOK[_VERDICT[report.verdict.outcome]].style,
    )


def _section(console: "Console", each: Standing, title: str, results: list[Result], notes: Mapping[str, str]) -> None:
    if not results:
        return
    look = LOOK[each]
    console.print()
    _line(console, f"{title.upper()} ({len(results):,})", look.style)
    items = _folded(results)
    for result, more in items[:_MOST]:
        if more:
            rule, table = plain(result.rule, 60), plain(result.table or result.contract, 80) or "the project"
            _line(console, f"{look.symbol} … and {more:,} more {rule} on {table}")
        else:
            _finding(console, result, look, notes.get(result.id, ""))
    if len(items) > _MOST:
        _line(console, f"{look.symbol} … and more, {len(results):,} in all; the JSON report holds every one")


def _folded(results: list[Result]) -> list[tuple[Result, int]]:
    """The results to show, each with 0; past the first of one rule on one table, one with the number of the rest."""
    sizes, seen = Counter(map(_fold_key, results)), Counter[tuple[str, ...]]()
    items: list[tuple[Result, int]] = []
    for result in results:
        key = _fold_key(result)
        seen[key] += 1
        if seen[key] <= _FOLD + 1:
            items.append((result, sizes[key] - _FOLD if seen[key] > _FOLD else 0))
    return items


def _finding(console: "Console", result: Result, look: Look, note: str) -> None:
    from rich.padding import Padding
    from rich.text import Text

    about = ", ".join(part for part in (plain(result.layer, 30), result.severity.value) if part)
    head = (
        (f"{look.symbol} {plain(subject(result), 120)}", look.style),
        f"  {plain(result.rule, 60)}",
        (f"  ({about})", "dim"),
    )
    console.print(Text.assemble(*head), soft_wrap=True)
    compared = [("expected", result.expected), ("actual", actual(result))]
    lines = [plain(result.message), ", ".join(f"{name} {plain(value, 160)}" for name, value in compared if value)]
    lines += [plain(line) for line in examples(result.sample)]
    failed = result.outcome is Outcome.FAIL
    lines += [plain(note)] if failed else []
    for line in filter(None, lines):
        console.print(Padding(Text(line), (0, 0, 0, 4)))
    owner = f"owner {plain(result.owner, 80)}" if result.owner else ""
    # what a waiver names it by; only a failure can be waived
    name = f"id {plain(result.id, 40)}" if failed else ""
    where = "  ".join(filter(None, (plain(place(result)), owner, name)))
    if where:
        _line(console, f"    {where}", "dim")


def _waivers(console: "Console", uses: Sequence[WaiverUse]) -> None:
    from rich.padding import Padding
    from rich.text import Text

    if not uses:
        return
    console.print()
    _line(console, f"WAIVERS ({len(uses):,})", LOOK[Standing.WAIVED].style)
    for use in uses[:_MOST]:
        waiver = use.waiver
        facts = (days_left(use), covers(use), f"approved by {plain(waiver.approver, 80)}", f"until {waiver.expires}")
        _line(console, f"{LOOK[Standing.WAIVED].symbol} {plain(str(waiver), 200)}")
        console.print(Padding(Text(", ".join(facts)), (0, 0, 0, 4)))
        _line(console, f"    {plain(waiver.at.file)}:{waiver.at.line}", "dim")
    if len(uses) > _MOST:
        _line(console, f"{LOOK[Standing.WAIVED].symbol} … and more, {len(uses):,} in all")


def _ending(console: "Console", report: Report, infos: int) -> None:
    code, meaning = EXITS[report.verdict.outcome]
    console.print()
    _line(console, counted(report.coverage, infos))
    verdict = f"{_banner(report)}: {plain(report.verdict.reason).rstrip('.')}. Exit code {code.value}: {meaning}."
    _line(console, verdict, LOOK[_VERDICT[report.verdict.outcome]].style)


def _banner(report: Report) -> str:
    return f"{LOOK[_VERDICT[report.verdict.outcome]].symbol} {report.verdict.outcome.name}"


def _fold_key(result: Result) -> tuple[str, ...]:
    return result.rule, result.contract, result.layer, result.table


def _line(console: "Console", text: str, style: str = "") -> None:
    console.print(text, style=style, soft_wrap=True)
