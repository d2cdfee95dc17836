"""What was done because of a run before the next attempt."""

from alembic import op
from sqlalchemy import Column, Text

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Of earlier runs nothing is known to have been done."""
    op.add_column("runs", Column("fix", Text(), nullable=False, server_default=""))
