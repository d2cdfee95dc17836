"""The rule `unique-changed`."""

from collections.abc import Iterator

from harness.model.change import Effect
from harness.model.result import Severity
from harness.rules.breaking.judge import judged, name_of
from harness.rules.rule import Context, Finding, rule


@rule("unique-changed", severity=Severity.ERROR, scope="change", needs=("previous",))
def unique_changed(context: Context) -> Iterator[Finding]:
    """A column may have duplicates that could not before, or the other way round.

    *Why*: a join over a column that is not unique any more multiplies rows, and nothing says so.

    *Bad*

    ```yaml
    before: {schema: [{name: orders, properties: [{name: number, unique: true}]}]}
    after: {schema: [{name: orders, properties: [{name: number}]}]}
    ```

    *Good*

    ```yaml
    before: {schema: [{name: orders, properties: [{name: number, unique: true}]}]}
    after: {schema: [{name: orders, properties: [{name: number, unique: true}]}]}
    ```
    """
    for part in context.parts:
        if part.shape != "property" or "unique" not in part.changed:
            continue
        values = part.values("unique")
        if values[1] is True:
            yield judged(part, Effect.TIGHTENS, f"{name_of(part)} must be unique now", "unique", values=values)
        elif values[0] is True:
            yield judged(
                part,
                Effect.LOOSENS,
                f"{name_of(part)} may have duplicates now",
                "unique",
                values=values,
                instead="keep it unique, or give consumers another column that is",
            )
