"""bounds-contradict."""

import math
from collections.abc import Iterator
from typing import Any

from harness.model.contract import Property
from harness.model.result import Severity
from harness.rules.clauses import fields, quality_rules, reversed_range
from harness.rules.rule import Context, Finding, rule

_PAIRS = (
    ("minLength", "maxLength"),
    ("minItems", "maxItems"),
    ("minProperties", "maxProperties"),
    ("minimum", "maximum"),
    ("minimum", "exclusiveMaximum"),
    ("exclusiveMinimum", "maximum"),
    ("exclusiveMinimum", "exclusiveMaximum"),
)


@rule("bounds-contradict", severity=Severity.ERROR)
def bounds_contradict(context: Context) -> Iterator[Finding]:
    """Two bounds leave no value that could satisfy both.

    *Why*

    A lower bound above the upper one fails every row, or hides that the two were swapped and the real limit is not
    checked at all. Compared are `minLength`, `minItems`, `minProperties`, `minimum` and `exclusiveMinimum` with their
    upper ends (numbers as numbers, for `logicalType: integer` as whole ones; dates and times as ISO text), the two
    numbers of `mustBeBetween` and `mustNotBeBetween`, and lists of allowed values that are empty.

    *Bad*

    ```yaml
    apiVersion: v3.1.0
    kind: DataContract
    id: flights
    version: 1.0.0
    status: active
    schema:
      - name: fct_flights
        properties:
          - name: month
            logicalType: integer
            logicalTypeOptions:
              minimum: 12
              maximum: 1
    ```

    *Good*

    ```yaml
    apiVersion: v3.1.0
    kind: DataContract
    id: flights
    version: 1.0.0
    status: active
    schema:
      - name: fct_flights
        properties:
          - name: month
            logicalType: integer
            logicalTypeOptions:
              minimum: 1
              maximum: 12
    ```
    """
    if not context.contract:
        return
    for schema, path, item in fields(context.contract):
        for low, high in _contradictions(item):
            yield Finding(
                message=f"`{low}: {item.options[low]}` and `{high}: {item.options[high]}` leave no value; "
                "swap or correct them",
                at=item.option_keys.get(high, item.where("logicalTypeOptions")),
                table=schema.name,
                column=path,
                key=f"{low} {high}",
            )
        if "enum" in item.keys and not item.enum:
            message = "`enum` is empty, so no value is allowed; list the values, or remove it"
            yield Finding(message=message, at=item.where("enum"), table=schema.name, column=path, key="enum")
    for schema, path, key, clause in quality_rules(context.contract):
        for name, value in clause.operators.items():
            if reversed_range(value):
                message = f"`{name}` has the larger number first; write [{value[1]}, {value[0]}]"
                at = clause.where(name)
                yield Finding(message=message, at=at, table=schema.name, column=path, key=f"{key} {name}")
        if clause.arguments.get("validValues") == []:
            message = "`validValues` is empty, so no value is valid; list the values, or remove it"
            at = clause.where("arguments")
            yield Finding(message=message, at=at, table=schema.name, column=path, key=key)


def _contradictions(item: Property) -> Iterator[tuple[str, str]]:
    whole = item.logical_type == "integer"
    for low, high in _PAIRS:
        if low in item.options and high in item.options and _is_empty(item, low, high, whole=whole):
            yield low, high


def _is_empty(item: Property, low: str, high: str, *, whole: bool) -> bool:
    lower, upper = _comparable(item.options[low], item.options[high])
    if lower is None or upper is None:
        return False
    above, below = low.startswith("exclusive"), high.startswith("exclusive")
    if whole and not isinstance(lower, str) and math.isfinite(lower) and math.isfinite(upper):
        first = math.floor(lower) + 1 if above else math.ceil(lower)
        last = math.ceil(upper) - 1 if below else math.floor(upper)
        return bool(first > last)
    return bool(lower > upper or (lower == upper and (above or below)))


def _comparable(lower: Any, upper: Any) -> tuple[Any, Any]:
    """Both as numbers, or both as text, or neither: what has the wrong type is the business of `schema-violation`."""
    numbers = _number(lower), _number(upper)
    if None not in numbers:
        return numbers
    return (lower, upper) if isinstance(lower, str) and isinstance(upper, str) else (None, None)


def _number(value: Any) -> int | float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return float(value) if isinstance(value, str) else value
    except ValueError:
        return None
