"""From which table into which data flows, by the SQL that was read and by what dbt says of its models."""

from collections.abc import Iterator
from dataclasses import dataclass

from harness.model.location import Location
from harness.rules.governance.tables import Table, reads, table_of, tables_of
from harness.rules.rule import Context

_FLOWS = "flows"


@dataclass(frozen=True, slots=True)
class Flow:
    """`target` is built from `source`."""

    source: Table
    target: Table
    at: Location
    """What builds it."""
    is_declared: bool
    """Whether the contract of the target says so too: then lint judges it already."""


def flows_of(context: Context) -> tuple[Flow, ...]:
    """Every pair once; a check reads and builds nothing."""
    if _FLOWS not in context.known:
        found: dict[tuple[str, str], Flow] = {}
        for flow in (*_of_dbt(context), *_of_sql(context)):
            found.setdefault((flow.source.key, flow.target.key), flow)
        context.known[_FLOWS] = tuple(found.values())
    flows: tuple[Flow, ...] = context.known[_FLOWS]
    return flows


def _of_dbt(context: Context) -> Iterator[Flow]:
    declared = _declared(context)
    for node in context.dbt.own if context.dbt else ():
        target = table_of(context, node)
        for parent in reads(context, node):
            source = table_of(context, parent)
            yield Flow(source, target, node.at, (source.key, target.key) in declared)


def _of_sql(context: Context) -> Iterator[Flow]:
    lineage, tables, declared = context.lineage, tables_of(context), _declared(context)
    for edge in sorted(lineage.edges) if lineage else ():
        source, target = (tables.get(end.table.lower()) for end in (edge.source, edge.target))
        if edge.by != "declared" and source and target and source is not target:
            yield Flow(source, target, target.at, (source.key, target.key) in declared)


def _declared(context: Context) -> frozenset[tuple[str, str]]:
    edges = context.lineage.edges if context.lineage else ()
    return frozenset((e.source.table.lower(), e.target.table.lower()) for e in edges if e.by == "declared")
