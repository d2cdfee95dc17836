"""The clauses in `relationships`, of a column or of the table."""

from typing import Any

from harness.model.check import Check
from harness.model.contract import Relationship
from harness.model.fields import Field
from harness.plan.table import VALUES, Table, id_of, reads, table_of
from harness.plan.thresholds import tolerance


def relationship_check(table: Table, relationship: Relationship, field: Field | None) -> Check:
    """The check of a foreign key; one that leads nowhere, or to several tables, is a problem."""
    target = relationship.target or table.schema.name
    name = id_of(field, f"relationship/{target}")
    fields: dict[str, Any] = {
        **(reads(field.path) if field else table.reads(relationship.columns)),
        "at": relationship.where("to"),
        "description": str(relationship.custom.get("reason", "")),
    }
    many = bool(field and field.many)
    try:
        fields |= tolerance(relationship.custom)
        if many and fields.get("unit", "rows") != "rows":
            raise ValueError("inside an array or a map the values are counted; write it without a unit")
    except (ValueError, OverflowError) as error:
        return table.check("relationship", name, problem=f"the threshold cannot be read: {error}", **fields)
    parents = parents_of(table, target)
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
    keys = parent.reads(relationship.target_columns)
    arguments = {"target_table": parent.name, "target_columns": keys["columns"]}
    if keys["paths"]:
        arguments["target_paths"] = keys["paths"]
    counted = VALUES if many else {}
    return table.check("relationship", name, arguments=arguments, **{**fields, **counted})


def parents_of(table: Table, target: str) -> list[Table]:
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
