"""The rule `contract-added`."""

from collections.abc import Iterator

from harness.model.change import Effect
from harness.model.result import Severity
from harness.rules.breaking.judge import judged
from harness.rules.rule import Context, Finding, rule


@rule("contract-added", severity=Severity.INFO, scope="change", needs=("previous",))
def contract_added(context: Context) -> Iterator[Finding]:
    """A contract is new.

    *Why*: nobody relies on it yet, and everybody may from now on.

    *Bad*

    ```yaml
    before:
    after: {schema: [{name: orders}]}
    ```

    *Good*

    ```yaml
    before: {schema: [{name: orders}]}
    after: {schema: [{name: orders}]}
    ```
    """
    for part in context.parts:
        if part.shape == "contract" and part.added:
            name = context.contract.id if context.contract else ""
            yield judged(part, Effect.ADDS, f"the contract {name} is new")
