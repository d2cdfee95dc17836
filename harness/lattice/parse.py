"""The text of a type -> Type: read by sqlglot, then looked up in the table of its dialect."""

import re
from collections.abc import Callable, Iterator
from functools import cache
from math import inf
from typing import Any

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError
from sqlglot.expressions import DType

from harness.lattice.dialect import Dialect
from harness.lattice.duckdb import DUCKDB
from harness.lattice.postgres import POSTGRES
from harness.lattice.type import Type

DIALECTS: dict[str, Dialect] = {"duckdb": DUCKDB, "postgres": POSTGRES}
"""By sqlglot's name."""
_NAMED = re.compile(r"(?P<name>[a-z_0-9\" ]+?)\s*(?:\(\s*(?P<size>\d+)\s*\))?\s*(?P<array>(?:\[\s*\])*)\Z")
_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z_0-9]*\Z")


@cache
def parse_type(text: str, dialect: str) -> Type:
    """The type that `text` names in `dialect`. Raises ValueError, with the reason, when it names none."""
    known = DIALECTS.get(dialect)
    if known is None:
        raise ValueError(f"no types of {dialect or 'an unknown engine'} are known")
    return type_in(text, dialect, known, _parsed)


def type_in(text: str, dialect: str, known: Dialect, read: Callable[[str, str], exp.DataType]) -> Type:
    """The same by any table. Raises ValueError."""
    try:
        named = _named(text, known)
        return named or _type(read(text, dialect), known)
    except (SqlglotError, ValueError, LookupError, RecursionError):
        raise ValueError(f"{text!r} is no type that {dialect or 'any engine'} is known to have") from None


def _named(text: str, dialect: Dialect) -> Type | None:
    """A type that sqlglot does not know."""
    found = _NAMED.match(text.strip().lower())
    make = dialect.names.get(found["name"]) if found else None
    if not found or not make:
        return None
    type_ = make((int(found["size"]),) if found["size"] else ())
    for _ in range(found["array"].count("[")):
        type_ = _list(type_, inf, dialect)
    return type_


def _parsed(text: str, dialect: str) -> exp.DataType:
    """The type, written out as the dialect does and read again: `NVARCHAR(3)` is the same as `TEXT` where it is."""
    return read_as_written(read_as_written(text, dialect).sql(dialect), dialect)


def read_as_written(text: str, dialect: str) -> exp.DataType:
    """The type as sqlglot reads it. Raises ValueError or one of sqlglot's errors."""
    parsed = parse_one(text, dialect=dialect, into=exp.DataType)
    if not isinstance(parsed, exp.DataType):
        raise ValueError(text)
    return parsed


def _type(node: exp.DataType, dialect: Dialect) -> Type:
    inner = node.expressions
    if node.args.get("nullable"):
        raise ValueError("whether a value may be NULL is no matter of type here")
    match node.this:
        case DType.LOWCARDINALITY:
            return _type(inner[0], dialect)
        case DType.ARRAY | DType.LIST if inner:
            size = node.args.get("values")
            return _list(_type(inner[0], dialect), int(size[0].name) if size else inf, dialect)
        case DType.STRUCT:
            return _record("STRUCT", "struct", tuple(_fields(inner, dialect)), ("object",))
        case DType.UNION:
            return _record("UNION", "union", tuple(_fields(inner, dialect)))
        case DType.MAP:
            key, value = (_type(each, dialect) for each in inner)
            logical = ("map", "object")
            return Type(f"MAP({key.name}, {value.name})", "map", (), (("key", key), ("value", value)), (), logical)
        case DType.ENUM:
            values = tuple(each.name for each in inner)
            spelled = ", ".join("'" + value.replace("'", "''") + "'" for value in values)
            return Type(f"ENUM({spelled})", "enum", values=values, logical=("string",))
        case scalar:
            return dialect.types[scalar](tuple(_parameter(each.name) for each in inner))


def _parameter(written: str) -> float:
    return inf if written.upper() == "MAX" else int(written)


def _list(item: Type, size: float, dialect: Dialect) -> Type:
    if not dialect.sized_arrays:
        if item.domain == "list":
            return item
        size = inf
    logical = ("array", "vector") if "number" in item.logical else ("array",)
    count = "" if size == inf else f"{size:.0f}"
    return Type(f"{item.name}[{count}]", "list", (size,), (("", item),), logical=logical)


def _record(name: str, domain: str, fields: tuple[tuple[str, Type], ...], logical: tuple[str, ...] = ()) -> Type:
    spelled = ", ".join(f"{_quoted(field)} {type_.name}" for field, type_ in fields)
    return Type(f"{name}({spelled})", domain, (), fields, (), logical)


def _fields(inner: list[Any], dialect: Dialect) -> Iterator[tuple[str, Type]]:
    """The fields; one without a name is called by its number."""
    for number, each in enumerate(inner, 1):
        if isinstance(each, exp.ColumnDef):
            yield each.name, _type(each.args["kind"], dialect)
        else:
            nameless = each if isinstance(each, exp.DataType) else exp.DataType.build(each.name, udt=False)
            yield str(number), _type(nameless, dialect)


def _quoted(name: str) -> str:
    return name if _PLAIN_NAME.match(name) else '"' + name.replace('"', '""') + '"'
