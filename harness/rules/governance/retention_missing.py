"""retention-missing."""

from collections.abc import Iterator

from harness.model.result import Severity
from harness.model.sla import canonical_sla
from harness.rules.governance.table_without_sla import covers
from harness.rules.rule import Context, Finding, rule


@rule("retention-missing", severity=Severity.ERROR)
def retention_missing(context: Context) -> Iterator[Finding]:
    """Nobody says how long the rows of a table are kept.

    *Why*

    Without a limit data grows for ever, and personal data stays longer than anybody may keep it; without a promise a
    consumer cannot know how far back it can look. Asked for is the service level `retention` of each table. Where
    `required_sla` has it, `sla-missing` asks the contract for it, and this rule is about tables that it leaves out.

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
    slaProperties:
      - {property: retention, value: 5, unit: y}
    ```
    """
    contract = context.contract
    # sla-missing and table-without-sla ask for what the project requires
    if not contract or "retention" in context.project.policy.required_sla:
        return
    stated = [sla for sla in contract.sla if canonical_sla(sla.property) == "retention"]
    for schema in contract.schemas:
        if not any(covers(contract, schema, sla) for sla in stated):
            message = f"nobody says how long the rows of `{schema.name}` are kept; add `retention` to `slaProperties`"
            yield Finding(message=message, at=contract.where("slaProperties"), table=schema.name)
