"""large-table-unpartitioned."""

from collections.abc import Iterator

from harness.model.contract import Schema
from harness.model.result import Outcome, Severity
from harness.rules.rule import Context, Finding, rule

_DECLARED = ("partition", "partitioning", "cluster", "clustering", "unpartitioned")


@rule("large-table-unpartitioned", severity=Severity.WARNING, needs=("facts",))
def large_table_unpartitioned(context: Context) -> Iterator[Finding]:
    """A large table declares neither partitions nor clusters.

    *Why*

    Whoever asks for a day of it reads all years, and a day that was wrong cannot be replaced without the others. Large
    is a table from `governance.large_table` rows on (1,000,000 by default), by the server's own books; where they do
    not say and the table could be as large, that is an error (on PostgreSQL, `ANALYZE` it). Declared is a partition by
    `partitioned: true` on its columns or the customProperty `partition`, a cluster by the customProperty `cluster`; a
    table that needs neither says why in the customProperty `unpartitioned`. The examples are those of a table of
    5,000,000 rows.

    *Bad*

    ```yaml
    apiVersion: v3.1.0
    kind: DataContract
    id: orders
    version: 1.0.0
    status: active
    schema:
      - name: fct_orders
        properties: [{name: day, logicalType: date}]
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
        properties: [{name: day, logicalType: date, partitioned: true, partitionKeyPosition: 1}]
    ```
    """
    contract, settings = context.contract, context.project.governance
    for schema in contract.schemas if contract and settings else ():
        facts = (context.facts or {}).get((contract.id, schema.name)) if contract else None
        storage = facts.storage if facts else None
        on_contract = len(contract.schemas) == 1 and _is_declared(contract.custom) if contract else False
        if not storage or not settings or on_contract or _is_declared(schema.custom) or _is_partitioned(schema):
            continue
        if storage.rows is not None and storage.rows >= settings.large_table:
            yield Finding(
                message=f"`{schema.name}` has about {storage.rows:,} rows and declares neither partition nor cluster",
                at=schema.at,
                table=schema.name,
                expected=f"partitioned from {settings.large_table:,} rows on",
            )
        elif storage.rows is None and (storage.most is None or storage.most >= settings.large_table):
            message = f"how many rows `{schema.name}` has is not known to the server, and it may be large"
            # where the engine keeps no books at all, nobody can do anything about it
            outcome = Outcome.ERROR if storage.most is not None else Outcome.SKIP
            message += "; let it ANALYZE the table" if outcome is Outcome.ERROR else ""
            yield Finding(message=message, at=schema.at, table=schema.name, key="unknown", outcome=outcome)


def _is_declared(custom: object) -> bool:
    return isinstance(custom, dict) and any(custom.get(name) for name in _DECLARED)


def _is_partitioned(schema: Schema) -> bool:
    return any(item.partitioned for item in schema.properties)
