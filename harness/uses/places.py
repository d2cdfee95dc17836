"""Where the tables of a reconciliation are: `server:table` of the project, a file, or a table of a DuckDB file."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from sqlglot import exp

from harness.engines import Declared, Engine, engine_for
from harness.load.did_you_mean import did_you_mean
from harness.model.check import TableName
from harness.model.contract import Property, Schema, Server
from harness.model.errors import EngineError, UsageError
from harness.model.fields import fields_of
from harness.model.location import Location
from harness.model.project import Project
from harness.plan import table_of
from harness.plan.disclosure import disclosure
from harness.reconcile.match import Table
from harness.uses.observe import declared_on

_FORMATS = {".parquet": "parquet", ".csv": "csv", ".gz": "csv"}
_DATABASES = (".duckdb", ".db", ".ddb")


@dataclass(frozen=True, slots=True)
class Place:
    """A table that the command line names."""

    written: str
    server: Server
    table: TableName
    schema: Schema | None = None
    """What a contract declares of it."""
    is_bare: bool = False
    """Whether it is a file that was named itself, and no server of the project."""

    @property
    def has_types(self) -> bool:
        """Whether its columns have types without anybody declaring them."""
        return not (self.is_bare and self.server.settings.get("format") == "csv")


@dataclass(frozen=True, slots=True)
class Opened:
    """A table whose server has answered."""

    place: Place
    engine: Engine
    table: Table


def place_of(project: Project, written: str) -> Place:
    """What an argument names. Raises UsageError when it is none of the three."""
    prefix, colon, rest = written.partition(":")
    servers = _servers(project)
    if colon and prefix in servers:
        return table_on(project, prefix, rest)
    head, _, tail = written.rpartition(":")
    if head.endswith(_DATABASES) and tail:
        settings = {"database": str(Path(head).absolute())}
        return Place(written, _bare(head, "duckdb", settings), _named(tail, "main"), is_bare=True)
    path = Path(written)
    if path.suffix in _FORMATS:
        settings = {"path": str(path.absolute()), "format": _FORMATS[path.suffix]}
        return Place(written, _bare(written, "local", settings), TableName("main", path.name), is_bare=True)
    hint = did_you_mean(prefix, servers) or f"the project has the servers {', '.join(servers) or '(none)'}"
    raise UsageError(
        f"{written!r} is no `server:table`, no .parquet or .csv file, and no `file.duckdb:table`", hint=hint
    )


def open_both(project: Project, a: Place, b: Place, stack: ExitStack) -> tuple[Opened, Opened]:
    """Both tables; a CSV file without a contract is read as the types of the other. Raises EngineError."""
    if a.has_types:
        one = open_place(project, a, stack)
        return one, open_place(project, b, stack, like=one)
    other = open_place(project, b, stack)
    return open_place(project, a, stack, like=other if b.has_types else None), other


def why_hidden(project: Project, place: Place) -> Callable[[str], str]:
    """Why a report may not hold the values of a column, or "".

    Of a table of the project, `harness.plan.disclosure` says it. A file that the caller names is the caller's own; but
    not a column that has the name of one that the project's contracts classify.
    """
    why = disclosure(project)
    if place.schema is not None:
        schema = place.schema
        return lambda column: why(schema, place.table, column)
    if not place.is_bare:
        return lambda _: f"no contract declares the columns of {place.written}"
    tables = [table_of(project, contract, schema) for contract in project.contracts for schema in contract.schemas]

    def why_of_bare(column: str) -> str:
        same = [
            (each, field)
            for each in tables
            for field in fields_of(each.schema)
            if field.column.casefold() == column.casefold()
        ]
        said = (why(each.schema, each.name, field.column) for each, field in same)
        return next(filter(None, said), "")

    return why_of_bare


def _servers(project: Project) -> dict[str, Server]:
    of_contracts = {server.name: server for contract in project.contracts if (server := project.server_of(contract))}
    return {**of_contracts, **project.servers}


def table_on(project: Project, name: str, table: str) -> Place:
    """The table of a server of the project. Raises UsageError for no such server, no engine, or several such tables."""
    server, written = _servers(project).get(name), f"{name}:{table}"
    if server is None:
        raise UsageError(f"the project has no server {name!r}")
    if not table:
        raise UsageError(f"{written!r} names no table", hint=f"write {server.name}:table")
    spelled = _named(table, str(server.settings.get("schema") or _default_schema(server)))
    # the contract's own entry may say where the table is
    declared = {
        found.name: Place(written, own, found.name, schema)
        for contract in project.contracts
        if (own := project.server_of(contract)) and own.name == server.name
        for schema in contract.schemas
        if table in (str((found := table_of(project, contract, schema)).name), found.name.name, schema.name)
    }
    if spelled in declared or not declared:
        return declared.get(spelled) or Place(written, server, spelled)
    if len(declared) > 1:
        raise UsageError(f"{written} may be {' or '.join(sorted(map(str, declared)))}", hint="name its schema too")
    return next(iter(declared.values()))


def _default_schema(server: Server) -> str:
    """That of the server's engine. Raises UsageError when there is none."""
    try:
        return engine_for(server).DEFAULT_SCHEMA
    except EngineError as error:
        raise UsageError(error.message, at=error.at, hint=error.hint) from None


def _named(table: str, default: str) -> TableName:
    schema, _, name = table.rpartition(".")
    return TableName(schema or default, name)


def _bare(name: str, type_: str, settings: dict[str, str]) -> Server:
    return Server(at=Location(name), name=name, type=type_, settings=settings)


def open_place(project: Project, place: Place, stack: ExitStack, like: Opened | None = None) -> Opened:
    """The table; `like` gives the types of a CSV file without a contract. Raises EngineError."""
    module = engine_for(place.server)
    declared = declared_on(place.server.name, project) if not place.is_bare else []
    if place.is_bare and place.server.type == "local":
        types = _as_duckdb(like) if like and not place.has_types else ()
        schema = Schema(at=place.server.at, name=place.table.name, properties=types)
        declared = [Declared(place.table, schema, place.server, trusted=True)]
    engine = stack.enter_context(module.connect(place.server, project.root, project.statement_timeout, declared))
    name, columns = _found(engine, place)
    return Opened(replace(place, table=name), engine, Table(name, module.DIALECT, columns))


def _found(engine: Engine, place: Place) -> tuple[TableName, tuple[Property, ...]]:
    catalog = engine.catalog()
    alike = [name for name in catalog if str(name).casefold() == str(place.table).casefold()]
    if place.table in catalog:
        return place.table, catalog[place.table]
    if len(alike) == 1:
        return alike[0], catalog[alike[0]]
    why = engine.unreadable().get(place.table, f"the table {place.table} is absent")
    raise EngineError(f"{place.written}: {why}", hint=did_you_mean(str(place.table), map(str, catalog)))


def _as_duckdb(like: Opened) -> tuple[Property, ...]:
    """The columns of the other side with their types in the words of DuckDB, which reads the files."""
    return tuple(
        replace(each, physical_type=_type(each.physical_type, like.table.dialect), custom={})
        for each in like.table.columns
    )


def _type(written: str, dialect: str) -> str:
    if dialect == "duckdb":
        return written
    return exp.DataType.build(written, dialect=dialect).sql("duckdb")
