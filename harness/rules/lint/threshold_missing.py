"""threshold-missing."""

from collections.abc import Iterator, Mapping
from typing import Any

from harness.load.did_you_mean import did_you_mean
from harness.model.contract import Contract, Node, QualityRule
from harness.model.project import Policy
from harness.model.result import Dimension, Severity, dimension_of
from harness.model.threshold import OPERATORS, from_operators, from_text
from harness.rules.clauses import quality_rules, relationships, reversed_range
from harness.rules.rule import Context, Finding, rule

ROW_METRICS = {
    "nullValues": Dimension.COMPLETENESS,
    "missingValues": Dimension.COMPLETENESS,
    "invalidValues": Dimension.VALIDITY,
    "duplicateValues": Dimension.UNIQUENESS,
}
"""The library metrics that count rows, with their dimension: only these can fall back on the project's goal for it."""

_THRESHOLDS = ("target", "alert")


@rule("threshold-missing", severity=Severity.ERROR)
def threshold_missing(context: Context) -> Iterator[Finding]:
    """A quality rule does not say what number it must give.

    *Why*

    A measured number is neither good nor bad without a threshold. A rule of type `library` or `sql` states exactly
    one comparator with a number (`mustBe: 0`, `mustBeLessThan: 5`, `mustBeBetween: [1, 10]`). A library rule that
    counts rows may leave it out when the project's policy has a goal in percent for its dimension; rules of type `text`
    and `custom` have no comparator here. The customProperties `target` and `alert`, on a quality rule, a relationship
    or an SLA, are thresholds in short form, such as `> 99 %` or `< 2 h`.

    *Bad*

    ```yaml
    apiVersion: v3.1.0
    kind: DataContract
    id: flights
    version: 1.0.0
    status: active
    schema:
      - name: fct_flights
        quality:
          - type: sql
            query: SELECT COUNT(*) FROM fct_flights WHERE distance < 0
    ```

    *Good*

    ```yaml
    apiVersion: v3.1.0
    kind: DataContract
    id: flights
    version: 1.0.0
    status: active
    schema:
      - name: fct_flights
        quality:
          - type: sql
            query: SELECT COUNT(*) FROM fct_flights WHERE distance < 0
            mustBe: 0
    ```
    """
    if not context.contract:
        return
    for schema, path, key, clause in quality_rules(context.contract):
        fault = _fault(key, clause, context.project.policy)
        if fault:
            at = clause.where(next(iter(clause.operators), ""))
            yield Finding(message=fault, at=at, table=schema.name, column=path, key=key)
    yield from _short_forms(context.contract)


def _fault(key: str, clause: QualityRule, policy: Policy) -> str:
    if clause.type not in ("library", "sql"):
        return ""
    if not clause.operators and clause.type == "library" and _has_goal(clause, policy):
        return ""
    if not clause.operators:
        return f"the rule `{key}` has no threshold; {_remedy(clause)}"
    for name, value in _in_order(clause.operators).items():
        if clause.type == "sql" and name in ("mustBe", "mustNotBe") and isinstance(value, bool | str):
            continue  # a query may give another value than a number
        try:
            from_operators({name: value})
        except ValueError as error:
            return f"{error}; {_remedy(clause)}"
    return ""


def _has_goal(clause: QualityRule, policy: Policy) -> bool:
    dimension = dimension_of(clause.dimension) or ROW_METRICS.get(clause.metric)
    goal = policy.goals.get(dimension) if dimension else None
    return clause.metric in ROW_METRICS and goal is not None and goal.unit == "percent"


def _in_order(operators: Mapping[str, Any]) -> dict[str, Any]:
    """With every range the right way round: a reversed one is the business of `bounds-contradict`."""
    return {name: value[::-1] if reversed_range(value) else value for name, value in operators.items()}


def _remedy(clause: QualityRule) -> str:
    misspelt = (did_you_mean(key, OPERATORS) for key in clause.keys if key.lower().startswith("must"))
    if not clause.operators:
        return next(filter(None, misspelt), "add one, for example `mustBe: 0`")
    return "correct it, for example `mustBe: 0`"


def _short_forms(contract: Contract) -> Iterator[Finding]:
    places: list[tuple[str, str, str, Node]] = [
        (schema.name, path, key, clause) for schema, path, key, clause in quality_rules(contract)
    ]
    places += [(schema.name, path, link.target, link) for schema, path, link in relationships(contract)]
    places += [("", "", sla.property, sla) for sla in contract.sla]
    for table, column, key, node in places:
        for name in _THRESHOLDS:
            if name in node.custom and (fault := _unreadable(node.custom[name])):
                at = node.where("customProperties")
                message = f"the customProperty `{name}`: {fault}"
                yield Finding(message=message, at=at, table=table, column=column, key=f"{key} {name}")


def _unreadable(value: Any) -> str:
    try:
        from_text(value if isinstance(value, str) else f"= {value}")
    except ValueError as error:
        return str(error)
    return "" if isinstance(value, str) else f"{value!r} is no threshold; write for example '< {value}'"
