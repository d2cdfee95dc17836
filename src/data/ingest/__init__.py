"""From the source to the raw tables."""
