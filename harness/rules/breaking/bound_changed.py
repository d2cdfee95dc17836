"""The rule `bound-changed`."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from harness.changes.part import Part
from harness.model.change import Effect
from harness.model.number import plain_number
from harness.model.result import Severity
from harness.rules.breaking.judge import judged, name_of
from harness.rules.breaking.lawful import ALL, Lawful, above, effect_of, up_to
from harness.rules.breaking.options import instead, logical_types, options_with
from harness.rules.rule import Context, Finding, rule

_BOUNDS = {
    "lower": ("minimum", "exclusiveMinimum", above, ">"),
    "upper": ("maximum", "exclusiveMaximum", up_to, "<"),
}


@rule("bound-changed", severity=Severity.ERROR, scope="change", needs=("previous",))
def bound_changed(context: Context) -> Iterator[Finding]:
    """The smallest or the largest value of a column is another.

    *Why*: values come that consumers took for impossible: a negative amount, a date of the next century. The bounds are
    compared as values: `minimum: 1` and `exclusiveMinimum: 0` are one promise of an integer.

    *Bad*

    ```yaml
    before:
      schema:
      - name: orders
        properties:
        - name: amount
          logicalType: integer
          logicalTypeOptions: {minimum: 0}
    after:
      schema:
      - name: orders
        properties:
        - name: amount
          logicalType: integer
          logicalTypeOptions: {minimum: -10}
    ```

    *Good*

    ```yaml
    before:
      schema:
      - name: orders
        properties:
        - name: amount
          logicalType: integer
          logicalTypeOptions: {minimum: 1}
    after:
      schema:
      - name: orders
        properties:
        - name: amount
          logicalType: integer
          logicalTypeOptions: {exclusiveMinimum: 0}
    ```
    """
    for side, (inclusive, exclusive, _, sign) in _BOUNDS.items():
        for part, keys in options_with(context, inclusive, exclusive):
            effect = _effect(part, side)
            was, now = (_text(options or {}, side, sign) for options in (part.before, part.after))
            message = f"the {side} bound of {name_of(part)} is now {now}, it was {was}"
            if effect is Effect.UNDETERMINED:
                message += ", which cannot be compared"
            yield judged(part, effect, message, *keys, instead=instead(effect), key=side)


def _effect(part: Part, side: str) -> Effect:
    kinds = logical_types(part)
    try:
        before = _lawful(part.before or {}, side, kinds[0])
        after = _lawful(part.after or {}, side, kinds[1])
        if set(kinds) == {"integer"}:
            before, after = before.whole(), after.whole()
        return effect_of(before, after)
    except (ValueError, TypeError, OverflowError):
        return Effect.UNDETERMINED


def _lawful(options: Mapping[str, Any], side: str, kind: str) -> Lawful:
    """The values within one bound. Raises ValueError for a bound that nobody can read."""
    inclusive, exclusive, within, _ = _BOUNDS[side]
    bound, strict = options.get(inclusive), options.get(exclusive)
    if isinstance(strict, bool):
        # in 3.0 a flag that sharpens the other bound
        bound, strict = (None, bound) if strict else (bound, None)
    found = ALL
    if bound is not None:
        found &= within(_ordered(bound, kind))
    if strict is not None:
        found &= within(_ordered(strict, kind), exclusive=True)
    return found


def _ordered(bound: Any, kind: str) -> Any:
    """The bound as a number, or as a moment in UTC."""
    if isinstance(bound, int | float) and not isinstance(bound, bool):
        return bound
    text = str(bound).strip()
    if kind in ("integer", "number"):
        return float(plain_number(text))
    moment = datetime.fromisoformat(f"2000-01-01T{text.lstrip('Tt')}" if kind == "time" else text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _text(options: Mapping[str, Any], side: str, sign: str) -> str:
    inclusive, exclusive, *_ = _BOUNDS[side]
    bound, strict = options.get(inclusive), options.get(exclusive)
    if isinstance(strict, bool):
        bound, strict = (None, bound) if strict else (bound, None)
    parts = [f"`{sign}= {bound}`" if bound is not None else "", f"`{sign} {strict}`" if strict is not None else ""]
    return " and ".join(filter(None, parts)) or "none"
