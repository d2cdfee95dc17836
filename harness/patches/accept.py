"""A finding of drift -> the contract as it would read if the drift were accepted, and what that means to consumers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from harness.lattice import Kind, Type, compare, parse_type
from harness.lattice.logical import logical_type, misfit
from harness.load.contract import parse_contract
from harness.model.change import Bump, Impact
from harness.model.contract import Property, Schema
from harness.model.fields import Each, Field, fields_of
from harness.model.location import Location
from harness.model.project import Document
from harness.model.result import Result
from harness.patches.edit import (
    UnpatchableError,
    mapping_at,
    sequence_of,
    with_item,
    with_order,
    with_value,
    without_item,
    without_key,
)


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a contract file, and what the warehouse says of it."""

    file: str
    name: str
    columns: Sequence[Property]
    dialect: str


@dataclass(frozen=True, slots=True)
class Meaning:
    """What accepting a drift does to consumers, and the version that it asks for."""

    impact: Impact
    bump: Bump
    why: str


_LOST = Meaning("breaking", "major", "what consumers read is not there any more")
_NEW = Meaning("safe", "minor", "nothing that was promised changes")
_KEPT = Meaning("safe", "patch", "whoever names the columns does not notice")


def meaning_of(drift: Result, dialect: str) -> Meaning:
    """What accepting the drift means; its rule and types decide."""
    match drift.rule:
        case "column-undeclared":
            return _NEW
        case "order-changed":
            return _KEPT
        case "nullability-changed" if drift.actual == "NOT NULL":
            return Meaning("safe", "minor", "the promise is tightened")
        case "nullability-changed":
            return Meaning("breaking", "major", "consumers may meet a NULL")
        case "type-changed":
            return _of_types(drift.expected, drift.actual, dialect)
        case _:
            return _LOST


def accepted(text: str, drift: Result, table: Table) -> str:
    """The contract's text with the drift accepted. Raises UnpatchableError, with the reason, when it cannot be."""
    edit = _EDITS.get(drift.rule)
    if edit is None:
        raise UnpatchableError("no contract can accept it")
    changed = edit(text, drift, table)
    if _read(changed, table.file).error:
        raise UnpatchableError("the file cannot be edited in parts")
    return changed


def with_version(text: str, file: str, version: str) -> str:
    """The contract's text with another version."""
    contract = _read(text, file).contract
    assert contract is not None  # noqa: S101 - it was read before
    return with_value(text, mapping_at(text, contract.at), "version", version)


def _of_types(before: str, after: str, dialect: str) -> Meaning:
    try:
        found = compare(before, after, dialect)
    except ValueError:
        return _LOST  # the family was declared, and the type is of another
    if found.loses:
        return Meaning("breaking", "major", "what consumers wrote for the declared type may fail")
    if found.kind is Kind.WIDENED:
        return Meaning("risky", "minor", "consumers may meet values that their code has no room for")
    return Meaning("safe", "minor", "every value still fits what consumers expect")


def _retyped(text: str, drift: Result, table: Table) -> str:
    _, item = _found(text, drift, table)
    try:
        type_ = parse_type(drift.actual, table.dialect)
    except ValueError as error:
        raise UnpatchableError(str(error)) from None
    logical = item.logical_type
    wrong = bool(logical) and bool(misfit(logical, type_))
    if item.physical_type or (wrong and not logical_type(type_)):
        text = with_value(text, mapping_at(text, item.at), "physicalType", drift.actual, after=_last_name(item))
    if not wrong:
        return text
    # what is below in the file has moved, but the mapping itself begins where it did
    node = mapping_at(text, item.at)
    fresh = logical_type(type_)
    return with_value(text, node, "logicalType", fresh) if fresh else without_key(text, node, "logicalType")


def _dropped(text: str, drift: Result, table: Table) -> str:
    field, item = _found(text, drift, table)
    siblings, holder = _siblings(text, field, table)
    items = sequence_of(mapping_at(text, holder), "properties")
    return without_item(text, items, [each.at for each in siblings].index(item.at))


def _renamed(text: str, drift: Result, table: Table) -> str:
    """The name in the contract stays, for others refer to it; the warehouse's name is its own key."""
    _, item = _found(text, drift, table)
    return with_value(text, mapping_at(text, item.at), "physicalName", drift.actual)


