"""Our own runner: a table's aggregates in one statement; a failing one is halved until the guilty check is alone.

On a large table the engine's faster operators come first, and the scan measures what they left.
"""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from math import isfinite
from time import perf_counter
from typing import Any

from harness.engines import Engine
from harness.metrics import METRICS
from harness.metrics.render import sql_of
from harness.model.check import Check, Measurement
from harness.runners.statement import COUNT, Ask, Statement, asking, over, statement_of

FAST = frozenset({"duckdb"})
"""Dialects whose engines answer from statistics, stream a window without an order, and have the detours' functions."""
LARGE = 200_000
"""Rows from which on a detour costs less than it can save."""
_WITNESS = 300
"""Characters that the place of a violation may have."""


def run_sql(engine: Engine, checks: Sequence[Check], dialect: str, rows: int = 0) -> dict[str, Measurement]:
    """The measurement of every check, by its id; all are of one table. One that cannot be measured has its error.

    `rows` is about how many the table holds, by the server's own books; 0 when they do not say.
    """
    measured: dict[str, Measurement] = {}
    statements: list[Statement] = []
    for check in checks:
        try:
            statements.append(statement_of(check, dialect))
        except ValueError as error:
            measured[check.id] = Measurement(error=str(error))
    if statements:
        with asking(engine) as ask, asking(engine) as beside:
            measured |= _measured(ask, beside, statements, dialect, rows)
    return measured


def _measured(
    ask: Ask, beside: Ask, statements: Sequence[Statement], dialect: str, rows: int
) -> dict[str, Measurement]:
    aggregates = [s for s in statements if s.select]
    measured: dict[str, Measurement] = {}
    if dialect in FAST and rows >= LARGE:
        from harness.runners.detours import detours

        measured, aggregates = detours(ask, beside, aggregates, dialect, rows)
    measured |= _scan(ask, aggregates, dialect)
    total = next((m.total for m in measured.values() if m.total is not None), None)
    for statement in statements:
        if statement.query:
            total = _total(ask, statement.check, dialect) if total is None else total
            measured[statement.check.id] = _query(ask, statement, total)
    return {s.check.id: _witnessed(ask, s.check, measured[s.check.id], dialect) for s in statements}


def _scan(ask: Ask, statements: Sequence[Statement], dialect: str) -> dict[str, Measurement]:
    """All aggregates of one table in one statement, the row count first; on an error, the same for each half."""
    if not statements:
        return {}
    started = perf_counter()
    sql = over(statements[0].check.table, [COUNT, *(s.asked for s in statements)], dialect)
    row, error = ask(sql)
    seconds = perf_counter() - started
    if error and len(statements) > 1:
        middle = len(statements) // 2
        return _scan(ask, statements[:middle], dialect) | _scan(ask, statements[middle:], dialect)
    if error:
        alone = statements[0]
        return {alone.check.id: Measurement(error=error, query=alone.alone(dialect), seconds=seconds)}
    return {
        s.check.id: replace(_measurement(value, row[0], s.alone(dialect), seconds), breakdown=s.breakdown)
        for s, value in zip(statements, row[1:], strict=True)
    }


def _query(ask: Ask, statement: Statement, total: int | None) -> Measurement:
    started = perf_counter()
    row, error = ask(statement.query)
    seconds = perf_counter() - started
    if not error and len(row) != 1:
        error = f"the query gave {len(row)} columns; exactly one is needed"
    if error:
        return Measurement(error=error, query=statement.query, seconds=seconds)
    return _measurement(row[0], total, statement.query, seconds)


def _witnessed(ask: Ask, check: Check, found: Measurement, dialect: str) -> Measurement:
    """With the place of the first violation; without one, the number stands all the same."""
    metric = METRICS[check.rule]
    if not found.value:
        return replace(found, breakdown="")
    said: dict[str, Any] = {
        name: str(row[0])[:_WITNESS]
        for name, query in (("witness", metric.witness), ("breakdown", metric.breakdown))
        if query and not getattr(found, name) and (row := ask(sql_of(query(check), dialect))[0]) and row[0] is not None
    }
    return replace(found, **said) if said else found


def _total(ask: Ask, check: Check, dialect: str) -> int | None:
    row, _ = ask(over(check.table, [COUNT], dialect))
    return row[0] if row else None


def _measurement(value: Any, total: int | None, sql: str, seconds: float) -> Measurement:
    fields: dict[str, Any] = {"total": total, "query": sql, "seconds": seconds}
    if value is None or _is_number(value):
        return Measurement(value=value, **fields)
    return Measurement(error=f"the query gave a value of the type {type(value).__name__}, which is no number", **fields)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool) and isfinite(value)
