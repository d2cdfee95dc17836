"""What dbt's last command found out: its `run_results.json`.

Source: the JSON Schema of the artifact, https://schemas.getdbt.com/dbt/run-results/.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from harness.model.location import Location


@dataclass(frozen=True, slots=True, kw_only=True)
class DbtOutcome:
    """What became of one node or test."""

    status: str
    """Of a test `pass`, `warn`, `fail`, `error` or `skipped`; of a model, and of a test that was but compiled,
    `success`."""
    failures: int | None = None
    """Rows that violate, as dbt counts them."""
    message: str = ""
    compiled: str = ""
    """The SQL that was run, where the artifact has it."""
    started: datetime | None = None
    finished: datetime | None = None
    seconds: float = 0.0


@dataclass(frozen=True, kw_only=True)
class DbtRun:
    """One command of dbt."""

    invocation: str
    """Its id; the manifest that it wrote has the same."""
    command: str
    """`build`, `test`, `run`, `compile`, ..."""
    at: Location
    written: datetime
    flags: tuple[str, ...] = ()
    """Those in force by which a test says nothing of the tables: `--empty`, `--sample`, `--defer`."""
    outcomes: Mapping[str, DbtOutcome] = field(default_factory=dict)
    """By unique id."""
    built: Mapping[str, datetime] = field(default_factory=dict)
    """File of a model below its package -> when dbt last ran it, by any command; of `target/run`."""
