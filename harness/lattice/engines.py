"""The types of engines that have no table of their own: what most of them mean by a name, and where one means another.

sqlglot reads the names, so `INT64` of BigQuery and `bigint` of Trino are one here. A type whose values nobody could
name is in no table, and so cannot be compared.
"""

from math import inf

from sqlglot.expressions import DType as T

from harness.lattice.dialect import Dialect
from harness.lattice.scalars import Make, clock, decimal, floating, integer, json, plain, sized, text
from harness.lattice.type import Type

_ALONE = (
    T.UUID, T.INTERVAL, T.GEOGRAPHY, T.GEOMETRY, T.POINT, T.VARIANT, T.OBJECT, T.SUPER, T.XML, T.INET, T.IPADDRESS,
    T.IPPREFIX, T.IPV4, T.IPV6, T.HLLSKETCH, T.YEAR, T.ROWVERSION, T.IMAGE, T.NAME, T.HSTORE, T.FILE, T.ARRAY, T.LIST,
)  # fmt: skip
_BYTES = (T.BINARY, T.VARBINARY, T.BLOB)
_PADDED = "text padded with blanks"
_INTEGERS = {
    T.TINYINT: 8, T.SMALLINT: 16, T.MEDIUMINT: 24, T.INT: 32, T.BIGINT: 64, T.INT128: 128, T.INT256: 256,
    T.SMALLSERIAL: 16, T.SERIAL: 32, T.BIGSERIAL: 64,
}  # fmt: skip
_UNSIGNED = {
    T.UTINYINT: 8, T.USMALLINT: 16, T.UMEDIUMINT: 24, T.UINT: 32, T.UBIGINT: 64, T.UINT128: 128, T.UINT256: 256,
}  # fmt: skip

_TYPES: dict[T, Make] = {
    **{name: plain(name.value) for name in _ALONE},
    **{name: integer(name.value, bits) for name, bits in _INTEGERS.items()},
    **{name: integer(name.value, bits, signed=False) for name, bits in _UNSIGNED.items()},
    **{name: sized(name.value, "bytes", inf) for name in _BYTES},
    T.BOOLEAN: plain("BOOLEAN", "boolean"),
    T.BIT: sized("BIT", "bits of a fixed count", 1),
    T.BIGNUM: integer("BIGNUM", inf),
    T.DECIMAL: decimal("DECIMAL"),
    T.BIGDECIMAL: decimal("BIGDECIMAL", (76, 38)),
    T.MONEY: decimal("MONEY", (19, 4)),
    T.SMALLMONEY: decimal("SMALLMONEY", (10, 4)),
    T.FLOAT: floating("FLOAT", 24),
    T.DOUBLE: floating("DOUBLE", 53),
    T.TEXT: text("TEXT"),
    T.TINYTEXT: text("TINYTEXT", default=2**8 - 1),
    T.MEDIUMTEXT: text("MEDIUMTEXT", default=2**24 - 1),
    T.LONGTEXT: text("LONGTEXT", default=2**32 - 1),
    T.VARCHAR: text("VARCHAR"),
    T.NVARCHAR: text("NVARCHAR"),
    T.CHAR: text("CHAR", domain=_PADDED, default=1),
    T.NCHAR: text("NCHAR", domain=_PADDED, default=1),
    T.BPCHAR: text("BPCHAR", domain=_PADDED),
    T.FIXEDSTRING: text("FIXEDSTRING", domain=_PADDED),
    T.JSON: json("JSON", "JSON"),
    T.JSONB: json("JSONB", "JSONB"),
    T.DATE: clock("DATE", "date and time", -1, "date"),
    T.DATE32: clock("DATE32", "date and time", -1, "date"),
    T.SMALLDATETIME: clock("SMALLDATETIME", "date and time", 0, "timestamp"),
    T.DATETIME: clock("DATETIME", "date and time", 6, "timestamp"),
    T.DATETIME2: clock("DATETIME2", "date and time", 7, "timestamp"),
    T.DATETIME64: clock("DATETIME64", "date and time", 3, "timestamp"),
    T.TIMESTAMP_S: clock("TIMESTAMP_S", "date and time", 0, "timestamp"),
    T.TIMESTAMP_MS: clock("TIMESTAMP_MS", "date and time", 3, "timestamp"),
    T.TIMESTAMP_NS: clock("TIMESTAMP_NS", "date and time", 9, "timestamp"),
    T.TIMESTAMP: clock("TIMESTAMP", "date and time", 6, "timestamp"),
    T.TIMESTAMPNTZ: clock("TIMESTAMP_NTZ", "date and time", 6, "timestamp"),
    T.TIMESTAMPLTZ: clock("TIMESTAMP_LTZ", "point in time", 6, "timestamp"),
    # it keeps the zone that each value was written with, as the one before does not
    T.TIMESTAMPTZ: clock("TIMESTAMP_TZ", "point in time with its zone", 6, "timestamp"),
    T.TIME: clock("TIME", "time of day", 6, "time"),
    T.TIMETZ: clock("TIMETZ", "time of day with time zone", 6, "time"),
}

_WHOLE = decimal("NUMBER", (38, 0), ("integer", "number"))
_CLOCKS = (
    (T.DATETIME, "DATETIME", "date and time"),
    (T.TIMESTAMP, "TIMESTAMP", "date and time"),
    (T.TIMESTAMPNTZ, "TIMESTAMP_NTZ", "date and time"),
    (T.TIMESTAMPLTZ, "TIMESTAMP_LTZ", "point in time"),
    (T.TIMESTAMPTZ, "TIMESTAMP_TZ", "point in time with its zone"),
)


