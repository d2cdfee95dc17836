"""incremental-without-key."""

from collections.abc import Iterator

from harness.model.result import Severity
from harness.rules.antipatterns.code import Code, codes
from harness.rules.antipatterns.own import is_guarded
from harness.rules.rule import Context, Finding, rule

_BY_KEY = ("", "merge", "delete+insert")
"""The strategies that meet what is there by unique_key, the adapter's default among them."""


@rule("incremental-without-key", severity=Severity.ERROR, scope="project", needs=("dbt",))
def incremental_without_key(context: Context) -> Iterator[Finding]:
    """An incremental model has no unique_key by which a row that comes again meets the one that is there.

    *Why*

    Without `unique_key` the strategies `merge` and `delete+insert` do what `append` does, and dbt says nothing of it:
    each row of the source that a run sees again is there twice. The key need not tell rows apart: with
    `delete+insert` it may be the day that is loaded anew. A model that leaves out what is there by an anti-join, or
    takes only rows beyond the newest, needs none. `insert_overwrite` replaces partitions, and `microbatch` periods;
    the strategies of a project's own are not known here. `append` is the business of `load-not-idempotent`.

    *Bad*

    ```sql
    -- models/marts/fct_orders.sql
    {{ config(materialized='incremental', incremental_strategy='merge') }}
    select order_id, amount, updated_at from {{ ref('stg_shop__orders') }}
    ```

    *Good*

    ```sql
    -- models/marts/fct_orders.sql
    {{ config(materialized='incremental', incremental_strategy='merge', unique_key='order_id') }}
    select order_id, amount, updated_at from {{ ref('stg_shop__orders') }}
    ```
    """
    for code in codes(context):
        if code.node and code.incremental and _by_key(code) and not code.node.config.get("unique_key"):
            if any(is_guarded(each, code.itself) for each in code.all):
                continue
            strategy = code.node.config.get("incremental_strategy")
            how = f"`{strategy}` then" if strategy else "the adapter then"
            message = f"the incremental model has no unique_key: {how} adds rows that are there already; set one"
            yield code.finding(message, code.line_of("incremental_strategy", "incremental", "config"), "unique_key")


def _by_key(code: Code) -> bool:
    strategy = code.node.config.get("incremental_strategy") if code.node else ""
    return str(strategy or "").lower() in _BY_KEY
