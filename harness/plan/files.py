"""The files of `checks/`: each SQL file is one check, each entry of a Soda file another."""

from collections.abc import Iterator
from typing import Any

from harness.metrics import METRICS
from harness.model.check import Check
from harness.model.contract import Contract, Schema
from harness.model.location import Location
from harness.model.project import CheckFile, Project
from harness.model.result import dimension_of
from harness.plan.table import Table, table_of
from harness.plan.thresholds import severity_of, tolerance


def file_checks(project: Project, file: CheckFile) -> Iterator[Check]:
    """The checks of a file; one that belongs to no contract has none, and is a finding of lint."""
    found = _owner(project, file)
    if found:
        table = table_of(project, *found)
        yield from [_sql(table, file)] if file.kind == "sql" else _soda(table, file)


def _owner(project: Project, file: CheckFile) -> tuple[Contract, Schema] | None:
    """The table that the file checks: two layers may have one of its name, and then the file's folder decides."""
    for contract in project.contracts:
        for schema in contract.schemas if contract.layer == file.layer else ():
            if file.dataset in (schema.name, schema.table, schema.table.rpartition(".")[2]):
                return contract, schema
    return project.find(file.dataset)


def _sql(table: Table, file: CheckFile) -> Check:
    header = file.header
    fields: dict[str, Any] = {
        "at": Location(file.file),
        "severity": severity_of(header.get("severity", "")),
        "dimension": dimension_of(header.get("dimension", "")) or METRICS["failedRows"].dimension,
        "description": header.get("description", ""),
        "arguments": {"query": file.text, "dialect": table.dialect},
        "problem": file.error.message if file.error else "",
    }
    try:
        fields |= tolerance(header)
    except (ValueError, OverflowError) as error:
        fields["problem"] = fields["problem"] or f"the threshold cannot be read: {error}"
    return table.check("failedRows", f"sql/{file.name}", **fields)


def _soda(table: Table, file: CheckFile) -> Iterator[Check]:
    from harness.load.soda import soda_clauses  # many projects have none
    from harness.plan.soda_sql import sql_fault

    for clause in soda_clauses(file):
        yield table.check(
            "soda",
            clause.key,
            columns=(table.column(clause.column),) if clause.column else (),
            at=Location(file.file, clause.line),
            dimension=clause.dimension,
            severity=clause.severity,
            description=clause.name,
            arguments={"file": file.file, "key": clause.key, "error": clause.error},
            skip=clause.skip,
            problem=clause.error or sql_fault(file.data, clause, table.dialect),
        )
