"""What a run was narrowed to, and which project it was of, beyond its name."""

from alembic import op
from sqlalchemy import Column, Text

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Of earlier runs neither is known: they count as runs on all of the project."""
    op.add_column("runs", Column("selection", Text(), nullable=False, server_default=""))
    op.add_column("runs", Column("identity", Text(), nullable=False, server_default=""))
