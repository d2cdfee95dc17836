"""raw-read-past-staging."""

from collections.abc import Iterator

from harness.model.result import Severity
from harness.rules.governance.flows import flows_of
from harness.rules.rule import Context, Finding, rule


@rule("raw-read-past-staging", severity=Severity.ERROR, scope="project", needs=("lineage",))
def raw_read_past_staging(context: Context) -> Iterator[Finding]:
    """An intermediate table or a mart is built from raw data.

    *Why*

    What is renamed, typed and deduplicated in staging is not so in raw: who reads past staging sees duplicates and
    source-system types again, and has to change with every change of the source. Looked at is what the SQL really reads
    (dbt's models with what they `ref` and `source`, SQL scripts, events of others), whatever the contracts say.

    *Bad*

    ```sql
    -- models/marts/fct_orders.sql
    select * from {{ source('shop', 'orders') }}
    ```

    *Good*

    ```sql
    -- models/marts/fct_orders.sql
    select * from {{ ref('stg_shop__orders') }}
    ```
    """
    for flow in flows_of(context):
        if flow.source.layer == "raw" and flow.target.layer in ("intermediate", "marts"):
            yield Finding(
                message=f"`{flow.target.name}` in {flow.target.layer} is built from the raw table "
                f"`{flow.source.name}`; read the staging table that cleans it",
                at=flow.at,
                key=flow.source.key,
                **flow.target.finding(),
            )
