"""The rule `contract-removed`."""

from collections.abc import Iterator

from harness.model.change import Effect
from harness.model.result import Severity
from harness.rules.breaking.judge import judged
from harness.rules.breaking.status import is_ending
from harness.rules.breaking.sunset import sunset_of
from harness.rules.rule import Context, Finding, rule


@rule("contract-removed", severity=Severity.ERROR, scope="change", needs=("previous",))
def contract_removed(context: Context) -> Iterator[Finding]:
    """A contract is gone.

    *Why*: with it goes every promise about its data. Whoever reads them is on their own, unless they were told when it
    would end: status `deprecated` or `retired`, and a customProperty `sunset` with a date that has passed.

    *Bad*

    ```yaml
    before: {schema: [{name: orders}]}
    after:
    ```

    *Good*

    ```yaml
    before: {schema: [{name: orders}]}
    after: {schema: [{name: orders}]}
    ```
    """
    for part in context.parts:
        if part.shape != "contract" or not part.removed:
            continue
        name = context.previous.id if context.previous else ""
        end = sunset_of(part.before)
        if is_ending(part.before) and end and end <= context.today:
            yield judged(part, Effect.UNDETERMINED, f"the contract {name} is gone, as announced for {end}")
        else:
            yield judged(
                part,
                Effect.LOOSENS,
                f"the contract {name} is gone",
                instead="set its status to `deprecated` with a customProperty `sunset`, and remove it after that date",
            )
