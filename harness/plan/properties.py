"""The clauses that columns and keys declare by themselves: presence, type, flags, options, relationships."""

from collections.abc import Iterator
from typing import Any

from harness.model.check import Check
from harness.model.contract import Property, Relationship
from harness.model.result import Dimension
from harness.plan.table import Table, id_of, table_of
from harness.plan.thresholds import tolerance

MEASURED_OPTIONS = ("minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "pattern")


def property_checks(table: Table) -> Iterator[Check]:
    """The checks of every column, column by column."""
    for item in table.schema.properties:
        yield from _shape(table, item)
        yield from _flags(table, item)
        yield from _options(table, item)
        for relationship in item.relationships:
            yield _relationship(table, relationship, item)


def table_checks(table: Table) -> Iterator[Check]:
    """The checks of the primary key and of the relationships that stand on the table."""
    key = table.schema.primary_key
    if key:
        columns = tuple(item.column for item in key)
        yield table.check("primaryKey", "primaryKey", columns=columns, at=key[0].where("primaryKey"))
    for relationship in table.schema.relationships:
        yield _relationship(table, relationship, None)


def _shape(table: Table, item: Property) -> Iterator[Check]:
    """Presence and type are decided by the drift rules, from the catalog."""
    fields: dict[str, Any] = {"columns": (item.column,), "dimension": Dimension.VALIDITY}
    yield table.check("column-missing", id_of(item, "present"), at=item.at, **fields)
    if item.logical_type or item.physical_type:
        at = item.where("physicalType" if item.physical_type else "logicalType")
        yield table.check("type-changed", id_of(item, "type"), at=at, **fields)
    for nested in (*item.properties, *((item.items,) if item.items else ())):
        name = f"{item.name}.{nested.name or 'items'}/nested"
        yield table.check("nested", name, at=nested.at, skip="fields inside objects and arrays are not measured yet")


def _flags(table: Table, item: Property) -> Iterator[Check]:
    columns = (item.column,)
    if item.required:
        yield table.check("required", id_of(item, "required"), columns=columns, at=item.where("required"))
    if item.unique:
        yield table.check("unique", id_of(item, "unique"), columns=columns, at=item.where("unique"))
    if item.enum:
        values = {"values": item.enum}
        yield table.check("enum", id_of(item, "enum"), columns=columns, at=item.where("enum"), arguments=values)


def _options(table: Table, item: Property) -> Iterator[Check]:
    for name, value in item.options.items():
        fields: dict[str, Any] = {"columns": (item.column,), "at": item.option_keys.get(name, item.at)}
        bound = value
        if isinstance(value, bool) and name.startswith("exclusive"):
            # in 3.0 the exclusive bounds are flags that sharpen `minimum` and `maximum`
            bound = item.options.get(name.removeprefix("exclusive").lower()) if value else None
        if name not in MEASURED_OPTIONS:
            yield table.check(name, id_of(item, name), skip=f"`{name}` is not measured yet", **fields)
        elif bound is None:
            yield table.check(name, id_of(item, name), skip=f"`{name}: {value}` bounds nothing here", **fields)
        else:
            arguments = {"pattern" if name == "pattern" else "bound": bound, "logicalType": item.logical_type}
            yield table.check(name, id_of(item, name), arguments=arguments, **fields)


def _relationship(table: Table, relationship: Relationship, item: Property | None) -> Check:
    target = relationship.target or table.schema.name
    name = id_of(item, f"relationship/{target}")
    fields: dict[str, Any] = {
        "columns": tuple(table.column(name) for name in relationship.columns),
        "at": relationship.where("to"),
        "description": str(relationship.custom.get("reason", "")),
    }
    try:
        fields |= tolerance(relationship.custom)
    except (ValueError, OverflowError) as error:
        return table.check("relationship", name, problem=f"the threshold cannot be read: {error}", **fields)
    parents = _parents(table, target)
    if len(parents) != 1:
        several = " and ".join(f"{parent.name} of {parent.contract.id}" for parent in parents)
        said = f"{target!r} may be {several}; name its schema too" if several else f"no contract declares {target!r}"
        return table.check("relationship", name, problem=said, **fields)
    (parent,) = parents
    if parent.server != table.server:
        return table.check("relationship", name, skip=f"{target} is on another server", **fields)
    if not relationship.columns:
        return table.check("relationship", name, problem="it names no column", **fields)
    if len(relationship.target_columns) != len(relationship.columns):
        return table.check("relationship", name, problem="its two sides differ in their number of columns", **fields)
    keys = tuple(parent.column(name) for name in relationship.target_columns)
    arguments = {"target_table": parent.name, "target_columns": keys}
    return table.check("relationship", name, arguments=arguments, **fields)


def _parents(table: Table, target: str) -> list[Table]:
    """The tables that a relationship may mean: one of its own contract before all others."""
    own = table.contract.schema(target)
    if own:
        return [table_of(table.project, table.contract, own)]
    schema, _, name = target.rpartition(".")
    named = [
        table_of(table.project, contract, each)
        for contract in table.project.contracts
        for each in contract.schemas
        if name in (each.name, each.table.rpartition(".")[2])
    ]
    wanted = [parent for parent in named if not schema or target in (parent.schema.table, str(parent.name))]
    return list({(parent.server, parent.name): parent for parent in wanted}.values())
