"""The expression of a metric as SQL: written once in neutral words, put into those of each engine that has others."""

from collections.abc import Callable

from sqlglot import exp

from harness.metrics import on_duckdb, on_postgres

LOWERINGS: dict[str, Callable[[exp.Expr], exp.Expr]] = {"duckdb": on_duckdb.lowered, "postgres": on_postgres.lowered}
"""Dialect -> what puts an expression into pieces that mean the same there; one without an entry has them all."""


def sql_of(expression: exp.Expr, dialect: str) -> str:
    """The expression, which is used up, in the dialect.

    Raises ValueError, or an error of sqlglot's, for what the dialect has no words for.
    """
    lowered = LOWERINGS.get(dialect)
    return (lowered(expression) if lowered else expression).sql(dialect, identify=False, copy=False)
