"""The tables that are in both versions of a contract, and the fields in one, at any depth."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from harness.changes.part import STEPS, Part, name_in

Names = Mapping[int, str]
"""The path of a column of the earlier version in the later one, by the identity of its entry (`id()`)."""


@dataclass(frozen=True, slots=True)
class Field:
    """A column, or a field inside one (`address.zip`, `tags[]`)."""

    path: str
    now: str
    """Its path in the later version, if it is still there."""
    entry: Mapping[str, Any]


def tables_of(parts: Iterable[Part]) -> list[Part]:
    """Those that are in both versions and in which anything differs."""
    found = {table.path: table for part in parts if (table := part.within("schema"))}
    return [table for table in found.values() if not table.added and not table.removed]


def names_of(parts: Iterable[Part]) -> Names:
    """The columns of which anything differs, be it their name or place."""
    return {
        id(part.before): part.column
        for part in parts
        if part.shape == "property" and part.before is not None and part.after is not None
    }


def fields_of(entry: Mapping[str, Any] | None, names: Names | None = None) -> list[Field]:
    """Every column of a table or field of a column, from the outside in."""
    return list(_fields(entry or {}, "", "", names or {}))


def _fields(entry: Mapping[str, Any], path: str, now: str, names: Names) -> Iterator[Field]:
    for each in _listed(entry.get("properties")):
        name = name_in(each)
        there = names.get(id(each), "")
        yield from _field(each, f"{path}.{name}", f".{there}" if there else f"{now}.{name}", names)
    within = entry.get("map")
    key, value = (within.get("key"), within.get("value")) if isinstance(within, Mapping) else (None, None)
    for step, inner in (("items", entry.get("items")), ("map.key", key), ("map.value", value)):
        if isinstance(inner, Mapping):
            yield from _field(inner, f"{path}{STEPS[step]}", f"{now}{STEPS[step]}", names)


def _field(entry: Mapping[str, Any], path: str, now: str, names: Names) -> Iterator[Field]:
    yield Field(path.removeprefix("."), now.removeprefix("."), entry)
    yield from _fields(entry, path, now, names)


def _listed(value: Any) -> Iterator[Mapping[str, Any]]:
    return (each for each in (value if isinstance(value, Sequence) else ()) if isinstance(each, Mapping))
