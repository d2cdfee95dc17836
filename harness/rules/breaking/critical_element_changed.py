"""The rule `critical-element-changed`."""

from collections.abc import Iterator

from harness.model.change import Effect
from harness.model.result import Severity
from harness.rules.breaking.judge import judged, name_of
from harness.rules.rule import Context, Finding, rule


@rule("critical-element-changed", severity=Severity.ERROR, scope="change", needs=("previous",))
def critical_element_changed(context: Context) -> Iterator[Finding]:
    """A column is no critical data element any more, or has become one.

    *Why*: critical data elements are those whose errors cost money or break the law; reports to regulators name them.
    Which they are is decided by governance, not by who edits the contract.

    *Bad*

    ```yaml
    before: {schema: [{name: orders, properties: [{name: amount, criticalDataElement: true}]}]}
    after: {schema: [{name: orders, properties: [{name: amount, criticalDataElement: false}]}]}
    ```

    *Good*

    ```yaml
    before: {schema: [{name: orders, properties: [{name: amount}]}]}
    after: {schema: [{name: orders, properties: [{name: amount, criticalDataElement: false}]}]}
    ```
    """
    key = "criticalDataElement"
    for part in context.parts:
        if key not in part.changed:
            continue
        values = part.values(key)
        if values[1] is True:
            yield judged(part, Effect.ADDS, f"{name_of(part)} is a critical data element now", key, values=values)
        else:
            yield judged(
                part,
                Effect.LOOSENS,
                f"{name_of(part)} is no critical data element any more",
                key,
                values=values,
                governance=True,
                instead="keep it critical, or let governance approve that it is not",
            )
