"""source-freshness-missing."""

from collections.abc import Iterator

from harness.model.dbt import DbtSource
from harness.model.result import Severity
from harness.rules.governance.tables import Table, tables_of
from harness.rules.governance.tested import run
from harness.rules.rule import Context, Finding, rule


@rule("source-freshness-missing", severity=Severity.ERROR, scope="project", needs=("lineage", "checks"))
def source_freshness_missing(context: Context) -> Iterator[Finding]:
    """Nobody watches how old the data of a source is.

    *Why*

    When a source stops, everything built from it goes on being built, from yesterday. Watched is a raw table by the
    service level `latency` (or `freshness`) with an `element`, or by a freshness check of Soda; a source of dbt also by
    its own `freshness` with `loaded_at_field`, which `dbt source freshness` holds and the harness does not.

    *Bad*

    ```yaml
    # models/staging/_sources.yml
    sources:
      - name: shop
        tables:
          - name: orders
    ```

    *Good*

    ```yaml
    # models/staging/_sources.yml
    sources:
      - name: shop
        tables:
          - name: orders
            config:
              loaded_at_field: loaded_at
              freshness: {error_after: {count: 2, period: day}}
    ```
    """
    for table in tables_of(context).values():
        is_source = table.source or (table.contract and table.layer == "raw")
        if is_source and not _by_contract(context, table) and not _by_dbt(table.source):
            place = table.contract.where("slaProperties") if table.contract else table.at
            yield Finding(
                message=f"nobody watches the age of the source `{table.name}`; promise a `latency` with an element in "
                "its contract, or set `loaded_at_field` and `freshness` in dbt",
                at=place,
                **table.finding(),
            )


def _by_contract(context: Context, table: Table) -> bool:
    if not table.contract or not table.schema:
        return False
    of_contract = context.checks_by_contract.get(table.contract.id, ())
    checks = tuple(check for check in of_contract if check.schema.name == table.schema.name)
    soda = any("freshness" in str(check.arguments.get("key", "")) for check in run(checks, "soda"))
    return soda or any(run(checks, "freshness"))


def _by_dbt(source: DbtSource | None) -> bool:
    return bool(source and source.loaded_at and (source.freshness.warn_after or source.freshness.error_after))
