"""test-disabled."""

from collections.abc import Iterator

from harness.model.dbt import DbtTest
from harness.model.result import Severity
from harness.rules.antipatterns.tested import finding_of
from harness.rules.rule import Context, Finding, rule


@rule("test-disabled", severity=Severity.ERROR, scope="project", needs=("dbt",))
def test_disabled(context: Context) -> Iterator[Finding]:
    """A test is switched off.

    *Why*

    A test that is switched off is green for ever. If it fails and cannot be mended yet, a waiver says so, with a
    reason, an approval and a day on which it ends; if it tests what need not hold, it is deleted.

    *Bad*

    ```yaml
    # models/marts/_marts.yml
    models:
      - name: fct_orders
        columns:
          - name: order_id
            data_tests: [{unique: {config: {enabled: false}}}]
    ```

    *Good*

    ```yaml
    # models/marts/_marts.yml
    models:
      - name: fct_orders
        columns:
          - name: order_id
            data_tests: [unique]
    ```
    """
    dbt = context.dbt
    for test in (*dbt.disabled, *(test for test in dbt.tests if not test.enabled)) if dbt else ():
        if isinstance(test, DbtTest) and dbt and test.package == dbt.name:
            yield finding_of(test, "is switched off; waive it until it holds, or delete it", context)
