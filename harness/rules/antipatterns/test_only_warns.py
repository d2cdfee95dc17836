"""test-only-warns."""

from collections.abc import Iterator

from harness.model.result import Severity
from harness.rules.antipatterns.tested import finding_of, tests_of
from harness.rules.rule import Context, Finding, rule


@rule("test-only-warns", severity=Severity.ERROR, scope="project", needs=("dbt",))
def test_only_warns(context: Context) -> Iterator[Finding]:
    """A test fails without anything coming of it: its severity is `warn`.

    *Why*

    dbt prints a warning and goes on to build what depends on the table; nobody reads the hundredth one, and
    `store_failures` only stores what nobody reads. Where some rows may fail, a threshold says how many (`error_if: ">
    10"`, `warn_if: "> 0"`); where it cannot be mended yet, a waiver says until when.

    *Bad*

    ```yaml
    # models/marts/_marts.yml
    models:
      - name: fct_orders
        columns:
          - name: customer_id
            data_tests: [{not_null: {config: {severity: warn, store_failures: true}}}]
    ```

    *Good*

    ```yaml
    # models/marts/_marts.yml
    models:
      - name: fct_orders
        columns:
          - name: customer_id
            data_tests: [{not_null: {config: {error_if: "> 10"}}}]
    ```
    """
    for test in tests_of(context):
        if test.severity == "warn":
            yield finding_of(test, "only warns; state a threshold (`error_if`), or waive it until it holds", context)
