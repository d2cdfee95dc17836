"""The rule `column-removed`."""

from collections.abc import Iterator

from harness.changes.part import INNER
from harness.model.result import Severity
from harness.rules.breaking.judge import judged, name_of
from harness.rules.breaking.sunset import removal
from harness.rules.breaking.types import reshaped
from harness.rules.rule import Context, Finding, rule


@rule("column-removed", severity=Severity.ERROR, scope="change", needs=("previous",))
def column_removed(context: Context) -> Iterator[Finding]:
    """A column, or a field inside one, is gone.

    *Why*: whoever selects it gets an error. One with a customProperty `sunset` whose date has passed was
    announced: that is risky, no more.

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
        if part.shape not in ("property", "map") or not part.removed or reshaped(part.holder):
            continue
        effect, when, instead = removal(part, context.today)
        if part.key in INNER:
            yield judged(part, effect, f"what {name_of(part)} may be is not said any more", instead="keep saying it")
        else:
            yield judged(part, effect, f"{name_of(part)} is gone{when}", instead=instead)
