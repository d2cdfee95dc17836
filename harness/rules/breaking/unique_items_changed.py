"""The rule `unique-items-changed`."""

from collections.abc import Iterator

from harness.changes.part import Part
from harness.model.change import Effect
from harness.model.result import Severity
from harness.rules.breaking.judge import judged, name_of
from harness.rules.breaking.options import instead, options_with
from harness.rules.rule import Context, Finding, rule


@rule("unique-items-changed", severity=Severity.ERROR, scope="change", needs=("previous",))
def unique_items_changed(context: Context) -> Iterator[Finding]:
    """An array may hold a value twice that could not before, or the other way round.

    *Why*: who unnests the array and joins on its elements counts rows twice.

    *Bad*

    ```yaml
    before:
      schema:
      - name: orders
        properties:
        - name: amount
          logicalType: array
          logicalTypeOptions: {uniqueItems: true}
    after:
      schema:
      - name: orders
        properties:
        - name: amount
          logicalType: array
          logicalTypeOptions: {uniqueItems: false}
    ```

    *Good*

    ```yaml
    before:
      schema:
      - name: orders
        properties:
        - name: amount
          logicalType: array
          logicalTypeOptions: {uniqueItems: true}
    after:
      schema:
      - name: orders
        properties:
        - name: amount
          logicalType: array
          logicalTypeOptions: {uniqueItems: true}
    ```
    """
    for part, keys in options_with(context, "uniqueItems"):
        values = part.values("uniqueItems")
        effect = _effect(part)
        may = "may hold a value only once now" if effect is Effect.TIGHTENS else "may hold a value twice now"
        yield judged(part, effect, f"{name_of(part)} {may}", *keys, values=values, instead=instead(effect))


def _effect(part: Part) -> Effect:
    before, after = (each is True for each in part.values("uniqueItems"))
    if before is after:
        return Effect.SAME
    return Effect.TIGHTENS if after else Effect.LOOSENS
