"""The rule `quality-arguments-changed`."""

from collections.abc import Iterator
from typing import Any

from harness.changes.part import Part
from harness.model.change import Effect
from harness.model.contract import QualityRule
from harness.model.result import Severity
from harness.rules.breaking.judge import judged, same
from harness.rules.breaking.lawful import above, effect_on_set, turned
from harness.rules.breaking.options import KEEP_RULE, instead, went
from harness.rules.breaking.quality import RuleChange, quality_changes
from harness.rules.breaking.thresholds import wanted_of
from harness.rules.rule import Context, Finding, rule


@rule("quality-arguments-changed", severity=Severity.ERROR, scope="change", needs=("previous", "settled"))
def quality_arguments_changed(context: Context) -> Iterator[Finding]:
    """A quality rule counts by other arguments: other valid values, missing values, columns, another pattern.

    *Why*: with one more valid value the same threshold lets through what consumers have no case for.

    *Bad*

    ```yaml
    before:
      schema:
      - name: orders
        properties:
        - name: amount
          quality: [{metric: invalidValues, mustBe: 0, arguments: {validValues: [open, paid]}}]
    after:
      schema:
      - name: orders
        properties:
        - name: amount
          quality: [{metric: invalidValues, mustBe: 0, arguments: {validValues: [open, paid, lost]}}]
    ```

    *Good*

    ```yaml
    before:
      schema:
      - name: orders
        properties:
        - name: amount
          quality: [{metric: invalidValues, mustBe: 0, arguments: {validValues: [open, paid]}}]
    after:
      schema:
      - name: orders
        properties:
        - name: amount
          quality: [{metric: invalidValues, mustBe: 0, arguments: {validValues: [paid, open]}}]
    ```
    """
    for change in quality_changes(context):
        for name, places in _places(change, context).items():
            before, after = change.before.arguments.get(name), change.after.arguments.get(name)
            effect = _effect(name, before, after, change)
            message = f"`{name}` of {change.name} {went(before, after)}"
            part, *others = places
            yield judged(part, effect, message, name, values=(before, after), instead=instead(effect, KEEP_RULE))
            yield from (same(other, name) for other in others)


def _places(change: RuleChange, context: Context) -> dict[str, list[Part]]:
    """Each argument that differs, and the parts in which: in 3.0 the valid values stand beside `rule`."""
    found: dict[str, list[Part]] = {}
    inside = [part for part in change.inside if part.shape == "arguments"]
    for part, names in [(change.part, ("validValues",)), *((part, tuple(part.changed)) for part in inside)]:
        for name in names:
            if name in part.changed and (part.path, name) not in context.settled:
                found.setdefault(name, []).append(part)
    return found


def _effect(name: str, before: Any, after: Any, change: RuleChange) -> Effect:
    if not (_fewer_is_better(change.before) and _fewer_is_better(change.after)):
        return Effect.UNDETERMINED
    lists = all(isinstance(each, list) for each in (before, after) if each is not None)
    one, other = (each if isinstance(each, list) else [] for each in (before, after))
    if name == "missingValues" and lists:
        return turned(effect_on_set(one, other))
    if name in ("validValues", "pattern") and not (before and after):
        return Effect.LOOSENS if before else Effect.TIGHTENS
    if name == "validValues" and lists:
        return effect_on_set(one, other)
    if name == "properties" and lists and one and other:
        # what is unique without a column is unique with it
        return effect_on_set(one, other) if change.after.metric == "duplicateValues" else Effect.BOTH
    return Effect.UNDETERMINED


def _fewer_is_better(rule: QualityRule) -> bool:
    """Whether fewer violations always meet a threshold that more of them meet."""
    try:
        wanted = wanted_of(rule)
    except (ValueError, OverflowError):
        return False
    return wanted is None or (0 in wanted.lawful and len((wanted.lawful & above(0)).cuts) <= 2)
