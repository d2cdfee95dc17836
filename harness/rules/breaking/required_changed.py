"""The rule `required-changed`."""

from collections.abc import Iterator

from harness.model.change import Effect
from harness.model.result import Severity
from harness.rules.breaking.judge import judged, name_of
from harness.rules.rule import Context, Finding, rule


@rule("required-changed", severity=Severity.ERROR, scope="change", needs=("previous",))
def required_changed(context: Context) -> Iterator[Finding]:
    """A column may be NULL that could not before, or the other way round.

    *Why*: consumers join, sum and cast a required column without a thought of NULL.

    *Bad*

    ```yaml
    before: {schema: [{name: orders, properties: [{name: amount, required: true}]}]}
    after: {schema: [{name: orders, properties: [{name: amount}]}]}
    ```

    *Good*

    ```yaml
    before: {schema: [{name: orders, properties: [{name: amount, required: true}]}]}
    after: {schema: [{name: orders, properties: [{name: amount, required: true}]}]}
    ```
    """
    for part in context.parts:
        if part.shape != "property" or "required" not in part.changed:
            continue
        values = part.values("required")
        if values[1] is True:
            yield judged(part, Effect.TIGHTENS, f"{name_of(part)} may not be NULL any more", "required", values=values)
        else:
            yield judged(
                part,
                Effect.LOOSENS,
                f"{name_of(part)} may be NULL now",
                "required",
                values=values,
                instead="keep it required, and give rows without a value one that says so",
            )
