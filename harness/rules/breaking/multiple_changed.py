"""The rule `multiple-changed`."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from harness.changes.part import Part
from harness.model.change import Effect
from harness.model.result import Severity
from harness.rules.breaking.options import option_changes
from harness.rules.rule import Context, Finding, rule


@rule("multiple-changed", severity=Severity.ERROR, scope="change", needs=("previous",))
def multiple_changed(context: Context) -> Iterator[Finding]:
    """The numbers of a column are multiples of something else.

    *Why*: who rounds to the step, or counts in it, loses a remainder.

    *Bad*

    ```yaml
    before:
      schema:
      - name: orders
        properties:
        - name: amount
          logicalType: number
          logicalTypeOptions: {multipleOf: 0.1}
    after:
      schema:
      - name: orders
        properties:
        - name: amount
          logicalType: number
          logicalTypeOptions: {multipleOf: 0.01}
    ```

    *Good*

    ```yaml
    before:
      schema:
      - name: orders
        properties:
        - name: amount
          logicalType: number
          logicalTypeOptions: {multipleOf: 0.1}
    after:
      schema:
      - name: orders
        properties:
        - name: amount
          logicalType: number
          logicalTypeOptions: {multipleOf: 0.10}
    ```
    """
    yield from option_changes(context, "multipleOf", _effect)


def _effect(part: Part, before: Any, after: Any) -> Effect:  # noqa: ARG001
    try:
        one, other = (abs(Fraction(str(each))) for each in (before, after))
        ratio = other / one
    except (ValueError, ZeroDivisionError):
        return Effect.UNDETERMINED
    if ratio == 1:
        return Effect.SAME
    if ratio.denominator == 1 and ratio:
        return Effect.TIGHTENS
    return Effect.LOOSENS if ratio.numerator == 1 else Effect.BOTH
