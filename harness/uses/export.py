"""The command `export soda`: an ODCS contract as a Soda contract, with what Soda cannot express as comments."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import yaml
from sqlglot import exp

from harness.load.soda import soda_clauses, soda_dataset
from harness.metrics import METRICS
from harness.metrics.render import sql_of
from harness.model.check import Check, TableName
from harness.model.contract import Contract, Schema
from harness.model.errors import UsageError
from harness.model.number import rounded
from harness.model.project import CheckFile, Project
from harness.model.result import Severity
from harness.model.threshold import Threshold
from harness.plan import Table, plan, table_of
from harness.runners.statement import statement_of

_COMPARATORS = {
    "=": "must_be",
    "!=": "must_not_be",
    ">": "must_be_greater_than",
    ">=": "must_be_greater_than_or_equal",
    "<": "must_be_less_than",
    "<=": "must_be_less_than_or_equal",
}
_OPPOSITE = {"=": "!=", "!=": "=", ">": "<=", "<=": ">", "<": ">=", ">=": "<"}
_OPPOSITE |= {"between": "not between", "not between": "between"}
_MIRRORED = {">": "<", "<": ">", ">=": "<=", "<=": ">="}
_TYPES = ("varchar", "bigint", "integer", "double", "boolean", "date", "timestamp")
"""Physical types that Soda knows by the name that a contract gives them; it takes others for a difference."""
_LENGTHS = {"minLength": "valid_min_length", "maxLength": "valid_max_length"}
SodaCheck = tuple[str, dict[str, Any]]
"""The column, or "" for the table, and the check as Soda writes it."""


def soda_contract(project: Project, wanted: str, as_of: datetime) -> str:
    """The Soda contract of a table, as YAML.

    `wanted` is the table, or the id or file of its contract. Each clause becomes one Soda check, its id being the
    qualifier; presence and types become the `schema` check; every other clause is a comment with the reason. Raises
    UsageError when `wanted` names no table, or several.
    """
    contract, schema = _wanted(project, wanted)
    table = table_of(project, contract, schema)
    clauses = [c for c in plan(project, as_of) if c.schema is schema and c.at.file == contract.at.file]
    exported: list[SodaCheck] = [*_of_table(table, clauses)]
    notes: list[str] = []
    for clause in clauses:
        try:
            exported += _of_clause(clause, table)
        except ValueError as error:
            notes.append(f"{clause.id} ({clause.at.file}:{clause.at.line}): {' '.join(str(error).split())}")
    columns = [{**_column(clauses, item.column), "checks": _on(exported, item.column)} for item in schema.properties]
    document = {
        "dataset": _dataset(table, table.name),
        "checks": _on(exported, ""),
        "columns": [{key: value for key, value in column.items() if value} for column in columns],
    }
    head = [f"# The contract {contract.id} {contract.version}, table {schema.name}; written by `harness export soda`."]
    head += ["#", "# Not expressed here, and why:", *(f"# - {note}" for note in notes)] if notes else []
    return "\n".join(head) + "\n" + _yaml({key: value for key, value in document.items() if value})


def _wanted(project: Project, wanted: str) -> tuple[Contract, Schema]:
    for contract in project.contracts:
        if wanted in (contract.id, contract.at.file):
            if len(contract.schemas) == 1:
                return contract, contract.schemas[0]
            tables = ", ".join(schema.name for schema in contract.schemas) or "none"
            raise UsageError(f"{wanted} is a contract with several tables or none", hint=f"name the table: {tables}")
    found = project.find(wanted)
    if found:
        return found
    raise UsageError(f"there is no contract or table {wanted!r}", hint="`harness plan` lists them")


def _of_table(table: Table, clauses: Sequence[Check]) -> Iterator[SodaCheck]:
    """What no clause asks for by itself: the columns, and that there are rows, without which nothing is proved."""
    if any(clause.rule == "column-missing" for clause in clauses):
        yield "", {"schema": {"allow_extra_columns": True, "allow_other_column_order": True}}
    if table.schema.custom.get("mayBeEmpty") is not True:
        yield "", {"row_count": {"qualifier": "not-empty"}}


def _of_clause(clause: Check, table: Table) -> list[SodaCheck]:
    """The Soda check of a clause; none when the `schema` check decides it. Raises ValueError with the reason."""
    reason = clause.skip or clause.problem
    if reason:
        raise ValueError(reason)
    if clause.paths and clause.rule not in METRICS:
        raise ValueError("Soda knows columns, but not the fields inside them")
    if clause.rule == "column-missing":
        return []
    if clause.rule == "type-changed":
        if "data_type" not in _column([clause], clause.column):
            raise ValueError("Soda has no name for this type that it would find again in the catalog")
        return []
    column, kind, body = _translated(clause, table)
    said = {
        "qualifier": clause.id.removeprefix(f"{clause.schema.name}/"),
        "name": clause.description,
        "attributes": {
            "severity": clause.severity.value,
            **({"dimension": clause.dimension.value} if clause.dimension else {}),
        },
    }
    check = {kind: {**body, **{key: value for key, value in said.items() if value}}}
    fault = _fault(column, check, table)
    if fault:
        raise ValueError(fault)
    return [(column, check)]


def _translated(clause: Check, table: Table) -> tuple[str, str, dict[str, Any]]:
    if clause.rule == "soda":
        return _own(clause)
    if "calendar" in clause.arguments:
        raise ValueError("Soda knows no business calendar")
    if clause.paths or clause.arguments.get("target_paths"):
        return "", *_in_sql(clause, table, _threshold(clause))
    return _written(clause, table)


def _written(clause: Check, table: Table) -> tuple[str, str, dict[str, Any]]:
    """The column, type and keys of the Soda check that gives the same number as ours."""
    if clause.rule not in METRICS or clause.target is None:
        raise ValueError(f"Soda has nothing like {clause.rule}")
    threshold, arguments, rows = _threshold(clause), clause.arguments, clause.unit == "rows"
    match clause.rule:
        case "required" | "nullValues":
            return clause.column, "missing", {"threshold": threshold}
        case "unique" | "duplicateValues" if rows and clause.column:
            return clause.column, "duplicate", {"threshold": threshold}
        case "rowCount":
            return "", "row_count", {"threshold": threshold}
        case "enum" if rows and _plain(arguments.get("values")):
            return clause.column, "invalid", {"valid_values": list(arguments["values"]), "threshold": threshold}
        case "invalidValues" if rows and set(arguments) == {"validValues"} and _plain(arguments["validValues"]):
            return clause.column, "invalid", {"valid_values": arguments["validValues"], "threshold": threshold}
        case "minLength" | "maxLength" if rows and isinstance(arguments.get("bound"), int):
            return clause.column, "invalid", {_LENGTHS[clause.rule]: arguments["bound"], "threshold": threshold}
        case "relationship" if rows and clause.column:
            target = arguments["target_table"]
            reference = {"dataset": _dataset(table, target)}
            reference["column"] = arguments["target_columns"][0]
            return clause.column, "invalid", {"valid_reference_data": reference, "threshold": threshold}
        case "freshness" if clause.counts == "seconds":
            return "", "freshness", {"column": clause.column, "threshold": threshold}
    return "", *_in_sql(clause, table, threshold)


def _own(clause: Check) -> tuple[str, str, dict[str, Any]]:
    """The Soda check that the contract itself holds."""
    data = clause.arguments["document"].data
    holder = data["columns"][0] if "columns" in data else data
    ((kind, body),) = holder["checks"][0].items()
    return clause.column, kind, dict(body or {})


def _in_sql(clause: Check, table: Table, threshold: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The check in the SQL that we measure it by."""
    if clause.counts == "seconds":
        raise ValueError("Soda tells the age of a column's newest value only")
    statement = statement_of(clause, table.dialect)
    condition = _condition(clause)
    if condition is not None:
        return "failed_rows", {"expression": sql_of(condition, table.dialect), "threshold": threshold}
    if clause.unit in ("percent", "percent kept"):
        if clause.counts == "rows":
            raise ValueError("Soda gives a share for rows that one condition tells, and here none does")
        threshold = {key: value for key, value in threshold.items() if key != "metric"}
    return "metric", {"query": statement.alone(table.dialect), "threshold": threshold}


