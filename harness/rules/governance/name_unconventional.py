"""name-unconventional."""

from collections.abc import Iterator

from harness.model.result import Severity
from harness.rules.governance.tables import matches, tables_of
from harness.rules.rule import Context, Finding, rule


@rule("name-unconventional", severity=Severity.WARNING, scope="project", needs=("lineage",))
def name_unconventional(context: Context) -> Iterator[Finding]:
    """A table is not called as those of its layer are.

    *Why*

    The name says what a table is before anybody opens it: `stg_<source>__<entity>`, `int_<entity>`, `dim_<entity>`,
    `fct_<entity>`. `governance.names` says how the tables of a layer are called; `<source>` is the name of a source,
    one that dbt knows where there is dbt. A layer without a pattern is not judged (raw is called as its source calls
    it).

    *Bad*

    ```sql
    -- models/staging/orders_clean.sql
    select * from {{ source('shop', 'orders') }}
    ```

    *Good*

    ```sql
    -- models/staging/stg_shop__orders.sql
    select * from {{ source('shop', 'orders') }}
    ```
    """
    project, settings = context.project, context.project.governance
    sources = {source.source for source in context.dbt.sources.values()} if context.dbt else set()
    for table in tables_of(context).values():
        patterns = settings.names.get(table.layer, ()) if settings else ()
        named = table.node.name if table.node else table.bare
        if patterns and not matches(project, table.layer, named, sorted(sources)):
            known = (
                f", where <source> is {' or '.join(sorted(sources))}" if sources and "<source>" in patterns[0] else ""
            )
            yield Finding(
                message=f"`{named}` is in {table.layer}, where tables are called {' or '.join(patterns)}{known}",
                at=table.at,
                expected=" or ".join(patterns),
                actual=named,
                **table.finding(),
            )
