"""The types of PostgreSQL. Lengths and digits of a second count; `numeric` alone holds any number of digits.

Source: https://www.postgresql.org/docs/current/datatype.html
"""

from math import inf

from sqlglot.expressions import DType as T

from harness.lattice.dialect import Dialect
from harness.lattice.scalars import Make, clock, decimal, floating, integer, json, plain, sized, text

_ALONE = (
    T.INET, T.MONEY, T.XML, T.HSTORE, T.GEOMETRY, T.GEOGRAPHY, T.NAME, T.POINT,
    T.INT4RANGE, T.INT8RANGE, T.NUMRANGE, T.TSRANGE, T.TSTZRANGE, T.DATERANGE,
    T.INT4MULTIRANGE, T.INT8MULTIRANGE, T.NUMMULTIRANGE, T.TSMULTIRANGE, T.TSTZMULTIRANGE, T.DATEMULTIRANGE,
)  # fmt: skip
"""Those that compare with nothing but themselves."""
_ALONE_TOO = ("cidr", "macaddr", "macaddr8", "oid", "tsvector", "tsquery", "line", "lseg", "box", "path", "polygon",
              "circle", "jsonpath", "pg_lsn")  # fmt: skip

_TYPES: dict[T, Make] = {
    **{name: plain(name.value) for name in _ALONE},
    T.BOOLEAN: plain("BOOLEAN", "boolean"),
    T.SMALLINT: integer("SMALLINT", 16),
    T.INT: integer("INTEGER", 32),
    T.BIGINT: integer("BIGINT", 64),
    T.SMALLSERIAL: integer("SMALLINT", 16),
    T.SERIAL: integer("INTEGER", 32),
    T.BIGSERIAL: integer("BIGINT", 64),
    T.DECIMAL: decimal("NUMERIC"),
    T.FLOAT: floating("REAL", 24),
    T.DOUBLE: floating("DOUBLE PRECISION", 53),
    T.TEXT: text("TEXT"),
    T.VARCHAR: text("VARCHAR"),
    T.CHAR: text("CHAR", domain="text padded with blanks", default=1),
    T.BPCHAR: text("BPCHAR", domain="text padded with blanks"),
    T.JSON: json("JSON", "JSON"),
    T.JSONB: json("JSONB", "JSONB"),
    T.UUID: plain("UUID", "string"),
    T.VARBINARY: plain("BYTEA"),
    T.BIT: sized("BIT", "bits of a fixed count", 1),
    T.DATE: clock("DATE", "date and time", -1, "date"),
    T.TIMESTAMP: clock("TIMESTAMP", "date and time", 6, "timestamp"),
    T.TIMESTAMPNTZ: clock("TIMESTAMP", "date and time", 6, "timestamp"),
    T.TIMESTAMPTZ: clock("TIMESTAMPTZ", "point in time", 6, "timestamp"),
    T.TIME: clock("TIME", "time of day", 6, "time"),
    T.TIMETZ: clock("TIMETZ", "time of day with time zone", 6, "time"),
    T.INTERVAL: plain("INTERVAL"),
}

POSTGRES = Dialect(
    _TYPES,
    {
        **{name: plain(name.upper()) for name in _ALONE_TOO},
        "bit varying": sized("BIT VARYING", "bits", inf),
        "varbit": sized("BIT VARYING", "bits", inf),
        "citext": text("CITEXT", domain="text in any case"),
    },
    sized_arrays=False,
)
