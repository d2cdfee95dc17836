"""The report for a terminal: what to mend first, then the whole picture, and the verdict last, where the eye rests."""

from collections import Counter
from collections.abc import Mapping, Sequence

from harness.model.result import Outcome, Report, Result, VerdictOutcome
from harness.model.waiver import WaiverUse
from harness.reporters import attempts, patches
from harness.reporters.grids import LOOK, Look, draw
from harness.reporters.layout import Page
from harness.reporters.past import notes_of
from harness.reporters.plain import inert, plain
from harness.reporters.summary import TOLD, Standing, by_standing
from harness.reporters.words import (
    EXITS,
    actual,
    counted,
    covers,
    days_left,
    examples,
    place,
    subject,
)

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
_INDENT = 4


def render(report: Report, *, color: bool = False, width: int = 100) -> str:
    """The whole report, `width` columns wide; paths are never broken, so that a terminal can open them."""
    page = Page(width, color)
    groups, notes = by_standing(report, TOLD), notes_of(report)
    _heading(page, report)
    for each, title in _SECTIONS.items():
        _section(page, each, title, groups[each], notes)
    _waivers(page, report.verdict.waivers)
    if report.slas or report.incidents:
        from harness.reporters import incidents, levels  # of audits alone, and slow to import for a run

        levels.draw(page, report)
        incidents.draw(page, report)
    draw(page, report, groups[Standing.SKIPPED])
    attempts.draw(page, report)
    _ending(page, report, len(groups[Standing.INFO]))
    # the patches last and as they are, for `git apply`
    return inert("\n".join(line.rstrip() for line in page.lines) + "\n") + patches.as_text(report)


def _heading(page: Page, report: Report) -> None:
    seconds = (report.finished - report.started).total_seconds()
    healed = ", healed" if attempts.is_healed(report) else ""
    facts = [
        plain(report.project, 60),
        f"harness {plain(report.command, 30)}",
        f"as of {report.as_of:%Y-%m-%d %H:%M %Z}",
    ]
    page.line(
        f"{_banner(report)}{healed}   {'   '.join(facts)}   took {seconds:.1f} s",
        LOOK[_VERDICT[report.verdict.outcome]].style,
    )


def _section(page: Page, each: Standing, title: str, results: list[Result], notes: Mapping[str, Sequence[str]]) -> None:
    if not results:
        return
    look = LOOK[each]
    page.line()
    page.line(f"{title.upper()} ({len(results):,})", look.style)
    items = _folded(results)
    for result, more in items[:_MOST]:
        if more:
            rule, table = plain(result.rule, 60), plain(result.table or result.contract, 80) or "the project"
            page.line(f"{look.symbol} … and {more:,} more {rule} on {table}")
        else:
            _finding(page, result, look, notes.get(result.id, ()))
    if len(items) > _MOST:
        page.line(f"{look.symbol} … and more, {len(results):,} in all; the JSON report holds every one")


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


def _finding(page: Page, result: Result, look: Look, notes: Sequence[str]) -> None:
    about = ", ".join(part for part in (plain(result.layer, 30), result.severity.value) if part)
    page.spans(
        (f"{look.symbol} {plain(subject(result), 120)}", look.style),
        (f"  {plain(result.rule, 60)}", ""),
        (f"  ({about})", "dim"),
    )
    compared = [("expected", result.expected), ("actual", actual(result))]
    lines = [plain(result.message), ", ".join(f"{name} {plain(value, 160)}" for name, value in compared if value)]
    lines += [plain(line) for line in examples(result.sample)]
    failed = result.outcome is Outcome.FAIL
    lines += map(plain, notes) if result.outcome in (Outcome.FAIL, Outcome.ERROR) else ()
    for line in filter(None, lines):
        page.paragraph(line, _INDENT)
    owner = f"owner {plain(result.owner, 80)}" if result.owner else ""
    # what a waiver names it by; only a failure can be waived
    name = f"id {plain(result.id, 40)}" if failed else ""
    where = "  ".join(filter(None, (plain(place(result)), owner, name)))
    if where:
        page.line(f"    {where}", "dim")


def _waivers(page: Page, uses: Sequence[WaiverUse]) -> None:
    if not uses:
        return
    page.line()
    page.line(f"WAIVERS ({len(uses):,})", LOOK[Standing.WAIVED].style)
    for use in uses[:_MOST]:
        waiver = use.waiver
        facts = (days_left(use), covers(use), f"approved by {plain(waiver.approver, 80)}", f"until {waiver.expires}")
        page.line(f"{LOOK[Standing.WAIVED].symbol} {plain(str(waiver), 200)}")
        page.paragraph(", ".join(facts), _INDENT)
        page.line(f"    {plain(waiver.at.file)}:{waiver.at.line}", "dim")
    if len(uses) > _MOST:
        page.line(f"{LOOK[Standing.WAIVED].symbol} … and more, {len(uses):,} in all")


def _ending(page: Page, report: Report, infos: int) -> None:
    code, meaning = EXITS[report.verdict.outcome]
    page.line()
    page.line(counted(report.coverage, infos))
    verdict = f"{_banner(report)}: {plain(report.verdict.reason).rstrip('.')}. Exit code {code.value}: {meaning}."
    page.line(verdict, LOOK[_VERDICT[report.verdict.outcome]].style)


def _banner(report: Report) -> str:
    return f"{LOOK[_VERDICT[report.verdict.outcome]].symbol} {report.verdict.outcome.name}"


def _fold_key(result: Result) -> tuple[str, ...]:
    return result.rule, result.contract, result.layer, result.table
