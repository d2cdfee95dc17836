"""Types compared by what they mean: parsed by sqlglot in the engine's dialect, never as text."""

from functools import cache

from sqlglot import exp
from sqlglot.errors import SqlglotError

_T = exp.DType
_FAMILIES: dict[str, frozenset[exp.DType]] = {
    "string": frozenset({*exp.DataType.TEXT_TYPES, _T.ENUM, _T.UUID, _T.JSON}),
    "integer": frozenset(exp.DataType.INTEGER_TYPES) - {_T.BIT},
    "number": frozenset({*exp.DataType.NUMERIC_TYPES}) - {_T.BIT},
    "boolean": frozenset({_T.BOOLEAN}),
    "date": frozenset({_T.DATE, _T.DATE32}),
    "timestamp": frozenset(exp.DataType.TEMPORAL_TYPES) - {_T.DATE, _T.DATE32, _T.TIME, _T.TIMETZ},
    "time": frozenset({_T.TIME, _T.TIMETZ}),
    "object": frozenset({*exp.DataType.STRUCT_TYPES, _T.MAP, _T.JSON}),
    "array": frozenset({*exp.DataType.ARRAY_TYPES}),
    "map": frozenset({_T.MAP}),
}
"""ODCS logicalType -> the types that are one."""


def same_type(declared: str, actual: str, dialect: str) -> bool:
    """Whether two spellings name one type in `dialect`. Raises ValueError when the declared one is no type there."""
    if declared.strip().lower() == actual.strip().lower():
        return True
    return _parsed(declared, dialect) == _parsed(actual, dialect)


def is_logical(logical: str, actual: str, dialect: str) -> bool:
    """Whether the real type is of the family that ODCS calls `logical`. Raises ValueError for an unknown family."""
    if logical not in _FAMILIES:
        raise ValueError(f"{logical!r} is no logicalType that can be compared")
    return _parsed(actual, dialect).this in _FAMILIES[logical]


@cache
def _parsed(text: str, dialect: str) -> exp.DataType:
    """The type, written out as the dialect does and read again: `NVARCHAR(3)` is the same as `TEXT` where it is."""
    try:
        first = exp.DataType.build(text, dialect=dialect, udt=False)
        parsed = exp.DataType.build(first.sql(dialect), dialect=dialect, udt=False)
    except (SqlglotError, ValueError):
        parsed = None
    if not isinstance(parsed, exp.DataType) or parsed.this in (_T.USERDEFINED, _T.UNKNOWN):
        raise ValueError(f"{text!r} is no type that {dialect or 'the engine'} is known to have")
    for decimal in parsed.find_all(exp.DataType):
        if decimal.this is _T.DECIMAL and len(decimal.expressions) == 1:
            decimal.append("expressions", exp.DataTypeParam(this=exp.Literal.number(0)))
    return parsed
