"""What service levels come to over time: rules over what an audit found."""

from harness.rules.budgets.budget_spent import budget_spent
from harness.rules.budgets.budget_unknown import budget_unknown
from harness.rules.rule import Rule

RULES: tuple[Rule, ...] = (budget_spent, budget_unknown)