def _moments(digits: int) -> dict[T, Make]:
    """Dates with a time that have so many digits of a second when nothing else is said."""
    return {name: clock(spelled, domain, digits, "timestamp") for name, spelled, domain in _CLOCKS}


def _float(parameters: tuple[float, ...]) -> Type:
    """FLOAT(24) is a REAL."""
    return floating("FLOAT", 24 if parameters and parameters[0] <= 24 else 53)(())


_CODE_PAGES: dict[T, Make] = {
    T.NVARCHAR: text("NVARCHAR", 2),
    T.NCHAR: text("NCHAR", 2, _PADDED, 1),
}
_SPARK: dict[T, Make] = {
    T.DECIMAL: decimal("DECIMAL", (10, 0)),
    # what Spark calls TIMESTAMP; TIMESTAMP_LTZ is another word for it
    T.TIMESTAMPTZ: clock("TIMESTAMP", "point in time", 6, "timestamp"),
}
_TRINO: dict[T, Make] = {
    T.DECIMAL: decimal("DECIMAL", (38, 0)),
    **_moments(3),
    T.TIME: clock("TIME", "time of day", 3, "time"),
}
_TSQL: dict[T, Make] = {
    **_CODE_PAGES,
    T.BIT: plain("BIT", "boolean"),
    T.DECIMAL: decimal("DECIMAL", (18, 0)),
    T.FLOAT: _float,
    T.VARCHAR: text("VARCHAR", default=1),
    T.NVARCHAR: text("NVARCHAR", 2, default=1),
    T.BINARY: sized("BINARY", "bytes", 1),
    T.VARBINARY: sized("VARBINARY", "bytes", 1),
    T.DATETIME: clock("DATETIME", "date and time", 3, "timestamp"),
    T.TIMESTAMPTZ: clock("DATETIMEOFFSET", "point in time", 7, "timestamp"),
    T.TIME: clock("TIME", "time of day", 7, "time"),
}
_OWN: dict[str, Dialect] = {
    "snowflake": Dialect(
        {
            **_moments(9),
            **dict.fromkeys((T.TINYINT, T.SMALLINT, T.INT, T.BIGINT), _WHOLE),
            T.DECIMAL: decimal("NUMBER", (38, 0)),
            T.FLOAT: floating("FLOAT", 53),
            T.CHAR: text("CHAR", default=1),
            T.NCHAR: text("NCHAR", default=1),
            T.TIME: clock("TIME", "time of day", 9, "time"),
        }
    ),
    "bigquery": Dialect(
        {
            **dict.fromkeys((T.TINYINT, T.SMALLINT, T.INT, T.BIGINT), integer("INT64", 64)),
            T.DECIMAL: decimal("NUMERIC", (38, 9)),
            T.FLOAT: floating("FLOAT64", 53),
        }
    ),
    "databricks": Dialect(_SPARK),
    "spark": Dialect(_SPARK),
    "hive": Dialect(_SPARK),
    "trino": Dialect(_TRINO),
    "presto": Dialect(_TRINO),
    "athena": Dialect(_TRINO),
    "tsql": Dialect(_TSQL, {"real": floating("REAL", 24)}),
    "fabric": Dialect(_TSQL, {"real": floating("REAL", 24)}),
    "oracle": Dialect(
        {
            **_CODE_PAGES,
            **dict.fromkeys((T.SMALLINT, T.INT), _WHOLE),
            T.DECIMAL: decimal("NUMBER"),
            T.FLOAT: floating("FLOAT", 126),
            T.DATE: clock("DATE", "date and time", 0, "timestamp"),
        },
        {
            "binary_float": floating("BINARY_FLOAT", 24),
            "long": text("LONG"),
            "raw": sized("RAW", "bytes", inf),
        },
    ),
    "mysql": Dialect(
        {
            **_moments(0),
            T.DECIMAL: decimal("DECIMAL", (10, 0)),
            T.TEXT: text("TEXT", default=2**16 - 1),
            T.TINYBLOB: sized("TINYBLOB", "bytes", 2**8 - 1),
            T.BLOB: sized("BLOB", "bytes", 2**16 - 1),
            T.MEDIUMBLOB: sized("MEDIUMBLOB", "bytes", 2**24 - 1),
            T.LONGBLOB: sized("LONGBLOB", "bytes", 2**32 - 1),
            T.BINARY: sized("BINARY", "bytes", 1),
            T.TIME: clock("TIME", "time of day", 0, "time"),
        }
    ),
    "redshift": Dialect(
        {
            T.DECIMAL: decimal("DECIMAL", (18, 0)),
            T.TEXT: text("TEXT", default=256),
            T.VARCHAR: text("VARCHAR", default=256),
        }
    ),
    "teradata": Dialect({T.DECIMAL: decimal("DECIMAL", (5, 0))}),
    "clickhouse": Dialect({T.DATETIME: clock("DATETIME", "date and time", 0, "timestamp")}),
}


def types_of(engine: str) -> Dialect:
    """What the names mean to an engine, by sqlglot's name of its dialect; "" for none in particular."""
    own = _OWN.get(engine, Dialect({}))
    return Dialect({**_TYPES, **own.types}, own.names)
