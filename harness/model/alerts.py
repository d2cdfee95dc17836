"""Whom `harness.yaml` tells of incidents, and when: its entry `alerts`, read and checked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time

from harness.model.result import Severity

CONTRACT = "contract"
"""In the place of a channel in a route: the support channels of the contract."""


@dataclass(frozen=True, slots=True)
class Route:
    """The first route that an incident matches says where its messages go; each pattern may hold `*` and `?`."""

    to: tuple[str, ...] = (CONTRACT,)
    """Names of `channels`, or `contract`; none for nobody."""
    layer: str = "*"
    owner: str = "*"
    contract: str = "*"
    table: str = "*"
    severity: Severity = Severity.WARNING
    """The least that it takes."""


@dataclass(frozen=True, slots=True)
class QuietHours:
    """A time of the day at which only what is grave is told."""

    begin: time
    end: time
    """Before `begin` when the night lies between."""
    zone: str
    breaks_through: Severity | None = Severity.ERROR
    """The least severity that is told all the same; None for nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertSettings:
    """The entry `alerts`; durations in seconds. Addresses hold ${VARIABLE} as written: a secret is never in here."""

    channels: Mapping[str, str] = field(default_factory=dict)
    """The project's own channels: name -> Apprise URL."""
    tools: Mapping[str, str] = field(default_factory=dict)
    """`tool` of a support channel -> Apprise URL with `{channel}` or `{address}` in it."""
    allow: tuple[str, ...] = ()
    """Patterns of what a contract itself may name: `scheme://host[:port]`, or `mailto:*@example.com`."""
    routes: tuple[Route, ...] = (Route(),)
    quiet_hours: QuietHours | None = None
    remind_after: float = 86_400.0
    unknown_after: int = 2
    """Runs in a row that could not tell, from which on that is an incident."""
    timeout: float = 30.0
    """The longest that sending all messages may take."""
