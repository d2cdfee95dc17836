"""The rule `change-unknown`."""

from collections.abc import Iterator

from harness.model.change import Effect
from harness.model.result import Severity
from harness.rules.breaking.judge import judged, name_of
from harness.rules.rule import Context, Finding, rule


@rule("change-unknown", severity=Severity.WARNING, scope="change", needs=("previous", "settled"))
def change_unknown(context: Context) -> Iterator[Finding]:
    """Something changed that no rule knows.

    *Why*: what nobody judged is not safe. A key that the standard got later, or that only one team uses, may be a
    promise all the same, so it needs a reader.

    *Bad*

    ```yaml
    before: {schema: [{name: orders, retentionClass: long}]}
    after: {schema: [{name: orders, retentionClass: short}]}
    ```

    *Good*

    ```yaml
    before: {schema: [{name: orders, retentionClass: long}]}
    after: {schema: [{name: orders, retentionClass: long}]}
    ```
    """
    for part in context.parts:
        for path, key in part.leaves:
            if (path, key) in context.settled:
                continue
            what = f"`{key}` of {name_of(part)}" if key else f"the {part.shape} {name_of(part)}"
            before, after = part.values(key) if key else (part.before, part.after)
            done = "is new" if before is None else "is gone" if after is None else "changed"
            yield judged(
                part, Effect.UNDETERMINED, f"{what} {done}, and no rule knows what that means", *filter(None, (key,))
            )
