"""What a text in a file must be to have its declared type: a value fits when the cast loses nothing of it."""

import re

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError
from sqlglot.expressions import DType

from harness.model.contract import Property

_LOGICAL: dict[str, str] = {
    "integer": "BIGINT",
    "number": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "timestamp": "TIMESTAMPTZ",
    "time": "TIME",
    "object": "JSON",
    "array": "JSON",
    "map": "JSON",
}
"""ODCS logicalType -> the type that its texts are read as, where the contract states no physical one."""
_INTEGERS = (DType.TINYINT, DType.SMALLINT, DType.INT, DType.BIGINT, DType.UTINYINT, DType.USMALLINT, DType.UINT, DType.UBIGINT)  # fmt: skip  # noqa: E501
_STAMPS = (DType.TIMESTAMP, DType.TIMESTAMPNTZ, DType.TIMESTAMP_S, DType.TIMESTAMP_MS, DType.TIMESTAMP_NS)
_TEXTS = (DType.TEXT, DType.VARCHAR)
_MOST_DIGITS = 38
_LETTERS: dict[str, str] = {
    "yyyy": "%Y", "uuuu": "%Y", "yy": "%y", "MMMM": "%B", "MMM": "%b", "MM": "%m", "M": "%-m", "dd": "%d", "d": "%-d",
    "HH": "%H", "H": "%-H", "hh": "%I", "h": "%-I", "mm": "%M", "ss": "%S", "SSSSSS": "%f", "SSS": "%g", "a": "%p",
    "X": "%z", "XX": "%z", "XXX": "%z", "x": "%z", "xx": "%z", "xxx": "%z", "EEE": "%a", "EEEE": "%A",
}  # fmt: skip
"""Of the JDK's DateTimeFormatter, in which ODCS gives the format of dates and times."""
_PART = re.compile(r"'((?:[^']|'')*)'|([A-Za-z])\2*|.", re.DOTALL)


def target_of(item: Property) -> exp.DataType | None:
    """The type that the texts of a column are read as; None when they stay texts, or nobody knows the type."""
    if not item.physical_type and item.logical_type == "timestamp" and item.options.get("timezone") is False:
        return exp.DataType.build("TIMESTAMP", dialect="duckdb")
    try:
        stated = item.physical_type or _LOGICAL[item.logical_type]
        first = parse_one(stated, dialect="duckdb", into=exp.DataType)
        parsed = parse_one(first.sql("duckdb"), dialect="duckdb", into=exp.DataType)
    except (SqlglotError, LookupError, RecursionError):
        return None
    known = isinstance(parsed, exp.DataType) and parsed.this not in (*_TEXTS, DType.USERDEFINED)
    return parsed if known else None


def read_as(text: exp.Expr, target: exp.DataType, item: Property) -> exp.Expr:
    """The text as a value of the type, or NULL."""
    pattern = _strptime(item) if target.is_type(*exp.DataType.TEMPORAL_TYPES, DType.TIME) else ""
    if pattern:
        parsed = exp.Anonymous(this="try_strptime", expressions=[text.copy(), exp.Literal.string(pattern)])
        return exp.TryCast(this=parsed, to=target.copy())
    return exp.TryCast(this=text.copy(), to=target.copy())


def misfits(text: exp.Expr, target: exp.DataType, item: Property) -> exp.Expr:
    """That a text is there and is no value of the type, or one only after rounding: `1.5` is no BIGINT."""
    value = read_as(text, target, item)
    wrong: exp.Expr = value.is_(exp.null())
    wide = _wider(target)
    if wide and not isinstance(value.this, exp.Anonymous):
        exact = exp.TryCast(this=text.copy(), to=exp.DataType.build(wide, dialect="duckdb"))
        wrong = exp.or_(wrong, exp.NullSafeNEQ(this=exact, expression=value.copy()))
    return exp.and_(text.is_(exp.null()).not_(), wrong)


def _wider(target: exp.DataType) -> str:
    """A type in which a text keeps what a cast to the narrower one would take from it; "" where there is none."""
    if target.this in _INTEGERS:
        return "DECIMAL(38, 9)"
    if target.this is DType.DATE:
        return "TIMESTAMP"
    if target.this in _STAMPS:
        return "TIMESTAMPTZ"  # of which the session's zone is UTC: a text with an offset is another moment without it
    if target.this is DType.DECIMAL:
        precision, scale = (
            ([int(each.name) for each in target.expressions] + [0, 0])[:2] if target.expressions else (18, 3)
        )
        return f"DECIMAL({_MOST_DIGITS}, {min(_MOST_DIGITS - precision + scale, scale + 9)})"
    return ""


def _strptime(item: Property) -> str:
    """The declared format in the words of strptime; "" when none is declared, or one that it has no words for."""
    written = item.options.get("format")
    if not isinstance(written, str):
        return ""
    parts: list[str] = []
    for found in _PART.finditer(written):
        quoted, letter = found.groups()
        if letter and found[0] not in _LETTERS:
            return ""
        plain = found[0] if quoted is None else quoted.replace("''", "'") or "'"
        parts.append(_LETTERS[found[0]] if letter else plain.replace("%", "%%"))
    return "".join(parts)
