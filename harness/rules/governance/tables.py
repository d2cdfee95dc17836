"""The tables of a project as house rules see them: what contracts, dbt and lineage say of one table, under one name."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from harness.model.contract import Contract, Schema
from harness.model.dbt import DbtNode, DbtProject, DbtSource
from harness.model.lineage import Lineage
from harness.model.location import Location
from harness.model.project import LAYERS, Project
from harness.rules.rule import Context

_WORD = "[a-z0-9]+(?:_[a-z0-9]+)*"
_PLACEHOLDER = re.compile(r"<(\w+)>|(\*)")
_TABLES = "tables"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table: the contract that promises it, and the node or source of dbt that it is; either may be missing."""

    key: str
    """`schema.name` in lower case."""
    layer: str = ""
    contract: Contract | None = None
    schema: Schema | None = None
    node: DbtNode | None = None
    source: DbtSource | None = None

    @property
    def name(self) -> str:
        """As people call it."""
        return self.schema.name if self.schema else self.key

    @property
    def bare(self) -> str:
        """Its name in the warehouse, without the database schema."""
        return self.schema.table.rpartition(".")[2] if self.schema else self.key.rpartition(".")[2]

    @property
    def at(self) -> Location:
        """Its model, else the place in its contract, else where dbt names it as a source."""
        for part in (self.node, self.schema, self.source):
            if part:
                return part.at
        return Location("")

    def finding(self) -> dict[str, Any]:
        """Whose a finding is."""
        return {"table": self.name, "contract": self.contract}


def tables_of(context: Context) -> Mapping[str, Table]:
    """Every table that a contract declares or dbt knows, by its key; of dbt's packages what a contract declares."""
    if _TABLES not in context.known:
        context.known[_TABLES] = {table.key: table for table in _tables(context.project, context.lineage, context.dbt)}
    found: Mapping[str, Table] = context.known[_TABLES]
    return found


def table_of(context: Context, item: DbtNode | DbtSource) -> Table:
    """The table that a node or source of dbt is; an ephemeral model is none, but has a layer all the same."""
    found = tables_of(context).get(item.relation.lower())
    if found and item in (found.node, found.source):
        return found
    node, source = (item, None) if isinstance(item, DbtNode) else (None, item)
    return Table(key=item.relation.lower(), layer=layer_of(context.project, item), node=node, source=source)


def _tables(project: Project, lineage: Lineage | None, dbt: DbtProject | None) -> Iterator[Table]:
    keys = lineage.keys if lineage else {}
    declared = {
        keys.get((contract.id, schema.name), schema.table).lower(): (contract, schema)
        for contract in project.contracts
        for schema in contract.schemas
    }
    relations = dbt.relations if dbt else {}
    own = {key for key, item in relations.items() if dbt and item.package == dbt.name}
    for key in dict.fromkeys((*declared, *sorted(own))):
        contract, schema = declared.get(key, (None, None))
        item = relations.get(key)
        layer = contract.layer if contract else ""
        yield Table(
            key=key,
            layer=layer or (layer_of(project, item) if item else ""),
            contract=contract,
            schema=schema,
            node=item if isinstance(item, DbtNode) else None,
            source=item if isinstance(item, DbtSource) else None,
        )


def layer_of(project: Project, item: DbtNode | DbtSource) -> str:
    """The layer of what has no contract: a source is raw; a model's is told by its folder, else by its name."""
    if isinstance(item, DbtSource):
        return "raw"
    return folder_layer(project, item) or named_layer(project, item.name)


def named_layer(project: Project, name: str) -> str:
    """The layer whose tables are called so, or ""; raw is told by nobody's name."""
    return next((layer for layer in LAYERS[1:] if matches(project, layer, name)), "")


def folder_layer(project: Project, node: DbtNode) -> str:
    """The layer whose folder the model lies in, or ""."""
    stated = project.governance.folders if project.governance else {}
    parts = node.path.split("/")[:-1]
    for layer in reversed(LAYERS):
        folder = stated.get(layer, "").strip("/")
        if (folder and f"{'/'.join(parts)}/".startswith(f"{folder}/")) or (not folder and layer in parts):
            return layer
    return ""


def matches(project: Project, layer: str, name: str, sources: Iterable[str] = ()) -> bool:
    """Whether a table of this layer may be called so; `sources` are those that `<source>` may be, any when none."""
    stated = project.governance.names if project.governance else {}
    return any(_pattern(pattern, tuple(sources)).fullmatch(name) for pattern in stated.get(layer, ()))


def _pattern(text: str, sources: tuple[str, ...]) -> re.Pattern[str]:
    known = "|".join(map(re.escape, sources)) or _WORD
    literal, last = "", 0
    for found in _PLACEHOLDER.finditer(text):
        literal += re.escape(text[last : found.start()])
        literal += ".*" if found[2] else f"(?:{known if found[1] == 'source' else _WORD})"
        last = found.end()
    return re.compile(literal + re.escape(text[last:]))


def reads(context: Context, node: DbtNode) -> Iterator[DbtNode | DbtSource]:
    """The tables that a model reads by `ref` and `source`, through ephemeral models too."""
    dbt = context.dbt
    seen, left = {node.id}, list(dbt.parents(node)) if dbt else []
    while dbt and left:
        parent = left.pop(0)
        if parent.id in seen:
            continue
        seen.add(parent.id)
        if isinstance(parent, DbtNode) and parent.materialized == "ephemeral":
            left += dbt.parents(parent)
        else:
            yield parent
