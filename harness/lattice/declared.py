"""Types as contracts declare them: of every engine that sqlglot reads, with the lengths that an engine may ignore."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from sqlglot.expressions import DType

from harness.lattice.compare import Comparison, compare_types
from harness.lattice.duckdb import DUCKDB
from harness.lattice.engines import types_of
from harness.lattice.parse import parse_type, read_as_written, type_in
from harness.lattice.scalars import text
from harness.lattice.type import Type

_ANY = ("", "postgres", "snowflake", "bigquery", "tsql", "oracle", "clickhouse")
"""The dialects that are tried in this order where no engine is named; the first that knows both types is taken."""
# a text: it is slow to compile, and only two versions of a contract need it
_SIZED_TEXT = r"(?i)\b(?:varchar|character\s+varying|char|bpchar|text|string)\s*(?=\(\s*\d+\s*\))"
_DUCKDB = replace(DUCKDB, types={**DUCKDB.types, DType.NVARCHAR: text("VARCHAR")})


def compare_declared(before: str, after: str, dialect: str) -> Comparison:
    """How the type `after` differs from `before`. Raises ValueError when they are not the same and one is unknown."""
    for name in _ANY if not dialect else (dialect,):
        try:
            return compare_types(parse_declared(before, name), parse_declared(after, name))
        except ValueError:
            continue
    if _squeezed(before) == _squeezed(after):
        return Comparison(())
    named = next((each for each in (before, after) if not _known(each, dialect)), f"{before} or {after}")
    raise ValueError(f"{named} is no type that {dialect or 'any engine'} is known to have")


@cache
def parse_declared(written: str, dialect: str) -> Type:
    """The type that is written for an engine, by sqlglot's name of its dialect. Raises ValueError for none."""
    if dialect == "postgres":
        return parse_type(written, dialect)
    if dialect == "duckdb":
        # sqlglot drops the length of a VARCHAR, which means nothing to DuckDB, and keeps that of an NVARCHAR
        return type_in(re.sub(_SIZED_TEXT, "NVARCHAR", written), dialect, _DUCKDB, read_as_written)
    return type_in(written, dialect, types_of(dialect), read_as_written)


def _known(written: str, dialect: str) -> bool:
    return any(_readings(written, _ANY if not dialect else (dialect,)))


def _readings(written: str, dialects: tuple[str, ...]) -> Iterator[Type]:
    for name in dialects:
        try:
            yield parse_declared(written, name)
        except ValueError:
            continue


def _squeezed(written: str) -> str:
    return "".join(written.lower().split())
