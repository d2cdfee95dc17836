"""What audits know over time: arrivals, deliveries, error budgets, incidents and the alerts about them.

`harness/history/` keeps it, `harness/slo/` and `harness/incidents/` work it out; a Report carries it. Earlier runs and
results are in `model/past.py`, which every run needs.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Literal

from harness.model.result import Severity

BudgetState = Literal["ok", "burning", "spent", "too-few", "unknown"]
"""`too-few`: not enough deliveries to tell; `unknown`: nothing is known of any, or of too many."""
IncidentState = Literal["open", "resolved"]
IncidentKind = Literal["failure", "unknown"]
"""`unknown`: nothing is known to have failed, but for some runs in a row it could not be told."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """The newest time that a run saw in the column that tells when data came."""

    stamp: datetime
    """The newest time in the data."""
    seen: datetime
    """When the run looked, by the clock that it measured ages at."""
    run_id: str


@dataclass(frozen=True, slots=True)
class Slot:
    """When a delivery is expected."""

    due: datetime
    deadline: datetime
    """`due` and the grace that the contract gives."""


class DeliveryState(Enum):
    """What became of a slot."""

    KEPT = "kept"
    """Arrived by the deadline."""
    LATE = "late"
    """Arrived after it."""
    MISSED = "missed"
    """Did not arrive before the next was due."""
    PENDING = "pending"
    """The deadline has not passed."""
    UNKNOWN = "unknown"
    """There is no evidence either way; never counted as kept."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A slot and what arrived for it."""

    slot: Slot
    arrived: datetime | None
    state: DeliveryState


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """How much of what may go wrong has gone wrong."""

    objective: float
    """Share of deliveries to be kept, in percent."""
    window: str
    """`30 d` or `20 deliveries`."""
    expected: int
    """Slots of the window whose deadline has passed; the sum of kept, late, missed and unknown."""
    delivered: int
    """Kept or late."""
    kept: int
    late: int
    missed: int
    unknown: int
    allowed: float
    """How many of `expected` may be late or missed."""
    left: float | None
    """Share of the budget: 1 is untouched, 0 used up, less is spent; None when it is unknown."""
    burn_long: float | None = None
    """How many times as fast as allowed the budget went over the last deliveries; None when they are too few."""
    burn_short: float | None = None
    """The same over the very last."""
    state: BudgetState

    def told_unknown(self, where: str = "") -> str:
        """`1 of 27 deliveries is unknown`."""
        deliveries = "delivery" if self.expected == 1 else "deliveries"
        return (
            f"{self.unknown:,} of {self.expected:,} {deliveries}{where} {'is' if self.unknown == 1 else 'are'} unknown"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaStatus:
    """One element of one entry of `slaProperties`, over time."""

    contract: str
    version: str = ""
    layer: str = ""
    owner: str = ""
    table: str
    property: str
    """Canonical name: `frequency`, `latency`, ..."""
    element: str = ""
    budget: Budget
    deliveries: tuple[Delivery, ...] = ()
    """Of the window, oldest first."""
    note: str = ""
    """What limits the answer."""
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class IncidentEvent:
    """A step in the life of an incident."""

    at: datetime
    kind: str
    """`opened`, `reopened`, `updated`, `noted` (a change that is worth no message), `notified`, `reminded`, `passed`
    (all holds again, but it flapped and is watched for some more runs) or `resolved`."""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One cause and everything that fails because of it."""

    id: str
    cause: str
    """Id of the failure that explains the others: of a Result, or of a service level over time."""
    kind: IncidentKind = "failure"
    contract: str = ""
    layer: str = ""
    owner: str = ""
    table: str = ""
    column: str = ""
    severity: Severity
    opened: datetime
    """When it began, by the data: the deadline that passed, or the first run that failed."""
    detected: datetime
    """When a run noticed."""
    notified: datetime | None = None
    """When the first message about it was delivered."""
    updated: datetime
    resolved: datetime | None = None
    state: IncidentState = "open"
    checks: tuple[str, ...] = ()
    """Ids of the failures that it explains, its cause among them."""
    events: tuple[IncidentEvent, ...] = ()
    """Oldest first."""

    @property
    def to_detect(self) -> timedelta:
        """How long it went on before a run noticed."""
        return self.detected - self.opened

    @property
    def to_notify(self) -> timedelta | None:
        """From then until the first message was delivered; None when none was."""
        return self.notified - self.detected if self.notified else None

    @property
    def to_repair(self) -> timedelta | None:
        """From when it was noticed until all held again; None while it is open."""
        return self.resolved - self.detected if self.resolved else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A message about an incident to one channel; kept until it is delivered."""

    id: str
    """The same message to the same channel has the same id, so that it is never queued twice."""
    incident: str
    channel: str
    """As the contract names it in `support`; never an address with a secret in it."""
    kind: str
    """Of the IncidentEvent that it tells: `opened`, `reopened`, `updated`, `reminded` or `resolved`."""
    title: str
    text: str
    created: datetime
    not_before: datetime | None = None
    """The end of the quiet hours that hold it back, or when it is worth another attempt."""
    attempts: int = 0
    sent: datetime | None = None
    error: str = ""
    """Of the last attempt."""