def _declared(text: str, drift: Result, table: Table) -> str:
    schema = _schema(text, table)
    holders: dict[str, tuple[tuple[Property, ...], Location, Sequence[tuple[str, Type | str, bool]]]] = {
        "": (schema.properties, schema.at, [(c.name, c.physical_type, c.required) for c in table.columns])
    }
    for field in fields_of(schema):
        real = _type_at(table, field)
        if field.item.properties and real:
            inner = [(name, type_, False) for name, type_ in real.fields]
            holders[field.column] = (field.item.properties, field.item.at, inner)
    for path, (siblings, at, real_fields) in holders.items():
        for number, (name, type_, required) in enumerate(real_fields):
            if drift.column == (f"{path}.{name}" if path else name):
                spelled = type_ if isinstance(type_, str) else type_.name
                items = sequence_of(mapping_at(text, at), "properties")
                before = [other for other, *_ in real_fields[:number]]
                place = max((n + 1 for n, each in enumerate(siblings) if each.column in before), default=0)
                return with_item(text, items, place, _fields(name, spelled, table.dialect, required=required))
    raise UnpatchableError("it is not in the catalog")


def _fields(name: str, type_: str, dialect: str, *, required: bool) -> dict[str, str | bool]:
    fields: dict[str, str | bool] = {"name": name}
    try:
        logical = logical_type(parse_type(type_, dialect))
    except ValueError:
        logical = ""
    if logical:
        fields["logicalType"] = logical
    fields["physicalType"] = type_
    return fields | ({"required": True} if required else {})


def _nullable(text: str, drift: Result, table: Table) -> str:
    _, item = _found(text, drift, table)
    enforced = drift.actual == "NOT NULL"
    if not enforced and item.primary_key:
        raise UnpatchableError("a primary key is never NULL")
    return with_value(text, mapping_at(text, item.at), "required", enforced, after=_last_name(item))


def _zoned(text: str, drift: Result, table: Table) -> str:
    _, item = _found(text, drift, table)
    if "timezone" not in item.option_keys:
        raise UnpatchableError("the option stands elsewhere in the file")
    options = next(value for name, value in mapping_at(text, item.at).value if name.value == "logicalTypeOptions")
    return with_value(text, options, "timezone", drift.actual.upper().endswith(("TZ", "WITH TIME ZONE")))


def _reordered(text: str, drift: Result, table: Table) -> str:
    schema = _schema(text, table)
    holder = next((f for f in fields_of(schema) if drift.column and f.column == drift.column), None)
    siblings, at = (holder.item.properties, holder.item.at) if holder else (schema.properties, schema.at)
    names = [name for name, _ in _real_fields(table, holder)]
    ranks = {name: number for number, name in enumerate(names)}
    there = [number for number, each in enumerate(siblings) if each.column in ranks]
    known = sorted(there, key=lambda number: ranks[siblings[number].column])
    turn = iter(known)
    order = [next(turn) if each.column in ranks else n for n, each in enumerate(siblings)]
    return with_order(text, sequence_of(mapping_at(text, at), "properties"), order)


_EDITS: Mapping[str, Callable[[str, Result, Table], str]] = {
    "type-changed": _retyped,
    "timezone-changed": _zoned,
    "column-missing": _dropped,
    "column-renamed": _renamed,
    "column-undeclared": _declared,
    "nullability-changed": _nullable,
    "order-changed": _reordered,
}
"""Rule -> the edit that accepts what it finds. Files that differ are nothing that a contract could say."""


@lru_cache(maxsize=4)
def _read(text: str, file: str) -> Document:
    """Each edit reads the text that the one before has left, and every one that text which the file has."""
    return parse_contract(text, file)


def _schema(text: str, table: Table) -> Schema:
    contract = _read(text, table.file).contract
    schema = next((s for s in contract.schemas if s.name == table.name), None) if contract else None
    if schema is None:
        raise UnpatchableError("the table is not found in the file")
    return schema


def _found(text: str, drift: Result, table: Table) -> tuple[Field, Property]:
    for field in fields_of(_schema(text, table)):
        if field.column == drift.column:
            return field, field.item
    raise UnpatchableError("the column is not found in the file")


def _siblings(text: str, field: Field, table: Table) -> tuple[tuple[Property, ...], Location]:
    """What stands beside a field, and where that begins which holds them."""
    if not field.above:
        schema = _schema(text, table)
        return schema.properties, schema.at
    holder: Any = field.above[-1]
    return holder.properties, holder.at


def _real_fields(table: Table, holder: Field | None) -> Sequence[tuple[str, Any]]:
    if holder is None:
        return [(column.name, column.physical_type) for column in table.columns]
    real = _type_at(table, holder)
    return real.fields if real else ()


def _type_at(table: Table, field: Field) -> Type | None:
    """The real type at the end of a path."""
    steps = {Each.ITEM: "", Each.KEY: "key", Each.VALUE: "value"}
    name, *below = field.path
    column = next((each for each in table.columns if each.name == name), None)
    try:
        found = parse_type(column.physical_type, table.dialect) if column else None
    except ValueError:
        return None
    for step in below:
        found = found.field(steps[step] if isinstance(step, Each) else step) if found else None
    return found


def _last_name(item: Property) -> str:
    """The key that a further one is written behind."""
    return next(
        key for key in ("physicalType", "logicalType", "physicalName", "name") if key in item.keys or key == "name"
    )
