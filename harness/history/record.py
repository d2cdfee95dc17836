"""A run as it is recorded: what is known of it, and of each of its results."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from harness.model.past import Past, Run
from harness.model.result import Outcome, Report, Result

_MOST = 500
"""Characters of a text that are kept."""
_GRAVITY = (Outcome.SKIP, Outcome.PASS, Outcome.FAIL, Outcome.ERROR)


class Row(NamedTuple):
    """One result; empty texts are what does not apply."""

    id: str
    rule: str
    check: str
    contract: str
    version: str
    layer: str
    table: str
    column: str
    owner: str
    dimension: str
    outcome: str
    severity: str
    waived: bool
    value: float | None
    failed_rows: int | None
    total_rows: int | None
    seconds: float
    actual: str
    message: str
    """Of a result that does not hold; "" of one that does."""
    since: str
    """As `Past.since`, in ISO 8601, or ""."""


@dataclass(frozen=True, slots=True)
class Record:
    """A run and its results, no two of which have the same id."""

    run: Run
    rows: tuple[Row, ...]


def record_of(
    report: Report, *, slot: datetime | None = None, attempt: int = 0, selection: str = "", identity: str = ""
) -> Record:
    """What is recorded of a report, in the light of its `history`; the rest is as in `Run`.

    `attempt` is its own where that is not given.
    """
    verdict, last = report.verdict, report.attempts[-1] if report.attempts else None
    run = Run(
        run_id=report.run_id,
        project=report.project,
        command=report.command,
        started=report.started,
        finished=report.finished,
        as_of=report.as_of,
        outcome=verdict.outcome,
        reason=text(verdict.reason),
        harness_version=report.harness_version,
        slot=slot,
        attempt=attempt or (last.attempt if last else 1),
        fix=text(last.fix) if last else "",
        selection=text(selection),
        identity=text(identity),
    )
    waived = frozenset(verdict.waived)
    rows = (_row(result, report, result.id in waived) for result in report.results)
    return Record(run, once(rows))


def broken_in(record: Record) -> list[str]:
    """The rules that could not tell what there is to find."""
    return sorted({row.rule for row in record.rows if not row.check and row.outcome == Outcome.ERROR.value})


def _row(result: Result, report: Report, waived: bool) -> Row:
    value = result.value
    return Row(
        id=result.id,
        rule=result.rule,
        check=text(result.check),
        contract=text(result.contract),
        version=text(result.version),
        layer=text(result.layer),
        table=text(result.table),
        column=text(result.column),
        owner=text(result.owner),
        dimension=result.dimension.value if result.dimension else "",
        outcome=result.outcome.value,
        severity=result.severity.value,
        waived=waived and result.outcome is Outcome.FAIL,
        value=float(value) if value is not None and math.isfinite(value) else None,
        failed_rows=result.failed_rows,
        total_rows=result.total_rows,
        seconds=round(result.seconds, 6),
        actual=text(result.actual),
        message="" if result.outcome is Outcome.PASS else text(result.message),
        since=_since(result.outcome, report.as_of, report.history.get(result.id, ())),
    )


def _since(outcome: Outcome, as_of: datetime, past: tuple[Past, ...]) -> str:
    """The beginning of a row of failures is carried on from run to run, so that it outlives the runs that are kept."""
    if outcome not in (Outcome.FAIL, Outcome.ERROR):
        return ""
    told = [each for each in past if each.outcome is not Outcome.SKIP]
    alike = [each for each in told[-1:] if each.outcome is outcome]
    return ((alike[0].since if alike else None) or as_of).isoformat()


def text(said: str) -> str:
    """Bounded, and without what some database refuses: NUL, and halves of characters."""
    short = said if len(said) <= _MOST else f"{said[: _MOST - 1]}…"
    return short if short.isascii() and "\0" not in short else _clean(short)


def _clean(said: str) -> str:
    return said.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def once(rows: Iterable[Row]) -> tuple[Row, ...]:
    """Of rows with the same id the gravest."""
    kept: dict[str, Row] = {}
    for row in rows:
        known = kept.get(row.id)
        if known is None or _gravity(row) > _gravity(known):
            kept[row.id] = row
    return tuple(kept.values())


def _gravity(row: Row) -> int:
    return _GRAVITY.index(Outcome(row.outcome))
