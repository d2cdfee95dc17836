"""The rule `lineage-changed`."""

from collections.abc import Iterator
from typing import Any

from harness.model.change import Effect
from harness.model.result import Severity
from harness.rules.breaking.customs import customs
from harness.rules.breaking.judge import judged, name_of, same, shown
from harness.rules.rule import Context, Finding, rule


@rule("lineage-changed", severity=Severity.WARNING, scope="change", needs=("previous",))
def lineage_changed(context: Context) -> Iterator[Finding]:
    """A column or contract is made from other sources.

    *Why*: other sources may bring other values, and what is wrong in them comes along. Looked at are
    `transformSourceObjects` of columns and the customProperty `upstream` of the contract; their order does not
    count.

    *Bad*

    ```yaml
    before: {schema: [{name: orders, properties: [{name: net, transformSourceObjects: [raw.orders]}]}]}
    after: {schema: [{name: orders, properties: [{name: net, transformSourceObjects: [raw.invoices]}]}]}
    ```

    *Good*

    ```yaml
    before: {schema: [{name: orders, properties: [{name: net, transformSourceObjects: [raw.orders, raw.taxes]}]}]}
    after: {schema: [{name: orders, properties: [{name: net, transformSourceObjects: [raw.taxes, raw.orders]}]}]}
    ```
    """
    key = "transformSourceObjects"
    for part in context.parts:
        if key in part.changed:
            before, after = part.values(key)
            yield judged(part, Effect.UNDETERMINED, f"{name_of(part)} {_said(before, after)}", key)
    for custom in customs(context.parts, "contract"):
        if custom.name != "upstream":
            continue
        if _names(custom.before) == _names(custom.after):
            yield same(custom.part, *custom.keys)
        else:
            said = f"the contract {_said(custom.before, custom.after)}"
            yield judged(custom.part, Effect.UNDETERMINED, said, *custom.keys, values=(custom.before, custom.after))


def _said(before: Any, after: Any) -> str:
    one, other = _names(before), _names(after)
    more, less = sorted(other - one), sorted(one - other)
    return " and ".join(
        filter(
            None,
            (
                f"is made from {shown(', '.join(more))} too" if more else "",
                f"{'' if more else 'is '}no longer made from {shown(', '.join(less))}" if less else "",
            ),
        )
    )


def _names(value: Any) -> set[str]:
    listed = value if isinstance(value, list) else [] if value is None else [value]
    return {each if isinstance(each, str) else repr(each) for each in listed}
