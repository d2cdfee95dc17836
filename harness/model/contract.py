"""A data contract (ODCS 3.0.2, 3.1.0, 3.2.0) as frozen values; every part knows the file and line it stands in.

Names are those of the standard, in snake case. What the standard leaves optional is None, "" or empty here,
so a contract that breaks its JSON Schema can still be linted.
Source: the Open Data Contract Standard, https://bitol-io.github.io/open-data-contract-standard/.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from harness.model.location import Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A part of a document: where it begins, and where each of its keys stands."""

    at: Location
    keys: Mapping[str, Location] = field(default_factory=dict, repr=False, compare=False)
    custom: Mapping[str, Any] = field(default_factory=dict)
    """`customProperties` as property -> value."""
    custom_keys: Mapping[str, Location] = field(default_factory=dict, repr=False, compare=False)

    def where(self, key: str) -> Location:
        """The place of `key`, or of the whole part when the key is not written."""
        return self.keys.get(key, self.at)

    def where_custom(self, name: str) -> Location:
        """The place of a customProperty, or of the whole part."""
        return self.custom_keys.get(name, self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Relationship(Node):
    """A foreign key: `columns` of this table refer to `target_columns` of `target`, each by name or by id."""

    columns: tuple[str, ...]
    target: str
    target_columns: tuple[str, ...]
    file: str = ""
    """The contract that it leads to, as written before a `#`; "" for this one or any other of the project."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityRule(Node):
    """One entry of `quality[]`; `operators` holds the comparators it states (`mustBe`, `mustBeLessThan`, ...)."""

    id: str = ""
    name: str = ""
    type: str = "library"
    metric: str = ""
    description: str = ""
    dimension: str = ""
    severity: str = ""
    unit: str = ""
    query: str = ""
    engine: str = ""
    implementation: Any = None
    arguments: Mapping[str, Any] = field(default_factory=dict)
    operators: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Property(Node):
    """A column (or a nested field) of a table."""

    name: str
    id: str = ""
    physical_name: str = ""
    logical_type: str = ""
    physical_type: str = ""
    description: str = ""
    classification: str = ""
    encrypted_name: str = ""
    """The column that holds the same values encrypted."""
    required: bool = False
    unique: bool = False
    primary_key: bool = False
    primary_key_position: int = -1
    partitioned: bool = False
    partition_key_position: int = -1
    semantic_type: str = ""
    """`column`, `measure` or `dimension`."""
    enum: tuple[Any, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    """`logicalTypeOptions`."""
    option_keys: Mapping[str, Location] = field(default_factory=dict, repr=False, compare=False)
    quality: tuple[QualityRule, ...] = ()
    relationships: tuple[Relationship, ...] = ()
    sources: tuple[str, ...] = ()
    """`transformSourceObjects`, each `table.column` or `schema.table.column`."""
    transform_logic: str = ""
    transform_description: str = ""
    tags: tuple[str, ...] = ()
    properties: tuple["Property", ...] = ()
    items: "Property | None" = None
    map_key: "Property | None" = None
    map_value: "Property | None" = None

    @property
    def column(self) -> str:
        """The column's name in the warehouse."""
        return self.physical_name or self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema(Node):
    """A table."""

    name: str
    id: str = ""
    physical_name: str = ""
    physical_type: str = ""
    description: str = ""
    granularity: str = ""
    properties: tuple[Property, ...] = ()
    quality: tuple[QualityRule, ...] = ()
    relationships: tuple[Relationship, ...] = ()
    tags: tuple[str, ...] = ()

    @property
    def table(self) -> str:
        """The table's name in the warehouse, perhaps with its database schema (`marts.fct_flights`)."""
        return self.physical_name or self.name

    @property
    def primary_key(self) -> tuple[Property, ...]:
        """The key's columns in their order."""
        keyed = [p for p in self.properties if p.primary_key]
        return tuple(sorted(keyed, key=lambda p: p.primary_key_position))

    def property(self, name: str) -> Property | None:
        """The column called `name`, in the contract or in the warehouse."""
        return next((p for p in self.properties if name and name in (p.name, p.physical_name)), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaProperty(Node):
    """One entry of `slaProperties`; `property` is as written, `elements` are split at commas."""

    property: str
    value: Any = None
    value_ext: Any = None
    """The other end of what `value` says, perhaps: the standard has no words for what it means."""
    unit: str = ""
    elements: tuple[str, ...] = ()
    description: str = ""
    schedule: str = ""
    scheduler: str = ""
    """Whose language `schedule` is in; `cron` when nothing is written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server(Node):
    """Where the data is: `settings` holds every further key of the entry (`database`, `schema`, `host`, ...)."""

    name: str
    type: str
    environment: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member(Node):
    """A person of the team."""

    username: str
    role: str = ""
    name: str = ""
    date_out: str = ""
    """The last day in the team, as written: ISO 8601."""

    def owns(self, today: date) -> bool:
        """Whether this person owns the contract on that day."""
        return is_owner(self.role) and not has_left(self.date_out, today)


_OWNER = re.compile(
    r"(?:(?:co|data|dataset|table|product|contract|domain|business|technical|system|service|process|primary)[\s_-]*)*"
    r"owner",
    re.IGNORECASE,
)
"""`owner`, `Data Owner`, `product-owner`, `dataOwner`; not `former owner`, and no word that nobody knows."""


def is_owner(role: str) -> bool:
    """Whether a role is that of an owner."""
    return _OWNER.fullmatch(role.strip()) is not None


def has_left(date_out: str, today: date) -> bool:
    """Whether the last day of somebody is over; of one that is no date nobody knows that it is not."""
    try:
        return bool(date_out) and date.fromisoformat(date_out.strip()[:10]) < today
    except ValueError:
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Team(Node):
    """Who answers for the data."""

    name: str = ""
    description: str = ""
    members: tuple[Member, ...] = ()

    def owners(self, today: date) -> tuple[Member, ...]:
        """Its members who own the contract on a day."""
        return tuple(member for member in self.members if member.owns(today))


@dataclass(frozen=True, slots=True, kw_only=True)
class Support(Node):
    """One entry of `support`: where people ask and are told."""

    channel: str
    url: str = ""
    tool: str = ""
    """`email`, `slack`, `teams`, `discord`, `ticket`, `googlechat` or `other`."""
    scope: str = ""
    """`interactive`, `announcements`, `issues` or `notifications`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Role(Node):
    """One entry of `roles`: by which people get access to the data on the server."""

    name: str
    access: str = ""
    """As written: `read`, `write`, ..."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract(Node):
    """A whole contract file."""

    id: str
    version: str = ""
    api_version: str = ""
    status: str = ""
    name: str = ""
    domain: str = ""
    description: Mapping[str, str] = field(default_factory=dict)
    """`purpose`, `usage`, `limitations`."""
    servers: tuple[Server, ...] = ()
    schemas: tuple[Schema, ...] = ()
    sla: tuple[SlaProperty, ...] = ()
    team: Team | None = None
    support: tuple[Support, ...] = ()
    roles: tuple[Role, ...] = ()
    tags: tuple[str, ...] = ()

    @property
    def channels(self) -> tuple[str, ...]:
        """The names of its support channels."""
        return tuple(each.channel for each in self.support)

    @property
    def layer(self) -> str:
        """The layer it declares (`raw`, `staging`, `intermediate`, `marts`), or ""."""
        value = self.custom.get("layer", "")
        return value if isinstance(value, str) else ""

    @property
    def owner(self) -> str:
        """By what name its owner is shown: the team, else its first member who is one, on whatever day, or ""."""
        owners = self.team.owners(date.min) if self.team else ()
        return (self.team.name if self.team else "") or next((each.username or each.name for each in owners), "")

    def owners(self, today: date) -> tuple[str, ...]:
        """Everybody who owns it on a day: the team by its name, then each person by user name, else by name."""
        names = [self.team.name, *(each.username or each.name for each in self.team.owners(today))] if self.team else []
        return tuple(dict.fromkeys(filter(None, names)))

    def schema(self, name: str) -> Schema | None:
        """The table called `name`, in the contract or in the warehouse, or else the one whose id it is."""
        named = (s for s in self.schemas if name and name in (s.name, s.table, s.table.split(".")[-1]))
        return next(named, None) or next((s for s in self.schemas if name and name == s.id), None)

    def walk(self) -> Iterator[tuple[Schema, Property]]:
        """Every column with its table; nested fields are not walked."""
        for schema in self.schemas:
            for item in schema.properties:
                yield schema, item
