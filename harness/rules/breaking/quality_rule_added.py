"""The rule `quality-rule-added`."""

from collections.abc import Iterator

from harness.model.change import Effect
from harness.model.result import Severity
from harness.rules.breaking.judge import judged
from harness.rules.breaking.quality import called
from harness.rules.rule import Context, Finding, rule


@rule("quality-rule-added", severity=Severity.INFO, scope="change", needs=("previous",))
def quality_rule_added(context: Context) -> Iterator[Finding]:
    """A quality rule is new.

    *Why*: consumers may rely on more; producers must see to it from the first day.

    *Bad*

    ```yaml
    before:
      schema:
      - name: orders
        properties:
        - name: amount
    after:
      schema:
      - name: orders
        properties:
        - name: amount
          quality: [{metric: nullValues, mustBe: 0}]
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
        if part.shape == "quality" and part.added:
            yield judged(part, Effect.TIGHTENS, f"{called(part)} is new")
