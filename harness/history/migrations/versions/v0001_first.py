"""The first schema."""

from alembic import op
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Float,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
    String,
    Text,
    UniqueConstraint,
)

revision = "0001"
down_revision = None

_MOMENT = DateTime(timezone=True)
_NUMBER = BigInteger().with_variant(Integer(), "sqlite")


def upgrade() -> None:
    """Makes every table; a step never changes once it was released."""
    op.create_table(
        "alerts",
        Column("project", Text(), nullable=False),
        Column("id", String(64), nullable=False),
        Column("incident", String(64), nullable=False),
        Column("channel", Text(), nullable=False),
        Column("kind", String(16), nullable=False),
        Column("title", Text(), nullable=False),
        Column("text", Text(), nullable=False),
        Column("created", _MOMENT, nullable=False),
        Column("not_before", _MOMENT, nullable=True),
        Column("attempts", Integer(), nullable=False),
        Column("sent", _MOMENT, nullable=True),
        Column("error", Text(), nullable=False),
        PrimaryKeyConstraint("project", "id"),
    )
    op.create_index("ix_alerts_project_sent", "alerts", ["project", "sent"], unique=False)
    op.create_table(
        "arrivals",
        Column("number", _NUMBER, autoincrement=True, nullable=False),
        Column("project", Text(), nullable=False),
        Column("contract", Text(), nullable=False),
        Column("table_name", Text(), nullable=False),
        Column("element", Text(), nullable=False),
        Column("stamp", _MOMENT, nullable=False),
        Column("seen", _MOMENT, nullable=False),
        Column("run_id", String(64), nullable=False),
        PrimaryKeyConstraint("number"),
        UniqueConstraint(
            "project",
            "contract",
            "table_name",
            "element",
            "stamp",
            name="uq_arrivals_project_contract_table_name_element_stamp",
        ),
    )
    op.create_table(
        "checks",
        Column("number", _NUMBER, autoincrement=True, nullable=False),
        Column("project", Text(), nullable=False),
        Column("result_id", String(64), nullable=False),
        Column("check_id", Text(), nullable=False),
        Column("rule", Text(), nullable=False),
        Column("contract", Text(), nullable=False),
        Column("layer", Text(), nullable=False),
        Column("table_name", Text(), nullable=False),
        Column("column_name", Text(), nullable=False),
        Column("owner", Text(), nullable=False),
        Column("dimension", String(16), nullable=False),
        PrimaryKeyConstraint("number"),
        UniqueConstraint("project", "result_id", name="uq_checks_project_result_id"),
    )
    op.create_table(
        "incident_events",
        Column("project", Text(), nullable=False),
        Column("incident", String(64), nullable=False),
        Column("number", Integer(), autoincrement=False, nullable=False),
        Column("at", _MOMENT, nullable=False),
        Column("kind", String(16), nullable=False),
        Column("text", Text(), nullable=False),
        PrimaryKeyConstraint("project", "incident", "number"),
    )
    op.create_table(
        "incidents",
        Column("project", Text(), nullable=False),
        Column("id", String(64), nullable=False),
        Column("cause", String(64), nullable=False),
        Column("kind", String(16), nullable=False),
        Column("contract", Text(), nullable=False),
        Column("layer", Text(), nullable=False),
        Column("owner", Text(), nullable=False),
        Column("table_name", Text(), nullable=False),
        Column("column_name", Text(), nullable=False),
        Column("severity", String(8), nullable=False),
        Column("opened", _MOMENT, nullable=False),
        Column("detected", _MOMENT, nullable=False),
        Column("notified", _MOMENT, nullable=True),
        Column("updated", _MOMENT, nullable=False),
        Column("resolved", _MOMENT, nullable=True),
        Column("state", String(16), nullable=False),
        Column("checks", JSON(), nullable=False),
        PrimaryKeyConstraint("project", "id"),
    )
    op.create_index("ix_incidents_project_state", "incidents", ["project", "state"], unique=False)
    op.create_table(
        "runs",
        Column("number", _NUMBER, autoincrement=True, nullable=False),
        Column("run_id", String(64), nullable=False),
        Column("project", Text(), nullable=False),
        Column("command", String(16), nullable=False),
        Column("started", _MOMENT, nullable=False),
        Column("finished", _MOMENT, nullable=False),
        Column("as_of", _MOMENT, nullable=False),
        Column("outcome", String(16), nullable=False),
        Column("reason", Text(), nullable=False),
        Column("harness_version", String(64), nullable=False),
        Column("slot", _MOMENT, nullable=True),
        Column("attempt", Integer(), nullable=False),
        PrimaryKeyConstraint("number"),
        UniqueConstraint("run_id", name="uq_runs_run_id"),
    )
    op.create_index("ix_runs_project_as_of_started", "runs", ["project", "as_of", "started"], unique=False)
    op.create_index("ix_runs_started", "runs", ["started"], unique=False)
    op.create_table(
        "slots",
        Column("project", Text(), nullable=False),
        Column("slot", _MOMENT, nullable=False),
        Column("run_id", String(64), nullable=False),
        Column("attempts", Integer(), nullable=False),
        PrimaryKeyConstraint("project", "slot"),
    )
    op.create_table(
        "results",
        Column("check", _NUMBER, autoincrement=False, nullable=False),
        Column("run", _NUMBER, autoincrement=False, nullable=False),
        Column("outcome", String(8), nullable=False),
        Column("severity", String(8), nullable=False),
        Column("waived", Boolean(), nullable=False),
        Column("version", Text(), nullable=False),
        Column("value", Float(53), nullable=True),
        Column("failed_rows", BigInteger(), nullable=True),
        Column("total_rows", BigInteger(), nullable=True),
        Column("seconds", Float(53), nullable=False),
        Column("actual", Text(), nullable=False),
        Column("message", Text(), nullable=False),
        Column("since", _MOMENT, nullable=True),
        ForeignKeyConstraint(["check"], ["checks.number"], ondelete="CASCADE"),
        ForeignKeyConstraint(["run"], ["runs.number"], ondelete="CASCADE"),
        PrimaryKeyConstraint("check", "run"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_results_run", "results", ["run"], unique=False)
