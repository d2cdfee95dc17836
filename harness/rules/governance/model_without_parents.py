"""model-without-parents."""

from collections.abc import Iterator

from harness.model.result import Severity
from harness.rules.governance.tables import table_of
from harness.rules.rule import Context, Finding, rule


@rule("model-without-parents", severity=Severity.ERROR, scope="project", needs=("dbt", "lineage"))
def model_without_parents(context: Context) -> Iterator[Finding]:
    """A model reads nothing by `ref` or `source`, so nobody knows where its rows come from.

    *Why*

    Such a model is the beginning of the graph: it reads tables by name, which dbt then may not have built yet, or its
    rows stand in its SQL. A model that makes its rows itself, such as a calendar, says so: `meta: {generated: <how>}`.

    *Bad*

    ```sql
    -- models/marts/dim_dates.sql
    select * from range(date '2024-01-01', date '2025-01-01', interval 1 day)
    ```

    *Good*

    ```sql
    -- models/marts/dim_dates.sql
    {{ config(meta={'generated': 'the days of 2024, from a range'}) }}
    select * from range(date '2024-01-01', date '2025-01-01', interval 1 day)
    ```
    """
    for node in context.dbt.own if context.dbt else ():
        generated = node.meta.get("generated")
        says_how = isinstance(generated, str) and generated.strip()
        if node.kind != "seed" and not node.depends_on and not says_how:
            yield Finding(
                message=f"the {node.kind} `{node.name}` reads no source and no other model; read them by `source` and "
                "`ref`, or say in `meta.generated` how its rows are made",
                at=node.at,
                **table_of(context, node).finding(),
            )
