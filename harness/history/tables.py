"""The tables of the history; `migrations/` makes them, and a test holds the two together."""

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.types import TypeDecorator

HEAD = "0003"
"""The revision that these tables are of: the last one in `migrations/versions`."""


class Moment(TypeDecorator[datetime]):
    """A time with a zone, kept as UTC; SQLite has no such type."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """As UTC."""
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """With its zone."""
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


_NUMBER = BigInteger().with_variant(Integer, "sqlite")
"""SQLite counts up only what is called INTEGER."""
METADATA = MetaData(
    naming_convention={"ix": "ix_%(table_name)s_%(column_0_N_name)s", "uq": "uq_%(table_name)s_%(column_0_N_name)s"}
)
RUNS = Table(
    "runs",
    METADATA,
    Column("number", _NUMBER, primary_key=True, autoincrement=True),
    Column("run_id", String(64), nullable=False, unique=True),
    Column("project", Text, nullable=False),
    Column("command", String(16), nullable=False),
    Column("started", Moment, nullable=False),
    Column("finished", Moment, nullable=False),
    Column("as_of", Moment, nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("harness_version", String(64), nullable=False),
    Column("slot", Moment),
    Column("attempt", Integer, nullable=False),
    Column("fix", Text, nullable=False, server_default=""),
    Column("selection", Text, nullable=False, server_default=""),
    Column("identity", Text, nullable=False, server_default=""),
    Index(None, "project", "as_of", "started"),
    Index(None, "started"),
)
CHECKS = Table(
    "checks",
    METADATA,
    Column("number", _NUMBER, primary_key=True, autoincrement=True),
    Column("project", Text, nullable=False),
    Column("result_id", String(64), nullable=False),
    Column("check_id", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("contract", Text, nullable=False),
    Column("layer", Text, nullable=False),
    Column("table_name", Text, nullable=False),
    Column("column_name", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("dimension", String(16), nullable=False),
    UniqueConstraint("project", "result_id"),
)
"""What results have in common over all runs, as the last of them says it."""
RESULTS = Table(
    "results",
    METADATA,
    Column("check", _NUMBER, ForeignKey("checks.number", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("run", _NUMBER, ForeignKey("runs.number", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("outcome", String(8), nullable=False),
    Column("severity", String(8), nullable=False),
    Column("waived", Boolean, nullable=False),
    Column("version", Text, nullable=False),
    Column("value", Float(53)),
    Column("failed_rows", BigInteger),
    Column("total_rows", BigInteger),
    Column("seconds", Float(53), nullable=False),
    Column("actual", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("since", Moment),
    Index(None, "run"),
    sqlite_with_rowid=False,
)
ARRIVALS = Table(
    "arrivals",
    METADATA,
    Column("number", _NUMBER, primary_key=True, autoincrement=True),
    Column("project", Text, nullable=False),
    Column("contract", Text, nullable=False),
    Column("table_name", Text, nullable=False),
    Column("element", Text, nullable=False),
    Column("stamp", Moment, nullable=False),
    Column("seen", Moment, nullable=False),
    Column("run_id", String(64), nullable=False),
    UniqueConstraint("project", "contract", "table_name", "element", "stamp"),
)
INCIDENTS = Table(
    "incidents",
    METADATA,
    Column("project", Text, primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("cause", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("contract", Text, nullable=False),
    Column("layer", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("table_name", Text, nullable=False),
    Column("column_name", Text, nullable=False),
    Column("severity", String(8), nullable=False),
    Column("opened", Moment, nullable=False),
    Column("detected", Moment, nullable=False),
    Column("notified", Moment),
    Column("updated", Moment, nullable=False),
    Column("resolved", Moment),
    Column("state", String(16), nullable=False),
    Column("checks", JSON, nullable=False),
    Index(None, "project", "state"),
)
INCIDENT_EVENTS = Table(
    "incident_events",
    METADATA,
    Column("project", Text, primary_key=True),
    Column("incident", String(64), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("text", Text, nullable=False),
)
ALERTS = Table(
    "alerts",
    METADATA,
    Column("project", Text, primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("incident", String(64), nullable=False),
    Column("channel", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("created", Moment, nullable=False),
    Column("not_before", Moment),
    Column("attempts", Integer, nullable=False),
    Column("sent", Moment),
    Column("error", Text, nullable=False),
    Index(None, "project", "sent"),
)
SLOTS = Table(
    "slots",
    METADATA,
    Column("project", Text, primary_key=True),
    Column("slot", Moment, primary_key=True),
    Column("run_id", String(64), nullable=False),
    Column("attempts", Integer, nullable=False),
)
"""The scheduled times that an audit was done for, and the last run of each."""
