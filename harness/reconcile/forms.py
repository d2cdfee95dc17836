"""The canonical forms: for each kind and dialect one SQL expression whose text is the same on every server.

`x` stands for the value. A new dialect is one entry of `FORMS`; tests/reconcile/test_forms.py holds them all together.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from sqlglot import exp, parse_one

from harness.reconcile.kinds import NUMBERS, Kind, Reading

_NANOSECONDS = "nanoseconds"
_EXACT = 9_007_199_254_740_992
"""Whole numbers up to here are all floats."""
_BUCKETS = 2.0**48
"""Up to so many buckets from zero a division of floats errs by less than an eighth of a bucket."""


@dataclass(frozen=True, slots=True)
class Forms:
    """The SQL of one dialect."""

    text: Mapping[str, str]
    """Kind (or `nanoseconds`) -> the canonical text; NULL stays NULL, and no text but those of TEXT holds a `|`."""
    microseconds: Mapping[Kind, str]
    """Of a finite time, as a whole number; else NULL."""
    quotient: str
    """Of the whole numbers `x` and `w`, as a whole number."""
    least: str
    """The smallest text in the order of its characters."""
    greatest: str
    digest: str
    """32 hexadecimal digits of any text."""
    first: str
    """The first half of a digest as a number, modulo 2^64."""
    second: str


FORMS: Mapping[str, Forms] = {
    "duckdb": Forms(
        text={
            Kind.INTEGER: "CAST(x AS TEXT)",
            Kind.DECIMAL: "RTRIM(RTRIM(CAST(x AS TEXT), '0'), '.')",
            Kind.FLOAT: "CASE WHEN ISNAN(CAST(x AS DOUBLE)) THEN 'NaN' WHEN x = 0 THEN '0' "
            "ELSE CAST(CAST(CAST(CAST(x AS DOUBLE) AS BIT) AS BIGINT) AS TEXT) END",
            Kind.BOOLEAN: "CASE WHEN x THEN 'true' WHEN NOT x THEN 'false' END",
            Kind.DATE: "CASE WHEN ISFINITE(x) THEN CAST(x - CAST('1970-01-01' AS DATE) AS TEXT) "
            "ELSE CAST(x AS TEXT) END",
            Kind.TIMESTAMP: "CASE WHEN ISFINITE(x) THEN CAST(EPOCH_US(x) AS TEXT) ELSE CAST(x AS TEXT) END",
            _NANOSECONDS: "CASE WHEN NOT ISFINITE(CAST(x AS TIMESTAMP)) THEN CAST(x AS TEXT) "
            "ELSE RTRIM(RTRIM(CAST(CAST(EPOCH_NS(x) AS DECIMAL(22, 0)) * CAST(0.001 AS DECIMAL(4, 3)) AS TEXT), '0'), "
            "'.')"
            " END",
            Kind.INSTANT: "CASE WHEN ISFINITE(x) THEN CAST(EPOCH_US(x) AS TEXT) ELSE CAST(x AS TEXT) END",
            Kind.TIME: "CAST(EPOCH_US(x) AS TEXT)",
            Kind.TEXT: "CAST(x AS TEXT)",
            Kind.UUID: "CAST(x AS TEXT)",
            Kind.BYTES: "'x' || LOWER(HEX(x))",
        },
        microseconds={
            Kind.DATE: "CASE WHEN ISFINITE(x) THEN (x - CAST('1970-01-01' AS DATE)) * 86400000000 END",
            Kind.TIMESTAMP: "EPOCH_US(CASE WHEN ISFINITE(CAST(x AS TIMESTAMP)) THEN x END)",
            Kind.INSTANT: "EPOCH_US(CASE WHEN ISFINITE(x) THEN x END)",
            Kind.TIME: "EPOCH_US(x)",
        },
        quotient="x // w",
        least="MIN(x)",
        greatest="MAX(x)",
        digest="MD5(x)",
        first="CAST('0x' || SUBSTRING(x, 1, 16) AS UBIGINT)",
        second="CAST('0x' || SUBSTRING(x, 17, 16) AS UBIGINT)",
    ),
    "postgres": Forms(
        text={
            Kind.INTEGER: "CAST(x AS TEXT)",
            Kind.DECIMAL: "CAST(TRIM_SCALE(x) AS TEXT)",
            Kind.FLOAT: "CASE WHEN x = CAST('NaN' AS DOUBLE PRECISION) THEN 'NaN' WHEN x = 0 THEN '0' "
            "ELSE CAST(CAST(CAST('x' || ENCODE(FLOAT8SEND(CAST(x AS DOUBLE PRECISION)), 'hex') AS BIT(64)) AS BIGINT)"
            " AS TEXT) END",
            Kind.BOOLEAN: "CASE WHEN x THEN 'true' WHEN NOT x THEN 'false' END",
            Kind.DATE: "CASE WHEN ISFINITE(x) THEN CAST(x - CAST('1970-01-01' AS DATE) AS TEXT) "
            "ELSE CAST(x AS TEXT) END",
            Kind.TIMESTAMP: "CASE WHEN ISFINITE(x) THEN CAST(CAST(EXTRACT(EPOCH FROM x) * 1000000 AS BIGINT) AS TEXT) "
            "ELSE CAST(x AS TEXT) END",
            Kind.INSTANT: "CASE WHEN ISFINITE(x) THEN CAST(CAST(EXTRACT(EPOCH FROM x) * 1000000 AS BIGINT) AS TEXT) "
            "ELSE CAST(x AS TEXT) END",
            Kind.TIME: "CAST(CAST(EXTRACT(EPOCH FROM x) * 1000000 AS BIGINT) AS TEXT)",
            Kind.TEXT: "CAST(x AS TEXT)",
            Kind.UUID: "CAST(x AS TEXT)",
            Kind.BYTES: "'x' || ENCODE(x, 'hex')",
        },
        microseconds={
            Kind.DATE: "CASE WHEN ISFINITE(x) THEN (x - CAST('1970-01-01' AS DATE)) * 86400000000 END",
            Kind.TIMESTAMP: "CASE WHEN ISFINITE(x) THEN CAST(EXTRACT(EPOCH FROM x) * 1000000 AS BIGINT) END",
            Kind.INSTANT: "CASE WHEN ISFINITE(x) THEN CAST(EXTRACT(EPOCH FROM x) * 1000000 AS BIGINT) END",
            Kind.TIME: "CAST(EXTRACT(EPOCH FROM x) * 1000000 AS BIGINT)",
        },
        quotient="x / w",
        least='MIN(x COLLATE "C")',
        greatest='MAX(x COLLATE "C")',
        digest="MD5(CONVERT_TO(x, 'UTF8'))",
        first="CAST(CAST('x' || SUBSTRING(x FROM 1 FOR 16) AS BIT(64)) AS BIGINT)",
        second="CAST(CAST('x' || SUBSTRING(x FROM 17 FOR 16) AS BIT(64)) AS BIGINT)",
    ),
}
"""By sqlglot's name of the dialect."""
_AS: Mapping[tuple[Kind, Kind], str] = {
    (Kind.BOOLEAN, Kind.INTEGER): "CASE WHEN x THEN 1 WHEN NOT x THEN 0 END",
    (Kind.DATE, Kind.TIMESTAMP): "CAST(x AS TIMESTAMP)",
    (Kind.DECIMAL, Kind.FLOAT): "CAST(x AS DOUBLE PRECISION)",
}
"""A value of one kind as one of another, in any dialect."""


