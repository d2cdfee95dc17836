"""The expression of a metric as SQL: written once in neutral words, put into those of each engine that has others."""

from collections.abc import Callable
from functools import cache

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect

from harness.metrics import on_duckdb, on_postgres

LOWERINGS: dict[str, Callable[[exp.Expr], exp.Expr]] = {"duckdb": on_duckdb.lowered, "postgres": on_postgres.lowered}
"""Dialect -> what puts an expression into pieces that mean the same there; one without an entry has them all."""


def sql_of(expression: exp.Expr, dialect: str) -> str:
    """The expression, which is used up, in the dialect.

    Raises ValueError, or an error of sqlglot's, for what the dialect has no words for.
    """
    lowered = LOWERINGS.get(dialect)
    return (lowered(expression) if lowered else expression).sql(_spoken(dialect), identify=False, copy=False)


@cache
def _spoken(dialect: str) -> Dialect:
    """The dialect; sqlglot looks it up, and makes it anew, whenever it is given the name."""
    return Dialect.get_or_raise(dialect)
