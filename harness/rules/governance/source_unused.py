"""source-unused."""

from collections.abc import Iterator

from harness.model.result import Severity
from harness.rules.governance.tables import table_of
from harness.rules.rule import Context, Finding, rule


@rule("source-unused", severity=Severity.WARNING, scope="project", needs=("dbt", "lineage"))
def source_unused(context: Context) -> Iterator[Finding]:
    """A source is declared, and no model, test or exposure reads it; or one table is declared twice.

    *Why*

    A source that nobody reads is copied, kept and watched for nothing. A table that is declared under two names has two
    places for its freshness and its tests, of which one is forgotten.

    *Bad*

    ```yaml
    # models/staging/_sources.yml
    sources:
      - name: shop
        tables: [{name: orders}, {name: coupons}]
    ```

    *Good*

    ```yaml
    # models/staging/_sources.yml
    sources:
      - name: shop
        tables: [{name: orders}]
    ```
    """
    dbt = context.dbt
    if not dbt:
        return
    read = {each for node in dbt.nodes.values() for each in node.depends_on}
    read |= {each for exposure in dbt.exposures for each in exposure.depends_on}
    read |= {each for test in dbt.tests if test.kind == "singular" for each in test.depends_on}
    seen: dict[str, str] = {}
    for source in (source for source in dbt.sources.values() if source.package == dbt.name):
        name, about = f"{source.source}.{source.name}", table_of(context, source).finding()
        if source.id not in read:
            message = f"nobody reads the source `{name}`; use it, or take it out"
            yield Finding(message=message, at=source.at, key=f"unused {source.id}", **about)
        twin = seen.setdefault(source.relation.lower(), name)
        if twin != name:
            message = f"the source `{name}` is the table `{source.relation}`, as `{twin}` is; declare it once"
            yield Finding(message=message, at=source.at, key=f"twice {source.id}", **about)
