"""The clauses in `relationships`, of a column or of the table."""

from pathlib import PurePosixPath
from typing import Any

from harness.model.check import Check
from harness.model.contract import Contract, Relationship
from harness.model.fields import Field, field_named
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
    parents, target_columns = reading(table, relationship)
    if len(parents) != 1:
        several = " and ".join(f"{parent.name} of {parent.contract.id}" for parent in parents)
        where = f" in {relationship.file}" if relationship.file else ""
        said = f"{target!r} may be {several}; name its schema too" if several else f"no contract declares {target!r}"
        return table.check("relationship", name, problem=said + where, **fields)
    (parent,) = parents
    if parent.server != table.server:
        return table.check("relationship", name, skip=f"{target} is on another server", **fields)
    if not relationship.columns:
        return table.check("relationship", name, problem="it names no column", **fields)
    if len(target_columns) != len(relationship.columns):
        return table.check("relationship", name, problem="its two sides differ in their number of columns", **fields)
    unknown = next((name for name in target_columns if not field_named(parent.schema, name)), "")
    if unknown:
        return table.check(
            "relationship", name, problem=f"{parent.schema.name} declares no column {unknown!r}", **fields
        )
    keys = parent.reads(target_columns)
    arguments = {"target_table": parent.name, "target_columns": keys["columns"]}
    if keys["paths"]:
        arguments["target_paths"] = keys["paths"]
    counted = VALUES if many else {}
    return table.check("relationship", name, arguments=arguments, **{**fields, **counted})


def reading(table: Table, relationship: Relationship) -> tuple[list[Table], tuple[str, ...]]:
    """The tables that a relationship may lead to, and its columns there.

    `a.b.c` is the column `c` of the table `a.b` if there is one, else the field `b.c` of `a`.
    """
    target, columns = relationship.target or table.schema.name, relationship.target_columns
    while True:
        parents = parents_of(table, target, relationship.file)
        shorter, dot, last = target.rpartition(".")
        if parents or not dot:
            return parents, columns
        target, columns = shorter, tuple(f"{last}.{column}" for column in columns)


def _is_of(contract: Contract, file: str) -> bool:
    """Whether a reference means the contract: `file` is an address or a path of which only the end is known here."""
    if not file:
        return True
    own, wanted = PurePosixPath(contract.at.file).parts, PurePosixPath(file).parts
    named = tuple(part for part in wanted if part != "..")
    shared = 1 if "://" in file else min(len(own), len(named))
    return own[-shared:] == named[-shared:]


def parents_of(table: Table, target: str, file: str = "") -> list[Table]:
    """The tables that a name may mean, in the contract `file` if that is said; one of its own before all others."""
    own = None if file else table.contract.schema(target)
    if own:
        return [table_of(table.project, table.contract, own)]
    schema, _, name = target.rpartition(".")
    contracts = [contract for contract in table.project.contracts if _is_of(contract, file)]
    every = [(contract, each) for contract in contracts for each in contract.schemas]
    called = [each for each in every if name in (each[1].name, each[1].table.rpartition(".")[2])]
    named = [table_of(table.project, *each) for each in called or [each for each in every if each[1].id == target]]
    wanted = [
        parent for parent in named if not schema or target in (parent.schema.table, str(parent.name), parent.schema.id)
    ]
    return list({(parent.server, parent.name): parent for parent in wanted}.values())
