"""The words of a Soda contract (soda-core 4.28), and what is wrong with a check that uses others.

Soda ignores a key it does not know, and a misspelt threshold falls back to the default one, which may pass. So every
key is held against these tables before Soda sees it; keys that Soda reads and then does nothing with are not in them.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from harness.load.did_you_mean import did_you_mean
from harness.model.result import Dimension, Severity, dimension_of

FILE_KEYS = ("dataset", "description", "filter", "variables", "check_attributes", "columns", "checks")
CLOUD_KEYS = ("soda_agent", "soda_runner")
"""The schedule of Soda Cloud; nothing here reads it."""
_MISSING = ("missing_values", "missing_format")
_FORMATS = ("missing_format", "valid_format", "invalid_format")
_VALIDITY = (
    "valid_values", "valid_format", "valid_min", "valid_max", "valid_length", "valid_min_length", "valid_max_length",
    "valid_reference_data", "invalid_values", "invalid_format",
)  # fmt: skip
COLUMN_KEYS = (
    "name", "description", "data_type", "character_maximum_length", "numeric_precision", "numeric_scale",
    "datetime_precision", "column_expression", "checks", *_MISSING, *_VALIDITY,
)  # fmt: skip
COMPARATORS = {
    "must_be": "=",
    "must_not_be": "!=",
    "must_be_greater_than": ">",
    "must_be_greater_than_or_equal": ">=",
    "must_be_less_than": "<",
    "must_be_less_than_or_equal": "<=",
}
RANGES = ("must_be_between", "must_be_not_between")
BOUNDS = {"greater_than": ">", "greater_than_or_equal": ">=", "less_than": "<", "less_than_or_equal": "<="}
_COMPARISON = (*COMPARATORS, *RANGES, "level")
_WORDS = {"level": ("fail", "warn"), "metric": ("count", "percent"), "unit": ("minute", "hour", "day")}
_REFERENCE = re.compile(r"\$\{\s*([^}]*?)\s*\}")


@dataclass(frozen=True, slots=True)
class CheckType:
    """A type of check: where it may stand, its own keys, and its threshold when none is written."""

    places: tuple[str, ...]
    keys: tuple[str, ...]
    dimension: Dimension
    threshold: tuple[str, ...] = ()
    """The keys of its threshold beside the comparison; "" when it has only that, nothing when it has no threshold."""
    default: str = ""
    counts_rows: bool = False
    """Whether it passes on a table without rows."""


_TABLE, _COLUMN, _BOTH = ("table",), ("column",), ("table", "column")
TYPES = {
    "schema": CheckType(_TABLE, ("allow_extra_columns", "allow_other_column_order"), Dimension.VALIDITY),
    "row_count": CheckType(_TABLE, ("filter",), Dimension.COMPLETENESS, ("",), "> 0 rows"),
    "freshness": CheckType(_TABLE, ("column", "filter"), Dimension.FRESHNESS, ("unit",)),
    "missing": CheckType(
        _COLUMN, ("filter", "column_expression", *_MISSING), Dimension.COMPLETENESS, ("metric",), "= 0 rows", True
    ),
    "invalid": CheckType(
        _COLUMN, ("filter", "column_expression", *_VALIDITY), Dimension.VALIDITY, ("metric",), "= 0 rows", True
    ),
    "duplicate": CheckType(
        _BOTH, ("filter", "column_expression", "columns"), Dimension.UNIQUENESS, ("metric",), "= 0 rows", True
    ),
    "aggregate": CheckType(_COLUMN, ("filter", "column_expression", "function"), Dimension.ACCURACY, ("",)),
    "metric": CheckType(_BOTH, ("expression", "query"), Dimension.ACCURACY, ("",)),
    "failed_rows": CheckType(
        _BOTH, ("filter", "expression", "query", "rows_tested_query"), Dimension.ACCURACY, ("metric",), "= 0 rows", True
    ),
}


def faults(kind: str, body: Any, place: str, source: str, variables: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with a check of type `kind` on a `place` (table or column) of the data source `source`."""
    if kind not in TYPES:
        yield _unknown("there is no type of check", kind, TYPES)
        return
    known = TYPES[kind]
    if place not in known.places:
        yield f"`{kind}` belongs to a {known.places[0]}, not to a {place}"
    if not isinstance(body, Mapping):
        yield f"`{kind}` must hold keys and values"
        return
    keys = ("name", "qualifier", "attributes", *known.keys, *(("threshold",) if known.threshold else ()))
    yield from unknown_keys(f"`{kind}` has no key", body, keys)
    if "threshold" in body and known.threshold:
        yield from _in_threshold(body["threshold"], (*_COMPARISON, "additional", *known.threshold))
    yield from in_values(body, source)
    yield from in_attributes(body.get("attributes", {}))
    yield from references(body, variables)
    if kind in ("metric", "failed_rows"):
        if ("query" in body) == ("expression" in body):
            yield f"`{kind}` needs either an `expression` or a `query`"
        if "query" in body and "filter" in body:
            yield "Soda ignores a `filter` beside a `query`; write it into the query"