def exact(value: exp.Expr, reading: Reading, kind: Kind, dialect: str, zone: str = "") -> exp.Expr:
    """The canonical text of a column that is read as `reading` and compared as `kind`."""
    forms = FORMS[dialect].text
    if reading.kind is Kind.INTEGER and kind is Kind.DECIMAL:
        return fill(forms[Kind.INTEGER], dialect, x=value)
    if reading.kind is Kind.INTEGER and kind is Kind.FLOAT:
        near = fill(forms[Kind.FLOAT], dialect, x=exp.cast(value, "double"))
        shape = f"CASE WHEN x BETWEEN -{_EXACT} AND {_EXACT} THEN y ELSE 'n' || CAST(x AS TEXT) END"
        return fill(f"CASE WHEN NOT x IS NULL THEN {shape} END", dialect, x=value, y=near)
    form = _NANOSECONDS if reading.is_nanoseconds and kind is Kind.TIMESTAMP else kind
    return fill(forms[form], dialect, x=native(value, reading, kind, dialect, zone))


def native(value: exp.Expr, reading: Reading, kind: Kind, dialect: str, zone: str = "") -> exp.Expr:
    """The value as one of `kind`, of the server's own type."""
    if reading.kind is Kind.TIMESTAMP and kind is Kind.INSTANT:
        return exp.AtTimeZone(this=exp.cast(value, "timestamp"), zone=exp.Literal.string(zone))
    made = _AS.get((reading.kind, kind))
    return fill(made, dialect, x=value) if made else value


def bucket(value: exp.Expr, text: exp.Expr, kind: Kind, dialect: str, width: float) -> exp.Expr:
    """A text that is the same only for values less than two `width` apart, and mostly for those that are much closer.

    `value` is of `kind`, and `text` its canonical text, which it is where there is no bucket.
    """
    forms = FORMS[dialect]
    if kind in NUMBERS:
        near = "'b' || CAST(CAST(FLOOR(CAST(x AS DOUBLE PRECISION) / w) AS BIGINT) AS TEXT)"
        shape = f"CASE WHEN x BETWEEN 0 - top AND top THEN {near} ELSE y END"
        top = exp.Literal.number(repr(width * _BUCKETS))
        return fill(shape, dialect, x=value, y=text, w=exp.Literal.number(repr(width)), top=top)
    whole = max(1, int(width))
    number = fill(forms.microseconds[kind], dialect, x=value)
    quotient = fill(forms.quotient, dialect, x=exp.paren(number), w=exp.Literal.number(whole))
    return fill("COALESCE('b' || CAST(x AS TEXT), y)", dialect, x=exp.paren(quotient), y=text)


def fill(shape: str, dialect: str, **parts: exp.Expr) -> exp.Expr:
    """The expression in `shape` with its parts in place."""

    def placed(node: exp.Expr) -> exp.Expr:
        return parts[node.name].copy() if isinstance(node, exp.Column) and node.name in parts else node

    return _parsed(shape, dialect).copy().transform(placed)


@cache
def _parsed(shape: str, dialect: str) -> exp.Expr:
    return parse_one(shape, dialect=dialect)
