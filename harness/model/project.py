"""The project: what `harness.yaml` says, with the contracts and checks it points at."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path
from typing import Any

from harness.model.alerts import AlertSettings
from harness.model.change import Compatibility, Impact
from harness.model.contract import Contract, Schema, Server
from harness.model.governance import Governance
from harness.model.healing import Remedy
from harness.model.location import Location
from harness.model.result import Dimension, Severity
from harness.model.sequence import Step
from harness.model.threshold import Threshold
from harness.model.waiver import Waiver

LAYERS = ("raw", "staging", "intermediate", "marts")
"""In the order in which data flows."""
DEFAULT_COMPATIBILITY: dict[str, Compatibility] = {
    "raw": "forward",
    "staging": "forward",
    "intermediate": "forward",
    # what is handed on is read and written by people who do not know one another, and some come late
    "marts": "full-transitive",
}
"""By layer; forward where there is none."""
_IMPACTS: dict[Severity | None, Impact] = {
    Severity.ERROR: "breaking",
    Severity.WARNING: "risky",
    Severity.INFO: "safe",
    None: "safe",
}


@dataclass(frozen=True, slots=True)
class Goal:
    """The default target and alert of a quality dimension, with the unit both are in (`percent` or `seconds`)."""

    target: Threshold
    alert: Threshold
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How strict this project is."""

    fail_on: Severity = Severity.ERROR
    goals: Mapping[Dimension, Goal] = field(default_factory=dict)
    severities: Mapping[str, Mapping[str, Severity | None]] = field(default_factory=dict)
    """rule id -> layer (or `*`) -> severity; None turns the rule off there."""
    places: Mapping[str, Location] = field(default_factory=dict, repr=False, compare=False)
    """Where each of these rule ids stands in `harness.yaml`."""
    classifications: tuple[str, ...] = ()
    sample_classifications: tuple[str, ...] = ("public",)
    """Classifications of columns whose values a report may hold, as may those of columns without any."""
    required_sla: tuple[str, ...] = ()
    """SLA names (canonical) that every contract must state."""
    max_waiver_days: int = 90
    """The longest that a waiver may hold."""
    compatibility: Mapping[str, Compatibility] = field(default_factory=dict)
    """Layer (or `*`) -> whom a new version must not break."""
    contract_compatibility: Mapping[str, Compatibility] = field(default_factory=dict)
    """The same by the id of a contract, or a pattern of ids; the first that matches wins over the layer's."""
    objectives: Mapping[str, float] = field(default_factory=dict)
    """Layer (or `*`) -> share of deliveries to be kept, in percent, where a service level states none."""
    approve_spent: bool = False
    """Whether a contract whose error budget is spent passes only with the approval of its owner."""
    calendars: Mapping[str, Any] = field(default_factory=dict)
    """Layer (or `*`) -> the business calendar as `harness.yaml` writes it."""

    def severity(self, rule: str, layer: str, default: Severity) -> Severity | None:
        """The severity of `rule` in `layer`, or None when the project turned it off there."""
        by_layer = self.severities.get(rule, {})
        return by_layer[layer] if layer in by_layer else by_layer.get("*", default)

    def impact(self, rule: str, layer: str) -> Impact | None:
        """What the project says of a change that `rule` finds in `layer`; None when that is left to the rule.

        A rule that is off says that it is safe: a change is never hidden.
        """
        by_layer = self.severities.get(rule, {})
        return _IMPACTS[self.severity(rule, layer, Severity.ERROR)] if {layer, "*"} & by_layer.keys() else None

    def compatibility_of(self, contract: Contract) -> Compatibility:
        """Whom a new version of the contract must not break."""
        for pattern, said in self.contract_compatibility.items():
            if fnmatchcase(contract.id, pattern):
                return said
        default = DEFAULT_COMPATIBILITY.get(contract.layer, "forward")
        return self.compatibility.get(contract.layer, self.compatibility.get("*", default))


@dataclass(frozen=True, slots=True)
class Violation:
    """A place where a document breaks its JSON Schema."""

    at: Location
    path: str
    """As in `schema[0].properties[3].logicalType`."""
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A contract file as it was read: `error` when it is no YAML at all, else a contract, perhaps with violations."""

    file: str
    contract: Contract | None = None
    violations: tuple[Violation, ...] = ()
    error: Violation | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckFile:
    """A file of `checks/`: Soda YAML (`kind` soda) or one SELECT (`kind` sql); its path gives `dataset` and `layer`.

    `data` is the parsed YAML of a Soda file; `header` holds the `-- key: value` lines at the top of a SQL file.
    """

    file: str
    kind: str
    layer: str = ""
    dataset: str = ""
    name: str = ""
    text: str = ""
    data: Any = None
    header: Mapping[str, str] = field(default_factory=dict)
    error: Violation | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiverFile:
    """`waivers.yaml` as it was read: the entries that are in order, and what is wrong with the others."""

    file: str = "waivers.yaml"
    text: str = ""
    """"" when there is no such file."""
    entries: tuple[Waiver, ...] = ()
    violations: tuple[Violation, ...] = ()


@dataclass(frozen=True, slots=True)
class LineageSources:
    """What tells where columns come from, beside contracts and checks; paths are relative to the project's folder."""

    dbt: str = ""
    """The `target` folder of a dbt project."""
    dbt_project: str = ""
    """The folder of its `dbt_project.yml`."""
    sql: tuple[str, ...] = ()
    """Files of SQL statements, or folders of them."""
    events: tuple[str, ...] = ()
    """OpenLineage event files of other producers, or folders of them."""


