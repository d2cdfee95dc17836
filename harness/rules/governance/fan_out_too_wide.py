"""fan-out-too-wide."""

from collections.abc import Iterator

from harness.model.result import Severity
from harness.rules.governance.tables import table_of
from harness.rules.rule import Context, Finding, rule


@rule("fan-out-too-wide", severity=Severity.WARNING, scope="project", needs=("dbt", "lineage"))
def fan_out_too_wide(context: Context) -> Iterator[Finding]:
    """More models read one model than the project allows.

    *Why*

    What many models read can hardly be changed, and many readers of one table often do the same to it, each in its own
    way: that belongs into one intermediate model between. The limit is `governance.fan_out`, 3 by default and 1 in the
    examples. Only models count that are built from it directly; a dimension that all facts read may get a waiver, or
    `meta: {fan_out: <limit>}` of its own.

    *Bad*

    ```sql
    -- models/marts/fct_refunds.sql
    select * from {{ ref('stg_shop__orders') }} where refunded
    ```

    *Good*

    ```sql
    -- models/marts/fct_refunds.sql
    select * from {{ ref('int_refunds') }}
    ```
    """
    settings, dbt = context.project.governance, context.dbt
    if not settings or not dbt:
        return
    for node in dbt.own:
        own = node.meta.get("fan_out")
        limit = own if isinstance(own, int) else settings.fan_out
        readers = sorted(reader.name for reader in dbt.readers.get(node.id, ()) if reader.kind == "model")
        if len(readers) > limit:
            yield Finding(
                message=f"{len(readers)} models read `{node.name}` ({', '.join(readers)}), and {limit} may; "
                "put what they share into a model between",
                at=node.at,
                expected=f"at most {limit}",
                actual=str(len(readers)),
                **table_of(context, node).finding(),
            )
