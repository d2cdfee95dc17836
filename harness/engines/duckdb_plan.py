"""A plan of DuckDB, as `EXPLAIN (FORMAT JSON)` gives it -> the tables that it reads."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from harness.model.check import TableName
from harness.model.scan import Scan

_ONLY_ASKED = ("SEMI", "ANTI", "MARK", "SINGLE")
"""Joins of which one side only decides about rows of the other: DuckDB filters its scan by what that side has."""
_SUBQUERY = "SUBQUERY"


def scans_in(plan: str) -> tuple[Scan, ...]:
    """The scans of tables; what DuckDB answers from its statistics is none."""
    return tuple(scan for node in json.loads(plan) for scan in _scans(node, ()))


def _scans(node: Mapping[str, Any], later: tuple[str, ...]) -> Iterator[Scan]:
    facts = node.get("extra_info") or {}
    table = facts.get("Table")
    if isinstance(table, str) and table:
        *_, schema, name = ("", *table.split("."))
        yield Scan(table=TableName(schema, name), conditions=_texts(facts.get("Filters")), later=later)
    conditions = _texts(facts.get("Conditions"))
    asked = any(word in str(facts.get("Join Type", "")) for word in _ONLY_ASKED)
    if asked or any(_SUBQUERY in condition for condition in conditions):
        later = (*later, *conditions)
    for child in node.get("children") or ():
        yield from _scans(child, later)


def _texts(found: Any) -> tuple[str, ...]:
    """DuckDB writes one condition as a text, and several as a list."""
    return tuple(map(str, found)) if isinstance(found, list) else (str(found),) if found else ()
