"""A plan of PostgreSQL, as `EXPLAIN (FORMAT JSON, VERBOSE)` gives it -> the tables that it reads."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from harness.model.check import TableName
from harness.model.scan import Scan

PARTITIONS = """
    select n.nspname, c.relname, w.nspname, r.relname
    from pg_catalog.pg_class as c
        join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
        join pg_catalog.pg_class as r on r.oid = pg_partition_root(c.oid)
        join pg_catalog.pg_namespace as w on w.oid = r.relnamespace
    where c.relispartition and c.relkind in ('r', 'f')
"""
"""Each partition that holds rows, with the table that it is of."""
_CONDITIONS = ("Filter", "Index Cond", "Recheck Cond", "TID Cond")
_LATER = re.compile(r"\$\d|\b(?:InitPlan|SubPlan)\b")
_COLUMN = re.compile(r"\b(\w+)\.\w")
_SEVERAL = ("Append", "Merge Append")

Whole = Mapping[TableName, TableName]
"""A partition -> the table that it is of."""


def partitions_in(rows: Iterable[tuple[Any, ...]]) -> dict[TableName, TableName]:
    """What the rows of that query say."""
    return {TableName(schema, name): TableName(root_schema, root) for schema, name, root_schema, root in rows}


def scans_in(plan: list[dict[str, Any]], whole: Whole) -> tuple[Scan, ...]:
    """The scans; those of the partitions of one table in one place are one."""
    return tuple(scan for each in plan for scan in _scans(each["Plan"], whole))


def _scans(node: Mapping[str, Any], whole: Whole) -> Iterator[Scan]:
    below = node.get("Plans") or []
    if node["Node Type"] in _SEVERAL:
        parts = [child for child in below if _root(child, whole)]
        for root in dict.fromkeys(_root(child, whole) for child in parts):
            if root:
                yield _scan(root, [child for child in parts if _root(child, whole) == root], whole)
        below = [child for child in below if child not in parts]
    elif name := _table(node):
        yield _scan(whole.get(name, name), [node], whole)
    for child in below:
        yield from _scans(child, whole)


def _scan(root: TableName, nodes: list[Any], whole: Whole) -> Scan:
    found = [(text, str(node.get("Alias") or "")) for node in map(_inner, nodes) for text in _conditions(node)]
    later = tuple(text for text, alias in found if _LATER.search(text) or set(_COLUMN.findall(text)) - {alias})
    of = sum(1 for each in whole.values() if each == root)
    read = {_table(_inner(node)) for node in nodes}
    texts = tuple(dict.fromkeys(text for text, _ in found))
    return Scan(table=root, conditions=texts, later=later, parts=len(read) if of else 0, of=of)


def _root(node: Mapping[str, Any], whole: Whole) -> TableName | None:
    """The partitioned table of which a node reads a partition."""
    name = _table(_inner(node))
    return whole.get(name) if name else None


def _inner(node: Mapping[str, Any]) -> Mapping[str, Any]:
    """The scan itself, below what only passes its rows on."""
    below = node.get("Plans") or []
    return node if _table(node) or len(below) != 1 else _inner(below[0])


def _conditions(node: Mapping[str, Any]) -> Iterator[str]:
    yield from (str(node[name]) for name in _CONDITIONS if name in node)
    for child in node.get("Plans") or ():  # the index scans below a bitmap heap scan
        if "Relation Name" not in child and "Index Name" in child:
            yield from _conditions(child)


def _table(node: Mapping[str, Any]) -> TableName | None:
    return TableName(str(node.get("Schema", "")), str(node["Relation Name"])) if "Relation Name" in node else None
