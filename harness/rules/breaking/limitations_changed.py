"""The rule `limitations-changed`."""

from collections.abc import Iterator

from harness.model.change import Effect
from harness.model.result import Severity
from harness.rules.breaking.judge import judged
from harness.rules.rule import Context, Finding, rule


@rule("limitations-changed", severity=Severity.WARNING, scope="change", needs=("previous",))
def limitations_changed(context: Context) -> Iterator[Finding]:
    """What the data must not be used for, or is not good for, is said in other words.

    *Why*: `description.limitations` is prose with the weight of a licence: a use that was lawful may not be any more.
    Only a reader can tell.

    *Bad*

    ```yaml
    before: {description: {limitations: Not for credit decisions.}}
    after: {description: {limitations: Not for any decision about persons.}}
    ```

    *Good*

    ```yaml
    before: {description: {limitations: Not for credit decisions., purpose: Orders.}}
    after: {description: {limitations: Not  for credit decisions., purpose: All orders.}}
    ```
    """
    for part in context.parts:
        if part.shape != "description":
            continue
        whole = part.added or part.removed
        before, after = part.values("limitations")
        if "limitations" in part.changed or (whole and (before or after)):
            said = "is gone" if after is None else "is new" if before is None else "has other words"
            yield judged(
                part,
                Effect.UNDETERMINED,
                f"the limitation of use {said}; read whether each use of the data is still allowed",
                *(() if whole else ("limitations",)),
                values=(before, after),
            )
