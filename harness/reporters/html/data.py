"""What the page shows, as one compact document: all judgement and wording is done here, the page only draws it.

`frontend/src/data.ts` has its types.
"""

import glob
import shlex
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from harness.model.errors import ExitCode
from harness.model.result import Coverage, Dimension, Outcome, Patch, Report, Result, Sample, Score, VerdictOutcome
from harness.model.waiver import WaiverUse
from harness.reporters import attempts, scores
from harness.reporters.grids import LOOK
from harness.reporters.html.graph import Graph, graph_of
from harness.reporters.html.strips import strips
from harness.reporters.past import stands
from harness.reporters.patches import headline
from harness.reporters.plain import plain
from harness.reporters.summary import Cell, Standing, by_standing, matrix, reasons, tally
from harness.reporters.words import EXITS, actual, covers, days_left, place, subject, waiver_notes

_WORDS: dict[Standing, tuple[str, str, str, str]] = {
    Standing.BLOCKS: ("blocks", "blocks", "block", "violations that keep the gate shut"),
    Standing.UNDECIDED: ("undecided", "could not tell", "could not tell", "a query broke, or what it reads is absent"),
    Standing.WARNING: ("warning", "warning", "warnings", "violations that do not block"),
    Standing.WAIVED: ("waived", "waived", "waived", "violations that a waiver sets aside until a day"),
    Standing.INFO: ("info", "info", "info", "notes"),
    Standing.PASSED: ("passed", "passed", "passed", "measured, and they hold"),
    Standing.SKIPPED: ("skipped", "skipped", "skipped", "deliberately not run"),
}
"""Standing -> its name in addresses and styles, its word for one and for several, and what it means."""
_VERDICT: dict[VerdictOutcome, tuple[Standing, str]] = {
    VerdictOutcome.PASS: (Standing.PASSED, "Pass"),
    VerdictOutcome.FAIL: (Standing.BLOCKS, "Fail"),
    VerdictOutcome.UNDECIDED: (Standing.UNDECIDED, "Could not tell"),
}
_ORDER = {standing: number for number, standing in enumerate(Standing)}
_NAME, _LINE, _TEXT, _QUERY = 200, 400, 2_000, 100_000
"""How many characters are shown of a name, a short text, a long one, and SQL."""


def document(report: Report) -> dict[str, Any]:
    """The document; all its text of strangers is bounded, and on one line but for SQL."""
    groups, graph = by_standing(report), graph_of(report)
    found = [(standing, result) for standing, results in groups.items() for result in results]
    runs, strip = strips(report, found)
    return {
        "run": _run(report),
        "verdict": _verdict(report),
        "attempts": _attempts(report),
        "healed": attempts.headline(report),
        "standings": [_standing(each, len(groups[each])) for each in Standing],
        "coverage": _tally("", report.coverage, sum(not r.check for r in report.results)),
        "layers": [_tally(layer, *each) for layer, each in tally(report, lambda r: r.layer).items()],
        "reasons": reasons(groups[Standing.SKIPPED])[:50],
        **_heat(report),
        "targets": scores.targets(report) if report.scorecard else "",
        "waivers": [_waiver(use) for use in report.verdict.waivers],
        "patches": [_patch(patch) for patch in report.patches],
        **_over_time(report),
        "tables": graph.tables,
        "edges": graph.edges,
        "reproduce": _reproduce(report),
        "runs": runs,
        "results": _results(report, found, graph, strip),
        "samples": {str(i): _sample(r.sample) for i, (_, r) in enumerate(found) if r.sample},
    }


def _over_time(report: Report) -> dict[str, Any]:
    if not (report.slas or report.incidents):
        return {"levels": [], "incidents": []}
    from harness.reporters.html import over_time  # of audits alone, and slow to import for a run

    return {"levels": over_time.levels(report), "incidents": over_time.incidents(report)}


def _run(report: Report) -> dict[str, str]:
    return {
        "project": plain(report.project, _NAME),
        "command": report.command,
        "version": plain(report.harness_version, 30),
        "id": plain(report.run_id, 60),
        "asOf": f"{report.as_of:%Y-%m-%d %H:%M %Z}",
        "started": f"{report.started:%Y-%m-%d %H:%M:%S %Z}",
        "took": f"{(report.finished - report.started).total_seconds():.1f} s",
    }


def _verdict(report: Report) -> dict[str, str]:
    standing, word = _VERDICT[report.verdict.outcome]
    if attempts.is_healed(report):
        word = f"{word}, healed"
    code, meaning = EXITS[report.verdict.outcome]
    return {
        "outcome": report.verdict.outcome.value,
        "sign": LOOK[standing].symbol,
        "word": word,
        "reason": plain(report.verdict.reason, _LINE),
        "exit": f"Exit code {ExitCode(code).value}: {meaning}.",
    }


def _attempts(report: Report) -> list[dict[str, Any]]:
    found = []
    for each in attempts.attempts_of(report):
        standing, word = _VERDICT[each.status]
        found.append(
            {
                "attempt": each.attempt,
                "look": _WORDS[standing][0],
                "sign": LOOK[standing].symbol,
                "word": word.lower(),
                "error": plain(each.error, _LINE),
                "fix": plain(each.fix, _TEXT),
                "started": f"{each.started:%Y-%m-%d %H:%M:%S %Z}",
                "took": f"{each.seconds:.1f} s",
            }
        )
    return found


def _standing(standing: Standing, count: int) -> dict[str, Any]:
    key, word, words, about = _WORDS[standing]
    return {"key": key, "sign": LOOK[standing].symbol, "word": word, "words": words, "count": count, "about": about}


