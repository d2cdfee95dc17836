"""The SQL pieces that metrics are made of; identifiers are always quoted, values always literals."""

from decimal import Decimal
from typing import Any

from sqlglot import exp

from harness.model.check import Check, TableName

ROW = "row"
"""What a statement calls the table whose rows a condition is about, where another table stands beside it."""


def column(name: str, table: str | None = None) -> exp.Column:
    """A quoted column."""
    return exp.column(name, table=table, quoted=True)


def columns(check: Check) -> list[exp.Expr]:
    """The check's columns."""
    return [column(name) for name in check.columns]


def table(name: TableName, alias: str = "") -> exp.Expr:
    """A quoted table."""
    quoted = exp.table_(name.name, db=name.schema or None, quoted=True)
    return exp.alias_(quoted, alias, table=True) if alias else quoted


def literal(value: Any) -> exp.Expr:
    """A value as SQL. Raises ValueError for one that SQL has no literal for here."""
    match value:
        case None:
            return exp.null()
        case bool():
            return exp.true() if value else exp.false()
        case int() | float() | Decimal():
            return exp.Literal.number(value)
        case str():
            return exp.Literal.string(value)
        case _:
            raise ValueError(f"{value!r} is no plain value")


def text(value: exp.Expr) -> exp.Expr:
    """The value as text."""
    return exp.cast(value, "text")


def count_where(condition: exp.Expr) -> exp.Expr:
    """How many rows meet the condition; 0, not NULL, on an empty table."""
    return exp.Count(this=exp.Case(ifs=[exp.If(this=condition, true=exp.Literal.number(1))]))


def all_present(items: list[exp.Expr]) -> exp.Expr:
    """That none of the items is NULL."""
    return exp.and_(*(item.is_(exp.null()).not_() for item in items))


def is_one_of(value: exp.Expr, values: list[Any]) -> exp.Expr:
    """That the value is among `values`; a None among them means NULL, which SQL's IN would never match."""
    plain = [literal(v) for v in values if v is not None]
    tests: list[exp.Expr] = [exp.In(this=value.copy(), expressions=plain)] if plain else []
    if len(plain) < len(values):
        tests.append(value.copy().is_(exp.null()))
    return exp.or_(*tests) if tests else exp.false()
