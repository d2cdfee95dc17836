"""The clauses in `logicalTypeOptions`: each is measured, or skipped with the reason why nothing can measure it."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from harness.load.did_you_mean import did_you_mean
from harness.metrics import METRICS
from harness.metrics.format import why_not
from harness.model.check import Check
from harness.model.fields import Field, is_document, is_written
from harness.plan.table import Table, id_of, reads

Decided = tuple[str, dict[str, Any]]
"""The rule that decides an option, and the fields of its check."""
_TIMES = ("date", "timestamp", "time")
_ADVICE = "is advice to those who search the vectors; it says nothing about their values"


def option_checks(table: Table, field: Field) -> Iterator[Check]:
    """One check for each option."""
    for name, value in field.item.options.items():
        rule, fields = _decided(name, value, field)
        at = field.item.option_keys.get(name, field.item.at)
        yield table.check(rule, id_of(field, rule if rule in METRICS else name), at=at, **reads(field.path), **fields)


def _decided(name: str, value: Any, field: Field) -> Decided:
    logical = field.item.logical_type
    if logical in OPTIONS and name not in OPTIONS[logical]:
        hint = did_you_mean(name, OPTIONS[logical]) or f"it has {', '.join(OPTIONS[logical]) or 'none'}"
        return name, {"problem": f"a {logical} has no option {name!r}; {hint}"}
    # without a logical type the option alone says what is meant
    ways = [OPTIONS[logical]] if logical in OPTIONS else OPTIONS.values()
    decide = next((options[name] for options in ways if name in options), None)
    return decide(name, value, field) if decide else (name, {"problem": f"the standard has no option {name!r}"})


def _bound(name: str, value: Any, field: Field) -> Decided:
    """A number that is held against a length, a size or a value."""
    arguments = {"bound": value, "logicalType": field.item.logical_type}
    if field.item.logical_type == "date" and "format" in field.item.options:
        arguments |= {"format": field.item.options["format"], "written": is_written(field.item)}
    if value is None:
        return name, {"skip": f"`{name}: {value}` bounds nothing here"}
    return name, {"arguments": arguments}


def _exclusive(name: str, value: Any, field: Field) -> Decided:
    """In 3.0 the exclusive bounds are flags that sharpen `minimum` and `maximum`."""
    bound = value
    if isinstance(value, bool):
        bound = field.item.options.get(name.removeprefix("exclusive").lower()) if value else None
    if bound is None:
        return name, {"skip": f"`{name}: {value}` bounds nothing here"}
    return _bound(name, bound, field)


def _pattern(name: str, value: Any, field: Field) -> Decided:
    return name, {"arguments": {"pattern": value, "logicalType": field.item.logical_type}}


def _format(name: str, value: Any, field: Field) -> Decided:
    logical = field.item.logical_type
    if not isinstance(value, str) or not value.strip():
        return name, {"problem": f"`format` is a text, not {value!r}"}
    if logical in _TIMES and not is_written(field.item):
        stored = field.item.physical_type or logical
        return name, {"skip": f"a {stored} is stored as such and not as a text; `format` is how it is shown"}
    skip, problem = why_not(value, logical)
    if skip or problem:
        return name, {"skip": skip, "problem": problem}
    return name, {"arguments": {"format": value, "logicalType": logical}}


def _timezone(name: str, value: Any, field: Field) -> Decided:
    if not isinstance(value, bool):
        return name, {"problem": f"`timezone` is true or false, not {value!r}"}
    if is_written(field.item):
        return name, {"arguments": {"timezone": value}}
    return "timezone-changed", {}


def _default_timezone(name: str, value: Any, field: Field) -> Decided:  # noqa: ARG001
    return name, {
        "skip": "it says how times without a zone are read, which ages are measured by; no value can break it"
    }


def _flag(name: str, value: Any, field: Field) -> Decided:  # noqa: ARG001
    if value is True:
        return name, {}
    return name, {"skip": f"`{name}: {str(value).lower()}` asks for nothing"}


def _counted(name: str, value: Any, field: Field) -> Decided:
    """How many of the declared properties an object has."""
    if is_document(field.item):
        return name, {"skip": f"{field.name} is a {field.item.physical_type} document, whose fields nobody declared"}
    names = tuple(child.column for child in field.item.properties)
    if not names:
        return name, {"problem": f"`{name}` counts the declared `properties`, and there are none"}
    return name, {"arguments": {"fields": names, "bound": value}}


def _required(name: str, value: Any, field: Field) -> Decided:  # noqa: ARG001
    rule = "requiredProperties"
    if is_document(field.item):
        return rule, {"skip": f"{field.name} is a {field.item.physical_type} document, whose fields nobody declared"}
    if not (isinstance(value, list) and value and all(isinstance(each, str) for each in value)):
        return rule, {"problem": f"`required` of an object is a list of its properties, not {value!r}"}
    known = {child.name: child.column for child in field.item.properties}
    return rule, {"arguments": {"fields": tuple(known.get(each, each) for each in value)}}


def _element_type(name: str, value: Any, field: Field) -> Decided:  # noqa: ARG001
    return name, {"arguments": {"elementType": value}}


def _advice(name: str, value: Any, field: Field) -> Decided:  # noqa: ARG001
    return name, {"skip": f"`{name}` {_ADVICE}"}


Decide = Callable[[str, Any, Field], Decided]
_RANGE: dict[str, Decide] = {
    "minimum": _bound, "maximum": _bound, "exclusiveMinimum": _exclusive, "exclusiveMaximum": _exclusive,
}  # fmt: skip
OPTIONS: dict[str, Mapping[str, Decide]] = {
    "string": {"minLength": _bound, "maxLength": _bound, "pattern": _pattern, "format": _format},
    "integer": {**_RANGE, "multipleOf": _bound, "format": _format},
    "number": {**_RANGE, "multipleOf": _bound, "format": _format},
    "date": {**_RANGE, "format": _format},
    "timestamp": {**_RANGE, "format": _format, "timezone": _timezone, "defaultTimezone": _default_timezone},
    "time": {**_RANGE, "format": _format, "timezone": _timezone, "defaultTimezone": _default_timezone},
    "object": {"minProperties": _counted, "maxProperties": _counted, "required": _required},
    "array": {"minItems": _bound, "maxItems": _bound, "uniqueItems": _flag},
    "vector": {
        "dimensions": _bound, "elementType": _element_type, "normalized": _flag,
        "distanceMetric": _advice, "embeddingModel": _advice, "embeddingModelVersion": _advice,
    },
}  # fmt: skip
"""What each logical type has of options, as the JSON Schemas of ODCS list them."""
