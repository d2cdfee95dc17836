"""What the parts of a contract look like: which keys hold parts, and how the entries of a list are told apart.

Every key that is not named here holds a value: it is compared whole, so a key that nobody knows is never lost.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.load.contract import OLD_METRICS
from harness.model.sla import canonical_sla, promise_named
from harness.model.threshold import OPERATORS

Entry = Mapping[str, Any]
Key = Callable[[Entry], Any]
"""What an entry of a list is recognised by; None when it has no such thing."""


@dataclass(frozen=True, slots=True)
class Many:
    """A list of parts of one shape; two entries are one when a key says so, the keys tried in their order."""

    shape: str
    keys: tuple[Key, ...]
    label: Callable[[Entry], str]
    """Its name in a path."""
    loose: tuple[Key, ...] = ()
    """Keys tried last, which say no more than the kind of an entry: nothing for two entries of different ids."""


@dataclass(frozen=True, slots=True)
class One:
    """A single part."""

    shape: str


@dataclass(frozen=True, slots=True)
class Shape:
    """`parts` by key; `sets` are keys whose list has no order; `defaults` what a key means that is not written."""

    parts: Mapping[str, Many | One] = field(default_factory=dict)
    sets: frozenset[str] = frozenset()
    defaults: Mapping[str, Any] = field(default_factory=dict)


def by(*names: str) -> Key:
    """All of these keys together; an entry that lacks one is not recognised by them."""

    def key(entry: Entry) -> Any:
        values = tuple(entry.get(name) for name in names)
        return None if None in values else repr(values)

    return key


def _any(*names: str) -> Key:
    """These keys together, written or not."""
    return lambda entry: repr(tuple(entry.get(name) for name in names))


def _effective(entry: Entry) -> Any:
    """The name in the warehouse."""
    return entry.get("physicalName") or entry.get("name")


def _named(*names: str) -> Callable[[Entry], str]:
    return lambda entry: next((str(entry[name]) for name in names if entry.get(name) is not None), "?")


def _sla(entry: Entry) -> str:
    written = str(entry.get("property", ""))
    return canonical_sla(written) or written.strip()


def _sla_key(entry: Entry) -> str:
    return repr((_promise(entry), entry.get("element")))


def _promise(entry: Entry) -> str:
    return promise_named(str(entry.get("property", "")))


def _metric(entry: Entry) -> str:
    """What it measures; a `rule` of ODCS 3.0 is a metric of later ones."""
    engine = str(entry.get("engine") or "").lower()
    kind = str(entry.get("metric") or entry.get("rule") or engine or entry.get("type") or "library")
    return OLD_METRICS.get(kind, kind)


def _quality_name(entry: Entry) -> str:
    return str(entry.get("id") or entry.get("name") or _metric(entry))


def _comparators(entry: Entry) -> str:
    return repr((_metric(entry), sorted(OPERATORS.get(key, key) for key in entry if key.startswith("must"))))


def _asked(entry: Entry) -> str:
    keys = ("type", "metric", "rule", "query", "engine", "implementation", "arguments")
    return repr(tuple(entry.get(key) for key in keys))


def _kind(entry: Entry) -> str:
    return repr((_comparators(entry), entry.get("severity"), entry.get("unit")))


_custom = Many("custom", (by("property", "vendor"), by("property")), _named("property"))
_definitions = Many("definition", (by("id"), by("type", "url"), by("url"), by("type")), _named("type", "url"))
_SHARED = {"customProperties": _custom, "authoritativeDefinitions": _definitions}
_QUALITY = Many(
    "quality",
    (
        by("id"),
        by("name"),
        lambda entry: _asked(entry) + _kind(entry),
        lambda entry: _asked(entry) + _comparators(entry),
        _asked,
    ),
    _quality_name,
    (_kind, _comparators, _metric),
)
_RELATIONSHIPS = Many(
    "relationship", (by("id"), _any("from", "to"), by("to"), by("from")), _named("id", "to"), (_any(),)
)
_PROPERTIES = Many("property", (by("id"), by("name"), _effective), _named("name", "physicalName", "id"))
_ROLES = Many("role", (by("id"), by("role")), _named("role", "id"))
_MEMBERS = Many("member", (by("id"), by("username"), by("name"), by("role")), _named("username", "name", "id"))
_STATEMENTS = Many("statement", (by("id"), by("question"), by("constraint")), _named("id", "question", "constraint"))

PROSE = frozenset(
    {
        "description", "usage", "purpose", "limitations", "businessName", "dataGranularityDescription",
        "transformDescription", "businessImpact", "method", "instructions", "question", "answer", "constraint",
    }
)  # fmt: skip
"""Keys of text for people, in which blanks and line breaks mean nothing."""

SHAPES: dict[str, Shape] = {
    "contract": Shape(
        {
            "servers": Many("server", (by("id"), by("server"), by("type")), _named("server", "id")),
            "schema": Many("schema", (by("id"), by("name"), _effective), _named("name", "physicalName", "id")),
            "slaProperties": Many("sla", (by("id"), _sla_key), _sla, (_promise,)),
            "team": One("team"),
            "roles": _ROLES,
            "support": Many("support", (by("id"), by("channel"), by("url")), _named("channel", "id")),
            "price": One("price"),
            "description": One("description"),
            "context": One("context"),
            **_SHARED,
        },
        frozenset({"tags"}),
        {"kind": "DataContract"},
    ),
    "server": Shape({"roles": _ROLES, "customProperties": _custom}),
    "schema": Shape(
        {
            "properties": _PROPERTIES,
            "quality": _QUALITY,
            "relationships": _RELATIONSHIPS,
            "context": One("context"),
            **_SHARED,
        },
        frozenset({"tags", "synonyms"}),
        {"deprecated": False, "logicalType": "object"},
    ),
    "property": Shape(
        {
            "properties": _PROPERTIES,
            "items": One("property"),
            "map": One("map"),
            "logicalTypeOptions": One("options"),
            "quality": _QUALITY,
            "relationships": _RELATIONSHIPS,
            **_SHARED,
        },
        frozenset({"tags", "synonyms", "transformSourceObjects", "examples", "enum"}),
        {
            "required": False,
            "unique": False,
            "primaryKey": False,
            "primaryKeyPosition": -1,
            "partitioned": False,
            "partitionKeyPosition": -1,
            "criticalDataElement": False,
            "deprecated": False,
            "semanticType": "column",
        },
    ),
    "map": Shape({"key": One("property"), "value": One("property")}),
    "options": Shape(
        sets=frozenset({"required"}),
        defaults={
            "uniqueItems": False,
            "defaultTimezone": "Etc/UTC",
            "elementType": "float32",
            "normalized": False,
        },
    ),
    "quality": Shape(
        {"arguments": One("arguments"), **_SHARED}, frozenset({"tags", "validValues"}), {"type": "library"}
    ),
    "arguments": Shape(sets=frozenset({"validValues", "missingValues", "properties"})),
    "relationship": Shape({"customProperties": _custom}, defaults={"type": "foreignKey"}),
    "sla": Shape(_SHARED),
    "team": Shape({"members": _MEMBERS, **_SHARED}, frozenset({"tags"})),
    "member": Shape(_SHARED, frozenset({"tags"})),
    "role": Shape({"customProperties": _custom}),
    "support": Shape({"customProperties": _custom}),
    "description": Shape(_SHARED),
    "context": Shape({"verifiedStatements": _STATEMENTS, "constraints": _STATEMENTS}),
    "statement": Shape(_SHARED, frozenset({"tags"})),
    "price": Shape(),
    "custom": Shape(),
    "definition": Shape(),
}
"""By the name of the shape."""
