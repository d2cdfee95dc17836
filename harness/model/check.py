"""A Check: one clause of a contract (or one entry of `checks/`) that somebody must decide."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.model.contract import Contract, Schema, SlaProperty
from harness.model.fields import Each, Path
from harness.model.location import Location
from harness.model.result import Dimension, Severity
from harness.model.threshold import Number, Threshold


@dataclass(frozen=True, slots=True)
class TableName:
    """A table of a server: its database schema ("" for the default one) and its name, as the server spells them."""

    schema: str
    name: str

    def __str__(self) -> str:
        return f"{self.schema}.{self.name}" if self.schema else self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One clause and what decides it.

    `id` is stable over runs and edits elsewhere (`fct_flights/tail_number/nullValues`). `rule` names the decider: a
    metric (`nullValues`), a drift rule (`column-missing`), or `soda`. `skip` is the reason when nothing can decide it,
    `problem` what is wrong with a clause that somebody could decide if it were written right: that one is an ERROR.
    """

    id: str
    rule: str
    dimension: Dimension | None
    contract: Contract
    schema: Schema
    table: TableName
    server: str
    columns: tuple[str, ...] = ()
    """The warehouse columns, or fields inside them, that it reads; if one is absent the check cannot run."""
    paths: Mapping[str, Path] = field(default_factory=dict)
    """The way to those of its columns that are fields inside others."""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    counts: str = ""
    """What its metric's number is: violating `rows`, a plain `number`, or `seconds`; "" when no metric decides it."""
    unit: str = "rows"
    """Of the measured number as it is compared: rows, percent, seconds, or "" for a plain number."""
    target: Threshold | None = None
    alert: Threshold | None = None
    """What the number must not reach; between target and alert a failure is a WARNING."""
    severity: Severity = Severity.ERROR
    description: str = ""
    at: Location
    skip: str = ""
    problem: str = ""
    over_time: bool = False
    """Whether it is skipped because nothing but time decides it: `harness audit` does."""
    sla: SlaProperty | None = None
    """The service level that it is of, which may be held over time too."""
    element: str = ""
    """The one of its elements, as written."""

    def path(self, column: str) -> Path:
        """The way to one of its columns."""
        return self.paths.get(column, (column,))

    @property
    def many(self) -> bool:
        """Whether it reads something that one row may have several of."""
        return any(isinstance(step, Each) for path in self.paths.values() for step in path)

    @property
    def column(self) -> str:
        """The one column it is about, or "" when it is about the table or several columns."""
        return self.columns[0] if len(self.columns) == 1 else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """What a runner found for one check: a number, or why there is none.

    `value` counts violating rows, or is the number itself (a row count, an age in seconds); `total` is the table's
    rows; `query` gives that number again when run alone; `seconds` is the time of the statement that held it, shared
    by all the checks of that statement.
    """

    value: Number | None = None
    total: int | None = None
    query: str = ""
    seconds: float = 0.0
    error: str = ""
    breakdown: str = ""
    """What else there is to say of the number."""
    witness: str = ""
    """Where the first violation is, of a metric that can say it."""
