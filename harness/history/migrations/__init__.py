"""The steps from one schema of the history to the next; Alembic runs them when a history is opened."""
