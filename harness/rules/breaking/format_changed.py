"""The rule `format-changed`."""

from collections.abc import Iterator
from typing import Any

from harness.changes.part import Part
from harness.model.change import Effect
from harness.model.formats import FLOATS, INTEGERS, SAYS_NOTHING
from harness.model.result import Severity
from harness.rules.breaking.judge import judged, name_of
from harness.rules.breaking.lawful import above, effect_of, up_to
from harness.rules.breaking.options import instead, logical_types, options_with, went
from harness.rules.rule import Context, Finding, rule

_RANGES = {**INTEGERS, **{name: (-top, top) for name, top in FLOATS.items()}}


@rule("format-changed", severity=Severity.ERROR, scope="change", needs=("previous",))
def format_changed(context: Context) -> Iterator[Finding]:
    """Values are written in another format, or numbers have another range.

    *Why*: a parser of the old format stops at the first value in the new one. A number of a wider range overflows where
    consumers keep it in a narrower type.

    *Bad*

    ```yaml
    before:
      schema:
      - name: orders
        properties:
        - name: amount
          logicalType: string
          logicalTypeOptions: {format: email}
    after:
      schema:
      - name: orders
        properties:
        - name: amount
          logicalType: string
          logicalTypeOptions: {format: uri}
    ```

    *Good*

    ```yaml
    before:
      schema:
      - name: orders
        properties:
        - name: amount
          logicalType: string
          logicalTypeOptions: {format: email}
    after:
      schema:
      - name: orders
        properties:
        - name: amount
          logicalType: string
          logicalTypeOptions: {format: Email}
    ```
    """
    for part, keys in options_with(context, "format"):
        before, after = part.values("format")
        effect = _effect(part, before, after)
        yield judged(
            part, effect, f"the `format` of {name_of(part)} {went(before, after)}", *keys, instead=instead(effect)
        )


def _effect(part: Part, before: Any, after: Any) -> Effect:
    one, other = (str(each or "").strip() for each in (before, after))
    if all(each in _RANGES for each in (one, other)):
        found = effect_of(*(above(low) & up_to(high) for low, high in (_RANGES[one], _RANGES[other])))
        return Effect.WIDENS if found is Effect.LOOSENS else found
    if set(logical_types(part)) <= {"string", ""}:
        one, other = one.lower(), other.lower()
    if one == other:
        return Effect.SAME
    said, says = (each and each not in SAYS_NOTHING for each in (one, other))
    if not said and not says:
        return Effect.NOTES
    if said and says:
        return Effect.BOTH
    return Effect.TIGHTENS if says else Effect.LOOSENS