def _condition(clause: Check) -> exp.Expr | None:
    """What makes a row violating, when that is all that the metric counts."""
    measured = METRICS[clause.rule].measure(clause)
    case = measured.this if isinstance(measured, exp.Count) else None
    if not isinstance(case, exp.Case) or len(case.args["ifs"]) != 1 or case.args.get("default"):
        return None
    condition: exp.Expr = case.args["ifs"][0].this
    return None if condition.find(exp.Subquery) else condition


def _threshold(clause: Check) -> dict[str, Any]:
    assert clause.target is not None  # noqa: S101 - the caller has looked
    share = {"metric": "percent"} if clause.unit in ("percent", "percent kept") else {}
    unit = {"unit": "minute"} if clause.counts == "seconds" else {}
    target = _comparison(clause.target, clause.unit)
    if clause.severity is not Severity.ERROR:
        return {**share, **unit, **target, "level": "warn"}
    if not clause.alert:
        return {**share, **unit, **target}
    alert = Threshold(_OPPOSITE[clause.alert.operator], clause.alert.value, clause.alert.upper)
    return {**share, **unit, **_comparison(alert, clause.unit), "additional": {**target, "level": "warn"}}


def _comparison(threshold: Threshold, unit: str) -> dict[str, Any]:
    if unit == "percent kept":
        ends = [round(100 - float(end), 9) for end in (threshold.value, threshold.upper) if end is not None]
        operator = _MIRRORED.get(threshold.operator, threshold.operator)
        threshold = Threshold(operator, ends[-1], ends[0] if len(ends) > 1 else None)
    low, high = (_number(end, unit) for end in (threshold.value, threshold.upper))
    if threshold.operator not in ("between", "not between"):
        return {_COMPARATORS[threshold.operator]: low}
    if low == high:
        return {"must_be" if threshold.operator == "between" else "must_not_be": low}
    if threshold.operator == "between":
        return {"must_be_between": {"greater_than_or_equal": low, "less_than_or_equal": high}}
    return {"must_be_not_between": {"greater_than": high, "less_than": low}}


