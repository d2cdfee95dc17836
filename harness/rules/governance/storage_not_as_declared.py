"""storage-not-as-declared."""

from collections.abc import Iterator
from typing import Any

from harness.model.contract import Contract, Schema
from harness.model.facts import Storage
from harness.model.result import Severity
from harness.rules.rule import Context, Finding, rule


@rule("storage-not-as-declared", severity=Severity.ERROR, needs=("storage",))
def storage_not_as_declared(context: Context) -> Iterator[Finding]:
    """The server partitions or clusters a table otherwise than the contract says.

    *Why*

    Consumers filter by the partition that the contract promises; if there is none, each of their queries reads the
    whole table. Held against the server, both ways, are the columns with `partitioned: true` in the order of their
    `partitionKeyPosition`, and the customProperty `cluster` (a column, or a list of them). PostgreSQL is asked for its
    partition keys and for the index of `CLUSTER`; files for folders like `day=2024-01-01`. Where an engine has no
    partitions (DuckDB) there is nothing to hold a contract against, and that is said as a skip. The examples are those
    of a table that is partitioned by `day`.

    *Bad*

    ```yaml
    apiVersion: v3.1.0
    kind: DataContract
    id: orders
    version: 1.0.0
    status: active
    schema:
      - name: fct_orders
        properties: [{name: day, logicalType: date}, {name: shop, logicalType: string, partitioned: true}]
    ```

    *Good*

    ```yaml
    apiVersion: v3.1.0
    kind: DataContract
    id: orders
    version: 1.0.0
    status: active
    schema:
      - name: fct_orders
        properties: [{name: day, logicalType: date, partitioned: true}, {name: shop, logicalType: string}]
    ```
    """
    contract = context.contract
    for schema in contract.schemas if contract else ():
        facts = (context.facts or {}).get((contract.id, schema.name)) if contract else None
        if contract and facts and facts.storage:
            yield from _judged(contract, schema, facts.storage)


def _judged(contract: Contract, schema: Schema, storage: Storage) -> Iterator[Finding]:
    declared = _partitions(schema)
    if storage.partitions is not None and _folded(declared) != _folded(storage.partitions):
        place = next((item.where("partitioned") for item in schema.properties if item.partitioned), schema.at)
        yield Finding(
            message=f"the contract partitions `{schema.name}` {_by(declared)}, the server {_by(storage.partitions)}",
            at=place,
            table=schema.name,
            key="partition",
            expected=", ".join(declared) or "none",
            actual=", ".join(storage.partitions) or "none",
        )
    clusters = _columns(schema.custom.get("cluster") or contract.custom.get("cluster"), schema)
    if storage.clusters is not None and _folded(clusters) != _folded(storage.clusters):
        yield Finding(
            message=f"the contract clusters `{schema.name}` {_by(clusters)}, the server {_by(storage.clusters)}",
            at=schema.where_custom("cluster"),
            table=schema.name,
            key="cluster",
            expected=", ".join(clusters) or "none",
            actual=", ".join(storage.clusters) or "none",
        )


def _partitions(schema: Schema) -> tuple[str, ...]:
    keyed = [item for item in schema.properties if item.partitioned]
    return tuple(item.column for item in sorted(keyed, key=lambda item: item.partition_key_position))


def _columns(value: Any, schema: Schema) -> tuple[str, ...]:
    """Columns of `cluster`, as the warehouse calls them."""
    written = value.get("columns", value.get("column")) if isinstance(value, dict) else value
    names = [str(each) for each in (written if isinstance(written, list) else [written] if written else [])]
    found = ((name, schema.property(name)) for name in names)
    return tuple(item.column if item else name for name, item in found)


def _folded(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name.lower() for name in names)


def _by(columns: tuple[str, ...]) -> str:
    return f"by {', '.join(columns)}" if columns else "by nothing"
