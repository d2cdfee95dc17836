"""The entries of `quality[]`, on columns and on the table."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from harness.load.did_you_mean import did_you_mean
from harness.metrics import METRICS
from harness.metrics.expressions import value_at
from harness.model.check import Check
from harness.model.contract import QualityRule
from harness.model.fields import Field, closed, field_named, fields_of, is_written
from harness.model.result import dimension_of
from harness.model.threshold import Threshold
from harness.plan.table import VALUES, Table, id_of, reads
from harness.plan.thresholds import severity_of, wanted

_SKIPPED = {
    "text": "a text rule is for people; nothing can measure it",
    "custom": "rules of the engine {engine!r} are not run",
}
_ARGUMENTS: dict[str, tuple[str, ...]] = {
    "rowCount": (),
    "nullValues": (),
    "missingValues": ("missingValues",),
    "invalidValues": ("validValues", "pattern"),
    "duplicateValues": (),
}
"""The metrics of the standard's library -> their `arguments`, beside the `properties` of a rule on a table."""
_PLACEHOLDERS = {"object": ("object", "table", "model", "schema"), "property": ("property", "column", "field")}
_WORDS = tuple(word for words in _PLACEHOLDERS.values() for word in words)
_PLACEHOLDER = re.compile(r"(\$)?\{(\w+)\}")


def quality_checks(table: Table) -> Iterator[Check]:
    """The checks of every rule, those of the columns first."""
    for field in fields_of(table.schema):
        reason = closed(field)
        for rule in field.item.quality:
            for check in _checks(table, rule, field):
                yield replace(check, skip=reason) if reason else check
    for rule in table.schema.quality:
        yield from _checks(table, rule, None)


def _checks(table: Table, rule: QualityRule, field: Field | None) -> Iterator[Check]:
    if rule.type == "custom" and rule.engine.lower() == "soda":
        from harness.plan.custom import custom_checks  # few contracts ask Soda

        yield from custom_checks(table, rule, field)
    else:
        yield from (_check(table, each, field, word) for each, word in _by_comparator(rule))


def _by_comparator(rule: QualityRule) -> list[tuple[QualityRule, str]]:
    """The rule once for each of its comparators, with its word where there are several: each must hold."""
    if len(rule.operators) < 2:
        return [(rule, "")]
    return [(replace(rule, operators={word: value}), word) for word, value in rule.operators.items()]


def _check(table: Table, rule: QualityRule, item: Field | None, word: str) -> Check:
    """`word` is the comparator of a rule that has several."""
    metric = "sql" if rule.type == "sql" else rule.metric
    fields: dict[str, Any] = {
        **_reads(table, rule, item),
        "at": rule.at,
        "severity": severity_of(rule.severity),
        "description": rule.description or rule.name,
        "dimension": dimension_of(rule.dimension),
    }
    if rule.type in _SKIPPED:
        reason = _SKIPPED[rule.type].format(engine=rule.engine)
        return table.check(rule.type, id_of(item, _name(rule.type, rule, word)), skip=reason, **fields)
    name = id_of(item, _name(metric or "unknown", rule, word))
    problem = _fault_of_query(rule, table, item) if metric == "sql" else _problem(rule, item)
    if problem:
        return table.check(metric or "unknown", name, problem=problem, **fields)
    fields["dimension"] = fields["dimension"] or METRICS[metric].dimension
    arguments = dict(rule.arguments)
    if metric == "sql":
        arguments = {"query": fill(rule.query, table, item), "dialect": table.dialect}
        answer = _answer(rule)
        if answer:
            description = fields["description"] or f"1 when the query gives {answer['answer']!r}, else 0"
            return table.check(metric, name, arguments=arguments | answer, **{**fields, **_yes(rule, description)})
    if metric == "invalidValues" and _is_of_texts(table, rule, item):
        arguments["logicalType"] = "string"
    threshold = wanted(rule, fields["dimension"], table.project)
    if metric == "duplicateValues" and item and item.many:
        threshold = _of_values(threshold)
    return table.check(metric, name, arguments=arguments, **threshold, **fields)


