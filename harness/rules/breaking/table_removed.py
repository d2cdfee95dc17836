"""The rule `table-removed`."""

from collections.abc import Iterator

from harness.model.result import Severity
from harness.rules.breaking.judge import judged, name_of
from harness.rules.breaking.sunset import removal
from harness.rules.rule import Context, Finding, rule


@rule("table-removed", severity=Severity.ERROR, scope="change", needs=("previous",))
def table_removed(context: Context) -> Iterator[Finding]:
    """A table is gone.

    *Why*: whoever reads it gets an error. One that was `deprecated`, with a customProperty `sunset` whose date has
    passed, was announced: that is risky, no more.

    *Bad*

    ```yaml
    before: {schema: [{name: orders}, {name: refunds}]}
    after: {schema: [{name: orders}]}
    ```

    *Good*

    ```yaml
    before: {schema: [{name: orders}, {name: refunds}]}
    after: {schema: [{name: orders}, {name: refunds}]}
    ```
    """
    for part in context.parts:
        if part.shape == "schema" and part.removed:
            effect, when, instead = removal(part, context.today)
            yield judged(part, effect, f"the table {name_of(part)} is gone{when}", instead=instead)
