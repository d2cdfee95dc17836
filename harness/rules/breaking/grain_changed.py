"""The rule `grain-changed`."""

from collections.abc import Iterator

from harness.model.change import Effect
from harness.model.result import Severity
from harness.rules.breaking.judge import judged, name_of, shown
from harness.rules.rule import Context, Finding, rule


@rule("grain-changed", severity=Severity.WARNING, scope="change", needs=("previous",))
def grain_changed(context: Context) -> Iterator[Finding]:
    """What one row stands for is said in other words.

    *Why*: a sum over rows that became finer or coarser is another sum, and nothing fails.

    *Bad*

    ```yaml
    before: {schema: [{name: orders, dataGranularityDescription: One row per order.}]}
    after: {schema: [{name: orders, dataGranularityDescription: One row per order line.}]}
    ```

    *Good*

    ```yaml
    before: {schema: [{name: orders, dataGranularityDescription: One row per order.}]}
    after: {schema: [{name: orders, dataGranularityDescription: One row  per order.}]}
    ```
    """
    key = "dataGranularityDescription"
    for part in context.parts:
        if key in part.changed:
            before, after = part.values(key)
            said = f"is now: {shown(after)}" if after is not None else f"is not said any more; it was: {shown(before)}"
            yield judged(part, Effect.UNDETERMINED, f"the grain of {name_of(part)} {said}", key)
