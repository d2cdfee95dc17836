"""What a clause wants of its number: its own threshold, or the project's default for the dimension."""

from collections.abc import Mapping
from typing import Any

from harness.metrics import METRICS
from harness.model.contract import QualityRule
from harness.model.project import Project
from harness.model.result import Dimension, Severity
from harness.model.threshold import from_operators, from_text

_WORDS: dict[str, Severity] = {
    "warning": Severity.WARNING,
    "warn": Severity.WARNING,
    "medium": Severity.WARNING,
    "minor": Severity.WARNING,
    "low": Severity.WARNING,
    "info": Severity.INFO,
    "trivial": Severity.INFO,
}


def severity_of(word: str) -> Severity:
    """The severity that a contract or tool calls `word`; an unknown word, or none, closes the gate."""
    return _WORDS.get(word.strip().lower(), Severity.ERROR)


def wanted(rule: QualityRule, dimension: Dimension, project: Project) -> dict[str, Any]:
    """`target`, `alert` and `unit` of a quality rule, or the `problem` with them."""
    metric = METRICS["sql" if rule.type == "sql" else rule.metric]
    counts_rows = metric.counts == "rows"
    unit = "percent" if rule.unit.lower() in ("percent", "%") else "rows" if counts_rows else ""
    goal = project.policy.goals.get(dimension)
    try:
        if rule.operators:
            return {"target": from_operators(dict(rule.operators)), "unit": unit} | tolerance(rule.custom, unit)
    except ValueError as error:
        return {"problem": f"the threshold cannot be read: {error}"}
    if goal and counts_rows and goal.unit == "percent":
        return {"target": goal.target, "alert": goal.alert, "unit": "percent kept"}
    return {"problem": "the rule states no threshold, and the project has no default for it"}


def tolerance(stated: Mapping[str, Any], unit: str = "rows") -> dict[str, Any]:
    """`target` and `alert` in their short form (`< 3 %`) among customProperties or in the header of a SQL check.

    `unit` is that of a threshold without one. Raises ValueError when one is no threshold, or the two differ in unit.
    """
    found: dict[str, Any] = {}
    for name in ("target", "alert"):
        if name in stated:
            threshold, own = from_text(str(stated[name]))
            if found.setdefault("unit", own or unit) != (own or unit):
                raise ValueError(f"target and alert differ in unit: {found['unit']} and {own or unit}")
            found[name] = threshold
    return found
