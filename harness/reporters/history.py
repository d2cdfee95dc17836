"""What the history says, as text for a terminal and as JSON."""

from collections.abc import Sequence
from typing import Any

from harness.model.past import Past, Run, Streak
from harness.model.result import Outcome, Severity, VerdictOutcome
from harness.model.trend import Chronicle, Told, Trend
from harness.reporters.grids import LOOK
from harness.reporters.layout import Column, Page, Spans
from harness.reporters.past import SIGNS, words
from harness.reporters.plain import encodable, inert, plain
from harness.reporters.spread import spread
from harness.reporters.summary import Standing
from harness.reporters.words import plural

SCHEMA_VERSION = "1.1"
_STYLES = {
    Outcome.PASS: LOOK[Standing.PASSED].style,
    Outcome.FAIL: LOOK[Standing.BLOCKS].style,
    Outcome.ERROR: LOOK[Standing.UNDECIDED].style,
    Outcome.SKIP: LOOK[Standing.SKIPPED].style,
}
_VERDICTS = {VerdictOutcome.PASS: Outcome.PASS, VerdictOutcome.FAIL: Outcome.FAIL}
_BARS = "▁▂▃▄▅▆▇█"
_WIDEST = 60
_CHECKS = 20


def text(found: Chronicle, last: int, *, color: bool = False, width: int = 100) -> str:
    """The trends of what was asked for with their `last` results, else the last runs and what they left open."""
    page = Page(width, color)
    if found.asked:
        for trend in found.trends[:_CHECKS]:
            _trend(page, trend, last)
        if more := len(found.trends) - _CHECKS:
            page.line(f"… and {plural(more, 'more check')}; the JSON holds every one") if more > 0 else None
    else:
        _runs(page, found)
    return inert("\n".join(line.rstrip() for line in page.lines) + "\n")


def _trend(page: Page, trend: Trend, last: int) -> None:
    known, told = trend.known, trend.told
    about = ", ".join(filter(None, (plain(known.layer, 30), known.owner and f"owner {plain(known.owner, 80)}")))
    page.spans((_name(trend), "bold"), (f"  {plain(known.rule, 60)}" + (f"  ({about})" if about else ""), ""))
    page.line(f"  {_stands(trend)}", _STYLES[trend.streak.outcome])
    page.spans(("  ", ""), *((SIGNS[each.past.outcome], _STYLES[each.past.outcome]) for each in told[-_WIDEST:]))
    page.line(f"  {_counts(told)}")
    values = [each.past.value for each in told if each.past.value is not None]
    if len(set(values)) > 1:
        page.line(f"  {bars(values[-_WIDEST:])}  least {min(values):,g}, most {max(values):,g}, last {values[-1]:,g}")
    page.line()
    title, still = _clock([each.past for each in told])
    columns = [Column(title, folds=False), Column("outcome", folds=False), Column("value", right=True)]
    columns += [Column("found"), Column("took", right=True, folds=False), Column("run", folds=False)]
    page.grid(columns, [_row(each, still=still) for each in reversed(told[-last:])], 2)
    if len(told) > last:
        page.line(f"… and {plural(len(told) - last, 'earlier run')}; --last shows more", "dim")
    page.line(f"id {plain(known.result_id, 40)}", "dim")
    page.line()


def _name(trend: Trend) -> str:
    known = trend.known
    return plain(known.check or ".".join(filter(None, (known.table or known.contract, known.column))) or "project", 160)


def _stands(trend: Trend) -> str:
    return words(trend.streak, finding=not trend.known.check)


def _counts(told: Sequence[Told]) -> str:
    counts = {each: sum(one.past.outcome is each for one in told) for each in Outcome}
    said = [
        f"{counts[each]:,} {word}"
        for each, word in zip(Outcome, ("passed", "failed", "could not tell", "skipped"), strict=True)
        if counts[each]
    ]
    return f"{plural(len(told), 'run')}: {', '.join(said)}"


def _clock(runs: Sequence[Past | Run]) -> tuple[str, bool]:
    """What the times of a table are, and whether the clock of the project stands still, so that runs tell the time."""
    still = len(runs) > 1 and len({run.as_of for run in runs}) == 1
    return ("started", True) if still else ("as of", False)


def bars(values: Sequence[float]) -> str:
    """A bar for each value, from the least to the most."""
    low, high = min(values), max(values)
    step = (high - low) / (len(_BARS) - 1) or 1
    return "".join(_BARS[round((value - low) / step)] for value in values)


def _row(told: Told, *, still: bool) -> list[Spans]:
    past = told.past
    word = "waived" if past.waived else past.outcome.value
    severity = f" ({past.severity.value})" if past.outcome is Outcome.FAIL and not past.waived else ""
    value = "" if past.value is None else f"{past.value:,g}"
    found = plain(told.actual or (told.message if past.outcome is not Outcome.PASS else ""), 200)
    run = f"{told.command} {plain(past.run_id[:8])}" + (f", attempt {past.attempts}" if past.attempts > 1 else "")
    cells = [f"{past.started if still else past.as_of:%Y-%m-%d %H:%M}", value, found, f"{past.seconds:.3f} s", run]
    outcome = (f"{SIGNS[past.outcome]} {word}{severity}", _STYLES[past.outcome])
    return [((cells[0], ""),), (outcome,), *(((cell, ""),) for cell in cells[1:])]


