"""The rule `column-moved`."""

from collections.abc import Iterator

from harness.model.change import Effect
from harness.model.result import Severity
from harness.rules.breaking.judge import judged
from harness.rules.rule import Context, Finding, rule


@rule("column-moved", severity=Severity.ERROR, scope="change", needs=("previous",))
def column_moved(context: Context) -> Iterator[Finding]:
    """A column is inside an object now, or a field is a column of its own.

    *Why*: whoever selects it where it was gets an error. What else it promised is compared as if it had stayed.

    *Bad*

    ```yaml
    before: {schema: [{name: orders, properties: [{name: to, properties: [{name: street}]}, {name: zip}]}]}
    after: {schema: [{name: orders, properties: [{name: to, properties: [{name: street}, {name: zip}]}]}]}
    ```

    *Good*

    ```yaml
    before: {schema: [{name: orders, properties: [{name: zip}]}]}
    after: {schema: [{name: orders, properties: [{name: to, properties: [{name: city}]}, {name: zip}]}]}
    ```
    """
    for part in context.parts:
        if part.origin:
            yield judged(
                part,
                Effect.BOTH,
                f"{part.origin} of {part.table} is {part.column} now",
                values=(part.origin, part.column),
                instead="keep it where it was as well, marked `deprecated` with a sunset date",
            )
