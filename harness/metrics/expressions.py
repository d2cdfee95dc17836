"""The SQL pieces that metrics are made of; identifiers are always quoted, values always literals."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from sqlglot import exp
from sqlglot.expressions import DType

from harness.model.check import Check, TableName
from harness.model.fields import Each, Path

FLOATING = ("DOUBLE", "FLOAT", "double precision", "real")
"""What engines call the types of floating-point numbers."""
ROW = "row"
"""What a statement calls the table whose rows a condition is about, where another table stands beside it."""


def column(name: str, table: str | None = None) -> exp.Column:
    """A quoted column."""
    return exp.column(name, table=table, quoted=True)


def columns(check: Check, table: str | None = None) -> list[exp.Expr]:
    """The check's columns. Raises ValueError for one that a row may have several of."""
    return [value_at(check.path(name), table) for name in check.columns]


def value_at(path: Path, table: str | None = None) -> exp.Expr:
    """The one value at the end of a path. Raises ValueError when a row may have several."""
    first, *below = path
    value: exp.Expr = column(str(first), table)
    for step in below:
        if isinstance(step, Each):
            raise ValueError("it is inside an array or a map, where a row may have several values of it")
        value = field(value, step)
    return value


def any_value(check: Check, condition: Callable[[exp.Expr], exp.Expr]) -> exp.Expr:
    """That the value of the check's column meets `condition`; inside an array or a map, that any of the values does."""
    return any_at(check.path(check.columns[0]), condition)


def any_at(path: Path, condition: Callable[[exp.Expr], exp.Expr]) -> exp.Expr:
    """That any of the values at the end of a path meets `condition`."""
    first, *below = path
    return _any(column(str(first)), tuple(below), condition, 1)


def _any(value: exp.Expr, path: Path, condition: Callable[[exp.Expr], exp.Expr], depth: int) -> exp.Expr:
    for position, step in enumerate(path):
        if isinstance(step, Each):
            name = f"element {depth}"
            found = _any(column(name), path[position + 1 :], condition, depth + 1)
            chosen = exp.Lambda(this=found, expressions=[exp.to_identifier(name, quoted=True)])
            return exp.GT(this=size(exp.ArrayFilter(this=many(value, step), expression=chosen)), expression=literal(0))
        value = field(value, step)
    return condition(value)


def many(value: exp.Expr, step: Each) -> exp.Expr:
    """The array of what a value has many of."""
    match step:
        case Each.ITEM:
            return value
        case Each.KEY:
            return exp.MapKeys(this=value)
        case Each.VALUE:
            return exp.func("MAP_VALUES", value)


def field(value: exp.Expr, name: str) -> exp.Expr:
    """A field of an object; the brackets keep the object from being read as a table."""
    return exp.Dot(this=exp.paren(value), expression=exp.to_identifier(name, quoted=True))


def size(array: exp.Expr) -> exp.Expr:
    """How many elements an array has."""
    return exp.ArraySize(this=array)


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
    return exp.cast(value, DType.TEXT)


def by_character(value: exp.Expr) -> exp.Expr:
    """The value as a text that is compared character by character, whatever its collation takes for equal."""
    return exp.Collate(this=text(value.copy()), expression=exp.to_identifier("C", quoted=True))


def as_text(value: Any) -> str | None:
    """A value of YAML as the text that a column holds it as."""
    if value is None or isinstance(value, str):
        return value
    return str(value).lower() if isinstance(value, bool) else str(value)


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
