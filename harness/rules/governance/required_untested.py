"""required-untested."""

from collections.abc import Iterator
from typing import Any

from harness.model.result import Severity
from harness.rules.governance.tested import checks_of, run, why_not
from harness.rules.rule import Context, Finding, rule


@rule("required-untested", severity=Severity.ERROR, needs=("checks",))
def required_untested(context: Context) -> Iterator[Finding]:
    """A column that must have a value may have none, and no test would tell.

    *Why*

    A column of the key that is NULL joins with nothing, and `count(distinct ...)` does not see it; so every column of
    the key is required too. `required: true` is a test of the harness by itself; here is said where it is not run, and
    which columns of keys lack it.

    *Bad*

    ```yaml
    apiVersion: v3.1.0
    kind: DataContract
    id: orders
    version: 1.0.0
    status: active
    schema:
      - name: fct_orders
        properties: [{name: id, logicalType: integer, primaryKey: true}]
    ```

    *Good*

    ```yaml
    apiVersion: v3.1.0
    kind: DataContract
    id: orders
    version: 1.0.0
    status: active
    schema:
      - name: fct_orders
        properties: [{name: id, logicalType: integer, primaryKey: true, required: true}]
    ```
    """
    for schema in context.contract.schemas if context.contract else ():
        checks = checks_of(context, schema)
        for item in schema.properties:
            of_column = tuple(check for check in checks if check.columns == (item.column,))
            about: dict[str, Any] = {"at": item.at, "table": schema.name, "column": item.name}
            if item.primary_key and not item.required and not any(run(of_column, "nullValues", "missingValues")):
                message = f"`{item.name}` is in the key of `{schema.name}` and may be NULL; set `required: true`"
                yield Finding(message=message, key="key", **about)
            elif item.required and not any(run(of_column, "required")):
                why = why_not(of_column, "required")
                yield Finding(message=f"no test holds that `{item.name}` of `{schema.name}` has a value{why}", **about)
