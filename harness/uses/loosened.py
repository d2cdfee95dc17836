"""What `harness.yaml` turns off or holds less strictly than the harness does by default: named when data is handed on.

Each is a Result in that file, of the rule that it weakens, so that a waiver may cover it: `{rule: type-changed, path:
harness.yaml}`.
"""

from collections.abc import Iterator, Mapping
from itertools import pairwise

from harness.load.project import judging_in
from harness.load.settings import FILE
from harness.model.change import Compatibility, asks_less
from harness.model.governance import DEFAULT_NAMES, Governance, PersonalData
from harness.model.location import Location
from harness.model.project import DEFAULT_COMPATIBILITY, LAYERS, Goal, Project
from harness.model.result import Outcome, Result, Severity, fingerprint
from harness.rules import budgets, drift, lint, waivers
from harness.rules.governance.question_open import question_open
from harness.rules.rule import Rule
from harness.slo.terms import DEFAULT_OBJECTIVE
from harness.uses.governance import RULES

COUNTED = tuple(rule for rule in (*lint.RULES, *RULES) if rule is not question_open and not rule.style)
"""Rules whose warnings are counted when data is handed on, as their errors are."""
_OTHERS = (*drift.RULES, *budgets.RULES, *waivers.RULES)
_PLAIN = "version: 1\nname: one that says nothing of it\n"


def loosened(project: Project) -> tuple[Result, ...]:
    """Every rule and threshold that is below its default, in the order of the rules."""
    found = [*_severities(project), *_goals(project), *_policy(project)]
    if project.governance:
        found += [*_house(project.governance), *_personal(project.governance.personal, project.policy.classifications)]
    return tuple(_result(project, *each) for each in found)


Told = tuple[str, str, str]
"""The rule that is weakened, the key of `harness.yaml`, and what is said of it."""


def _result(project: Project, rule: str, key: str, message: str) -> Result:
    place = project.policy.places.get(rule) if key.startswith("rules.") else None
    return Result(
        id=fingerprint(rule, project.file, "", "", key),
        rule=rule,
        outcome=Outcome.FAIL,
        severity=Severity.WARNING,
        file=project.file,
        line=(place or Location(FILE)).line,
        message=f"{key} {message}",
    )


def _severities(project: Project) -> Iterator[Told]:
    plain = judging_in(_PLAIN).policy
    for rule in (*COUNTED, *_OTHERS):
        for layer in (*LAYERS, ""):
            now, default = (each.severity(rule.id, layer, rule.severity) for each in (project.policy, plain))
            if default and _is_lower(rule, now, default):
                where = f" in {layer}" if layer and len(project.policy.severities[rule.id]) > 1 else ""
                said = f"is {now.value if now else 'off'}{where}, and {default.value} by default"
                yield rule.id, f"rules.{rule.id}", said
                break


def _is_lower(rule: Rule, now: Severity | None, default: Severity) -> bool:
    if now is None:
        return True
    return now.rank < default.rank and (now is Severity.INFO or rule not in COUNTED)


def _goals(project: Project) -> Iterator[Told]:
    plain = judging_in(_PLAIN).policy.goals
    for dimension, default in plain.items():
        now = project.policy.goals.get(dimension, default)
        if _is_looser(now, default):
            said = "asks for less than by default"
            yield "threshold-missing", f"dimensions.{dimension.value}", said


def _is_looser(now: Goal, default: Goal) -> bool:
    """Whether some number meets the target or does not raise the alert, which would not by default."""
    bounds = sorted({float(each.value) for goal in (now, default) for each in (goal.target, goal.alert)})
    between = [(one + other) / 2 for one, other in pairwise(bounds)]
    return any(
        _reached(now, each) < _reached(default, each) for each in (*bounds, *between, bounds[0] - 1, bounds[-1] + 1)
    )


def _reached(goal: Goal, number: float) -> int:
    """0 where the target is met, 2 where the alert is raised."""
    if goal.target.meets(number):
        return 0
    return 2 if goal.alert.meets(number) else 1


def _policy(project: Project) -> Iterator[Told]:
    policy, plain = project.policy, judging_in(_PLAIN).policy
    if policy.max_waiver_days > plain.max_waiver_days:
        said = f"is {policy.max_waiver_days}, and {plain.max_waiver_days} by default"
        yield "waiver-too-long", "max_waiver_days", said
    for layer, objective in policy.objectives.items():
        if objective < DEFAULT_OBJECTIVE:
            said = f"is {objective:g}, and {DEFAULT_OBJECTIVE:g} by default"
            yield "objective-invalid", f"objectives.{layer}", said
    modes = {layer: policy.compatibility.get(layer, policy.compatibility.get("*")) for layer in LAYERS}
    yield from _modes("compatibility", {layer: mode for layer, mode in modes.items() if mode})
    by_id = {c.id: policy.compatibility_of(c) for c in project.contracts}
    layers = {c.id: c.layer for c in project.contracts}
    if policy.contract_compatibility:
        yield from _modes("compatibility.contracts", by_id, layers)
    for pattern in filter(_is_anything, project.ignored_tables):
        yield "table-without-contract", "ignore_tables", f"has {pattern!r}, which is every table"


def _modes(key: str, modes: Mapping[str, Compatibility], layers: Mapping[str, str] | None = None) -> Iterator[Told]:
    for name, mode in modes.items():
        default = DEFAULT_COMPATIBILITY.get(layers[name] if layers else name, "forward")
        if asks_less(mode, than=default):
            yield "version-bump-too-small", f"{key}.{name}", f"is {mode}, and {default} by default"


def _house(stated: Governance) -> Iterator[Told]:
    plain = Governance(at=stated.at)
    for rule, key in (("fan-out-too-wide", "fan_out"), ("large-table-unpartitioned", "large_table")):
        now, default = getattr(stated, key), getattr(plain, key)
        if now > default:
            yield rule, f"governance.{key}", f"is {now:,}, and {default:,} by default"
    for layer in DEFAULT_NAMES:
        if any(map(_is_anything, stated.names[layer])):
            yield "name-unconventional", f"governance.names.{layer}", "is any name"


def _personal(stated: PersonalData, vocabulary: tuple[str, ...]) -> Iterator[Told]:
    key, plain = "governance.personal_data", PersonalData()
    words = {word.lower() for word in vocabulary}
    lost = [word for word in plain.classifications if word not in {each.lower() for each in stated.classifications}]
    # a class that no contract may use need not be listed
    if lost := [word for word in lost if not words or word in words]:
        yield "personal-data-unprotected", f"{key}.classifications", f"leaves out {', '.join(lost)}"
    if missing := [name for name in plain.fields if name not in stated.fields]:
        yield "compliance-field-missing", f"{key}.fields", f"leaves out {', '.join(missing)}"
    if stated.sample < plain.sample:
        yield "personal-data-in-values", f"{key}.sample", f"is {stated.sample:,}, and {plain.sample:,} by default"
    if stated.share > plain.share:
        yield "personal-data-in-values", f"{key}.share", f"is {stated.share:g}, and {plain.share:g} by default"
    for pattern in filter(_is_anything, stated.not_names):
        yield "personal-data-unclassified", f"{key}.not_names", f"has {pattern!r}, which is every column"


def _is_anything(pattern: str) -> bool:
    return not pattern.strip("*?.")
