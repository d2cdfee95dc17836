"""The rules `type: custom, engine: soda`: each Soda check in `implementation` becomes one Check, run by soda-core."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from harness.load.place import place_of
from harness.load.soda import SodaClause, soda_clauses, soda_dataset
from harness.load.soda_vocabulary import TYPES
from harness.load.yaml import read
from harness.model.check import Check
from harness.model.contract import QualityRule
from harness.model.errors import DocumentError
from harness.model.fields import Field
from harness.model.location import Location
from harness.model.number import rounded
from harness.model.project import CheckFile
from harness.model.result import dimension_of
from harness.plan.soda_sql import sql_fault
from harness.plan.table import Table, id_of, reads
from harness.plan.thresholds import severity_of

_EXAMPLE = "write a Soda check, such as `missing: {threshold: {must_be: 0}}`, or a list of them"


def custom_checks(table: Table, rule: QualityRule, item: Field | None) -> Iterator[Check]:
    """One check for each Soda check of the rule; one with a problem when there is none.

    Each is given to Soda as a file of its own, made here: `arguments["document"]`, on the rule's table and column.
    """
    try:
        implementations = _implementations(rule)
    except DocumentError as error:
        yield _refused(table, rule, item, f"`implementation` cannot be read: {error.message}")
        return
    if not implementations:
        yield _refused(table, rule, item, f"`implementation` holds no check; {_EXAMPLE}")
    if item and item.above:
        yield _refused(table, rule, item, "Soda knows columns, but not the fields inside them")
        return
    for number, written in enumerate(implementations, start=1):
        yield _check(table, rule, item, number, written)


def _implementations(rule: QualityRule) -> list[Any]:
    """The Soda checks of the rule, unread. Raises DocumentError when its text is no YAML."""
    data = rule.implementation
    if isinstance(data, str):
        data = read(data, rule.at.file) if data.strip() else []
    if data is None:
        return []
    return list(data) if isinstance(data, list) else [data]


def _refused(table: Table, rule: QualityRule, item: Field | None, problem: str) -> Check:
    return table.check(
        "soda",
        id_of(item, "/".join(filter(None, ["soda", _slug(rule)]))),
        **(reads(item.path) if item else {}),
        at=rule.where("implementation"),
        severity=severity_of(rule.severity),
        dimension=dimension_of(rule.dimension),
        description=rule.description or rule.name,
        problem=problem,
    )


def _check(table: Table, rule: QualityRule, item: Field | None, number: int, written: Any) -> Check:
    problem = _problem(rule, written)
    if problem:
        return _refused(table, rule, item, problem)
    holder: dict[str, Any] = {"checks": [written]}
    data = {"columns": [{"name": item.column, **holder}]} if item else holder
    file = CheckFile(
        file=f"{rule.at} {table.schema.name}{f'.{item.name}' if item else ''} {number}",
        kind="soda",
        data=rounded({"dataset": soda_dataset(table.project.server_of(table.contract), table.name), **data}),
    )
    clauses = soda_clauses(file)
    clause = next((each for each in clauses if each.type), clauses[-1])
    error = "; ".join(each.error for each in clauses if each.error) or sql_fault(file.data, clause, table.dialect)
    name = "/".join(filter(None, ["soda", _slug(rule), clause.type, _qualifier(clause)]))
    return table.check(
        "soda",
        id_of(item, name),
        columns=(item.column,) if item else (),
        at=_place(rule, number),
        severity=severity_of(rule.severity) if rule.severity else clause.severity,
        dimension=dimension_of(rule.dimension) or clause.dimension,
        description=rule.description or rule.name or clause.name,
        arguments={"file": file.file, "key": clause.key, "error": error, "document": file},
        problem=error,
    )


def _problem(rule: QualityRule, written: Any) -> str:
    """What cannot be meant by a rule of a contract, though a Soda file may say it, or ""."""
    if rule.operators:
        stated = ", ".join(sorted(rule.operators))
        return f"Soda decides by the `threshold` of the check itself; write {stated} there"
    if not (isinstance(written, Mapping) and len(written) == 1):
        return f"a check is one key, its type, with a colon behind it; known are {', '.join(TYPES)}"
    if "schema" in written:
        return "a Soda `schema` check needs the columns of a Soda file; the contract's own columns are checked anyway"
    return ""


def _place(rule: QualityRule, number: int) -> Location:
    """The line of one implementation; inside a text all have the line of the key."""
    written = rule.implementation
    if isinstance(written, list) and hasattr(written, "marks"):
        return place_of(written, [number - 1], rule.at.file)
    return rule.where("implementation")


def _qualifier(clause: SodaClause) -> str:
    return str(clause.body.get("qualifier", ""))


def _slug(rule: QualityRule) -> str:
    return re.sub(r"[^a-z0-9]+", "-", (rule.id or rule.name).lower()).strip("-")
