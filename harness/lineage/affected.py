"""Who is hit by changes of contracts: what changed is followed down the lineage as it was and as it is."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from harness.lineage.asked import Changed, Owned, asked_of, column_of
from harness.lineage.graph import between_tables, distances, edges_of
from harness.load.codeowners import CodeOwners
from harness.model.affected import Affected, Hit, Start
from harness.model.consumer import consumers_of
from harness.model.contract import Contract, Schema
from harness.model.lineage import ROWS, Edge, Field, Lineage, by_reason, words_of
from harness.model.project import LAYERS, Project

_NAMED = 8
"""As many tables are named in one sentence; of the others there is the number."""


class Known(NamedTuple):
    """A project as it was or is, and what is known of its lineage."""

    project: Project
    lineage: Lineage


def affected(
    changed: Sequence[Changed], before: Known, after: Known, code_owners: CodeOwners | None = None, folder: str = ""
) -> Affected:
    """Whom all changes that are not safe reach.

    What is removed has a lineage only in the earlier version, what takes its place only in the later: both are
    followed. `folder` is where the project is in the repository of `code_owners` (`data/`).
    """
    urgent = [each._replace(changes=[c for c in each.changes if c.impact != "safe"]) for each in changed]
    urgent = [each for each in urgent if each.changes]
    lineage = _both(before.lineage, after.lineage)
    starts = _starts(urgent, before.lineage, after.lineage)
    owned = _owned(before) | _owned(after)
    hits, edges = _hits(starts, lineage, owned) if starts else ((), ())
    people, unknown = asked_of(urgent, hits, owned, code_owners, folder)
    return Affected(
        starts=starts,
        hits=hits,
        edges=edges,
        asked=people,
        unknown=(*(_unknown(lineage, after, starts, hits) if urgent else ()), *unknown),
    )


def _both(before: Lineage, after: Lineage) -> Lineage:
    return replace(
        after,
        edges=before.edges | after.edges,
        gaps=tuple(dict.fromkeys((*after.gaps, *before.gaps))),
        tables={**before.tables, **after.tables},
        keys={**before.keys, **after.keys},
        checks=before.checks | after.checks,
        derived=before.derived | after.derived,
    )


def _starts(urgent: Iterable[Changed], before: Lineage, after: Lineage) -> tuple[Start, ...]:
    found: dict[Field, tuple[str, list[str]]] = {}
    for each in urgent:
        for change in each.changes:
            sides = ((each.before, before, change.change.was), (each.after, after, (change.table, change.column)))
            fields = [field for side in sides for field in _fields(*side)]
            # of a column that no contract has there is still the table
            fields = fields or [
                field for contract, lineage, (table, _) in sides for field in _fields(contract, lineage, (table, ""))
            ]
            for start in fields:
                ids = found.setdefault(start, (each.contract.id, []))[1]
                ids += [change.id] if change.id not in ids else []
    return tuple(Start(field=f, contract=id_, changes=tuple(ids)) for f, (id_, ids) in sorted(found.items()))


def _fields(contract: Contract | None, lineage: Lineage, name: tuple[str, str]) -> Iterator[Field]:
    """The column of that name, else the table, else every table of the contract."""
    table, column = name
    for schema in contract.schemas if contract else ():
        key = lineage.keys.get((contract.id, schema.name)) if contract else None
        item = column_of(schema, column) if column else None
        if key and table in ("", schema.name) and (item or not column):
            yield Field(key, item.column if item else ROWS)


def _owned(known: Known) -> dict[str, tuple[Contract, Schema]]:
    return {
        known.lineage.keys[contract.id, schema.name]: (contract, schema)
        for contract in known.project.contracts
        for schema in contract.schemas
    }


@dataclass(slots=True)
class _Reached:
    """A table that something reaches, as far as is known by now."""

    columns: set[str] = field(default_factory=set)
    distance: int = sys.maxsize
    through: list[Start] = field(default_factory=list)


def _hits(starts: Sequence[Start], lineage: Lineage, owned: Owned) -> tuple[tuple[Hit, ...], tuple[Edge, ...]]:
    """The tables that are reached, and the ways to them: from a column by fields, from a table by tables."""
    graphs = {False: lineage, True: between_tables(lineage)}
    found: dict[str, _Reached] = {}
    fields: dict[bool, set[Field]] = {False: set(), True: set()}
    for start in starts:
        whole = start.field.column == ROWS
        ways = distances(graphs[whole], start.field, "down", None)
        fields[whole].update(ways)
        for there, distance in ways.items():
            if there.table != start.field.table:
                reached = found.setdefault(there.table, _Reached())
                reached.columns.add(there.column)
                reached.distance = min(reached.distance, distance)
                reached.through += [start] if start not in reached.through else []
    hits = (_hit(table, reached, lineage, owned) for table, reached in found.items())
    edges = {edge for whole, graph in graphs.items() for edge in edges_of(graph, fields[whole])}
    return tuple(sorted(hits, key=lambda hit: (hit.distance, hit.kind == "check", hit.table))), tuple(sorted(edges))


def _hit(table: str, reached: _Reached, lineage: Lineage, owned: Owned) -> Hit:
    contract, schema = owned.get(table, (None, None))
    columns = sorted(reached.columns - {ROWS})
    into = (edge.by for column in (*columns, ROWS) for edge in lineage.into.get(Field(table, column), ()))
    consumers = consumers_of(contract, schema) if contract else None
    return Hit(
        table=table,
        kind="check" if table in lineage.checks else "table" if contract else "foreign",
        columns=tuple(columns),
        distance=reached.distance,
        through=tuple(start.field for start in reached.through),
        changes=tuple(dict.fromkeys(id_ for start in reached.through for id_ in start.changes)),
        declared=set(into) == {"declared"},
        contract=contract.id if contract else "",
        owner=contract.owner if contract else "",
        file=contract.at.file if contract else table if table in lineage.checks else "",
        consumers=tuple(each.name for each in consumers) if consumers is not None else None,
    )


def _unknown(lineage: Lineage, after: Known, starts: Sequence[Start], hits: Sequence[Hit]) -> Iterator[str]:
    """Why somebody may be missing: what could not be read or resolved, and tables that nothing says the sources of."""
    begun = {start.field.table for start in starts}
    gaps = [gap for gap in lineage.gaps if gap.target.table not in begun]
    for gap, columns in by_reason(gaps).items():
        if gap.unread:
            yield f"lineage could not be read from {gap.target.table}: {gap.reason}"
        else:
            yield f"the lineage of {words_of(gap, columns)} is incomplete: {gap.reason}"
    told = begun | lineage.derived | {hit.table for hit in hits} | {edge.target.table for edge in lineage.edges}
    told |= {gap.target.table for gap in gaps}
    silent = [
        key
        for contract in after.project.contracts
        for schema in contract.schemas
        if contract.layer != LAYERS[0] and (key := after.lineage.keys[contract.id, schema.name]) not in told
    ]
    if silent:
        named = ", ".join(silent[:_NAMED]) + (f" and {len(silent) - _NAMED:,} more" if len(silent) > _NAMED else "")
        yield f"nothing says what is in {named}: no SQL that makes it was read, and its contract names no sources"
