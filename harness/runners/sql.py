"""Our own runner: a table's aggregates in one statement; a failing one is halved until the guilty check is alone."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from math import isfinite
from typing import Any

from sqlglot import exp
from sqlglot.errors import SqlglotError

from harness.engines import Engine
from harness.metrics import METRICS
from harness.metrics.expressions import table
from harness.model.check import Check, Measurement, TableName
from harness.model.errors import EngineError

COUNT = "COUNT(*)"
_WITNESS = 300
"""Characters that the place of a violation may have."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A check in SQL: `select` is an aggregate over its table, or `query` a statement of its own."""

    check: Check
    select: str = ""
    query: str = ""

    def alone(self, dialect: str) -> str:
        """The SQL that measures this check and nothing else."""
        return self.query or _over(self.check.table, [self.select], dialect)


def run_sql(engine: Engine, checks: Sequence[Check], dialect: str) -> dict[str, Measurement]:
    """The measurement of every check, by its id; all are of one table. One that cannot be measured has its error."""
    measured: dict[str, Measurement] = {}
    statements: list[Statement] = []
    for check in checks:
        try:
            statements.append(statement_of(check, dialect))
        except ValueError as error:
            measured[check.id] = Measurement(error=str(error))
    measured |= _scan(engine, [s for s in statements if s.select], dialect)
    total = next((m.total for m in measured.values() if m.total is not None), None)
    for statement in statements:
        if statement.query:
            total = _total(engine, statement.check, dialect) if total is None else total
            found = _query(engine, statement, total)
            measured[statement.check.id] = _witnessed(engine, statement.check, found, dialect)
    return measured


def statement_of(check: Check, dialect: str) -> Statement:
    """The check in SQL. Raises ValueError, with the reason, when it cannot be put into SQL."""
    try:
        expression = METRICS[check.rule].measure(check)
        sql = expression.sql(dialect, identify=False)
    except (LookupError, TypeError, AttributeError) as error:
        raise ValueError(f"the arguments of {check.rule} are not as it needs them: {error}") from None
    except RecursionError:
        raise ValueError("the SQL is nested too deep") from None
    except SqlglotError as error:
        raise ValueError(f"the SQL cannot be written in {dialect}: {error}") from None
    return Statement(check, query=sql) if isinstance(expression, exp.Query) else Statement(check, select=sql)


def _scan(engine: Engine, statements: Sequence[Statement], dialect: str) -> dict[str, Measurement]:
    """All aggregates of one table in one statement, the row count first; on an error, the same for each half."""
    if not statements:
        return {}
    started = time.perf_counter()
    sql = _over(statements[0].check.table, [COUNT, *(s.select for s in statements)], dialect)
    row, error = _ask(engine, sql)
    seconds = time.perf_counter() - started
    if error and len(statements) > 1:
        middle = len(statements) // 2
        return _scan(engine, statements[:middle], dialect) | _scan(engine, statements[middle:], dialect)
    if error:
        alone = statements[0]
        return {alone.check.id: Measurement(error=error, query=alone.alone(dialect), seconds=seconds)}
    return {
        statement.check.id: _measurement(value, row[0], statement.alone(dialect), seconds)
        for statement, value in zip(statements, row[1:], strict=True)
    }


def _query(engine: Engine, statement: Statement, total: int | None) -> Measurement:
    started = time.perf_counter()
    row, error = _ask(engine, statement.query)
    seconds = time.perf_counter() - started
    if not error and len(row) != 1:
        error = f"the query gave {len(row)} columns; exactly one is needed"
    if error:
        return Measurement(error=error, query=statement.query, seconds=seconds)
    return _measurement(row[0], total, statement.query, seconds)


def _witnessed(engine: Engine, check: Check, found: Measurement, dialect: str) -> Measurement:
    """With the place of the first violation; without one, the number stands all the same."""
    witness = METRICS[check.rule].witness
    if not witness or not found.value:
        return found
    row, _ = _ask(engine, witness(check).sql(dialect, identify=False))
    return replace(found, witness=str(row[0])[:_WITNESS]) if row and row[0] is not None else found


def _total(engine: Engine, check: Check, dialect: str) -> int | None:
    row, _ = _ask(engine, _over(check.table, [COUNT], dialect))
    return row[0] if row else None


def _ask(engine: Engine, sql: str) -> tuple[tuple[Any, ...], str]:
    """The row that answers, or why there is none."""
    try:
        return engine.query(sql), ""
    except EngineError as error:
        return (), str(error)
    except Exception as error:  # noqa: BLE001 - the boundary around an engine call: a surprise is "could not tell"
        return (), f"{type(error).__name__}: {error}"


def _measurement(value: Any, total: int | None, sql: str, seconds: float) -> Measurement:
    fields: dict[str, Any] = {"total": total, "query": sql, "seconds": seconds}
    if value is None or _is_number(value):
        return Measurement(value=value, **fields)
    return Measurement(error=f"the query gave {value!r}, which is no number", **fields)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool) and isfinite(value)


def _over(name: TableName, selects: Iterable[str], dialect: str) -> str:
    return f"SELECT {', '.join(selects)} FROM {table(name).sql(dialect)}"  # noqa: S608 - sqlglot rendered each part
