"""governance-undecided."""

from collections.abc import Iterator

from harness.model.result import Severity
from harness.rules.rule import Context, Finding, rule


@rule("governance-undecided", severity=Severity.ERROR, scope="project")
def governance_undecided(context: Context) -> Iterator[Finding]:
    """What house rules look at could not be read, so that nobody knows whether they are kept.

    *Why*

    A rule that had nothing to look at finds nothing, which looks like order. So what is named in `harness.yaml` and
    cannot be read is an error, even where the rule is turned off, with the rules that were not held for it: dbt's
    manifest, or what a server says of itself. So is a manifest that does not know a model as it is now (where
    `lineage.dbt_project` is named; of a properties file that was changed nobody can tell). What an engine does not have
    (DuckDB knows no grants), and what `harness lint` meets before `dbt compile`, is said as a skip. The examples are
    manifests of dbt, the first of which is none.

    *Bad*

    ```yaml
    # target/manifest.json
    {}
    ```

    *Good*

    ```yaml
    # target/manifest.json
    {metadata: {adapter_type: duckdb, project_name: shop}, nodes: {}}
    ```
    """
    for lack in context.lacking:
        yield Finding(
            message=f"{lack.reason}; not held for it: {', '.join(lack.rules) or 'nothing yet'}",
            at=lack.at,
            key=f"{lack.needs[0]} {lack.at.file} {lack.about}",
            outcome=lack.outcome,
            stays=True,
        )