def unknown_keys(what: str, body: Mapping[str, Any], known: tuple[str, ...]) -> Iterator[str]:
    """A sentence for each key that is not known, `what` being its beginning."""
    for key in body:
        if key not in known:
            yield _unknown(what, key, known)


def in_values(body: Mapping[str, Any], source: str) -> Iterator[str]:
    """What is wrong with the keys that say which values are missing or valid."""
    for key in ("missing_values", "valid_values", "invalid_values"):
        if key in body and (not isinstance(body[key], list) or None in body[key]):
            yield f"`{key}` must be a list of values without null, which Soda would count as no violation"
    for key in _FORMATS:
        if isinstance(body.get(key), Mapping):
            yield from unknown_keys(f"`{key}` has no key", body[key], ("regex", "name"))
    reference = body.get("valid_reference_data")
    if isinstance(reference, Mapping):
        yield from unknown_keys("`valid_reference_data` has no key", reference, ("dataset", "column"))
        if str(reference.get("dataset", "")).split("/")[0] != source:
            yield f"Soda reads reference data from the same data source only; `dataset` must begin with `{source}/`"
    for name in (body.get("column"), *(body["columns"] if isinstance(body.get("columns"), list) else ())):
        if '"' in str(name):
            yield f"Soda does not escape the quotation mark in the column {name!r}"


def in_attributes(attributes: Any) -> Iterator[str]:
    """What is wrong with the two attributes that are read here; others are free."""
    if not isinstance(attributes, Mapping):
        yield "`attributes` must hold keys and values"
        return
    severity, known = attributes.get("severity", "error"), [each.value for each in Severity]
    if severity not in known:
        yield _unknown("there is no severity", str(severity), known)
    if "dimension" in attributes and dimension_of(str(attributes["dimension"])) is None:
        yield _unknown("there is no dimension", str(attributes["dimension"]), [each.value for each in Dimension])


def references(value: Any, variables: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with the `${...}` in any text of `value`: Soda leaves an unknown one in the SQL as it stands."""
    if isinstance(value, Mapping):
        for each in value.values():
            yield from references(each, variables)
    elif isinstance(value, list):
        for each in value:
            yield from references(each, variables)
    elif isinstance(value, str):
        known = {"soda.NOW", "soda.DATA_TIMESTAMP", *(f"var.{name}" for name in variables)}
        for name in _REFERENCE.findall(value):
            if name.startswith("env."):
                yield f"`${{{name}}}` would put a variable of the environment, perhaps a secret, into the SQL"
            elif name not in known:
                yield _unknown("there is no variable", name, known)


def _in_threshold(threshold: Any, known: tuple[str, ...]) -> Iterator[str]:
    if not isinstance(threshold, Mapping):
        yield "`threshold` must hold keys and values, as in `must_be_less_than: 5`"
        return
    yield from unknown_keys("`threshold` has no key", threshold, known)
    for key, value in threshold.items():
        if key in COMPARATORS and not _is_number(value):
            yield f"`{key}` must be a number, not {value!r}"
        elif key in RANGES and isinstance(value, Mapping):
            yield from unknown_keys(f"`{key}` has no key", value, tuple(BOUNDS))
            yield from (f"`{key}.{each}` must be a number" for each in value if not _is_number(value[each]))
        elif key in RANGES:
            yield f"`{key}` must hold `greater_than` and `less_than`"
        elif key in _WORDS and value not in _WORDS[key]:
            yield _unknown(f"`{key}` cannot be", str(value), _WORDS[key])
        elif key == "additional":
            yield from _in_threshold(value, _COMPARISON)


def _unknown(what: str, word: str, known: Any) -> str:
    hint = did_you_mean(word, known)
    return f"{what} `{word}`" + (f"; {hint}" if hint else "; known are " + ", ".join(k for k in known if k))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
