"""A check as SQL, and the one place where an engine is asked."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlglot import exp
from sqlglot.errors import SqlglotError

from harness.engines import Engine
from harness.metrics import METRICS
from harness.metrics.expressions import table
from harness.metrics.render import sql_of
from harness.model.check import Check, TableName
from harness.model.errors import EngineError, words_of

COUNT = "COUNT(*)"
Ask = Callable[[str], tuple[tuple[Any, ...], str]]
"""Gives the row that answers a statement, or why there is none."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A check in SQL: `select` is an aggregate over its table, or `query` a statement of its own.

    `asked` is what a scan asks in place of `select`: the same number, sooner. `breakdown` is the check's, where it is
    known beforehand.
    """

    check: Check
    expression: exp.Expr
    select: str = ""
    query: str = ""
    asked: str = ""
    breakdown: str = ""

    def alone(self, dialect: str) -> str:
        """The SQL that measures this check and nothing else."""
        return self.query or over(self.check.table, [self.select], dialect)


def statement_of(check: Check, dialect: str) -> Statement:
    """The check in SQL. Raises ValueError, with the reason, when it cannot be put into SQL."""
    try:
        expression = METRICS[check.rule].measure(check)
        sql = sql_of(expression, dialect)
    except (LookupError, TypeError, AttributeError) as error:
        raise ValueError(f"the arguments of {check.rule} are not as it needs them: {error}") from None
    except RecursionError:
        raise ValueError("the SQL is nested too deep") from None
    except SqlglotError as error:
        raise ValueError(f"the SQL cannot be written in {dialect}: {error}") from None
    if isinstance(expression, exp.Query):
        return Statement(check, expression, query=sql)
    return Statement(check, expression, select=sql, asked=sql)


@contextmanager
def asking(engine: Engine) -> Iterator[Ask]:
    """What asks a session of its own beside `engine`, opened when it is first needed; it never raises."""
    with ExitStack() as stack:
        opened: list[Engine] = []

        def ask(sql: str) -> tuple[tuple[Any, ...], str]:
            try:
                if not opened:
                    opened.append(stack.enter_context(engine.cursor()))
                return opened[0].query(sql), ""
            except EngineError as error:
                return (), words_of(error)
            except Exception as error:  # noqa: BLE001 - the boundary around an engine call: a surprise is "could not tell"
                return (), f"{type(error).__name__}: {error}"

        yield ask


def rows_of(engine: Engine, sql: str, most: int) -> tuple[list[tuple[Any, ...]], str]:
    """The first rows of a query, `most` at most, or why there are none; it never raises."""
    try:
        return engine.rows(sql, most), ""
    except EngineError as error:
        return [], words_of(error)
    except Exception as error:  # noqa: BLE001 - the boundary around an engine call: a surprise is "could not tell"
        return [], f"{type(error).__name__}: {error}"


def over(name: TableName, selects: Iterable[str], dialect: str) -> str:
    """One SELECT of these expressions over the whole table."""
    return f"SELECT {', '.join(selects)} FROM {quoted(name, dialect)}"  # noqa: S608 - sqlglot rendered each part


@cache
def quoted(name: TableName, dialect: str) -> str:
    """The table's name in SQL."""
    return table(name).sql(dialect)
