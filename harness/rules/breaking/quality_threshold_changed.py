"""The rule `quality-threshold-changed`."""

from collections.abc import Iterator

from harness.model.change import Effect
from harness.model.result import Severity
from harness.model.threshold import OPERATORS
from harness.rules.breaking.customs import customs
from harness.rules.breaking.judge import judged, same, shown
from harness.rules.breaking.options import KEEP_RULE, instead
from harness.rules.breaking.quality import RuleChange, quality_changes
from harness.rules.breaking.thresholds import change_of, wanted_of
from harness.rules.rule import Context, Finding, rule

THRESHOLD = (*OPERATORS, "unit")


@rule("quality-threshold-changed", severity=Severity.ERROR, scope="change", needs=("previous", "settled"))
def quality_threshold_changed(context: Context) -> Iterator[Finding]:
    """What the number of a quality rule must be is something else.

    *Why*: a looser threshold lets through what consumers do not expect. Thresholds are compared by the numbers that
    meet them, whatever comparators they are written in: of rows, `mustBe: 0` and `mustBeLessThan: 1` are one. Rows and
    percent cannot be compared.

    *Bad*

    ```yaml
    before:
      schema:
      - name: orders
        properties:
        - name: amount
          quality: [{metric: nullValues, mustBe: 0}]
    after:
      schema:
      - name: orders
        properties:
        - name: amount
          quality: [{metric: nullValues, mustBeLessThan: 10}]
    ```

    *Good*

    ```yaml
    before:
      schema:
      - name: orders
        properties:
        - name: amount
          quality: [{metric: nullValues, mustBe: 0}]
    after:
      schema:
      - name: orders
        properties:
        - name: amount
          quality: [{metric: nullValues, mustBeLessThan: 1}]
    ```
    """
    for change in quality_changes(context):
        keys = tuple(key for key in change.changed(*THRESHOLD) if (change.part.path, key) not in context.settled)
        targets = [custom for custom in customs(change.inside, "quality") if custom.name == "target"]
        if keys or targets:
            effect, message = _effect(change)
            parts = [(change.part, keys)] if keys else []
            (part, first), *others = [*parts, *((custom.part, custom.keys) for custom in targets)]
            yield judged(part, effect, message, *first, instead=instead(effect, KEEP_RULE))
            yield from (same(other, *rest) for other, rest in others)


def _effect(change: RuleChange) -> tuple[Effect, str]:
    try:
        before, after = wanted_of(change.before), wanted_of(change.after)
    except (ValueError, OverflowError):
        return _of_answers(change)
    was, now = (each.text if each else "nothing" for each in (before, after))
    effect = change_of(before, after)
    message = f"the number of {change.name} must be {now} now, it had to be {was}"
    if before is after is None:
        return Effect.UNDETERMINED, f"{change.name} has another unit and no threshold"
    if before and after and before.unit != after.unit and effect is Effect.BOTH:
        message += f"; {before.unit or 'no unit'} and {after.unit or 'no unit'} cannot be compared"
    return effect, message


def _of_answers(change: RuleChange) -> tuple[Effect, str]:
    """A query may have to give a text or a truth value; anything else cannot be read."""
    one, other = (dict(rule.operators) for rule in (change.before, change.after))
    was, now = (
        ", ".join(f"{name}: {shown(value)}" for name, value in each.items()) or "nothing" for each in (one, other)
    )
    known = all(
        name in ("mustBe", "mustNotBe") and isinstance(value, bool | str | int | float)
        for each in (one, other)
        for name, value in each.items()
    )
    message = f"{change.name} says `{now}` now, it said `{was}`"
    if not known or "target" in {*change.before.custom, *change.after.custom}:
        return Effect.UNDETERMINED, f"{message}, which cannot be compared"
    if not one or not other:
        return (Effect.LOOSENS if one else Effect.TIGHTENS), message
    return Effect.BOTH, message
