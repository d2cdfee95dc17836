"""A dbt project as its manifest tells it: nodes, sources, tests and exposures, each with its file and line.

Names are dbt's own. Source: the manifest's JSON Schema, https://schemas.getdbt.com/dbt/manifest/.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from harness.model.location import Location

NodeKind = Literal["model", "snapshot", "seed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DbtColumn:
    """A column as a properties file describes it."""

    name: str
    description: str = ""
    data_type: str = ""
    constraints: tuple[str, ...] = ()
    """Their types: `not_null`, `primary_key`, `unique`, `foreign_key`, `check`."""
    tags: tuple[str, ...] = ()
    meta: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DbtNode:
    """A model, snapshot or seed."""

    id: str
    """dbt's unique id: `model.shop.stg_shop__orders`."""
    kind: NodeKind
    name: str
    package: str
    parts: tuple[str, ...]
    """Database, schema and name of the table, as far as there are such."""
    at: Location
    """Its file."""
    path: str
    """The file below the dbt project: `models/staging/stg_shop__orders.sql`."""
    described_at: Location | None = None
    """Where a properties file describes it."""
    materialized: str = ""
    """`table`, `view`, `incremental`, `ephemeral`, `snapshot`, `seed`, ..."""
    config: Mapping[str, Any] = field(default_factory=dict)
    """All that is configured, the defaults of dbt included: `unique_key`, `incremental_strategy`, `lookback`, ..."""
    configured: Mapping[str, Any] = field(default_factory=dict)
    """What somebody has written of it, unrendered."""
    description: str = ""
    columns: tuple[DbtColumn, ...] = ()
    tags: tuple[str, ...] = ()
    meta: Mapping[str, Any] = field(default_factory=dict)
    depends_on: tuple[str, ...] = ()
    """Ids of the nodes and sources that it reads by `ref` and `source`."""
    macros: tuple[str, ...] = ()
    """Ids of the macros that it calls."""
    language: str = "sql"
    raw_code: str = ""
    compiled_code: str = ""
    """"" when it is not known, and `problem` says why."""
    problem: str = ""
    changed: bool = False
    """Whether its file is no longer what was compiled, or is gone."""
    enabled: bool = True
    access: str = ""
    contract_enforced: bool = False

    @property
    def relation(self) -> str:
        """`schema.name`."""
        return ".".join(self.parts[-2:])

    def column(self, name: str) -> DbtColumn | None:
        """The column called `name`, in any case."""
        return next((column for column in self.columns if column.name.lower() == name.lower()), None)


@dataclass(frozen=True, slots=True)
class DbtFreshness:
    """The ages, in seconds, from which `dbt source freshness` warns and fails; None for one that is not set."""

    warn_after: float | None = None
    error_after: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DbtSource:
    """A table of a source."""

    id: str
    source: str
    """The name of the source that it belongs to."""
    name: str
    package: str
    parts: tuple[str, ...]
    at: Location
    """Where the properties file names it."""
    loader: str = ""
    loaded_at: str = ""
    """The column or the query that tells when it was loaded."""
    freshness: DbtFreshness = DbtFreshness()
    description: str = ""
    source_description: str = ""
    columns: tuple[DbtColumn, ...] = ()
    tags: tuple[str, ...] = ()
    meta: Mapping[str, Any] = field(default_factory=dict)
    enabled: bool = True

    @property
    def relation(self) -> str:
        """`schema.name`."""
        return ".".join(self.parts[-2:])


@dataclass(frozen=True, slots=True, kw_only=True)
class DbtTest:
    """A data test or a unit test."""

    id: str
    name: str
    package: str
    kind: str
    """Of a generic test its name (`unique`, `not_null`, `dbt_utils.unique_combination_of_columns`), else `singular`
    or `unit`."""
    at: Location
    node: str = ""
    """The id of what it is attached to, for a generic or a unit test."""
    column: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    depends_on: tuple[str, ...] = ()
    severity: str = "error"
    """In lower case."""
    where: str = ""
    warn_if: str = "!= 0"
    error_if: str = "!= 0"
    limit: int | None = None
    """How many failures it counts, at most."""
    enabled: bool = True
    tags: tuple[str, ...] = ()
    meta: Mapping[str, Any] = field(default_factory=dict)
    raw_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DbtExposure:
    """Something downstream that uses models: a dashboard, a notebook, an application."""

    id: str
    name: str
    type: str
    at: Location
    owner: str = ""
    """The name or else the address of its owner."""
    description: str = ""
    depends_on: tuple[str, ...] = ()
    meta: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DbtMacro:
    """A macro of the project itself."""

    id: str
    name: str
    at: Location
    sql: str


@dataclass(frozen=True, kw_only=True)
class DbtProject:
    """What the manifest holds; `disabled` is what is switched off, in none of the others."""

    name: str
    version: str
    """Of dbt."""
    adapter: str
    """`duckdb`, `postgres`, `snowflake`, ..."""
    at: Location
    """The manifest."""
    nodes: Mapping[str, DbtNode] = field(default_factory=dict)
    sources: Mapping[str, DbtSource] = field(default_factory=dict)
    tests: tuple[DbtTest, ...] = ()
    exposures: tuple[DbtExposure, ...] = ()
    macros: tuple[DbtMacro, ...] = ()
    disabled: tuple[DbtNode | DbtTest | DbtSource, ...] = ()
    stale: tuple[Location, ...] = ()
    """Files of models and snapshots that came, went or were changed after the manifest was written."""

    @cached_property
    def own(self) -> tuple[DbtNode, ...]:
        """The nodes of the project itself; those of its packages are others' work."""
        return tuple(node for node in self.nodes.values() if node.package == self.name)

    @cached_property
    def readers(self) -> Mapping[str, tuple[DbtNode, ...]]:
        """Id of a node or source -> the nodes that read it."""
        found: dict[str, list[DbtNode]] = {}
        for node in self.nodes.values():
            for read in dict.fromkeys(node.depends_on):
                found.setdefault(read, []).append(node)
        return {read: tuple(nodes) for read, nodes in found.items()}

    @cached_property
    def tests_of(self) -> Mapping[str, tuple[DbtTest, ...]]:
        """Id of a node or source -> the tests that are attached to it."""
        found: dict[str, list[DbtTest]] = {}
        for test in self.tests:
            found.setdefault(test.node, []).append(test)
        return {of: tuple(tests) for of, tests in found.items()}

    @cached_property
    def relations(self) -> Mapping[str, DbtNode | DbtSource]:
        """`schema.name` in lower case -> what is called so; a node before a source. Ephemeral models are no tables."""
        tables = [node for node in self.nodes.values() if node.materialized != "ephemeral"]
        named = {item.relation.lower(): item for item in self.sources.values()}
        return named | {node.relation.lower(): node for node in tables}

    def parents(self, node: DbtNode) -> Iterator[DbtNode | DbtSource]:
        """What the node reads by `ref` and `source`."""
        for read in dict.fromkeys(node.depends_on):
            found = self.nodes.get(read) or self.sources.get(read)
            if found:
                yield found
