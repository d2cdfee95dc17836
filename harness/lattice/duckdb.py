"""The types of DuckDB. A VARCHAR's length means nothing there, and JSON is a VARCHAR that must be JSON.

Source: https://duckdb.org/docs/stable/sql/data_types/overview
"""

from math import inf

from sqlglot.expressions import DType as T

from harness.lattice.dialect import Dialect
from harness.lattice.scalars import Make, clock, decimal, floating, integer, json, plain, text
from harness.lattice.type import Type

_STAMPS: dict[int, Make] = {
    0: clock("TIMESTAMP_S", "date and time", 0, "timestamp"),
    3: clock("TIMESTAMP_MS", "date and time", 3, "timestamp"),
    6: clock("TIMESTAMP", "date and time", 6, "timestamp"),
    9: clock("TIMESTAMP_NS", "date and time", 9, "timestamp", years=584),
}
"""By their digits of a second."""


def _text(_: tuple[float, ...]) -> Type:
    return text("VARCHAR")(())


def _timestamp(parameters: tuple[float, ...]) -> Type:
    """TIMESTAMP(4) is the next type that holds four digits."""
    wanted = parameters[0] if parameters else 6
    return _STAMPS[next((digits for digits in _STAMPS if digits >= wanted), 9)](())


_TYPES: dict[T, Make] = {
    T.BOOLEAN: plain("BOOLEAN", "boolean"),
    T.TINYINT: integer("TINYINT", 8),
    T.SMALLINT: integer("SMALLINT", 16),
    T.INT: integer("INTEGER", 32),
    T.BIGINT: integer("BIGINT", 64),
    T.INT128: integer("HUGEINT", 128),
    T.UTINYINT: integer("UTINYINT", 8, signed=False),
    T.USMALLINT: integer("USMALLINT", 16, signed=False),
    T.UINT: integer("UINTEGER", 32, signed=False),
    T.UBIGINT: integer("UBIGINT", 64, signed=False),
    T.UINT128: integer("UHUGEINT", 128, signed=False),
    T.BIGNUM: integer("BIGNUM", inf),
    T.DECIMAL: decimal("DECIMAL", (18, 3)),
    T.FLOAT: floating("FLOAT", 24),
    T.DOUBLE: floating("DOUBLE", 53),
    T.TEXT: _text,
    T.VARCHAR: _text,
    T.JSON: json("JSON", "text"),
    T.UUID: plain("UUID", "string"),
    T.VARBINARY: plain("BLOB"),
    T.BIT: plain("BIT"),
    T.DATE: clock("DATE", "date and time", -1, "date"),
    T.TIMESTAMP_S: _STAMPS[0],
    T.TIMESTAMP_MS: _STAMPS[3],
    T.TIMESTAMP: _timestamp,
    T.TIMESTAMPNTZ: _timestamp,
    T.TIMESTAMP_NS: _STAMPS[9],
    T.TIMESTAMPTZ: clock("TIMESTAMP WITH TIME ZONE", "point in time", 6, "timestamp"),
    T.TIME: clock("TIME", "time of day", 6, "time"),
    T.TIME_NS: clock("TIME_NS", "time of day", 9, "time"),
    T.TIMETZ: clock("TIME WITH TIME ZONE", "time of day with time zone", 6, "time"),
    T.INTERVAL: plain("INTERVAL"),
    T.VARIANT: plain("VARIANT", "object", "array", "map"),
    T.GEOMETRY: plain("GEOMETRY"),
}

DUCKDB = Dialect(
    _TYPES,
    {
        "varint": _TYPES[T.BIGNUM],
        '"null"': plain('"NULL"'),
        "uint8": _TYPES[T.UTINYINT],
        "uint16": _TYPES[T.USMALLINT],
        "uint32": _TYPES[T.UINT],
        "uint64": _TYPES[T.UBIGINT],
    },
)