@dataclass(frozen=True, slots=True)
class HistorySettings:
    """Where earlier runs are kept, and for how long."""

    url: str = field(default="", repr=False)
    """A SQLite file or PostgreSQL; "" for `history.db` in the folder of reports."""
    keep: float = 400 * 86_400.0
    """Seconds after which a run is deleted."""


@dataclass(frozen=True, slots=True)
class AuditSettings:
    """When audits are due."""

    schedule: str = ""
    """By cron; "" when only the scheduler knows."""
    timezone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Publishing:
    """What `harness publish` writes, and where."""

    folder: str = "docs"
    """Of the documents, below the project's."""
    backfill: Mapping[str, str] = field(default_factory=dict)
    """Layer (or `*`) -> the command that loads a table anew, where its contract names none; may hold `{table}`."""


@dataclass(frozen=True, slots=True)
class HandoffSettings:
    """`handoff` of `harness.yaml`: names, for no machine knows them."""

    agent: str = ""
    """Who hands the data on; the project's name where it is not said."""
    next_agent: str = ""
    """Who takes it."""


@dataclass(frozen=True, kw_only=True)
class Project:
    """`harness.yaml` and everything it points at, read once."""

    name: str
    root: Path
    file: str = "harness.yaml"
    contracts_dir: str = "contracts"
    checks_dir: str = "checks"
    reports_dir: str = "reports"
    as_of: datetime | None = None
    """The clock of the project when its data is of another time; `--as-of` wins over it."""
    servers: Mapping[str, Server] = field(default_factory=dict)
    """By name; they win over the `servers` of a contract with the same name."""
    default_server: str = ""
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Values that the environment gave to servers -> their variables; none of them may be shown."""
    statement_timeout: float = 300.0
    """Seconds after which a statement is stopped."""
    openlineage: Mapping[str, Any] = field(default_factory=dict)
    """`config` (a file), `namespace`, `timeout` (seconds)."""
    lineage: LineageSources = LineageSources()
    history: HistorySettings = HistorySettings()
    audit: AuditSettings = AuditSettings()
    publishing: Publishing = Publishing()
    ignored_tables: tuple[str, ...] = ()
    """Patterns of tables that need no contract (`raw._*`)."""
    policy: Policy = field(default_factory=Policy)
    remedies: tuple[Remedy, ...] = ()
    """What `harness verify --heal` may do between two attempts; the first that matches a failure counts."""
    alerts: AlertSettings | None = None
    """Whom to tell of incidents; None when `harness.yaml` says nothing of it."""
    governance: Governance | None = None
    """The house rules; None when `harness.yaml` says nothing of them, and they are not held."""
    handoff: HandoffSettings = field(default_factory=HandoffSettings)
    sequence: tuple[Step, ...] = ()
    """What its owners run to verify it, beside the contracts."""
    documents: tuple[Document, ...] = ()
    checks: tuple[CheckFile, ...] = ()
    waivers: WaiverFile = field(default_factory=WaiverFile)
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False, compare=False)
    """Every file of contracts, checks, waivers and settings that could be read -> its bytes as they were read."""

    @cached_property
    def inputs(self) -> str:
        """One SHA-256 of everything in `files`: a run that was held against other files has another."""
        parts = (f"{name}\0{hashlib.sha256(content).hexdigest()}\n" for name, content in sorted(self.files.items()))
        return hashlib.sha256("".join(parts).encode("utf-8", "surrogatepass")).hexdigest()

    @cached_property
    def contracts(self) -> tuple[Contract, ...]:
        """The contracts that could be read."""
        return tuple(d.contract for d in self.documents if d.contract)

    @cached_property
    def schemas(self) -> Mapping[tuple[str, str], tuple[Contract, Schema]]:
        """Contract id and table -> both; the first of several."""
        pairs = [((c.id, schema.name), (c, schema)) for c in self.contracts for schema in c.schemas]
        return dict(reversed(pairs))

    def find(self, name: str) -> tuple[Contract, Schema] | None:
        """The contract and table called `name`; a database schema in front (`raw.flights`) is allowed."""
        return self.tables.get(name) or self.tables.get(name.rpartition(".")[2])

    @cached_property
    def tables(self) -> Mapping[str, tuple[Contract, Schema]]:
        """Every table under each name it goes by: in the contract and in the warehouse."""
        named: dict[str, tuple[Contract, Schema]] = {}
        for contract in self.contracts:
            database_schemas = {
                str(server.settings["schema"]) for server in contract.servers if server.settings.get("schema")
            }
            for schema in contract.schemas:
                bare = schema.table.rpartition(".")[2]
                for name in (schema.name, schema.table, bare, *(f"{prefix}.{bare}" for prefix in database_schemas)):
                    named.setdefault(name, (contract, schema))
        return named

    def server_of(self, contract: Contract) -> Server | None:
        """Where the data is: the project's server of the contract's name, else the contract's own, else the default."""
        own = self.stated_server(contract)
        return self.servers.get(own.name, own) if own else self.servers.get(self.default_server)

    def stated_server(self, contract: Contract) -> Server | None:
        """Of the servers that the contract lists the one that it is held against: the default, or else the first.

        A contract may list a server for each environment; `server` in harness.yaml says which of them is meant.
        """
        default = (server for server in contract.servers if server.name == self.default_server)
        return next(default, None) or next(iter(contract.servers), None)
