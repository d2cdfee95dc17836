"""OpenLineage: what a run verified as `events`, under names that other tools share (`naming`), and their `delivery`."""
