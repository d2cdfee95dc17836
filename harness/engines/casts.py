"""What a text in a file must be to have its declared type: a value fits when the cast loses nothing of it."""

import re
from collections.abc import Iterator

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
_INTEGERS = (DType.TINYINT, DType.SMALLINT, DType.INT, DType.BIGINT, DType.UTINYINT, DType.USMALLINT, DType.UINT, DType.UBIGINT, DType.INT128, DType.UINT128)  # fmt: skip  # noqa: E501
_STAMPS = (DType.TIMESTAMP, DType.TIMESTAMPNTZ, DType.TIMESTAMP_S, DType.TIMESTAMP_MS, DType.TIMESTAMP_NS)
_FLOATS = (DType.FLOAT, DType.DOUBLE)
_EXACT = (*_INTEGERS, DType.DECIMAL)
_TEXTS = (DType.TEXT, DType.VARCHAR)
_WIDER: dict[DType, str] = {
    DType.DATE: "TIMESTAMP",
    # of which the session's zone is UTC: a text with an offset is another moment without it
    **dict.fromkeys(_STAMPS, "TIMESTAMPTZ"),
}
"""A type in which a text keeps what a cast to the narrower one would take from it."""
_FRACTIONS: dict[DType, int] = {
    DType.TIME: 6, DType.TIMESTAMP: 6, DType.TIMESTAMPNTZ: 6, DType.TIMESTAMPTZ: 6, DType.TIMESTAMP_S: 0,
    DType.TIMESTAMP_MS: 3, DType.TIMESTAMP_NS: 9,
}  # fmt: skip
"""Digits of a second."""
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
    """That a text is there and is no value of the type, or only after rounding: `1.5` is no BIGINT, nor is `1_0`."""
    value = read_as(text, target, item)
    wrong: exp.Expr = value.is_(exp.null())
    if not isinstance(value.this, exp.Anonymous):
        wrong = exp.or_(wrong, *_losses(text, value, target))
    return exp.and_(text.is_(exp.null()).not_(), wrong)


def _losses(text: exp.Expr, value: exp.Expr, target: exp.DataType) -> Iterator[exp.Expr]:
    """What shows that the value is not all that the text says, or that DuckDB alone takes the text for one."""
    if target.this in (*_EXACT, *_FLOATS):
        yield _like(text, "_|0[xXbB]")
    if target.this in (DType.DATE, DType.TIMESTAMPTZ, *_STAMPS):
        yield _like(text, "(?i)epoch")
    if target.this in _FLOATS:
        named = _like(text, "(?i)inf")
        yield exp.and_(exp.Anonymous(this="isinf", expressions=[value.copy()]), named.not_())
    wide = _WIDER.get(target.this)
    if wide:
        exact = exp.TryCast(this=text.copy(), to=exp.DataType.build(wide, dialect="duckdb"))
        # both to the microsecond, which is all that a TIMESTAMPTZ has
        yield exp.NullSafeNEQ(this=exact, expression=exp.TryCast(this=value.copy(), to=exp.DataType.build("timestamp")))
    places = _places(target)
    if places is None:
        return
    beyond = _like(text, rf"\.[0-9]{{{places}}}[0-9]*[1-9]")
    if target.this in _EXACT:
        # its digits are not where they are written
        near = (exp.TryCast(this=each.copy(), to=exp.DataType.build("double")) for each in (text, value))
        rounded = exp.NullSafeNEQ(this=next(near), expression=next(near))
        beyond = exp.Case(ifs=[exp.If(this=_like(text, "[eE]"), true=rounded)], default=beyond)
    yield beyond


def _like(text: exp.Expr, pattern: str) -> exp.Expr:
    return exp.RegexpLike(this=text.copy(), expression=exp.Literal.string(pattern))


def _places(target: exp.DataType) -> int | None:
    """How many digits behind the point the type keeps; None where that is no matter of digits."""
    if target.this is DType.DECIMAL:
        return [*(int(each.name) for each in target.expressions), 0][1] if target.expressions else 3
    return 0 if target.this in _INTEGERS else _FRACTIONS.get(target.this)


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
