"""The report for a pull request or a job summary: what blocks in ten rows, the rest folded, and never too long."""

import re
from collections.abc import Mapping, Sequence

from harness.model.result import Coverage, Dimension, Outcome, Report, Result, VerdictOutcome
from harness.model.waiver import WaiverUse
from harness.reporters import attempts, patches, scores
from harness.reporters.ci import is_address
from harness.reporters.escape import code, prose
from harness.reporters.past import notes_of
from harness.reporters.plain import plain
from harness.reporters.summary import TOLD, Standing, by_standing, reasons, tally
from harness.reporters.words import (
    EXITS,
    actual,
    counted,
    covers,
    days_left,
    examples,
    place,
    plural,
    subject,
)

_HEADLINE = {
    VerdictOutcome.PASS: "✅ PASS",
    VerdictOutcome.FAIL: "❌ FAIL",
    VerdictOutcome.UNDECIDED: "❓ UNDECIDED",
}
_WORDS = {Outcome.FAIL: "fails", Outcome.ERROR: "could not tell", Outcome.PASS: "passes", Outcome.SKIP: "skipped"}
_COLUMNS = ("Outcome", "What", "Where", "Expected", "Actual", "Owner")
# a comment on GitHub holds 65,536 characters; with the limits of each cell below, this many rows stay far under it
_ROWS = 10
_FOLDED_ROWS = 12
_EXAMPLES = 3
_REASONS = 10
_LAYERS = 8
_SCORES = 20


