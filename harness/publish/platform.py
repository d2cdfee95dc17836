"""A project as its documents tell of it: every table under contract, its neighbours, its clauses and its people."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from harness.lineage.graph import Direction, between_tables, distances
from harness.model.check import Check
from harness.model.consumer import Consumer, consumers_of
from harness.model.contract import Contract, Relationship, Schema, SlaProperty
from harness.model.fields import fields_of, readings
from harness.model.lineage import ROWS, Edge, Field, Gap, Lineage, by_reason
from harness.model.project import LAYERS, Project
from harness.model.question import Answered
from harness.plan.relationships import reading
from harness.plan.table import table_of
from harness.questions import answered

_LONGEST = 100
"""Characters of the name of a file, without its ending."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Told:
    """A table under contract; it is the same as none but itself."""

    contract: Contract
    schema: Schema
    page: str
    """The name of its files, without ending: harmless whatever the table is called."""
    key: str
    """As in `Lineage.tables`."""
    server: str
    server_type: str
    checks: tuple[Check, ...] = ()
    points: tuple[Answered, ...] = ()
    """What is said, assumed and asked of it."""

    @property
    def name(self) -> str:
        """As its contract calls it."""
        return self.schema.name

    @property
    def layer(self) -> str:
        """As its contract says, or words for none."""
        return self.contract.layer or "no layer"

    @property
    def consumers(self) -> tuple[Consumer, ...] | None:
        """Who reads it; None when nothing says so."""
        return consumers_of(self.contract, self.schema)

    @cached_property
    def sla(self) -> tuple[SlaProperty, ...]:
        """The service levels that are about it: those that name it, and those that name no table."""
        return tuple(each for each in self.contract.sla if self._is_of(each))

    def _is_of(self, sla: SlaProperty) -> bool:
        if not sla.elements:
            return True
        return any(
            schema is self.schema
            for element in sla.elements
            for schema in (self.contract.schema(element), *(found for found, _ in readings(self.contract, element)))
            if schema
        )


@dataclass(frozen=True, slots=True)
class Reference:
    """A foreign key from one table to another; `target` is None when nothing under contract is meant by it."""

    source: Told
    columns: tuple[str, ...]
    target: Told | None
    target_name: str
    target_columns: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Platform:
    """Everything that the documents tell of, in the order in which data flows."""

    name: str
    tables: tuple[Told, ...]
    references: tuple[Reference, ...] = ()
    lineage: Lineage = field(default_factory=Lineage)
    backfill: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def by_key(self) -> Mapping[str, Told]:
        """Key of the lineage -> the first table of that key."""
        found: dict[str, Told] = {}
        for table in self.tables:
            found.setdefault(table.key, table)
        return found

    @cached_property
    def flows(self) -> tuple[tuple[str, str], ...]:
        """Key to key, for every two tables of which one is made of the other; checks are none."""
        pairs = {(e.source.table, e.target.table) for e in self._between.edges}
        return tuple(sorted(pair for pair in pairs if not self.lineage.checks & set(pair)))

    def near(self, table: Told, direction: Direction) -> tuple[str, ...]:
        """The tables one step up or down from it."""
        return tuple(self._steps(table, direction, 1))

    def away(self, table: Told, direction: Direction) -> dict[str, int]:
        """Every table up or down from it -> the number of steps, the nearest first."""
        return self._steps(table, direction, None)

    def _steps(self, table: Told, direction: Direction, most: int | None) -> dict[str, int]:
        found = distances(self._between, Field(table.key, ROWS), direction, most)
        known = sorted((steps, each.table) for each, steps in found.items() if each.table not in self.lineage.checks)
        return {key: steps for steps, key in known if key != table.key}

    def origins(self, table: Told, column: str) -> tuple[Edge, ...]:
        """What goes into a column; only where nothing does, what decides it."""
        edges = self.lineage.into.get(Field(table.key, column), ())
        return tuple(edge for edge in edges if edge.how.type != "INDIRECT") or edges

    def gaps(self, table: Told) -> Mapping[Gap, tuple[str, ...]]:
        """What could not be resolved of where its columns come from, with the columns."""
        return self._gaps.get(table.key, {})

    @cached_property
    def _gaps(self) -> dict[str, dict[Gap, tuple[str, ...]]]:
        found: dict[str, dict[Gap, tuple[str, ...]]] = {}
        for gap, columns in by_reason(self.lineage.gaps).items():
            found.setdefault(gap.target.table, {})[gap] = columns
        return found

    @cached_property
    def _between(self) -> Lineage:
        return between_tables(self.lineage)

    @cached_property
    def layers(self) -> tuple[str, ...]:
        """Those that there are, in the order in which data flows."""
        present = {table.layer for table in self.tables}
        return (*(each for each in LAYERS if each in present), *sorted(present - set(LAYERS)))

    def in_layer(self, layer: str) -> tuple[Told, ...]:
        """Its tables."""
        return tuple(table for table in self.tables if table.layer == layer)

    def refers(self, table: Told) -> tuple[Reference, ...]:
        """The foreign keys of a table."""
        return tuple(each for each in self.references if each.source is table)

    def referred(self, table: Told) -> tuple[Reference, ...]:
        """The foreign keys that lead to a table."""
        return tuple(each for each in self.references if each.target is table)


