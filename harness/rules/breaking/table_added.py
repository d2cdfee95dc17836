"""The rule `table-added`."""

from collections.abc import Iterator

from harness.model.change import Effect
from harness.model.result import Severity
from harness.rules.breaking.judge import judged, name_of
from harness.rules.rule import Context, Finding, rule


@rule("table-added", severity=Severity.INFO, scope="change", needs=("previous",))
def table_added(context: Context) -> Iterator[Finding]:
    """A table is new.

    *Why*: nobody reads it yet.

    *Bad*

    ```yaml
    before: {schema: [{name: orders}]}
    after: {schema: [{name: orders}, {name: refunds}]}
    ```

    *Good*

    ```yaml
    before: {schema: [{name: orders}, {name: refunds}]}
    after: {schema: [{name: refunds}, {name: orders}]}
    ```
    """
    for part in context.parts:
        if part.shape == "schema" and part.added:
            yield judged(part, Effect.ADDS, f"the table {name_of(part)} is new")
