"""The SQL inside a Soda file goes through the same guard as any other SQL of a user, before Soda has seen it."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from harness.load.soda import SodaClause
from harness.load.soda_vocabulary import is_open
from harness.metrics.guard import read_only

_QUERIES = ("query", "rows_tested_query")
_EXPRESSIONS = ("expression", "filter", "column_expression")
_REFERENCE = re.compile(r"\$\{ *([a-z]+\.[a-zA-Z_][a-zA-Z_0-9]*) *\}")
_LEFT = re.compile(r"\$\{[^}]*\}?")
_TIMES = dict.fromkeys(("soda.NOW", "soda.DATA_TIMESTAMP"), "2024-01-01T00:00:00+00:00")
"""What Soda itself gives, with a time in place of the run's."""


def sql_fault(data: Any, clause: SodaClause, dialect: str) -> str:
    """What is wrong with the SQL that the clause of the file `data` would run, or ""; only a check runs any."""
    if not clause.type:
        return ""
    for name in _names_of(data, clause):
        if is_open(name):
            return f"Soda would read the name {name!r} as SQL; a name has no quotation mark and no variable"
    values = _values(data.get("variables"))
    for key, sql in _sql_of(data, clause):
        text = _filled(sql, values)
        try:
            if left := _LEFT.search(text):
                raise ValueError(f"Soda would leave {left[0]} in it as it stands; write out what it stands for")
            if key in _QUERIES:
                read_only(text, dialect)
            else:
                _expression(text, dialect)
        except ValueError as error:
            return f"`{key}`: {error}"
    return ""


def _sql_of(data: Mapping[str, Any], clause: SodaClause) -> Iterator[tuple[str, str]]:
    """Every text that Soda puts into the clause's statement as SQL: its own, its column's and the file's."""
    for holder, keys in (
        (clause.body, (*_QUERIES, *_EXPRESSIONS)),
        *((column, ("column_expression",)) for column in _columns(data, clause)),
        (data, ("filter",)),
    ):
        for key in keys:
            if isinstance(holder.get(key), str):
                yield key, holder[key]


def _names_of(data: Mapping[str, Any], clause: SodaClause) -> Iterator[str]:
    """The names that Soda quotes without a look, beside those in the check itself, which its reader has looked at."""
    yield str(data.get("dataset"))
    for column in _columns(data, clause):
        reference = column.get("valid_reference_data")
        if isinstance(reference, Mapping):
            yield from map(str, reference.values())


def _columns(data: Mapping[str, Any], clause: SodaClause) -> list[Mapping[str, Any]]:
    """The clause's column as the file describes it; twice, perhaps: that Soda refuses it is nothing to rest on."""
    columns = data.get("columns")
    every = columns if isinstance(columns, list) else []
    return [each for each in every if isinstance(each, Mapping) and each.get("name") == clause.column]


def _values(variables: Any) -> dict[str, str]:
    """The text of each variable as Soda makes it: once, in their order, so that one cannot stand for a later one's."""
    stated = variables.items() if isinstance(variables, Mapping) else ()
    defaults = {name: each.get("default") if isinstance(each, Mapping) else each for name, each in stated}
    values = _TIMES | {f"var.{name}": str(value) for name, value in defaults.items() if value is not None}
    for name, value in values.items():
        values[name] = _filled(value, values)
    return values


def _filled(text: str, values: Mapping[str, str]) -> str:
    """The text as Soda makes it of the variables, which are raw text; what has no value stays."""
    return _REFERENCE.sub(lambda found: values.get(found[1], found[0]), text)


def _expression(sql: str, dialect: str) -> None:
    """Raises ValueError when the text is anything but one expression, such as `1) or (1 = 1`."""
    query = read_only(f"SELECT {sql}", dialect)
    stated = {key for key, value in query.args.items() if value} - {"expressions"}
    if stated or len(query.expressions) != 1:
        raise ValueError(f"{sql!r} is no expression")
