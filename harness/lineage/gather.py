"""All that is known of where a project's columns come from: its SQL, its contracts and the events of others, as one."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from harness.lineage.tables import Columns, Entry, Tables, foreign, tables_of
from harness.load.dbt import Model
from harness.load.dialect import dialect_of
from harness.load.lineage import Event, Script, Sources
from harness.model.lineage import ROWS, UNSAID, Edge, Field, Gap, Job, Lineage
from harness.model.location import Location
from harness.model.project import CheckFile, Project
from harness.rules.reference import resolve

if TYPE_CHECKING:
    from harness.lineage.columns import Derivation

_OF_A_SNAPSHOT = ("dbt_scd_id", "dbt_updated_at", "dbt_valid_from", "dbt_valid_to")


def gather(project: Project, sources: Sources, catalog: Mapping[str, Columns] | None = None) -> Lineage:
    """The lineage of the project; `catalog` is `schema.table` -> columns, as far as the servers were asked."""
    tables = tables_of(project, catalog)
    told = _Told(tables)
    for model in sources.models:
        _model(model, told, project)
    for script in sources.scripts:
        _script(script, told, project)
    for check in project.checks:
        if check.kind == "sql" and check.error is None:
            _check(check, told, project)
    told.edges |= set(_declared(project, tables))
    edges, gaps = _received(sources.events, tables)
    told.edges |= edges
    # where the SQL tells all, what an event leaves open is not open
    gaps = [gap for gap in gaps if gap.target.table not in told.derived]
    gaps += _unmade(project, sources, told)
    return Lineage(
        edges=frozenset(told.edges),
        gaps=tuple(dict.fromkeys((*sources.gaps, *told.gaps, *gaps))),
        tables={entry.key: entry.columns or () for entry in tables.entries.values()},
        keys=dict(tables.keys),
        datasets={entry.key: entry.dataset for entry in tables.entries.values() if entry.dataset},
        checks=frozenset(check.file for check in project.checks) & frozenset(tables.entries),
        derived=frozenset(told.derived),
        jobs=told.jobs,
    )


def _received(events: Sequence[Event], tables: Tables) -> tuple[set[Edge], list[Gap]]:
    if not events:
        return set(), []
    from harness.lineage.received import received

    return received(events, tables)


@dataclass(slots=True)
class _Told:
    """What SQL has told so far."""

    tables: Tables
    edges: set[Edge] = field(default_factory=set)
    gaps: list[Gap] = field(default_factory=list)
    derived: set[str] = field(default_factory=set)
    jobs: dict[str, Job] = field(default_factory=dict)

    def add(self, key: str, derivation: "Derivation", at: Location, *, itself: bool = True) -> None:
        """The edges and gaps of the table `key`; those from the table to `itself` only if asked for."""
        self.derived.add(key)
        entry = self.tables.entries[key]
        pairs = [*derivation.columns, (ROWS, derivation.rows)]
        self.edges |= {
            Edge(origin.field, Field(key, _spelled(name, entry)), origin.how, "sql")
            for name, origins in pairs
            for origin in origins
            if itself or origin.field.table != key
        }
        self.gaps += (Gap(Field(key, _spelled(name, entry)), reason, at) for name, reason in derivation.gaps)

    def learn(self, key: str, derivation: "Derivation") -> None:
        """The columns of a table that only its SQL tells."""
        entry = self.tables.entries[key]
        whole = all(name != ROWS for name, _ in derivation.gaps)
        if entry.columns is None and whole:
            self.tables.add(replace(entry, columns=tuple(name for name, _ in derivation.columns)))


def _spelled(name: str, entry: Entry) -> str:
    """The column as its table spells it."""
    return next((column for column in entry.columns or () if column.lower() == name.lower()), name)


def _model(model: Model, told: _Told, project: Project) -> None:
    """A model that reads its own table, to go on from there, learns nothing new from that."""
    default = project.servers.get(project.default_server)
    entry = told.tables.entry(model.parts)
    key = entry.key if entry else told.tables.add(foreign(model.parts, None, default, project))
    if model.problem:
        told.gaps.append(Gap(Field(key, ROWS), model.problem, model.at))
        return
    for derivation in _derivations(model.sql, told.tables, dialect_of(model.dialect)):
        told.learn(key, derivation)
        told.add(key, derivation, model.at, itself=False)
    if key in told.derived:
        kind: Literal["MODEL", "SNAPSHOT"] = "SNAPSHOT" if model.snapshot else "MODEL"
        told.jobs[key] = Job(name=model.job, kind=kind, sql=model.sql, dialect=model.dialect, at=model.at)
    if model.snapshot:
        reason = "dbt writes this column of a snapshot itself"
        told.gaps += (Gap(Field(key, name), reason, model.at) for name in _OF_A_SNAPSHOT)


def _script(script: Script, told: _Told, project: Project) -> None:
    server = project.servers.get(project.default_server)
    for derivation in _derivations(script.sql, told.tables, dialect_of(server.type if server else "")):
        if derivation.target:
            if derivation.target not in told.tables.entries:
                told.tables.add(foreign(tuple(derivation.target.split(".")), None, server, project))
            if derivation.creates:
                told.learn(derivation.target, derivation)
            told.add(derivation.target, derivation, script.at)
        else:
            told.gaps += (Gap(Field(script.at.file, ROWS), reason, script.at) for _, reason in derivation.gaps)


def _check(check: CheckFile, told: _Told, project: Project) -> None:
    """A check is nobody's source, but the end of every column that it reads."""
    found = project.find(check.dataset)
    server = project.server_of(found[0]) if found else project.servers.get(project.default_server)
    key = told.tables.add(Entry(check.file, (check.file,), None))
    for derivation in _derivations(check.text, told.tables, dialect_of(server.type if server else "")):
        told.learn(key, derivation)
        told.add(key, derivation, Location(check.file))


def _derivations(sql: str, tables: Tables, dialect: str) -> "Iterable[Derivation]":
    from harness.lineage.columns import column_lineage  # a project without SQL does not need it

    return column_lineage(sql, tables, dialect)


def _declared(project: Project, tables: Tables) -> Iterator[Edge]:
    """What the contracts say in `transformSourceObjects`."""
    for contract in project.contracts:
        for schema, item in contract.walk():
            target = Field(tables.keys[contract.id, schema.name], item.column)
            yield from (Edge(_source(project, tables, name), target, UNSAID, "declared") for name in item.sources)


def _unmade(project: Project, sources: Sources, told: _Told) -> Iterator[Gap]:
    """The tables that name their sources, though nothing that was read makes them: dbt may call them otherwise."""
    made = {edge.target.table for edge in told.edges if edge.by != "declared"} | {g.target.table for g in told.gaps}
    for contract in project.contracts if sources.models or sources.scripts else ():
        for schema in contract.schemas:
            key = told.tables.keys[contract.id, schema.name]
            if any(item.sources for item in schema.properties) and key not in made | told.derived:
                reason = "its contract names sources, but none of the SQL that was read makes it"
                yield Gap(Field(key, ROWS), reason, schema.at)


def _source(project: Project, tables: Tables, name: str) -> Field:
    """The field that a contract calls `name`; of a table without a contract as it is written."""
    found = resolve(project, name)
    if found:
        key = tables.keys[found.contract.id, found.schema.name]
        item = found.schema.property(found.column)
        return Field(key, item.column if item else found.column or ROWS)
    table, _, column = name.rpartition(".")
    return Field(tables.find(table.split("."))[0], column) if table else Field(name, ROWS)
