"""What a reference names: `table`, `table.column`, `schema.table` or `schema.table.column`."""

from dataclasses import dataclass

from harness.model.contract import Contract, Schema
from harness.model.project import Project


@dataclass(frozen=True, slots=True)
class Target:
    """A reference that was found: the table, and the column it names ("" when it names the table alone)."""

    contract: Contract
    schema: Schema
    column: str = ""


def resolve(project: Project, reference: str) -> Target | None:
    """The table that `reference` names among the project's contracts; its column need not exist.

    `a.b` is read as table and column first, and as database schema and table when there is no table `a`.
    """
    table, _, column = reference.rpartition(".")
    found = project.find(table) if table else None
    if found:
        return Target(*found, column)
    found = project.find(reference)
    return Target(*found) if found else None
