"""The layer that a table is of, by its contract, its place in the dbt project or its database schema."""

from sqlglot import exp

from harness.model.dbt import DbtNode, DbtSource
from harness.model.project import LAYERS
from harness.rules.antipatterns.code import Code, contract_of, named
from harness.rules.rule import Context


def layer_of_code(code: Code, context: Context) -> str:
    """The layer of the table that a model builds."""
    found = code.of(None)
    return (found[0].layer if found else "") or (_of_node(code.node, context) if code.node else "")


def layer_of_table(table: exp.Table, context: Context) -> str:
    """The layer of a table that SQL names, "" when it is not known; a source of dbt is of `raw` if of no other."""
    name = named(table)
    found = contract_of(name, context.project)
    if found and found[0].layer:
        return found[0].layer
    known = context.dbt.relations.get(name) if context.dbt else None
    if isinstance(known, DbtNode):
        return _of_node(known, context)
    schema = table.db.lower()
    return schema if schema in LAYERS else LAYERS[0] if isinstance(known, DbtSource) else ""


def _of_node(node: DbtNode, context: Context) -> str:
    folders = context.project.governance.folders if context.project.governance else {}
    for layer, folder in folders.items():
        if node.path.startswith(f"{folder.rstrip('/')}/"):
            return layer
    return next((part for part in reversed(node.path.split("/")[:-1]) if part in LAYERS), "")
