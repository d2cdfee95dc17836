"""What a PostgreSQL database says of its tables beyond their columns: sizes, partitions, clusters and grants."""

from collections.abc import Collection, Iterable
from typing import Any

from harness.model.check import TableName
from harness.model.facts import PUBLIC, Access, Facts, Grant, Storage

_LEAST_ROW = 28
"""Bytes of the shortest row in a page: its header and its pointer."""
_QUERY = """
    with relations as (
        select c.oid, n.oid as schema_oid, n.nspname as schema, c.relname as name, c.relkind as kind,
            c.relowner as owner, c.reltuples, c.relacl
        from pg_catalog.pg_class as c join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p', 'v', 'm', 'f')
            and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
            and n.nspname !~ '^pg_(temp|toast_temp)_'
    ),
    leaves as (
        select r.oid, sum(greatest(c.reltuples, 0))::bigint as rows, bool_and(c.reltuples >= 0) as is_known,
            sum(pg_relation_size(c.oid))::bigint as bytes
        from relations as r
            cross join lateral pg_partition_tree(r.oid) as t
            join pg_catalog.pg_class as c on c.oid = t.relid and t.isleaf
        where r.kind = 'p'
        group by r.oid
    ),
    wanted as (select oid, rolname, rolsuper from pg_catalog.pg_roles where rolname = any({roles}))
    select 'table' as what, r.schema, r.name, pg_get_userbyid(r.owner) as role,
        case when r.kind = 'p' then l.rows::text when r.reltuples >= 0 then r.reltuples::bigint::text end as one,
        case when r.kind = 'p' then l.bytes when r.kind in ('r', 'm') then pg_relation_size(r.oid) end::text as two,
        case when r.kind = 'p' then coalesce(l.is_known, true) else r.reltuples >= 0 end as flag,
        0::bigint as place
    from relations as r left join leaves as l on l.oid = r.oid
    where r.kind in ('r', 'p', 'm')
    union all
    select 'owner', r.schema, r.name, pg_get_userbyid(r.owner), null, null, null, 0 from relations as r
    union all
    select 'partition', r.schema, r.name, null, coalesce(a.attname::text, pg_get_partkeydef(r.oid)), null, null, k.place
    from relations as r
        join pg_catalog.pg_partitioned_table as p on p.partrelid = r.oid
        cross join lateral unnest(p.partattrs) with ordinality as k (number, place)
        left join pg_catalog.pg_attribute as a on a.attrelid = r.oid and a.attnum = k.number and k.number > 0
    union all
    select 'cluster', r.schema, r.name, null, a.attname::text, null, null, k.place
    from relations as r
        join pg_catalog.pg_index as i on i.indrelid = r.oid and i.indisclustered
        cross join lateral unnest(i.indkey) with ordinality as k (number, place)
        join pg_catalog.pg_attribute as a on a.attrelid = r.oid and a.attnum = k.number
    union all
    select 'grant', r.schema, r.name, coalesce(g.rolname, '{public}'), x.privilege_type, null, null, 0
    from relations as r
        cross join lateral aclexplode(r.relacl) as x
        left join pg_catalog.pg_roles as g on g.oid = x.grantee
    where x.grantee <> r.owner
    union all
    select 'grant', r.schema, r.name, coalesce(g.rolname, '{public}'), x.privilege_type, a.attname::text, null, a.attnum
    from relations as r
        join pg_catalog.pg_attribute as a on a.attrelid = r.oid and a.attacl is not null and not a.attisdropped
        cross join lateral aclexplode(a.attacl) as x
        left join pg_catalog.pg_roles as g on g.oid = x.grantee
    where x.grantee <> r.owner
    union all
    select 'member', null, null, m.rolname, g.rolname::text, null, null, 0
    from pg_catalog.pg_roles as m
        join pg_catalog.pg_roles as g on g.rolname in ('pg_read_all_data', 'pg_write_all_data')
    where not m.rolsuper and m.rolname !~ '^pg_' and pg_has_role(m.oid, g.oid, 'USAGE')
    union all
    select 'held', r.schema, r.name, w.rolname, p.privilege, null, null, 0
    from relations as r
        cross join wanted as w
        cross join (values ('SELECT'), ('INSERT'), ('UPDATE'), ('DELETE'), ('TRUNCATE')) as p (privilege)
    where has_schema_privilege(w.oid, r.schema_oid, 'USAGE')
        and (has_table_privilege(w.oid, r.oid, p.privilege)
            or p.privilege in ('SELECT', 'INSERT', 'UPDATE') and has_any_column_privilege(w.oid, r.oid, p.privilege))
    order by 1, 2, 3, 8
"""
_OF_SERVER = {"pg_read_all_data": ("SELECT",), "pg_write_all_data": ("INSERT", "UPDATE", "DELETE")}


def facts_query(roles: Collection[str]) -> str:
    """One query for everything; `roles` are those whose real privileges are asked for."""
    names = ", ".join("'" + role.replace("'", "''") + "'" for role in sorted(roles))
    return _QUERY.format(roles=f"array[{names}]::name[]", public=PUBLIC)


def facts_in(rows: Iterable[tuple[Any, ...]]) -> Facts:
    """What the rows of that query say."""
    stored: dict[TableName, list[Any]] = {}
    lists: dict[str, dict[TableName, list[str]]] = {"partition": {}, "cluster": {}}
    owners: dict[TableName, str] = {}
    grants: dict[TableName, dict[tuple[str, str], list[str] | None]] = {}
    held: dict[TableName, set[tuple[str, str]]] = {}
    members: list[tuple[str, str]] = []
    for what, schema, name, role, one, two, flag, _ in rows:
        table = TableName(schema, name)
        match what:
            case "table":
                stored[table] = [int(one) if one is not None and flag else None, int(two) if two is not None else None]
            case "owner":
                owners[table] = role
            case "partition" | "cluster":
                lists[what].setdefault(table, []).append(one)
            case "grant":
                # the whole table comes first
                columns = grants.setdefault(table, {}).setdefault((role, one), [two] if two else None)
                if columns and two not in columns:
                    columns.append(two)
            case "member":
                members.append((role, one))
            case "held":
                held.setdefault(table, set()).add((role, one))
    return Facts(
        storage={
            table: Storage(
                rows=count,
                most=None if size is None else size // _LEAST_ROW,
                partitions=tuple(lists["partition"].get(table, ())),
                clusters=tuple(lists["cluster"].get(table, ())),
            )
            for table, (count, size) in stored.items()
        },
        access={
            table: Access(owner, _grants(grants.get(table, {}), members, owner), frozenset(held.get(table, ())))
            for table, owner in owners.items()
        },
    )


def _grants(
    of_table: dict[tuple[str, str], list[str] | None], members: Iterable[tuple[str, str]], owner: str
) -> tuple[Grant, ...]:
    own = [Grant(role, privilege, tuple(columns or ())) for (role, privilege), columns in of_table.items()]
    general = [
        Grant(role, privilege, via=group) for role, group in members if role != owner for privilege in _OF_SERVER[group]
    ]
    return (*own, *general)
