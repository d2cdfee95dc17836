"""The SQL inside a Soda file goes through the same guard as any other SQL of a user, before Soda has seen it."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from harness.load.soda import SodaClause
from harness.metrics.guard import read_only

_QUERIES = ("query", "rows_tested_query")
_EXPRESSIONS = ("expression", "filter", "column_expression")
_REFERENCE = re.compile(r"\$\{\s*(?:var\.(?P<name>[^}\s]+)|soda\.\w+)\s*\}")
_DEEPEST = 8
"""How often a variable may stand in the value of another one."""


def sql_fault(data: Any, clause: SodaClause, dialect: str) -> str:
    """What is wrong with the SQL that the clause of the file `data` would run, or ""; only a check runs any."""
    if not clause.type:
        return ""
    variables = data.get("variables")
    for key, sql in _sql_of(data, clause):
        text = _filled(sql, variables if isinstance(variables, Mapping) else {})
        try:
            if key in _QUERIES:
                read_only(text, dialect)
            else:
                _expression(text, dialect)
        except ValueError as error:
            return f"`{key}`: {error}"
    return ""


def _sql_of(data: Mapping[str, Any], clause: SodaClause) -> Iterator[tuple[str, str]]:
    """Every text that Soda puts into the clause's statement as SQL: its own, its column's and the file's."""
    columns = data.get("columns")
    mappings = [each for each in columns if isinstance(each, Mapping)] if isinstance(columns, list) else []
    # a file may list a column twice: that Soda refuses it is not what the guard rests on
    named = [each for each in mappings if each.get("name") == clause.column]
    for holder, keys in (
        (clause.body, (*_QUERIES, *_EXPRESSIONS)),
        *((column, ("column_expression",)) for column in named),
        (data, ("filter",)),
    ):
        for key in keys:
            if isinstance(holder.get(key), str):
                yield key, holder[key]


def _filled(sql: str, variables: Mapping[str, Any]) -> str:
    """The SQL as Soda makes it of its variables, which are raw text."""

    def value(found: re.Match[str]) -> str:
        stated = variables.get(found["name"]) if found["name"] else "2024-01-01T00:00:00+00:00"
        return str(stated.get("default", "") if isinstance(stated, Mapping) else stated)

    for _ in range(_DEEPEST):
        filled = _REFERENCE.sub(value, sql)
        if filled == sql:
            break
        sql = filled
    return sql


def _expression(sql: str, dialect: str) -> None:
    """Raises ValueError when the text is anything but one expression, such as `1) or (1 = 1`."""
    query = read_only(f"SELECT {sql}", dialect)
    stated = {key for key, value in query.args.items() if value} - {"expressions"}
    if stated or len(query.expressions) != 1:
        raise ValueError(f"{sql!r} is no expression")
