"""The rule `transform-changed`."""

from collections.abc import Iterator

from harness.model.change import Effect
from harness.model.result import Severity
from harness.rules.breaking.judge import judged, name_of, same
from harness.rules.breaking.same_sql import same_sql
from harness.rules.rule import Context, Finding, rule


@rule("transform-changed", severity=Severity.WARNING, scope="change", needs=("previous",))
def transform_changed(context: Context) -> Iterator[Finding]:
    """A column is computed in another way (`transformLogic`).

    *Why*: the column has the same name and type and other values. Only a reader can tell whether they still mean
    the same. Layout, comments and the case of keywords do not count.

    *Bad*

    ```yaml
    before: {schema: [{name: orders, properties: [{name: net, transformLogic: gross - tax}]}]}
    after: {schema: [{name: orders, properties: [{name: net, transformLogic: gross - tax - fees}]}]}
    ```

    *Good*

    ```yaml
    before: {schema: [{name: orders, properties: [{name: net, transformLogic: sum(gross)}]}]}
    after: {schema: [{name: orders, properties: [{name: net, transformLogic: SUM( gross )}]}]}
    ```
    """
    key = "transformLogic"
    for part in context.parts:
        if key not in part.changed:
            continue
        before, after = part.values(key)
        if isinstance(before, str) and isinstance(after, str) and same_sql(before, after, context.dialect):
            yield same(part, key)
        else:
            done = "is not said any more" if after is None else "is said now" if before is None else "is another one"
            yield judged(part, Effect.UNDETERMINED, f"the logic that computes {name_of(part)} {done}", key)
