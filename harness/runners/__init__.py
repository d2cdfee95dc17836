"""Who measures: our fused SQL, and soda-core in a worker process."""
