"""test-disabled."""

from collections.abc import Iterator

from harness.model.dbt import DbtTest
from harness.model.result import Severity
from harness.rules.antipatterns.tested import finding_of
from harness.rules.clauses import quality_rules
from harness.rules.rule import Context, Finding, rule


@rule("test-disabled", severity=Severity.ERROR, scope="project")
def test_disabled(context: Context) -> Iterator[Finding]:
    """A test is switched off, or stands where nothing runs it.

    *Why*

    A test that is switched off is green for ever. If it fails and cannot be mended yet, a waiver says so, with a
    reason, an approval and a day on which it ends; if it tests what need not hold, it is deleted. A quality rule of a
    contract with `type: custom` for another engine than soda is run by nobody here: say it as a library rule or as
    SQL, or waive it.

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
    for contract in context.project.contracts:
        for schema, path, key, clause in quality_rules(contract):
            if clause.type == "custom" and clause.engine.lower() != "soda":
                message = (
                    f"nothing here runs the quality rule `{key}` of the engine {clause.engine or '(none)'}; say it as "
                    "a library rule or as SQL, or waive it"
                )
                at = clause.where("engine")
                yield Finding(message=message, at=at, table=schema.name, column=path, key=key, contract=contract)
