"""The rule `quality-rule-removed`."""

from collections.abc import Iterator

from harness.model.change import Effect
from harness.model.result import Severity
from harness.rules.breaking.judge import judged
from harness.rules.breaking.quality import called
from harness.rules.rule import Context, Finding, rule


@rule("quality-rule-removed", severity=Severity.ERROR, scope="change", needs=("previous",))
def quality_rule_removed(context: Context) -> Iterator[Finding]:
    """A quality rule is gone.

    *Why*: consumers do not test again what the contract promised; from now on nobody does.

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
    for part in context.parts:
        if part.shape == "quality" and part.removed:
            yield judged(
                part,
                Effect.LOOSENS,
                f"{called(part)} is gone",
                instead="keep the rule; if it fails for good reasons, waive it for a time or give it an alert",
            )