def platform_of(project: Project, lineage: Lineage, checks: Iterable[Check]) -> Platform:
    """The project's tables; two of one name have different pages."""
    pairs = sorted(
        ((contract, schema) for contract in project.contracts for schema in contract.schemas),
        key=lambda pair: (_rank(pair[0]), pair[1].name, pair[0].id, pair[0].at),
    )
    by_schema: dict[int, list[Check]] = {}
    for check in checks:
        by_schema.setdefault(id(check.schema), []).append(check)
    said: dict[int, list[Answered]] = {}
    for contract in project.contracts:
        for point in answered(project, contract, lineage):
            said.setdefault(id(point.schema), []).append(point)
    told = [
        _told(project, lineage, pair, page, by_schema.get(id(pair[1]), ()), said.get(id(pair[1]), ()))
        for pair, page in zip(pairs, _pages(pairs), strict=True)
    ]
    return Platform(
        name=project.name,
        tables=tuple(told),
        references=tuple(_references(project, told)),
        lineage=lineage,
        backfill=project.publishing.backfill,
    )


def _rank(contract: Contract) -> tuple[int, str]:
    layer = contract.layer
    return (LAYERS.index(layer) if layer in LAYERS else len(LAYERS), layer)


def _told(
    project: Project,
    lineage: Lineage,
    pair: tuple[Contract, Schema],
    page: str,
    checks: Sequence[Check],
    points: Sequence[Answered],
) -> Told:
    contract, schema = pair
    server = project.server_of(contract)
    return Told(
        contract=contract,
        schema=schema,
        page=page,
        key=lineage.keys.get((contract.id, schema.name), str(table_of(project, contract, schema).name)),
        server=server.name if server else "",
        server_type=server.type if server else "",
        checks=tuple(checks),
        points=tuple(points),
    )


def _pages(pairs: Sequence[tuple[Contract, Schema]]) -> list[str]:
    """A name of a file for each table: letters, digits and `._-`, no two alike on any file system."""
    names = [_slug(schema.name) for _, schema in pairs]
    names = _unlike(names, [_slug(f"{contract.id}.{schema.name}") for contract, schema in pairs])
    return _unlike(names, [_numbered(contract, schema) for contract, schema in pairs])


def _unlike(names: Sequence[str], longer: Sequence[str]) -> list[str]:
    """The longer name for each that others have too, or that is none."""
    taken = Counter(name.casefold() for name in names)
    return [
        other if not name or taken[name.casefold()] > 1 else name for name, other in zip(names, longer, strict=True)
    ]


def _slug(text: str) -> str:
    slug = re.sub(r"[^A-Za-z0-9_.-]+", "-", text).strip(".-")
    whole = slug == text and len(slug) <= _LONGEST
    # what was left out is what two names may differ in
    return slug if whole or not slug else f"{slug[:_LONGEST]}-{_short(text)}"


def _numbered(contract: Contract, schema: Schema) -> str:
    return f"{_slug(schema.name) or 'table'}-{_short(f'{contract.id} {schema.name} {contract.at} {schema.at}')}"


def _short(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def _references(project: Project, told: Sequence[Told]) -> Iterator[Reference]:
    by_schema = {id(table.schema): table for table in told}
    for table in told:
        for item, relationship in _relationships(table.schema):
            parents, columns = reading(table_of(project, table.contract, table.schema), relationship)
            found = by_schema.get(id(parents[0].schema)) if len(parents) == 1 else None
            own = (item,) if item else relationship.columns
            target = found.name if found else relationship.target or table.name
            yield Reference(table, own, found, target, columns)


def _relationships(schema: Schema) -> Iterator[tuple[str, Relationship]]:
    for each in fields_of(schema):
        yield from ((each.name, relationship) for relationship in each.item.relationships)
    yield from (("", relationship) for relationship in schema.relationships)
