"""What `harness.yaml` says of rules, held against the rules that there are."""

from dataclasses import replace

from harness.load.did_you_mean import did_you_mean
from harness.model.errors import ProjectError
from harness.model.project import Policy, Project
from harness.rules import budgets, drift, lint, waivers

_OF_RUNS = frozenset(rule.id for rule in (*lint.RULES, *drift.RULES, *budgets.RULES, *waivers.RULES))
ALWAYS_ON = ("schema-violation", "waiver-invalid", "governance-undecided")
"""Without them a file that cannot be read would be no file at all, and nobody would hear of it."""


def refuse_wrong_rules(project: Project) -> None:
    """Raises ProjectError for a severity of a rule that does not exist, or for turning one off that must speak."""
    for name, severities in project.policy.severities.items():
        at = project.policy.places.get(name)
        if name not in _OF_RUNS and name not in (others := of_governance() | _of_changes()):
            hint = did_you_mean(name, sorted(_OF_RUNS | others)) or "the rules are listed in docs/rules.md"
            raise ProjectError(f"there is no rule `{name}`", at=at, hint=hint)
        if name in ALWAYS_ON and None in severities.values():
            hint = "at most, make it a warning or an info"
            raise ProjectError(f"the rule `{name}` cannot be turned off", at=at, hint=hint)


def known_rules(policy: Policy) -> Policy:
    """The policy without what it says of rules that there are no more: one of another day may name some."""
    known = _OF_RUNS | of_governance() | _of_changes()
    return replace(policy, severities={name: said for name, said in policy.severities.items() if name in known})


def of_governance() -> frozenset[str]:
    """The ids of the house rules."""
    from harness.rules import antipatterns, governance  # many, of which a project without `governance` needs none

    return frozenset(rule.id for rule in (*governance.RULES, *antipatterns.RULES))


def _of_changes() -> frozenset[str]:
    from harness.rules import breaking  # very many, of which a run on data needs none

    return frozenset(rule.id for rule in (*breaking.RULES, *breaking.VERSION_RULES))
