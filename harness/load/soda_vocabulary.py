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
_FUNCTIONS = ("avg", "sum", "min", "max", "avg_length", "min_length", "max_length")
_TEXTS = (
    "name", "description", "filter", "column", "column_expression", "expression", "query", "rows_tested_query",
    "data_type",
)  # fmt: skip
_NUMBERS = (
    "valid_min", "valid_max", "valid_length", "valid_min_length", "valid_max_length", "character_maximum_length",
    "numeric_precision", "numeric_scale", "datetime_precision",
)  # fmt: skip
_SWITCHES = ("allow_extra_columns", "allow_other_column_order")
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
    yield from _lacking(kind, body, place)
    if kind in ("metric", "failed_rows"):
        if ("query" in body) == ("expression" in body):
            yield f"`{kind}` needs either an `expression` or a `query`"
        if "query" in body and "filter" in body:
            yield "Soda ignores a `filter` beside a `query`; write it into the query"


def _lacking(kind: str, body: Mapping[str, Any], place: str) -> Iterator[str]:
    """What the check cannot do without; Soda leaves it undecided, which it does not take for an error."""
    needed = {"freshness": ("column",), "aggregate": ("function",)}.get(kind, ())
    if kind == "duplicate" and place == "table":
        needed = ("columns",)
    yield from (f"`{kind}` needs `{key}`" for key in needed if key not in body)
    if kind == "duplicate" and place == "column" and "columns" in body:
        yield "`columns` belongs to a `duplicate` of the table; on a column Soda ignores it"
    threshold = body.get("threshold", {})
    stated = [key for key in (*COMPARATORS, *RANGES) if isinstance(threshold, Mapping) and key in threshold]
    if TYPES[kind].threshold and not TYPES[kind].default and not stated:
        yield f"`{kind}` needs a `threshold` with a comparison"
    share = isinstance(threshold, Mapping) and threshold.get("metric") == "percent"
    if kind == "failed_rows" and share and "query" in body and "rows_tested_query" not in body:
        yield "a share of the rows of a `query` needs `rows_tested_query`"


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
        elif key in body and not body[key]:
            yield f"`{key}` is an empty list, with which Soda checks nothing"
    yield from _in_plain_values(body)
    yield from _in_formats(body)
    yield from _in_reference(body, source)
    reference = body.get("valid_reference_data")
    referred = [reference.get(key) for key in ("dataset", "column")] if isinstance(reference, Mapping) else []
    for name in (body.get("column"), *(body["columns"] if isinstance(body.get("columns"), list) else ()), *referred):
        if is_open(str(name)):
            yield f"Soda would read the name {name!r} as SQL; a name has no quotation mark and no variable"


def is_open(name: str) -> bool:
    """Whether a name of a table or column could end its own quotation, and go on as SQL."""
    return '"' in name or "${" in name


def _in_formats(body: Mapping[str, Any]) -> Iterator[str]:
    for key in _FORMATS:
        if isinstance(body.get(key), Mapping):
            yield from unknown_keys(f"`{key}` has no key", body[key], ("regex", "name"))
            yield from (
                f"`{key}` needs `{each}`, a text" for each in ("regex", "name") if not _is_text(body[key], each)
            )
        elif key in body:
            yield f"`{key}` must hold `regex` and `name`"


def _in_reference(body: Mapping[str, Any], source: str) -> Iterator[str]:
    reference = body.get("valid_reference_data")
    if "valid_reference_data" in body and not isinstance(reference, Mapping):
        yield "`valid_reference_data` must hold `dataset` and `column`"
    if isinstance(reference, Mapping):
        yield from (
            f"`valid_reference_data` needs `{each}`, a text"
            for each in ("dataset", "column")
            if not _is_text(reference, each)
        )
        yield from unknown_keys("`valid_reference_data` has no key", reference, ("dataset", "column"))
        if str(reference.get("dataset", "")).split("/")[0] != source:
            yield f"Soda reads reference data from the same data source only; `dataset` must begin with `{source}/`"


def _in_plain_values(body: Mapping[str, Any]) -> Iterator[str]:
    yield from (
        f"`{key}` must be a text, not {body[key]!r}" for key in _TEXTS if key in body and not _is_text(body, key)
    )
    wrong = [key for key in _NUMBERS if key in body and not _is_number(body[key])]
    yield from (f"`{key}` must be a number, not {body[key]!r}" for key in wrong)
    yield from (
        f"`{key}` must be true or false, not {body[key]!r}"
        for key in _SWITCHES
        if key in body and not isinstance(body[key], bool)
    )
    if "function" in body and body["function"] not in _FUNCTIONS:
        yield _unknown("there is no function", str(body["function"]), _FUNCTIONS)
    named = body.get("columns", ["any"])
    if not (isinstance(named, list) and named and all(isinstance(name, str) for name in named)):
        yield "`columns` must be a list of names"


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
        known = ("soda.NOW", "soda.DATA_TIMESTAMP", *(f"var.{name}" for name in variables))
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
    stated = [key for key in (*COMPARATORS, *RANGES) if key in threshold]
    if len(stated) > 1:
        yield f"`threshold` must make one comparison, not {len(stated)}: {', '.join(stated)}"
    for key, value in threshold.items():
        if key in COMPARATORS and not _is_number(value):
            yield f"`{key}` must be a number, not {value!r}"
        elif key in RANGES and isinstance(value, Mapping):
            yield from unknown_keys(f"`{key}` has no key", value, tuple(BOUNDS))
            yield from (f"`{key}.{each}` must be a number" for each in value if not _is_number(value[each]))
            yield from _in_range(key, value)
        elif key in RANGES:
            yield f"`{key}` must hold `greater_than` and `less_than`"
        elif key in _WORDS and value not in _WORDS[key]:
            yield _unknown(f"`{key}` cannot be", str(value), _WORDS[key])
        elif key == "additional":
            yield from _in_threshold(value, _COMPARISON)
            yield from _in_additional(value, threshold, bool(stated))


def _in_additional(value: Any, threshold: Mapping[str, Any], stated: bool) -> Iterator[str]:
    if not isinstance(value, Mapping):
        return
    if value.get("level", "fail") == threshold.get("level", "fail"):
        yield "`additional` needs another `level` than the threshold beside it"
    if not stated or not any(key in value for key in (*COMPARATORS, *RANGES)):
        yield "a threshold with `additional` needs one comparison in each"


def _in_range(key: str, bounds: Mapping[str, Any]) -> Iterator[str]:
    low = [bounds[each] for each in ("greater_than", "greater_than_or_equal") if each in bounds]
    high = [bounds[each] for each in ("less_than", "less_than_or_equal") if each in bounds]
    if len(low) != 1 or len(high) != 1:
        yield f"`{key}` needs one lower bound (`greater_than`) and one upper bound (`less_than`)"
    elif _is_number(low[0]) and _is_number(high[0]) and (low[0] < high[0]) != (key == "must_be_between"):
        yield f"`{key}` is the wrong way round: {low[0]} and {high[0]}"


def _is_text(body: Mapping[str, Any], key: str) -> bool:
    return isinstance(body.get(key), str) and bool(body[key].strip())


def _unknown(what: str, word: str, known: Any) -> str:
    hint = did_you_mean(word, known)
    return f"{what} `{word}`" + (f"; {hint}" if hint else "; known are " + ", ".join(k for k in known if k))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
