"""The rule `semantic-type-changed`."""

from collections.abc import Iterator

from harness.model.change import Effect
from harness.model.result import Severity
from harness.rules.breaking.judge import judged, name_of
from harness.rules.rule import Context, Finding, rule


@rule("semantic-type-changed", severity=Severity.ERROR, scope="change", needs=("previous",))
def semantic_type_changed(context: Context) -> Iterator[Finding]:
    """A measure is a dimension now, or a column that was one is none any more.

    *Why*: tools sum up measures and group by dimensions; the numbers in reports change without an error.

    *Bad*

    ```yaml
    before: {schema: [{name: orders, properties: [{name: amount, semanticType: measure}]}]}
    after: {schema: [{name: orders, properties: [{name: amount, semanticType: dimension}]}]}
    ```

    *Good*

    ```yaml
    before: {schema: [{name: orders, properties: [{name: amount}]}]}
    after: {schema: [{name: orders, properties: [{name: amount, semanticType: column}]}]}
    ```
    """
    for part in context.parts:
        if part.shape == "property" and "semanticType" in part.changed:
            before, after = part.values("semanticType")
            yield judged(
                part,
                Effect.BOTH,
                f"{name_of(part)} is a {after} now, not a {before}",
                "semanticType",
                values=(before, after),
                instead="add another column with the new meaning",
            )
