"""The rule `enum-changed`."""

from collections.abc import Iterator
from typing import Any

from harness.changes.part import Part
from harness.model.change import Effect
from harness.model.result import Severity
from harness.rules.breaking.judge import judged, name_of, shown
from harness.rules.breaking.lawful import effect_on_set
from harness.rules.breaking.options import instead
from harness.rules.rule import Context, Finding, rule


@rule("enum-changed", severity=Severity.ERROR, scope="change", needs=("previous",))
def enum_changed(context: Context) -> Iterator[Finding]:
    """The list of values that a column may have is another.

    *Why*: a `CASE` over the old values drops the new one, and a filter on a value that is gone finds nothing. Labels
    and descriptions of values are documentation. A value more is more than a type that is wider: the list is a promise
    made to readers in itself, so it breaks them. In a `physicalType` such as `ENUM('open', 'paid')` a value more is a
    wider type, as a longer VARCHAR is, and so is risky (`column-type-changed`).

    *Bad*

    ```yaml
    before:
      schema:
      - name: orders
        properties:
        - name: status
          enum: [{value: open}, {value: paid}]
    after:
      schema:
      - name: orders
        properties:
        - name: status
          enum: [{value: open}, {value: paid}, {value: lost}]
    ```

    *Good*

    ```yaml
    before:
      schema:
      - name: orders
        properties:
        - name: status
          enum: [{value: open}, {value: paid}]
    after:
      schema:
      - name: orders
        properties:
        - name: status
          enum: [{value: paid}, {value: open}]
    ```
    """
    for part in context.parts:
        if part.shape == "property" and "enum" in part.changed:
            effect = _effect(part)
            yield judged(part, effect, _message(part, effect), "enum", instead=instead(effect))


def _effect(part: Part) -> Effect:
    before, after = part.values("enum")
    if not before or not after:
        # a list without values is held against nothing
        return Effect.LOOSENS if before else Effect.TIGHTENS if after else Effect.NOTES
    if not isinstance(before, list) or not isinstance(after, list):
        return Effect.UNDETERMINED
    effect = effect_on_set(_values(before), _values(after))
    return Effect.NOTES if effect is Effect.SAME else effect


def _values(enum: list[Any]) -> list[Any]:
    """The values; an entry may be a mapping with one."""
    return [each.get("value") if isinstance(each, dict) else each for each in enum]


def _message(part: Part, effect: Effect) -> str:
    before, after = (_values(each) if isinstance(each, list) else [] for each in part.values("enum"))
    if effect is Effect.NOTES:
        return f"what is said about the values of the enum of {name_of(part)} changed"
    if not before or not after:
        return f"{name_of(part)} {'has an enum now' if after else 'may have any value now, its enum is gone'}"
    gained, lost = ([each for each in one if each not in other] for one, other in ((after, before), (before, after)))
    did = [f"{word} {', '.join(map(shown, values))}" for word, values in (("gained", gained), ("lost", lost)) if values]
    return f"the enum of {name_of(part)} {' and '.join(did) or 'changed'}"
