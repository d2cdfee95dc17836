"""docs/runbooks/<table>.md: what can fail, how to see it, what to do first, and whom to call."""

import glob
import shlex
from collections.abc import Iterable

from harness.metrics import METRICS
from harness.model.check import Check
from harness.model.result import Dimension
from harness.publish.markdown import NONE, command, document, grid, link, name, notes, text
from harness.publish.platform import Platform, Told
from harness.publish.words import backfill, count, levels, people, readers
from harness.reporters.escape import spoken
from harness.rules import drift

_STEPS = {
    Dimension.FRESHNESS: "See whether the last load ran and ended; if it did, ask the source for its delivery.",
    Dimension.COMPLETENESS: "See from which load on values are missing, and whether what it is made of lacks them too.",
    Dimension.UNIQUENESS: "See whether a load ran twice or a join multiplies rows; load the affected part anew.",
    Dimension.VALIDITY: "Look at the rows (`--samples 5`); if the source sends them so, ask its owner.",
    Dimension.ACCURACY: "Hold it against the table that it comes from, and find the first day on which they differ.",
}
_OTHER = "Read the message of the result: it says what was expected, what was found, and where the clause stands."
_ACCEPT = "Ask who changed it, and why; `harness drift --patch` shows the edit of the contract that would accept it."
_DRIFT = {rule.id: rule.summary for rule in drift.RULES}
_COLUMNS = 8
"""Of one clause that are named."""


def runbook(platform: Platform, table: Told) -> str:
    """The page, without what people wrote in it."""
    word = shlex.quote(glob.escape(table.name))
    load = backfill(platform, table)
    return document(
        f"# Runbook of {text(table.name, 200)}",
        f"For whoever is called because of it. [Its page](../tables/{table.page}.md) says what it is: "
        f"{text(table.schema.description)}",
        "## Whom to call",
        people(table),
        "## How to see it",
        command(
            f"harness verify --select {word}\n"
            f"harness drift --select {word}\n"
            f"harness plan --select {word}\n"
            f"harness lineage show {shlex.quote(table.key)}"
        ),
        "The first says what fails, with the SQL that gives the number again; `--samples 5` shows rows. The second "
        "says what the server has that the contract has not; the third shows every clause; the last what comes "
        "before it and after it.",
        "## First steps",
        _first_steps(platform, table),
        "## Load it anew",
        load
        or "No command is declared: give its contract a customProperty `backfill`, or set `publish: {backfill: "
        "...}` in harness.yaml.",
        "## What can fail",
        grid(("clause", "of", "measures", "severity", "what to do first"), _clauses(table.checks))
        or "Nothing: its contract has no clause.",
        "Beside these: a column or type that the server has otherwise than the contract says (`harness drift`), and "
        "a run that could not tell, which means that nothing is known.",
        _levels(table),
        "## What is downstream",
        _downstream(platform, table),
        readers(table),
        notes("What went wrong before, and what helped."),
    )


def _first_steps(platform: Platform, table: Told) -> str:
    above = platform.near(table, "up")
    named = ", ".join(_end(platform, key) for key in above)
    steps = [
        "Read the message of the failing result, and the clause in its contract.",
        f"See whether what it is made of fails too, and begin there: {named}."
        if above
        else "It is made of no other table that is known: begin with the last load and the source.",
        "Tell those who read it, before they find out: they stand at the end of this page.",
        "Mend the cause, load the affected part anew, and run `harness verify` again: only that opens the gate.",
        "If it cannot be mended yet, `harness waive` drafts a waiver; somebody else must approve it.",
    ]
    return "\n".join(f"{number}. {step}" for number, step in enumerate(steps, 1))


def _clauses(checks: Iterable[Check]) -> list[tuple[str, ...]]:
    """One row for all columns of which the same is asked."""
    found: dict[tuple[str, ...], list[str]] = {}
    for check in checks:
        key = (name(check.rule), _measures(check), _severity(check), _step(check))
        found.setdefault(key, []).extend(check.columns)
    return [
        (rule, _columns(tuple(dict.fromkeys(columns))), measures, severity, step)
        for (rule, measures, severity, step), columns in found.items()
    ]


def _step(check: Check) -> str:
    if check.rule in _DRIFT:
        return _ACCEPT
    return _STEPS[check.dimension] if check.dimension and not check.skip else _OTHER


def _columns(columns: tuple[str, ...]) -> str:
    more = f" and {len(columns) - _COLUMNS:,} more" if len(columns) > _COLUMNS else ""
    return f"{', '.join(map(name, columns[:_COLUMNS]))}{more}" if columns else "the table"


def _measures(check: Check) -> str:
    metric = METRICS.get(check.rule)
    about = check.description or (metric.summary if metric else _DRIFT.get(check.rule, ""))
    # ages are held against a length of time that the calendar decides; the contract's own words stand below
    aged = "sla/" in check.id
    target = f"; wanted {text(check.target.text(check.unit), 100)}" if check.target and not aged else ""
    return f"{spoken(about.rstrip('.'), 300) or NONE}{target}"


def _severity(check: Check) -> str:
    if check.skip:
        # why, `harness plan` says
        return "not measured"
    severity = check.severity.value
    return f"warning; {severity} from {text(check.alert.text(check.unit), 100)} on" if check.alert else severity


def _levels(table: Told) -> str:
    lines = [
        f"- {text(sla.property)}: {levels(sla)}{f'. {text(sla.description)}' if sla.description else ''}"
        for sla in table.sla
    ]
    return "It is promised:\n\n" + "\n".join(lines) if lines else "No service level is promised."


def _downstream(platform: Platform, table: Told) -> str:
    down = platform.away(table, "down")
    rows = [
        (
            _end(platform, key),
            f"{steps:,}",
            text(platform.by_key[key].contract.owner) if key in platform.by_key else NONE,
        )
        for key, steps in down.items()
    ]
    known = grid(("table", "steps", "owner"), rows)
    said = f"{count(len(rows), 'table')} {'is' if len(rows) == 1 else 'are'} made of it, at one or more steps."
    return f"{said}\n\n{known}" if rows else "No table is known to be made of it."


def _end(platform: Platform, key: str) -> str:
    table = platform.by_key.get(key)
    return link(table, "../tables/") if table else name(key)
