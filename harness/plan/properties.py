"""The clauses that columns and keys declare by themselves: presence, type, flags, options, relationships."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from harness.model.check import Check
from harness.model.fields import Each, Field, closed, fields_of
from harness.model.result import Dimension
from harness.plan.options import option_checks
from harness.plan.relationships import relationship_check
from harness.plan.table import VALUES, Table, id_of, reads


def property_checks(table: Table) -> Iterator[Check]:
    """The checks of every column and of every field inside one."""
    for field in fields_of(table.schema):
        reason = closed(field)
        for check in _checks(table, field):
            yield replace(check, skip=reason) if reason else check


def table_checks(table: Table) -> Iterator[Check]:
    """The checks of the primary key and of the relationships that stand on the table."""
    yield from _primary_key(table)
    for relationship in table.schema.relationships:
        yield relationship_check(table, relationship, None)


def _checks(table: Table, field: Field) -> Iterator[Check]:
    yield from _shape(table, field)
    yield from _flags(table, field)
    yield from option_checks(table, field)
    for relationship in field.item.relationships:
        yield relationship_check(table, relationship, field)


def _shape(table: Table, field: Field) -> Iterator[Check]:
    """Presence and type are decided by the drift rules, from the catalog; elements need no presence of their own."""
    item = field.item
    fields: dict[str, Any] = {**reads(field.path), "dimension": Dimension.VALIDITY}
    if not isinstance(field.path[-1], Each):
        yield table.check("column-missing", id_of(field, "present"), at=item.at, **fields)
    if item.logical_type or item.physical_type:
        at = item.where("physicalType" if item.physical_type else "logicalType")
        yield table.check("type-changed", id_of(field, "type"), at=at, **fields)


def _flags(table: Table, field: Field) -> Iterator[Check]:
    item, where = field.item, reads(field.path)
    if item.required:
        yield table.check("required", id_of(field, "required"), at=item.where("required"), **where)
    if item.unique:
        counted: dict[str, Any] = VALUES if field.many else {}
        yield table.check("unique", id_of(field, "unique"), at=item.where("unique"), **where, **counted)
    if item.enum:
        arguments = {"values": item.enum, "logicalType": item.logical_type}
        yield table.check("enum", id_of(field, "enum"), at=item.where("enum"), arguments=arguments, **where)


def _primary_key(table: Table) -> Iterator[Check]:
    """All key columns are one key; those inside objects belong to it."""
    keyed = [field for field in fields_of(table.schema) if field.item.primary_key]
    for field in keyed:
        if field.many:
            reason = "the standard does not say what a primary key inside an array or a map is a key of"
            at = field.item.where("primaryKey")
            yield table.check("primaryKey", id_of(field, "primaryKey"), at=at, skip=reason, **reads(field.path))
    key = sorted((field for field in keyed if not field.many), key=lambda field: field.item.primary_key_position)
    if key:
        reason = next(filter(None, map(closed, key)), "")
        at = key[0].item.where("primaryKey")
        yield table.check("primaryKey", "primaryKey", at=at, skip=reason, **reads(*(field.path for field in key)))