def render(report: Report) -> str:
    """The comment; every text of a contract in it is escaped, and mentions nobody."""
    groups = by_standing(report, TOLD)
    urgent = [*groups[Standing.BLOCKS], *groups[Standing.UNDECIDED]]
    notes = notes_of(report)
    parts = [
        marker(report.project),
        f"## {_HEADLINE[report.verdict.outcome]}: {prose(report.verdict.reason.rstrip('. '), 400)}",
        _facts(report, len(groups[Standing.INFO])),
        attempts.as_markdown(report),
        _rows(urgent, _ROWS, notes, _EXAMPLES) if urgent else "",
        _over_time(report),
        _layers(report),
        _scorecard(report),
        _folded("warning", groups[Standing.WARNING], "do not block", notes),
        _folded("waived failure", groups[Standing.WAIVED], "set aside for a while, not passed", notes),
        _waivers(report.verdict.waivers),
        _skips(groups[Standing.SKIPPED]),
        patches.as_markdown(report),
        _footer(report),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _over_time(report: Report) -> str:
    if not (report.slas or report.incidents):
        return ""
    from harness.reporters import digest  # of audits alone, and slow to import for a run

    return digest.as_markdown(report)


def marker(project: str) -> str:
    """Hidden in every report of a project, so that a bot finds its comment and edits it in place of writing another."""
    name = re.sub(r"[^\w.]+", "-", plain(project, 100))
    return f"<!-- contract-harness:{name} -->"


def _facts(report: Report, infos: int) -> str:
    moment = f"{report.as_of:%Y-%m-%d %H:%M %Z}"
    run = f"{code(f'harness {report.command}', 60)} on {prose(report.project, 80)} as of {moment}"
    link = f" [Full report](<{report.url}>)." if is_address(report.url) else ""
    return f"{run}. {counted(report.coverage, infos)}.{link}"


def _rows(results: list[Result], most: int, notes: Mapping[str, Sequence[str]], rows_each: int = 0) -> str:
    rows = [_row(each, notes.get(each.id, ()), rows_each) for each in results[:most]]
    # a column that nothing fills (rules about documents compare no numbers) takes the width from the others
    used = [i for i in range(len(_COLUMNS)) if any(row[i] for row in rows)]
    lines = [[_COLUMNS[i] for i in used], ["---"] * len(used), *([row[i] for i in used] for row in rows)]
    table = "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
    return table + _more(len(results) - most, "in the full report")


def _row(result: Result, notes: Sequence[str], rows_each: int) -> tuple[str, ...]:
    failed = result.outcome is Outcome.FAIL
    said = notes if result.outcome in (Outcome.FAIL, Outcome.ERROR) else ()
    note = "".join(f"<br>{prose(each[:1].upper() + each[1:], 160)}" for each in said)
    name = f"id {code(result.id, 20)}" if failed else ""
    sample = examples(result.sample)
    note += "".join(f"<br>{prose(line, 140)}" for line in sample[:rows_each])
    note += f"<br>… and {len(sample) - rows_each} more lines in the full report" if len(sample) > rows_each > 0 else ""
    return (
        _WORDS[result.outcome],
        f"{code(subject(result), 120)} {code(result.rule, 60)}<br>{prose(result.message, 240)}{note}",
        "<br>".join(filter(None, (code(place(result), 200), name))),
        prose(result.expected, 100),
        prose(actual(result), 120),
        prose(result.owner, 80),
    )


def _layers(report: Report) -> str:
    tallies = tally(report, lambda r: r.layer)
    if not tallies:
        return ""
    head = "| Layer | Checks | Passed | Failed | Could not tell | Skipped | Waived | Findings |"
    lines = [_counts(prose(layer, 40) or "project", *each) for layer, each in list(tallies.items())[:_LAYERS]]
    total = _counts("**all**", report.coverage, sum(findings for _, findings in tallies.values()))
    return "\n".join([head, "|---|" + "--:|" * 7, *lines, total])


def _counts(name: str, found: Coverage, findings: int) -> str:
    numbers = (found.declared, found.passed, found.failed, found.errored, found.skipped, found.waived, findings)
    return f"| {name} | {' | '.join(f'{number:,}' for number in numbers)} |"


def _scorecard(report: Report) -> str:
    shown, others = scores.rows(report)
    if not shown:
        return ""
    dimensions = [each for each in Dimension if any(each in row for _, _, row in shown)]
    lines = [
        f"| Layer | Table | {' | '.join(each.value.capitalize() for each in dimensions)} |",
        "|---|---|" + "--:|" * len(dimensions),
    ]
    for layer, table, row in shown[:_SCORES]:
        cells = [prose(layer, 40), prose(table, 80), *(scores.shown(row.get(each)) for each in dimensions)]
        lines.append(f"| {' | '.join(cells)} |")
    rest = f"{plural(others, 'more table')} where every target is met; " if others else ""
    body = "\n".join(lines) + _more(len(shown) - _SCORES, "rows, in the JSON report")
    ending = f"{rest}{scores.legend(report)}. Targets: {prose(scores.targets(report), 300)}."
    return _details("scorecard of the quality dimensions", f"{body}\n\n{ending}")


def _folded(noun: str, results: list[Result], meaning: str, notes: Mapping[str, Sequence[str]]) -> str:
    if not results:
        return ""
    return _details(f"{plural(len(results), noun)}: {meaning}", _rows(results, _FOLDED_ROWS, notes))


def _waivers(uses: Sequence[WaiverUse]) -> str:
    if not uses:
        return ""
    lines = ["| Waiver | Covers | Until | Approved by | Where |", "|---|---|---|---|---|"]
    for use in uses[:_ROWS]:
        waiver = use.waiver
        cells = (
            code(str(waiver), 120),
            covers(use),
            f"{waiver.expires} ({days_left(use)})",
            prose(waiver.approver, 60),
            code(f"{waiver.at.file}:{waiver.at.line}", 100),
        )
        lines.append(f"| {' | '.join(cells)} |")
    body = "\n".join(lines) + _more(len(uses) - _ROWS, "in the JSON report")
    return _details(f"{plural(len(uses), 'waiver')}, with the days left", body)


def _skips(skipped: list[Result]) -> str:
    if not skipped:
        return ""
    why = reasons(skipped)
    lines = [
        "| Skipped | Why |",
        "|--:|---|",
        *(f"| {count:,} | {prose(reason, 200)} |" for reason, count in why[:_REASONS]),
    ]
    return _details(
        f"{plural(len(skipped), 'skipped result')}, by reason", "\n".join(lines) + _more(len(why) - _REASONS, "reasons")
    )


def _details(summary: str, body: str) -> str:
    # Markdown inside needs the empty lines
    return f"<details>\n<summary>{summary}</summary>\n\n{body}\n\n</details>"


def _more(count: int, what: str) -> str:
    return f"\n\n… and {count:,} more {what}." if count > 0 else ""


def _footer(report: Report) -> str:
    exit_code, meaning = EXITS[report.verdict.outcome]
    return (
        f"<sub>Exit code {exit_code.value}: {meaning}. "
        f"Run {code(report.run_id, 60)}, contract-harness {prose(report.harness_version, 40)}.</sub>"
    )
