"""Messages to people, through Apprise: the only place that calls the addresses of `alerts` in `harness.yaml`."""
