"""The rule `quality-rule-replaced`."""

from collections.abc import Iterator

from harness.model.change import Effect
from harness.model.contract import QualityRule
from harness.model.result import Severity
from harness.rules.breaking.judge import judged, same
from harness.rules.breaking.options import KEEP_RULE
from harness.rules.breaking.quality import RuleChange, quality_changes
from harness.rules.breaking.quality_threshold_changed import THRESHOLD
from harness.rules.rule import Context, Finding, rule

_KIND = ("type", "metric", "rule", "engine")


@rule("quality-rule-replaced", severity=Severity.ERROR, scope="change", needs=("previous",))
def quality_rule_replaced(context: Context) -> Iterator[Finding]:
    """A quality rule measures something else: another metric, type or engine.

    *Why*: the old promise is gone under its name, and a new one stands there. Its threshold is not compared, since it
    is one of another number. The names that ODCS 3.0 had for a metric are no change.

    *Bad*

    ```yaml
    before:
      schema:
      - name: orders
        properties:
        - name: amount
          quality: [{id: filled, metric: nullValues, mustBe: 0}]
    after:
      schema:
      - name: orders
        properties:
        - name: amount
          quality: [{id: filled, metric: missingValues, mustBe: 0}]
    ```

    *Good*

    ```yaml
    before:
      schema:
      - name: orders
        properties:
        - name: amount
          quality: [{rule: nullCheck, mustBe: 0}]
    after:
      schema:
      - name: orders
        properties:
        - name: amount
          quality: [{metric: nullValues, mustBe: 0}]
    ```
    """
    for change in quality_changes(context):
        if keys := change.changed(*_KIND):
            yield from _judged(change, keys)


def _judged(change: RuleChange, keys: tuple[str, ...]) -> Iterator[Finding]:
    one, other = kind_of(change.before), kind_of(change.after)
    if one == other:
        yield same(change.part, *keys)
        return
    message = f"{change.name} is about {other} now, and was about {one}"
    asks = change.changed(*THRESHOLD, "query", "implementation")
    yield judged(change.part, Effect.BOTH, message, *keys, *asks, values=(one, other), instead=KEEP_RULE)
    for part in change.inside:
        if part.shape == "arguments":
            yield same(part, *part.changed)


def kind_of(rule: QualityRule) -> str:
    """What it is about: a metric, a query, an engine."""
    if rule.type == "library":
        return rule.metric or rule.type
    return " ".join(filter(None, (rule.type, rule.engine.lower())))
