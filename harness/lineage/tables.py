"""Which table a name is: names in SQL and dataset names of other producers, held against the project's contracts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from harness.lineage.naming import dataset_name, table_of
from harness.model.check import TableName
from harness.model.contract import Contract, Schema, Server
from harness.model.project import Project

Columns = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A table: its key, its name from the outside in (`warehouse`, `marts`, `fct_flights`) and its columns."""

    key: str
    parts: tuple[str, ...]
    columns: Columns | None
    dataset: tuple[str, str] | None = None
    """OpenLineage namespace and name."""


@dataclass(slots=True)
class Tables:
    """The tables known so far; those that SQL makes are added as their SQL is read."""

    entries: dict[str, Entry] = field(default_factory=dict)
    keys: dict[tuple[str, str], str] = field(default_factory=dict)
    """Contract id and schema name -> key."""
    by_name: dict[str, list[Entry]] = field(default_factory=dict)

    def add(self, entry: Entry) -> str:
        """Adds a table, or what is newly known of one."""
        old = self.entries.get(entry.key)
        self.entries[entry.key] = entry
        of_name = self.by_name.setdefault(entry.parts[-1].lower(), [])
        if old in of_name:
            of_name.remove(old)
        of_name.append(entry)
        return entry.key

    def find(self, parts: Sequence[str]) -> tuple[str, Columns | None]:
        """The table that SQL calls `parts`; one that is not known has its name as its key."""
        found = self.entry(parts)
        return (found.key, found.columns) if found else (".".join(parts[-2:]), None)

    def entry(self, parts: Sequence[str]) -> Entry | None:
        """The one table that `parts` can mean: the database counts only where the rest is not enough."""
        wanted = [part.lower() for part in parts]
        candidates = self.by_name.get(wanted[-1], [])
        for length in range(1, len(wanted) + 1):
            same = [entry for entry in candidates if _ends_in(entry.parts, wanted[-length:])]
            if length >= min(2, len(wanted)) and len(same) <= 1:
                return same[0] if same else None
            candidates = same
        return None

    def dataset(self, namespace: str, name: str) -> Entry | None:
        """The table that another producer calls so.

        `dbt-ol` writes the path of a DuckDB file as its profile has it; a relative one is ours if ours ends so.
        """
        for entry in self.entries.values():
            if entry.dataset is None or entry.dataset[1].lower() != name.lower():
                continue
            if entry.dataset[0] == namespace or _ends_alike(entry.dataset[0], namespace):
                return entry
        return None


def tables_of(project: Project, catalog: Mapping[str, Columns] | None = None) -> Tables:
    """The tables of the contracts; `catalog`, `schema.table` -> columns, is what the servers say of them and of others.

    Where the server was asked it knows better than the contract which columns there are.
    """
    tables, seen = Tables(), {name.lower(): columns for name, columns in (catalog or {}).items()}
    for contract, schema, server in _declared(project):
        entry = _entry(contract, schema, server, project)
        columns = seen.pop(entry.key.lower(), None) or entry.columns
        clash = entry.key in tables.entries
        key = f"{server.name}:{entry.key}" if clash and server else entry.key
        tables.keys[contract.id, schema.name] = tables.add(Entry(key, entry.parts, columns, entry.dataset))
    default = project.servers.get(project.default_server)
    for name, columns in (catalog or {}).items():
        if name.lower() in seen:
            tables.add(foreign(tuple(name.split(".")), columns, default, project))
    return tables


def foreign(parts: tuple[str, ...], columns: Columns | None, server: Server | None, project: Project) -> Entry:
    """A table without a contract, on `server`."""
    named = ("", *parts)[-2:]
    dataset = dataset_name(server, TableName(*named), project.root.absolute()) if server else None
    return Entry(".".join(parts[-2:]), parts, columns, dataset)


def _declared(project: Project) -> Iterator[tuple[Contract, Schema, Server | None]]:
    for contract in project.contracts:
        for schema in contract.schemas:
            yield contract, schema, project.server_of(contract)


def _entry(contract: Contract, schema: Schema, server: Server | None, project: Project) -> Entry:
    columns = tuple(item.column for item in schema.properties)
    if server is None:
        parts = tuple(schema.table.split("."))
        return Entry(".".join(parts[-2:]), parts, columns)
    table = table_of(contract, schema, server)
    dataset = dataset_name(server, table, project.root.absolute())
    before = dataset[1].removesuffix(table.name).rstrip(".")
    parts = (*(before.split(".") if before else ()), table.name)
    return Entry(".".join(parts[-2:]), parts, columns, dataset)


def _ends_in(parts: Sequence[str], wanted: Sequence[str]) -> bool:
    """Whether the names agree, from the last one as far as both say."""
    length = min(len(parts), len(wanted))
    return [part.lower() for part in parts[-length:]] == list(wanted[-length:])


def _ends_alike(ours: str, theirs: str) -> bool:
    (scheme, _, path), (other, _, relative) = ours.partition("://"), theirs.partition("://")
    inner = PurePosixPath(relative)
    if scheme != other or not relative or inner.is_absolute() or ".." in inner.parts:
        return False
    return PurePosixPath(path).parts[-len(inner.parts) :] == inner.parts
