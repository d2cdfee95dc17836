"""The rule `custom-property-changed`."""

from collections.abc import Iterator

from harness.changes.part import Part
from harness.model.change import Effect
from harness.model.result import Severity
from harness.rules.breaking.judge import judged, name_of, shown, still_open
from harness.rules.rule import Context, Finding, rule

_REMARKS = ("consumers", "noKeyReason", "reason")
"""Ours that promise nothing."""


@rule(
    "custom-property-changed",
    severity=Severity.WARNING,
    scope="change",
    needs=(
        "previous",
        "settled",
    ),
)
def custom_property_changed(context: Context) -> Iterator[Finding]:
    """A customProperty that only its users know is new, gone or another.

    *Why*: it may be a promise or a remark; only those who use it know, so they must look. Those that the harness
    knows have rules of their own.

    *Bad*

    ```yaml
    before: {customProperties: [{property: tier, value: gold}]}
    after: {customProperties: [{property: tier, value: bronze}]}
    ```

    *Good*

    ```yaml
    before: {customProperties: [{property: tier, value: gold}]}
    after: {customProperties: [{property: tier, value: gold, description: How much we care.}]}
    ```
    """
    for part in context.parts:
        if part.shape != "custom":
            continue
        whole = (part.added or part.removed) and (part.path, "") not in context.settled
        keys = still_open(context, part, ("value", "vendor"))
        if not whole and not keys:
            continue
        name = str(part.written.get("property", ""))
        before, after = part.values(keys[0] if keys else "value")
        said = (
            "is gone" if part.removed else "is new" if part.added else f"is {shown(after)} now, and was {shown(before)}"
        )
        if keys and keys[0] == "vendor":
            said = f"has another vendor: it was {shown(before)}"
        effect = Effect.NOTES if name in _REMARKS else Effect.UNDETERMINED
        yield judged(part, effect, f"the customProperty {name} of {_of(part)} {said}", *keys, values=(before, after))


def _of(part: Part) -> str:
    return name_of(part.holder) if part.holder else ""
