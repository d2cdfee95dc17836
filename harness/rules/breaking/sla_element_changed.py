"""The rule `sla-element-changed`."""

from collections.abc import Iterator

from harness.changes.part import Part
from harness.load.contract import sla_in
from harness.load.yaml import Mapping
from harness.model.change import Effect
from harness.model.contract import Contract, SlaProperty
from harness.model.fields import field_named, readings
from harness.model.result import Severity
from harness.rules.breaking.judge import judged
from harness.rules.breaking.lawful import effect_on_set, turned
from harness.rules.breaking.options import KEEP_LEVEL, instead
from harness.rules.breaking.sla import called, defaults, sla_changes
from harness.rules.rule import Context, Finding, rule


@rule("sla-element-changed", severity=Severity.ERROR, scope="change", needs=("previous",))
def sla_element_changed(context: Context) -> Iterator[Finding]:
    """A service level is about other tables or columns.

    *Why*: what it was about is no longer promised, though its value is the same. `slaDefaultElement`, deprecated in
    ODCS 3.1, is the element of each service level that names none: writing it out changes nothing.

    *Bad*

    ```yaml
    before:
      slaProperties:
      - {property: latency, value: 6, unit: h, element: orders.updated_at}
    after:
      slaProperties:
      - {property: latency, value: 6, unit: h, element: orders.created_at}
    ```

    *Good*

    ```yaml
    before:
      slaDefaultElement: orders.updated_at
      slaProperties:
      - {property: latency, value: 6, unit: h}
    after:
      slaProperties:
      - {property: latency, value: 6, unit: h, element: orders.updated_at}
    ```
    """
    for change in sla_changes(context):
        if "element" in change.part.changed:
            one, other = change.before.elements, change.after.elements
            effect = _effect(context, one, other)
            message = f"{called(change.part)} was about {_text(one)} before"
            yield judged(
                change.part,
                effect,
                message,
                "element",
                values=(_text(one), _text(other)),
                instead=instead(effect, KEEP_LEVEL),
            )
    for part in context.parts:
        if "slaDefaultElement" in part.changed and part.shape == "contract":
            yield _of_default(context, part)


def _of_default(context: Context, part: Part) -> Finding:
    """Those that name no element in both versions are judged here; the others have judged themselves."""
    key = "slaDefaultElement"
    one, other = (tuple(filter(None, map(str.strip, text.split(",")))) for text in defaults(part))
    lacking = [any(not sla.elements for sla in _written(side, part)) for side in (part.before, part.after)]
    if not any(lacking):
        return judged(part, Effect.NOTES, f"`{key}` is another one, and no service level goes by it", key)
    effect = _effect(context, one, other) if all(lacking) else Effect.SAME
    message = f"service levels that name no element are about {_text(other)} now, they were about {_text(one)}"
    return judged(part, effect, message, key, instead=instead(effect, KEEP_LEVEL))


def _written(contract: Mapping | None, part: Part) -> Iterator[SlaProperty]:
    """The service levels with the elements that they name themselves."""
    listed = contract.get("slaProperties") if contract else None
    for each in listed if isinstance(listed, list) else ():
        if isinstance(each, Mapping):
            yield sla_in(each, part.file, "")


def _effect(context: Context, before: tuple[str, ...], after: tuple[str, ...]) -> Effect:
    one = {_resolved(context.previous, element) for element in before or ("",)}
    other = {_resolved(context.contract, element) for element in after or ("",)}
    if one == other:
        return Effect.SAME
    if not before:
        return Effect.UNDETERMINED
    # with more elements more is promised
    return turned(effect_on_set(one, other)) if after else Effect.LOOSENS


def _resolved(contract: Contract | None, element: str) -> tuple[str, str]:
    """Table and column by their names, however it is written; the only table where nothing is."""
    if not contract or not element:
        only = contract.schemas[0].name if contract and len(contract.schemas) == 1 else ""
        return only, ""
    if table := contract.schema(element):
        return table.name, ""
    for table, column in readings(contract, element):
        if field := field_named(table, column):
            return table.name, field.name
    return element, ""


def _text(elements: tuple[str, ...]) -> str:
    return ", ".join(elements) or "nothing in particular"
