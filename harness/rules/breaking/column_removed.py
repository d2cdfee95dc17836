"""The rule `column-removed`."""

from collections.abc import Iterator

from harness.model.change import Effect
from harness.model.result import Severity
from harness.rules.breaking.judge import judged, name_of
from harness.rules.rule import Context, Finding, rule


@rule("column-removed", severity=Severity.ERROR, scope="change", needs=("previous",))
def column_removed(context: Context) -> Iterator[Finding]:
    """A column, or a field inside one, is gone.

    *Why*: whoever selects it gets an error.

    *Bad*

    ```yaml
    before: {schema: [{name: orders, properties: [{name: id}, {name: amount}]}]}
    after: {schema: [{name: orders, properties: [{name: id}]}]}
    ```

    *Good*

    ```yaml
    before: {schema: [{name: orders, properties: [{name: id}, {name: amount}]}]}
    after: {schema: [{name: orders, properties: [{name: id}, {name: amount}]}]}
    ```
    """
    for part in context.parts:
        if part.shape == "property" and part.removed:
            yield judged(
                part,
                Effect.LOOSENS,
                f"{name_of(part)} is gone",
                instead="keep it, mark it `deprecated` with a sunset date, and remove it when that has passed",
            )