def _tally(layer: str, found: Coverage, findings: int) -> dict[str, Any]:
    return {
        "layer": plain(layer, _NAME),
        "declared": found.declared,
        "passed": found.passed,
        "failed": found.failed,
        "errored": found.errored,
        "skipped": found.skipped,
        "waived": found.waived,
        "findings": findings,
    }


def _heat(report: Report) -> dict[str, Any]:
    """Every layer, then its tables, in every dimension that anything is known of."""
    layers = {(layer, ""): row for layer, row in matrix(report, lambda r: r.layer).items()}
    tables = matrix(report, lambda r: (r.layer, r.table))
    rows = layers | {key: row for key, row in tables.items() if key[1]}
    measured = {(score.layer, score.table, score.dimension): score for score in report.scorecard}
    used = {name for row in layers.values() for name in row}
    dimensions = [name for name in (*Dimension, None) if name in used]
    return {
        "dimensions": [name.value if name else "" for name in dimensions],
        "heat": [
            {
                "layer": plain(layer, _NAME),
                "table": plain(table, _NAME),
                "cells": [
                    _cell(row[name], measured.get((layer, table, name)) if name else None) if name in row else None
                    for name in dimensions
                ],
            }
            for (layer, table), row in rows.items()
        ],
    }


def _cell(cell: Cell, score: Score | None) -> dict[str, Any]:
    return {
        "standing": _ORDER[cell.worst],
        "count": cell.count,
        "total": cell.total,
        "value": scores.shown(score) if score else "",
        "standard": score.standard.value if score else "",
        "target": score.target if score else "",
        "alert": score.alert if score else "",
        "waived": score.waived if score else 0,
    }


def _waiver(use: WaiverUse) -> dict[str, Any]:
    waiver = use.waiver
    return {
        "names": plain(str(waiver), _NAME),
        "days": days_left(use),
        "covers": covers(use),
        "approver": plain(waiver.approver, _NAME),
        "expires": waiver.expires.isoformat(),
        "reason": plain(waiver.reason, _LINE),
        "place": plain(f"{waiver.at.file}:{waiver.at.line}", _LINE),
        "inForce": use.in_force,
    }


def _patch(patch: Patch) -> dict[str, str]:
    return {"file": plain(patch.file, _LINE), "headline": plain(headline(patch), _LINE), "diff": patch.diff[:_QUERY]}


def _sample(sample: Sample) -> dict[str, Any]:
    return {
        "columns": list(sample.columns),
        "rows": [list(row) for row in sample.rows],
        "hidden": list(sample.hidden),
        "note": sample.note,
    }


def _reproduce(report: Report) -> dict[str, str]:
    """The command that runs one result again, and the one that runs all."""
    as_of = f" --as-of {report.as_of.isoformat()}" if report.command == "verify" else ""
    whole = f"harness {plain(report.command, 30)}{as_of}"
    return {"whole": whole, "select": f"{whole} --select {{}}"}


def _results(
    report: Report, found: Sequence[tuple[Standing, Result]], graph: Graph, strip: Sequence[str]
) -> dict[str, Any]:
    """A column for each field: its numbers, or its texts and for each result the number of its text."""
    notes, results = waiver_notes(report.verdict), [result for _, result in found]
    texts: dict[str, Iterable[str]] = {
        "id": _plainly((r.id for r in results), _NAME),
        "rule": _plainly((r.rule for r in results), _NAME),
        "check": _plainly((r.check for r in results), _LINE),
        "subject": _plainly((subject(r) for r in results), _NAME),
        "severity": (r.severity.value for r in results),
        "dimension": (r.dimension.value if r.dimension else "" for r in results),
        "contract": _plainly((r.contract for r in results), _NAME),
        "layer": _plainly((r.layer for r in results), _NAME),
        "table": _plainly((r.table for r in results), _NAME),
        "owner": _plainly((r.owner for r in results), _NAME),
        "place": _plainly((place(r) for r in results), _LINE),
        "message": _plainly((r.message for r in results), _TEXT),
        "expected": _plainly((r.expected for r in results), _LINE),
        "actual": _plainly((actual(r) for r in results), _LINE),
        "query": (r.query[:_QUERY] for r in results),
        "waiver": (plain(notes.get(r.id, ""), _LINE) if r.outcome is Outcome.FAIL else "" for r in results),
        "select": (_selection(r) for r in results),
        "strip": strip,
        "past": (stands(report, r) for r in results),
    }
    return {
        "standing": [_ORDER[standing] for standing, _ in found],
        **{name: _packed(values) for name, values in texts.items()},
        "failed": [r.failed_rows for r in results],
        "total": [r.total_rows for r in results],
        "seconds": [round(r.seconds, 4) for r in results],
        "node": [graph.node(r) for r in results],
    }


def _plainly(texts: Iterable[str], limit: int) -> Iterator[str]:
    """Each text made plain; most of them many results share."""
    known: dict[str, str] = {}
    for text in texts:
        yield known[text] if text in known else known.setdefault(text, plain(text, limit))


def _packed(values: Iterable[str]) -> dict[str, Any]:
    numbers: dict[str, int] = {}
    at = [numbers.setdefault(value, len(numbers)) for value in values]
    return {"values": list(numbers), "at": at}


def _selection(result: Result) -> str:
    """What --select is given to run it again, for a shell; "" where only the whole run would."""
    name = result.check or result.table or result.contract
    # what a terminal would not take as it stands is not offered to be pasted into one
    return shlex.quote(glob.escape(name)) if name and plain(name, len(name)) == name else ""
