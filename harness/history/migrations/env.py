"""What Alembic runs: the steps that are missing, in the transaction of the one who asked."""

from alembic import context

from harness.history.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA, transactional_ddl=False)
context.run_migrations()
