"""What `harness.yaml` says of rules, held against the rules that there are."""

from harness.load.did_you_mean import did_you_mean
from harness.model.errors import ProjectError
from harness.model.project import Project
from harness.rules import drift, lint

RULE_IDS = tuple(rule.id for rule in (*lint.RULES, *drift.RULES))


def refuse_unknown_rules(project: Project) -> None:
    """Raises ProjectError for a severity of a rule that does not exist: it was meant for one that does."""
    for name in project.policy.severities:
        if name not in RULE_IDS:
            hint = did_you_mean(name, RULE_IDS) or "the rules are listed in docs/rules.md"
            raise ProjectError(f"there is no rule `{name}`", at=project.policy.places.get(name), hint=hint)