def _runs(page: Page, found: Chronicle) -> None:
    page.line(f"{plain(found.project, 80)}: {plural(found.count, 'run')} in {plain(found.place, 200)}", "bold")
    page.line()
    title, still = _clock(found.runs)
    columns = [Column(title, folds=False), Column("command", folds=False), Column("verdict", folds=False)]
    columns += [Column("took", right=True, folds=False), Column("reason")]
    if found.runs:
        page.grid(columns, [_run_row(run, still=still) for run in reversed(found.runs)], 2)
    for title, chosen in (("FAILING", _failing(found)), ("FLAPPING", _flapping(found))):
        if chosen:
            page.line()
            page.line(f"{title} ({len(chosen):,})", "bold")
        for trend in chosen[:_CHECKS]:
            sign, style = SIGNS[trend.streak.outcome], _STYLES[trend.streak.outcome]
            page.spans((f"{sign} {_name(trend)}", style), (f"  {plain(trend.known.rule, 60)}", ""))
            page.line(f"    {_stands(trend)}")
        if len(chosen) > _CHECKS:
            page.line(f"… and {len(chosen) - _CHECKS:,} more; the JSON holds every one")


def _run_row(run: Run, *, still: bool) -> list[Spans]:
    took = f"{(run.finished - run.started).total_seconds():.1f} s"
    look = _VERDICTS.get(run.outcome, Outcome.ERROR)
    attempt = f"attempt {run.attempt}: " if run.attempt > 1 else ""
    reason = f"{attempt}{plain(run.reason, 160)}" + (f"; then {plain(run.fix, 160)}" if run.fix else "")
    cells = [f"{run.started if still else run.as_of:%Y-%m-%d %H:%M}", run.command, took, reason]
    verdict = (f"{SIGNS[look]} {run.outcome.value}", _STYLES[look])
    return [((cells[0], ""),), ((cells[1], ""),), (verdict,), ((cells[2], ""),), ((cells[3], ""),)]


def _failing(found: Chronicle) -> list[Trend]:
    bad = [
        trend
        for trend in found.trends
        if trend.streak.outcome in (Outcome.FAIL, Outcome.ERROR)
        and not (trend.told[-1].past.waived or trend.told[-1].past.severity is Severity.INFO)
    ]
    return sorted(bad, key=lambda trend: (trend.streak.lasted, trend.streak.runs, _name(trend)))


def _flapping(found: Chronicle) -> list[Trend]:
    bad = {id(trend) for trend in _failing(found)}
    return [trend for trend in found.trends if trend.streak.flapping and id(trend) not in bad]


def as_json(found: Chronicle, last: int) -> str:
    """One document: the runs, and each check with its `last` results, oldest first."""
    document = {
        "schema": SCHEMA_VERSION,
        "project": found.project,
        "runs": [_run_json(run) for run in found.runs],
        "checks": [_trend_json(trend, last) for trend in found.trends],
    }
    return inert(encodable(spread(document, 2)), hash="\\u0023") + "\n"


def _run_json(run: Run) -> dict[str, Any]:
    return {
        "run_id": run.run_id,
        "command": run.command,
        "started": run.started.isoformat(),
        "finished": run.finished.isoformat(),
        "as_of": run.as_of.isoformat(),
        "outcome": run.outcome.value,
        "reason": run.reason or None,
        "harness_version": run.harness_version,
        "slot": run.slot.isoformat() if run.slot else None,
        "attempt": run.attempt,
        "fix": run.fix or None,
    }


def _trend_json(trend: Trend, last: int) -> dict[str, Any]:
    known = trend.known
    return {
        "id": known.result_id,
        "check": known.check or None,
        "rule": known.rule,
        "contract": known.contract or None,
        "layer": known.layer or None,
        "table": known.table or None,
        "column": known.column or None,
        "owner": known.owner or None,
        "dimension": known.dimension or None,
        "now": streak_json(trend.streak),
        "results": [_told_json(told) for told in trend.told[-last:]],
    }


def streak_json(streak: Streak) -> dict[str, Any]:
    """How the last result stands to those before."""
    return {
        "outcome": streak.outcome.value,
        "since": streak.since.isoformat(),
        "lasted_seconds": int(streak.lasted.total_seconds()),
        "runs": streak.runs,
        "at_least": not streak.whole,
        "new": streak.new,
        "before": streak.before.value if streak.before else None,
        "changes": streak.changes,
        "flapping": streak.flapping,
    }


def _told_json(told: Told) -> dict[str, Any]:
    past = told.past
    return {
        "run_id": past.run_id,
        "command": told.command,
        "started": past.started.isoformat(),
        "as_of": past.as_of.isoformat(),
        "outcome": past.outcome.value,
        "severity": past.severity.value,
        "waived": past.waived,
        "value": past.value,
        "failed_rows": told.failed_rows,
        "total_rows": told.total_rows,
        "actual": told.actual or None,
        "message": told.message or None,
        "seconds": past.seconds,
        "attempt": past.attempts,
        "version": told.version or None,
    }
