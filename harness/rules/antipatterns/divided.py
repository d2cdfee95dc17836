"""The large tables that are divided into partitions, and the statements whose plans tell how they are read."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import exp

from harness.model.contract import Contract, Schema
from harness.model.facts import Storage
from harness.rules.antipatterns.code import Code, named
from harness.rules.catalog import name_in_catalog
from harness.rules.rule import Context

_NOT_BUILT = ("view", "ephemeral")
"""What is read only when somebody asks, with a filter perhaps."""


@dataclass(frozen=True, slots=True)
class Divided:
    """A large table with the columns that it is divided by."""

    name: str
    """`schema.name`."""
    columns: frozenset[str]
    rows: int


def large_tables(context: Context) -> tuple[Divided, ...]:
    """The divided tables of contracts that have the rows of `governance.large_table`, by the server's books."""
    return tuple(_large_tables(context))


def planned(code: Code) -> Iterator[tuple[str, exp.Expr, str]]:
    """What a model or script reads each time it builds its table: a key, the query, and its SQL as it stands."""
    if code.node:
        if code.node.materialized not in _NOT_BUILT and len(code.statements) == 1:
            yield code.node.id, code.statements[0], code.node.compiled_code
        return
    seen: dict[str, int] = {}
    for statement in code.statements:
        query, target = statement.args.get("expression"), statement.find(exp.Table)
        if isinstance(statement, exp.Create | exp.Insert) and isinstance(query, exp.Query) and not _is_view(statement):
            key = f"{code.at.file}#{named(target) if target else ''}"
            seen[key] = seen.get(key, 0) + 1
            yield f"{key}#{seen[key]}" if seen[key] > 1 else key, query, query.sql(code.dialect)


def _is_view(statement: exp.Expr) -> bool:
    return isinstance(statement, exp.Create) and statement.kind == "VIEW"


def _large_tables(context: Context) -> Iterator[Divided]:
    least = context.project.governance.large_table if context.project.governance else 0
    for contract in context.project.contracts:
        for schema in contract.schemas:
            known = (context.facts or {}).get((contract.id, schema.name))
            storage = known.storage if known else None
            # what was never counted may be as large as the room that it takes allows
            rows = (storage.most if storage.rows is None else storage.rows) if storage else None
            columns = {each.lower() for each in (*_declared(contract, schema), *_real(storage))}
            if rows is not None and rows >= least and columns:
                yield Divided(name_in_catalog(context.project, contract, schema), frozenset(columns), rows)


def _real(storage: Storage | None) -> tuple[str, ...]:
    return (storage.partitions or ()) if storage else ()


def _declared(contract: Contract, schema: Schema) -> Iterator[str]:
    """The columns that the contract says it is divided by."""
    yield from (item.column for item in schema.properties if item.partitioned)
    for stated in (schema.custom.get("partition"), contract.custom.get("partition")):
        name = stated.get("column") if isinstance(stated, dict) else None
        item = schema.property(str(name)) if name else None
        if item:
            yield item.column
