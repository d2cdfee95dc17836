"""The rule `contract-id-changed`."""

from collections.abc import Iterator

from harness.model.change import Effect
from harness.model.result import Severity
from harness.rules.breaking.judge import judged
from harness.rules.rule import Context, Finding, rule


@rule("contract-id-changed", severity=Severity.ERROR, scope="change", needs=("previous",))
def contract_id_changed(context: Context) -> Iterator[Finding]:
    """The contract has another id.

    *Why*: the id is what catalogs, events, waivers and other contracts know it by; for them it is a contract that
    is gone, and a new one.

    *Bad*

    ```yaml
    before: {id: orders}
    after: {id: sales-orders}
    ```

    *Good*

    ```yaml
    before: {id: orders}
    after: {id: orders}
    ```
    """
    for part in context.parts:
        if part.shape == "contract" and "id" in part.changed:
            before, after = part.values("id")
            yield judged(
                part,
                Effect.BOTH,
                f"the id of the contract is {after} now, and was {before}",
                "id",
                instead=f"keep the id {before}, and change its name",
            )
