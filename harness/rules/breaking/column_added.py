"""The rule `column-added`."""

from collections.abc import Iterator

from harness.changes.part import INNER
from harness.model.change import Effect
from harness.model.result import Severity
from harness.rules.breaking.judge import judged, name_of
from harness.rules.breaking.types import reshaped
from harness.rules.rule import Context, Finding, rule


@rule("column-added", severity=Severity.INFO, scope="change", needs=("previous",))
def column_added(context: Context) -> Iterator[Finding]:
    """A column, or a field inside one, is new.

    *Why*: nobody reads it yet. Where it is required, producers must fill it from the first day.

    *Bad*

    ```yaml
    before: {schema: [{name: orders, properties: [{name: id}]}]}
    after: {schema: [{name: orders, properties: [{name: id}, {name: amount}]}]}
    ```

    *Good*

    ```yaml
    before: {schema: [{name: orders, properties: [{name: id}, {name: amount}]}]}
    after: {schema: [{name: orders, properties: [{name: amount}, {name: id}]}]}
    ```
    """
    for part in context.parts:
        if part.shape not in ("property", "map") or not part.added or reshaped(part.holder):
            continue
        if part.key in INNER:
            yield judged(part, Effect.TIGHTENS, f"what {name_of(part)} may be is said now")
            continue
        required = part.values("required")[1] is True
        effect = Effect.TIGHTENS if required else Effect.ADDS
        word = "a required column" if required else "a column"
        yield judged(part, effect, f"{name_of(part)} is new, {word}")
