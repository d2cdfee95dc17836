"""runbook-missing."""

from collections.abc import Iterator

from harness.model.result import Severity
from harness.rules.rule import Context, Finding, rule


@rule("runbook-missing", severity=Severity.WARNING, needs=("runbooks",))
def runbook_missing(context: Context) -> Iterator[Finding]:
    """A table has no runbook: who is called at night has nothing to go by.

    *Why*

    A runbook says what can fail, how to see it, what to do first, how to load the table anew and whom to call.
    `harness publish` writes `docs/runbooks/<table>.md` for every table, and keeps what people add. A runbook elsewhere
    is named by the customProperty `runbook` of the table or the contract. In the examples no file is written.

    *Bad*

    ```yaml
    apiVersion: v3.1.0
    kind: DataContract
    id: orders
    version: 1.0.0
    status: active
    schema: [{name: fct_orders}]
    ```

    *Good*

    ```yaml
    apiVersion: v3.1.0
    kind: DataContract
    id: orders
    version: 1.0.0
    status: active
    schema: [{name: fct_orders}]
    customProperties:
      - {property: runbook, value: "https://wiki.example.com/runbooks/orders"}
    ```
    """
    contract = context.contract
    for schema in contract.schemas if contract else ():
        named = [part.custom.get("runbook") for part in (schema, contract) if part]
        written = any(isinstance(value, str) and value.strip() for value in named)
        if not written and schema.name not in (context.runbooks or ()):
            yield Finding(
                message=f"the table `{schema.name}` has no runbook; write one with `harness publish`, or name it in "
                "the customProperty `runbook`",
                at=schema.at,
                table=schema.name,
            )
