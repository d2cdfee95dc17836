"""key-untested."""

from collections.abc import Iterator

from harness.model.contract import Schema
from harness.model.result import Severity
from harness.rules.governance.tested import checks_of, run, why_not
from harness.rules.rule import Context, Finding, rule


@rule("key-untested", severity=Severity.ERROR, needs=("checks",))
def key_untested(context: Context) -> Iterator[Finding]:
    """No test holds the key of a table against its rows.

    *Why*

    A key that nobody tests is a wish: the first load that runs twice doubles every number downstream. `primaryKey:
    true` is a test, and so are `duplicateValues`, `unique` and Soda's duplicate checks for a table that has no key and
    says why (`noKeyReason`); `key-missing` asks for the key itself. A test that is skipped is none.

    *Bad*

    ```yaml
    apiVersion: v3.1.0
    kind: DataContract
    id: orders
    version: 1.0.0
    status: active
    customProperties: [{property: layer, value: raw}]
    schema:
      - name: orders
        customProperties: [{property: noKeyReason, value: the feed delivers at least once}]
        properties: [{name: id}, {name: received_at}]
    ```

    *Good*

    ```yaml
    apiVersion: v3.1.0
    kind: DataContract
    id: orders
    version: 1.0.0
    status: active
    customProperties: [{property: layer, value: raw}]
    schema:
      - name: orders
        customProperties: [{property: noKeyReason, value: the feed delivers at least once}]
        properties: [{name: id}, {name: received_at}]
        quality:
          - {metric: duplicateValues, arguments: {properties: [id, received_at]}, mustBe: 0}
    ```
    """
    for schema in context.contract.schemas if context.contract else ():
        if schema.properties and not _is_tested(context, schema):
            why = why_not(checks_of(context, schema), "primaryKey")
            message = f"no test holds a key of `{schema.name}` against its rows{why}"
            yield Finding(message=message, at=schema.where("properties"), table=schema.name)


def _is_tested(context: Context, schema: Schema) -> bool:
    checks = checks_of(context, schema)
    if any(run(checks, "primaryKey", "duplicateValues", "unique")):
        return True
    return any("duplicate" in str(check.arguments.get("key", "")) for check in run(checks, "soda"))
