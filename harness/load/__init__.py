"""Text -> model: bounded YAML, the ODCS JSON Schemas, `harness.yaml`, and the files of `checks/`."""