def _number(value: Any, unit: str) -> Any:
    """In minutes for an age: whole ones stay whole."""
    if value is None or unit != "seconds":
        return float(value) if value is not None and not isinstance(value, int) else value
    return value // 60 if value % 60 == 0 else float(value) / 60


def _plain(values: Any) -> bool:
    return bool(values) and all(isinstance(v, str | int | float) and not isinstance(v, bool) for v in values)


def _column(clauses: Sequence[Check], name: str) -> dict[str, Any]:
    typed = next((c for c in clauses if c.rule == "type-changed" and c.column == name), None)
    item = typed.schema.property(name) if typed else None
    known = item.physical_type.lower() if item else ""
    return {"name": name, **({"data_type": known} if known in _TYPES else {})}


def _fault(column: str, check: Mapping[str, Any], table: Table) -> str:
    """What our strict reader says of the check, standing alone."""
    data: dict[str, Any] = {"dataset": _dataset(table, table.name)}
    if column:
        data["columns"] = [{"name": column, "checks": [check]}]
    else:
        data["checks"] = [check]
    file = CheckFile(file="", kind="soda", data=data)
    return "; ".join(clause.error for clause in soda_clauses(file) if clause.error)


def _dataset(table: Table, name: TableName) -> str:
    return soda_dataset(table.project.server_of(table.contract), name)


def _on(exported: Sequence[SodaCheck], column: str) -> list[dict[str, Any]]:
    return [check for on, check in exported if on == column]


class _Dumper(yaml.SafeDumper):
    """Quotes every text that is not a plain word, which the versions of YAML read differently (`1e3`, `no`)."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - PyYAML's interface
        """No anchors: our reader bounds them, and people do not read them."""
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    word = text.replace("_", "").replace("/", "").replace("-", "")
    reserved = text.lower() in ("null", "true", "false", "yes", "no", "on", "off", "y", "n")
    plain = word.isascii() and word.isalpha() and text[0].isalpha() and text[-1].isalpha() and not reserved
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=None if plain else '"')


_Dumper.add_representer(str, _text)


def _yaml(document: Mapping[str, Any]) -> str:
    return yaml.dump(rounded(document), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)
