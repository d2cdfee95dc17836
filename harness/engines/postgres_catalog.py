"""What a PostgreSQL database holds: one query of its catalog, with types resolved to what they are made of."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.model.check import TableName
from harness.model.contract import Property
from harness.model.location import Location

CATALOG = """
    with relations as (
        select c.oid, n.nspname as schema, c.relname as name, c.relkind as kind, c.relispartition as is_partition,
            c.relispopulated as is_populated,
            case when not has_schema_privilege(n.oid, 'USAGE') then 'USAGE on the schema'
                 when not has_any_column_privilege(c.oid, 'SELECT') then 'SELECT'
                 else '' end as lacking
        from pg_catalog.pg_class as c join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p', 'v', 'm', 'f')
            and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
            and n.nspname !~ '^pg_(temp|toast_temp)_'
    ),
    own_types as (
        select t.oid, t.typtype, t.typarray, t.typbasetype, t.typtypmod, t.typnotnull, t.typrelid
        from pg_catalog.pg_type as t where t.typtype in ('d', 'e', 'c') and t.typnamespace <> 'pg_catalog'::regnamespace
    )
    select 'table' as what, oid, schema, name, null::text, null::oid, is_partition, lacking,
        kind <> 'm' or is_populated, 0 as place
    from relations
    union all
    select 'column', r.oid, null, a.attname, format_type(a.atttypid, a.atttypmod), a.atttypid,
        a.attnotnull and not exists (
            select from pg_catalog.pg_constraint as k
            where k.conrelid = r.oid and k.contype = 'n' and k.conkey[1] = a.attnum and not k.convalidated
        ), null, null, a.attnum
    from relations as r join pg_catalog.pg_attribute as a on a.attrelid = r.oid
    where a.attnum > 0 and not a.attisdropped
    union all
    select 'array', typarray, null, null, null, oid, null, null, null, 0 from own_types where typarray <> 0
    union all
    select 'domain', oid, null, null, format_type(typbasetype, typtypmod), typbasetype, typnotnull, null, null, 0
    from own_types where typtype = 'd'
    union all
    select 'enum', t.oid, null, e.enumlabel, null, null, null, null, null, row_number() over (order by e.enumsortorder)
    from own_types as t join pg_catalog.pg_enum as e on e.enumtypid = t.oid
    union all
    select 'field', t.oid, null, a.attname, format_type(a.atttypid, a.atttypmod), a.atttypid, null, null, null, a.attnum
    from own_types as t join pg_catalog.pg_attribute as a on a.attrelid = t.typrelid
    where t.typtype = 'c' and a.attnum > 0 and not a.attisdropped
    order by 1, 2, 10
"""
"""Rows of `what, oid, schema, name, type, type's oid, flag, lacking, is_filled, place`."""
_DEEPEST = 20
"""Types inside types; PostgreSQL itself has no limit, and none that is recursive."""


@dataclass(frozen=True, slots=True)
class Found:
    """The tables of a database, and why others cannot be read."""

    tables: Mapping[TableName, tuple[Property, ...]]
    unreadable: Mapping[TableName, str]


def found_in(rows: Iterable[tuple[Any, ...]], partitions: Collection[TableName] = ()) -> Found:
    """What the rows of `CATALOG` say; of partitions only those that are asked for."""
    names: dict[int, TableName] = {}
    unreadable: dict[TableName, str] = {}
    columns: dict[int, list[tuple[str, str, int, bool]]] = {}
    types = _Types()
    for what, oid, schema, name, type_, type_oid, flag, lacking, is_filled, _ in rows:
        match what:
            case "table":
                table = TableName(schema, name)
                if not flag or table in partitions:
                    names[oid] = table
                    unreadable |= _obstacle(table, lacking, is_filled=is_filled)
            case "column":
                columns.setdefault(oid, []).append((name, type_, type_oid, flag))
            case "array":
                types.elements[oid] = type_oid
            case "domain":
                types.domains[oid] = (type_, type_oid, flag)
            case "enum":
                types.enums.setdefault(oid, []).append(name)
            case "field":
                types.fields.setdefault(oid, []).append((name, type_, type_oid))
    tables = {
        table: tuple(_column(types, *column) for column in columns.get(oid, ()))
        for oid, table in names.items()
        if table not in unreadable
    }
    return Found(tables, unreadable)


def _obstacle(table: TableName, lacking: str, *, is_filled: bool) -> dict[TableName, str]:
    if lacking:
        return {table: f"{table} cannot be read: the harness's role has no {lacking}; grant it"}
    if not is_filled:
        return {table: f"{table} cannot be read: the materialised view has not been filled; refresh it"}
    return {}


def _column(types: "_Types", name: str, spelled: str, oid: int, is_required: bool) -> Property:
    required = is_required or types.is_required(oid)
    resolved = types.spelled(spelled, oid)
    custom = {} if resolved == spelled else {"called": spelled}
    return Property(at=Location(""), name=name, physical_type=resolved, required=required, custom=custom)


@dataclass(slots=True)
class _Types:
    """The types that a database defines for itself, by their oids."""

    elements: dict[int, int] = field(default_factory=dict)
    domains: dict[int, tuple[str, int, bool]] = field(default_factory=dict)
    enums: dict[int, list[str]] = field(default_factory=dict)
    fields: dict[int, list[tuple[str, str, int]]] = field(default_factory=dict)

    def is_required(self, oid: int) -> bool:
        """Whether a domain, or one below it, is NOT NULL."""
        if oid not in self.domains:
            return False
        _, base, flag = self.domains[oid]
        return flag or self.is_required(base)

    def spelled(self, written: str, oid: int, depth: int = 0) -> str:
        """The type in words that every database knows; `written` is PostgreSQL's own."""
        if depth > _DEEPEST:
            return written
        if oid in self.elements:
            return f"{self.spelled(written.removesuffix('[]'), self.elements[oid], depth + 1)}[]"
        if oid in self.domains:
            base, base_oid, _ = self.domains[oid]
            return self.spelled(base, base_oid, depth + 1)
        if oid in self.enums:
            return f"ENUM({', '.join(map(_quoted, self.enums[oid]))})"
        if oid in self.fields:
            inner = (f'"{_doubled(name)}" {self.spelled(type_, of, depth + 1)}' for name, type_, of in self.fields[oid])
            return f"STRUCT({', '.join(inner)})"
        return written


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _doubled(name: str) -> str:
    return name.replace('"', '""')
