"""What goes wrong later, found in the SQL and the dbt project: held where `harness.yaml` has `governance`."""

from harness.rules.rule import Rule

RULES: tuple[Rule, ...] = ()
