"""The rule `vector-changed`."""

from collections.abc import Iterator

from harness.changes.part import Part
from harness.model.change import Effect
from harness.model.result import Severity
from harness.rules.breaking.options import option_changes
from harness.rules.rule import Context, Finding, rule

_KEYS = ("dimensions", "elementType", "normalized", "distanceMetric", "embeddingModel", "embeddingModelVersion")


@rule("vector-changed", severity=Severity.ERROR, scope="change", needs=("previous",))
def vector_changed(context: Context) -> Iterator[Finding]:
    """Vectors are made in another way: dimensions, type of their elements, model, distance, length.

    *Why*: vectors of two models, or of two lengths, cannot be compared: every index and every stored query is void.

    *Bad*

    ```yaml
    before:
      schema:
      - name: orders
        properties:
        - name: amount
          logicalType: vector
          logicalTypeOptions: {dimensions: 384}
    after:
      schema:
      - name: orders
        properties:
        - name: amount
          logicalType: vector
          logicalTypeOptions: {dimensions: 768}
    ```

    *Good*

    ```yaml
    before:
      schema:
      - name: orders
        properties:
        - name: amount
          logicalType: vector
          logicalTypeOptions: {dimensions: 384}
    after:
      schema:
      - name: orders
        properties:
        - name: amount
          logicalType: vector
          logicalTypeOptions: {dimensions: 384, elementType: float32}
    ```
    """
    for name in _KEYS:
        yield from option_changes(context, name, _effect)


def _effect(part: Part, before: object, after: object) -> Effect:  # noqa: ARG001
    return Effect.SAME if before == after else Effect.BOTH
