"""What a relationship says, however it is written: names or ids, at the column or at the table."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from harness.changes.part import Part, name_in
from harness.load.contract import own_columns, relationship_in
from harness.load.yaml import Mapping as Written
from harness.model.contract import Contract, Relationship, Schema
from harness.rules.breaking.tables import fields_of, names_of, tables_of


@dataclass(frozen=True, slots=True)
class Reference:
    """Columns of one table that refer to columns of another."""

    type: str
    columns: tuple[str, ...]
    file: str
    target: str
    target_columns: tuple[str, ...]

    def __str__(self) -> str:
        file = f"{self.file}#" if self.file else ""
        return f"{_listed(self.columns)} -> {file}{self.target}.{_listed(self.target_columns)}"


@dataclass(frozen=True, slots=True)
class Renames:
    """What tables and columns are called now, by what they were called; empty for the later version."""

    tables: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """By the old names of table and column."""


def renames_in(parts: Sequence[Part]) -> Renames:
    """Those between the two versions."""
    names, tables = names_of(parts), tables_of(parts)
    return Renames(
        {name_in(table.before or {}): table.table for table in tables},
        {
            (name_in(table.before or {}), each.path): each.now
            for table in tables
            for each in fields_of(table.before, names)
        },
    )


def reference(
    written: Written, table: Mapping[str, Any], column: str, contract: Contract | None, renames: Renames
) -> Reference:
    """What one entry of `relationships` says, in the names of the later version. `column` is "" for one of a table."""
    names = (name_in(table), str(table.get("id") or ""))
    found = relationship_in(written, "", (column,) if column else own_columns(written, names))
    target = contract.schema(found.target) if contract and not found.file else None
    own = contract.schema(names[0]) if contract else None
    return Reference(
        type=str(written.get("type") or "foreignKey"),
        columns=_now(own, names[0], found.columns, renames),
        file=found.file,
        target=_target(target, found, renames),
        target_columns=_now(target, target.name if target else found.target, found.target_columns, renames),
    )


def _target(target: Schema | None, found: Relationship, renames: Renames) -> str:
    name = (target.name or target.physical_name) if target else found.target
    return name if found.file else renames.tables.get(name, name)


def _now(table: Schema | None, name: str, columns: Iterable[str], renames: Renames) -> tuple[str, ...]:
    """The columns by their names, where they are given by their ids, and in the later version."""
    ids = {each.id: each.name for each in table.properties if each.id} if table else {}
    own = {each.name for each in table.properties} if table else set()
    named = (each if each in own else ids.get(each, each) for each in columns)
    return tuple(renames.columns.get((name, each), each) for each in named)


def _listed(columns: Sequence[str]) -> str:
    return columns[0] if len(columns) == 1 else f"({', '.join(columns)})"
