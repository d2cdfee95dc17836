"""schema-change-ignored."""

from collections.abc import Iterator

from harness.model.result import Severity
from harness.rules.antipatterns.code import codes
from harness.rules.rule import Context, Finding, rule


@rule("schema-change-ignored", severity=Severity.ERROR, scope="project", needs=("dbt",))
def schema_change_ignored(context: Context) -> Iterator[Finding]:
    """An incremental model says nothing when its columns are no longer those of its table.

    *Why*

    `on_schema_change: ignore` is what dbt does unless it is told otherwise: a column that is added to the model is
    never written to the table, and nobody hears of it. `fail` says so, `append_new_columns` adds it,
    `sync_all_columns` follows.

    *Bad*

    ```sql
    -- models/marts/fct_orders.sql
    {{ config(materialized='incremental', unique_key='order_id') }}
    select order_id, amount from {{ ref('stg_shop__orders') }}
    ```

    *Good*

    ```sql
    -- models/marts/fct_orders.sql
    {{ config(materialized='incremental', unique_key='order_id', on_schema_change='fail') }}
    select order_id, amount from {{ ref('stg_shop__orders') }}
    ```
    """
    for code in codes(context):
        if code.node and code.incremental and code.node.config.get("on_schema_change", "ignore") == "ignore":
            message = (
                "`on_schema_change` is `ignore`, by which a new column is silently left out of the table; "
                "set it to fail, append_new_columns or sync_all_columns"
            )
            yield code.finding(message, code.line_of("on_schema_change", "incremental", "config"), "on_schema_change")
