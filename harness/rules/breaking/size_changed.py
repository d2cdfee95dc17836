"""The rule `size-changed`."""

from collections.abc import Callable, Iterator
from typing import Any

from harness.model.change import Effect
from harness.model.result import Severity
from harness.rules.breaking.judge import judged, name_of
from harness.rules.breaking.lawful import ALL, Lawful, above, effect_of, up_to
from harness.rules.breaking.options import instead, options_with, went
from harness.rules.rule import Context, Finding, rule

_SIZES: dict[str, Callable[[Any], Lawful]] = {
    "minLength": above,
    "maxLength": up_to,
    "minItems": above,
    "maxItems": up_to,
    "minProperties": above,
    "maxProperties": up_to,
}


@rule("size-changed", severity=Severity.ERROR, scope="change", needs=("previous",))
def size_changed(context: Context) -> Iterator[Finding]:
    """The length of a text, the number of elements of an array or of properties of an object may be another.

    *Why*: consumers make room for the longest text, and take the first element of an array that is never empty.

    *Bad*

    ```yaml
    before:
      schema:
      - name: orders
        properties:
        - name: amount
          logicalType: string
          logicalTypeOptions: {maxLength: 10}
    after:
      schema:
      - name: orders
        properties:
        - name: amount
          logicalType: string
          logicalTypeOptions: {maxLength: 20}
    ```

    *Good*

    ```yaml
    before:
      schema:
      - name: orders
        properties:
        - name: amount
          logicalType: string
          logicalTypeOptions: {maxLength: 10}
    after:
      schema:
      - name: orders
        properties:
        - name: amount
          logicalType: string
          logicalTypeOptions: {maxLength: 10, minLength: 0}
    ```
    """
    for name in _SIZES:
        for part, keys in options_with(context, name):
            before, after = part.values(name)
            effect = _effect(name, before, after)
            yield judged(
                part, effect, f"the `{name}` of {name_of(part)} {went(before, after)}", *keys, instead=instead(effect)
            )


def _effect(name: str, before: Any, after: Any) -> Effect:
    if not all(
        size is None or (isinstance(size, int | float) and not isinstance(size, bool)) for size in (before, after)
    ):
        return Effect.UNDETERMINED
    one, other = ((ALL if size is None else _SIZES[name](size)) & above(0) for size in (before, after))
    return effect_of(one.whole(), other.whole())
