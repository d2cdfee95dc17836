"""What a clause wants of its number: its own threshold, or the project's default for the dimension."""

from collections.abc import Mapping
from typing import Any

from harness.load.thresholds import clash_of
from harness.metrics import METRICS
from harness.metrics.metric import Metric
from harness.model.contract import QualityRule
from harness.model.project import Project
from harness.model.result import Dimension, Severity
from harness.model.threshold import SECONDS, Threshold, from_operators, from_text

NONE_ALLOWED = Threshold("=", 0)
_WORDS: dict[str, Severity] = {
    "warning": Severity.WARNING,
    "warn": Severity.WARNING,
    "medium": Severity.WARNING,
    "minor": Severity.WARNING,
    "low": Severity.WARNING,
    "info": Severity.INFO,
    "trivial": Severity.INFO,
}
_SHARES = ("rows", "percent")
"""Units that a number of rows can be compared in."""


def severity_of(word: str) -> Severity:
    """The severity that a contract or tool calls `word`; an unknown word, or none, closes the gate."""
    return _WORDS.get(word.strip().lower(), Severity.ERROR)


def wanted(rule: QualityRule, dimension: Dimension, project: Project) -> dict[str, Any]:
    """`target`, `alert` and `unit` of a quality rule, or the `problem` with them."""
    metric = METRICS["sql" if rule.type == "sql" else rule.metric]
    try:
        unit = _unit(rule, metric)
        own = from_operators(dict(rule.operators)) if rule.operators else None
        stated = tolerance(rule.custom, unit, own)
    except (ValueError, OverflowError) as error:
        return {"problem": f"the threshold cannot be read: {error}"}
    if own or "target" in stated:
        return {"target": own, "unit": unit} | stated
    if stated:
        return {"problem": "the rule states an alert, but no threshold"}
    goal = project.policy.goals.get(dimension)
    if goal and metric.counts == "rows" and goal.unit == "percent":
        return {"target": goal.target, "alert": goal.alert, "unit": "percent kept"}
    return {"problem": "the rule states no threshold, and the project has no default for it"}


def tolerance(stated: Mapping[str, Any], unit: str = "rows", target: Threshold | None = NONE_ALLOWED) -> dict[str, Any]:
    """`target`, `alert` and their `unit` from customProperties or the header of a SQL check (`< 3 %`); {} without any.

    They stand beside the clause's own `target` in `unit`, which is also the unit of a threshold that names none.
    Raises ValueError when one is no threshold, when units differ, or when target and alert contradict one another.
    """
    found: dict[str, Any] = {}
    units: dict[str, str] = {}
    for name in ("target", "alert"):
        if name in stated:
            found[name], own = from_text(str(stated[name]))
            if (unit, own) == ("days", "seconds"):
                found[name], own = found[name].over(SECONDS["d"]), unit
            units[name] = unit if own == "rows" and unit not in _SHARES else own or unit
    if not found:
        return {}
    if len(set(units.values())) > 1:
        raise ValueError(f"target and alert differ in unit: {units['target']} and {units['alert']}")
    used = next(iter(units.values()))
    if used != unit and (unit not in _SHARES or used not in _SHARES):
        raise ValueError(f"the number is in {unit or 'no unit'}, and the threshold in {used}")
    aim = found.get("target", target)
    if used != unit and aim and aim is target and aim != NONE_ALLOWED:
        raise ValueError(f"target and alert differ in unit: {unit} and {used}")
    if aim and "alert" in found and (clash := clash_of(aim, found["alert"])):
        raise ValueError(clash)
    return {**found, "unit": used}


def _unit(rule: QualityRule, metric: Metric) -> str:
    """The unit that the rule's number is compared in. Raises ValueError for one that the metric cannot be given in."""
    word = rule.unit.strip().lower()
    if word in ("percent", "%") and metric.id != "rowCount":
        return "percent"
    if metric.id != "sql" and word not in ("", "row", "rows"):
        raise ValueError(f"{metric.id} cannot be given in {rule.unit!r}")
    return "rows" if metric.counts == "rows" else ""
