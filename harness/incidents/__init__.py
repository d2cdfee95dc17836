"""From what fails to whom it is told: causes by lineage, incidents over time, routes, and the words. Pure."""
