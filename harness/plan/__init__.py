"""Contract + checks/ -> Checks: every clause that somebody declared becomes exactly one Check, measurable or not.

Pure: it looks at documents and the clock it is given, never at data.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from fnmatch import fnmatchcase

from harness.model.check import Check
from harness.model.contract import Contract
from harness.model.project import LAYERS, Project
from harness.plan.files import file_checks
from harness.plan.properties import property_checks, table_checks
from harness.plan.quality import quality_checks
from harness.plan.sla import sla_checks
from harness.plan.table import Table, table_of

__all__ = ["Table", "plan", "table_of"]


def plan(
    project: Project, as_of: datetime, layers: Iterable[str] = (), select: Iterable[str] = ()
) -> tuple[Check, ...]:
    """The checks of every contract and check file, in the order in which data flows.

    `layers` keeps the contracts of these layers, `select` the checks whose table, contract or id matches one of these
    patterns (`fct_*`); either being empty keeps all.
    """
    checks = [check for contract in project.contracts for check in _contract(project, contract, as_of)]
    checks += [check for file in project.checks for check in file_checks(project, file)]
    wanted, patterns = tuple(layers), tuple(select)
    kept = (
        check
        for check in _with_unique_ids(checks)
        if (not wanted or check.contract.layer in wanted)
        and (not patterns or any(fnmatchcase(name, p) for p in patterns for name in _names(check)))
    )
    return tuple(sorted(kept, key=_position))


def _contract(project: Project, contract: Contract, as_of: datetime) -> Iterator[Check]:
    for schema in contract.schemas:
        table = table_of(project, contract, schema)
        yield from property_checks(table)
        yield from table_checks(table)
        yield from quality_checks(table)
    yield from sla_checks(project, contract, as_of)


def _names(check: Check) -> tuple[str, ...]:
    return check.schema.name, check.contract.id, check.contract.name, check.id


def _position(check: Check) -> tuple[int, str]:
    """The layer, then the table; the sort keeps the order of clauses within a table."""
    layer = check.contract.layer
    return LAYERS.index(layer) if layer in LAYERS else len(LAYERS), check.schema.name


def _with_unique_ids(checks: list[Check]) -> Iterator[Check]:
    """Two contracts may promise tables of one name; two rules of one kind may stand on one column."""
    owners: dict[str, set[str]] = {}
    for check in checks:
        owners.setdefault(check.schema.name, set()).add(check.contract.id)
    seen: Counter[str] = Counter()
    for check in checks:
        shared = len(owners[check.schema.name]) > 1
        name = f"{check.contract.id}:{check.id}" if shared else check.id
        seen[name] += 1
        yield (
            check
            if name == check.id and seen[name] == 1
            else replace(check, id=name if seen[name] == 1 else f"{name}#{seen[name]}")
        )
