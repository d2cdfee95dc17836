"""Columns and the fields inside them: objects, the elements of arrays, the keys and values of maps, to any depth."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from harness.model.contract import Contract, Property, Schema

_DOCUMENTS = ("JSON", "JSONB", "VARIANT", "SUPER")
"""Types that hold fields which no catalog knows."""
_TEXTS = ("VARCHAR", "TEXT", "STRING", "CHAR", "CHARACTER", "BPCHAR", "NVARCHAR", "NCHAR", "VARCHAR2", "CLOB")


class Each(Enum):
    """What a value may have many of; its text ends the name of a path."""

    ITEM = "[]"
    KEY = "{key}"
    VALUE = "{value}"


Step = str | Each
Path = tuple[Step, ...]
"""From a column to a value inside it: the column's name, then names of fields and what there is many of."""


@dataclass(frozen=True, slots=True)
class Field:
    """A column, or something inside one, as a contract declares it."""

    item: Property
    name: str
    """In the contract's words: `orders[].id`."""
    path: Path
    """In the warehouse's words."""
    above: tuple[Property, ...] = ()
    """What it is inside of, from the column on."""

    @property
    def column(self) -> str:
        """Its path as one word; that of a column is the column's name."""
        return text_of(self.path)

    @property
    def ids(self) -> str:
        """Its path in the stable ids of the standard; what has none stands with its name."""
        known = [item.id or item.name for item in (*self.above, self.item)]
        steps = [
            step.value if isinstance(step, Each) else f".{id_}" for step, id_ in zip(self.path, known, strict=True)
        ]
        return "".join(steps).removeprefix(".")

    @property
    def many(self) -> bool:
        """Whether one row may have several of it."""
        return any(isinstance(step, Each) for step in self.path)


def fields_of(schema: Schema) -> Iterator[Field]:
    """Every column of the table, each followed by what is inside it."""
    for item in schema.properties:
        yield from _within(column_of(item))


def column_of(item: Property) -> Field:
    """A column of a table."""
    return Field(item, item.name, (item.column,))


def field_named(schema: Schema, name: str) -> Field | None:
    """The column or field called `name`, in the contract or in the warehouse, or else the one whose ids it is.

    A column's name wins over a path's.
    """
    item = schema.property(name)
    if item:
        return column_of(item)
    every = list(fields_of(schema)) if name else []
    named = next((each for each in every if name in (each.name, each.column)), None)
    return named or next((each for each in every if name == each.ids), None)


def readings(contract: Contract, element: str) -> Iterator[tuple[Schema, str]]:
    """Each table that the element may begin with, and the column or field that is left: `table.address.at`."""
    parts = element.split(".")
    for count in range(len(parts) - 1, 0, -1):
        if schema := contract.schema(".".join(parts[:count])):
            yield schema, ".".join(parts[count:])
    if len(contract.schemas) == 1:
        yield contract.schemas[0], element


def text_of(path: Path) -> str:
    """As in `address.zip`, `orders[].id` or `tags{key}`."""
    first, *below = path
    return str(first) + "".join(step.value if isinstance(step, Each) else f".{step}" for step in below)


def closed(field: Field) -> str:
    """Why nothing of the field can be measured, or ""."""
    for item in (*field.above, field.item):
        if item.semantic_type == "measure":
            return "a measure is computed by its `transformLogic`; it is no column"
    for item in field.above:
        if is_document(item):
            return f"{item.name} is a {item.physical_type} document, whose fields the warehouse does not know"
    return ""


def is_document(item: Property) -> bool:
    """Whether it is declared as a document, of which the catalog knows no fields."""
    return _kind(item) in _DOCUMENTS


def is_written(item: Property) -> bool:
    """Whether it is declared as a text, so that a date or time in it is written in some format."""
    return _kind(item) in _TEXTS


def _kind(item: Property) -> str:
    words = item.physical_type.upper().replace("(", " ").split()
    return words[0] if words else ""


def _within(field: Field) -> Iterator[Field]:
    yield field
    for child in inside(field):
        yield from _within(child)


def inside(field: Field) -> Iterator[Field]:
    """What is directly inside it."""
    item, above = field.item, (*field.above, field.item)
    for child in item.properties:
        yield Field(child, f"{field.name}.{child.name}", (*field.path, child.column), above)
    for step, part in ((Each.ITEM, item.items), (Each.KEY, item.map_key), (Each.VALUE, item.map_value)):
        if part:
            yield Field(part, field.name + step.value, (*field.path, step), above)
