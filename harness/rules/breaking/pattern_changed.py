"""The rule `pattern-changed`."""

from collections.abc import Iterator
from typing import Any

from harness.changes.part import Part
from harness.model.change import Effect
from harness.model.result import Severity
from harness.rules.breaking.options import option_changes
from harness.rules.rule import Context, Finding, rule


@rule("pattern-changed", severity=Severity.ERROR, scope="change", needs=("previous",))
def pattern_changed(context: Context) -> Iterator[Finding]:
    """The regular expression that texts must match is another.

    *Why*: consumers take texts apart by it. Whether a new expression matches more or less than the old one is for a
    reader to say.

    *Bad*

    ```yaml
    before:
      schema:
      - name: orders
        properties:
        - name: amount
          logicalType: string
          logicalTypeOptions: {pattern: '^A[0-9]+$'}
    after:
      schema:
      - name: orders
        properties:
        - name: amount
          logicalType: string
          logicalTypeOptions: {pattern: '^[AB][0-9]+$'}
    ```

    *Good*

    ```yaml
    before:
      schema:
      - name: orders
        properties:
        - name: amount
          logicalType: string
          logicalTypeOptions: {pattern: '^A[0-9]+$'}
    after:
      schema:
      - name: orders
        properties:
        - name: amount
          logicalType: string
          logicalTypeOptions: {pattern: '^A[0-9]+$'}
    ```
    """
    yield from option_changes(context, "pattern", _effect)


def _effect(part: Part, before: Any, after: Any) -> Effect:  # noqa: ARG001
    """Nothing is any text."""
    return Effect.UNDETERMINED if before and after else Effect.LOOSENS if before else Effect.TIGHTENS