def _answer(rule: QualityRule) -> dict[str, Any]:
    """What a query must give, or must not, when that is no number."""
    ((operator, value),) = rule.operators.items() or ((("", None)),)
    return {"answer": value} if operator in ("mustBe", "mustNotBe") and isinstance(value, bool | str) else {}


def _yes(rule: QualityRule, description: str) -> dict[str, Any]:
    return {"target": Threshold("=", int("mustBe" in rule.operators)), "unit": "", "description": description}


def _of_values(threshold: dict[str, Any]) -> dict[str, Any]:
    """Of a metric that counts the values inside arrays."""
    if threshold.get("unit", "rows") != "rows":
        return {"problem": "inside an array or a map the values are counted; state the threshold as a number of them"}
    return threshold | VALUES


def _name(kind: str, rule: QualityRule, word: str) -> str:
    """The rule's own id or name tells it from another of its kind on the same column."""
    slug = re.sub(r"[^a-z0-9]+", "-", (rule.id or rule.name).lower()).strip("-")
    return "/".join(filter(None, (kind, slug, word)))


def _reads(table: Table, rule: QualityRule, item: Field | None) -> dict[str, Any]:
    if item:
        return reads(item.path)
    named = rule.arguments.get("properties")
    return table.reads(name for name in named if isinstance(name, str)) if isinstance(named, list) else {}


def _is_of_texts(table: Table, rule: QualityRule, item: Field | None) -> bool:
    """Whether the one column that the rule looks at is declared as a text."""
    found = item or next((field_named(table.schema, name) for name in rule.arguments.get("properties", ())), None)
    return found is not None and (found.item.logical_type == "string" or is_written(found.item))


def _problem(rule: QualityRule, item: Field | None) -> str:
    """What keeps a rule of the library from being measured as it is written, or ""."""
    metric, named = rule.metric, rule.arguments.get("properties")
    if metric not in _ARGUMENTS:
        return f"the metric {metric!r} is not known"
    on_columns = item is None and metric != "rowCount"
    known = (*_ARGUMENTS[metric], *(["properties"] if on_columns else ()))
    unknown = next((name for name in rule.arguments if name not in known), "")
    if unknown:
        return " ".join(filter(None, [f"{metric} has no argument {unknown!r} here;", did_you_mean(unknown, known)]))
    if on_columns and not (isinstance(named, list) and named and all(isinstance(name, str) for name in named)):
        return f"{metric} on a table needs `arguments.properties`, a list of columns"
    if on_columns and metric != "duplicateValues" and len(named or ()) > 1:
        return f"{metric} looks at one column; state it on each"
    return ""


def _fault_of_query(rule: QualityRule, table: Table, item: Field | None) -> str:
    """What keeps a query from being asked, or ""."""
    if rule.arguments:
        return f"a query has no `arguments`, and here are {', '.join(rule.arguments)}"
    left = _PLACEHOLDER.search(fill(rule.query, table, item))
    if not left or (left[1] is None and left[2] not in _WORDS):
        return ""
    if left[2] in _PLACEHOLDERS["property"]:
        said = "a row may have several values of it" if item else "the rule is about a table, not about a property"
        return f"the placeholder {left[0]} stands for nothing here: {said}"
    return f"the placeholder {left[0]} is not known; use ${{object}} or ${{property}}"


def fill(query: str, table: Table, item: Field | None) -> str:
    """Puts the quoted names for `${object}`, `{property}` and their synonyms; one that has no value stays."""
    names = {
        "object": ".".join(_quoted(part) for part in (table.name.schema, table.name.name) if part),
        "property": value_at(item.path).sql(table.dialect) if item and not item.many else "",
    }
    values = {word: names[meaning] for meaning, words in _PLACEHOLDERS.items() for word in words if names[meaning]}
    return _PLACEHOLDER.sub(lambda found: values.get(found[2], found[0]), query)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
