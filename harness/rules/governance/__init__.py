"""The house rules that a team keeps beyond its contracts: held where `harness.yaml` has `governance`."""

from harness.rules.governance.governance_undecided import governance_undecided
from harness.rules.rule import Rule

RULES: tuple[Rule, ...] = (governance_undecided,)
