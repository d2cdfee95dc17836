"""Contract + checks/ -> Checks: every clause that somebody declared becomes exactly one Check, measurable or not.

Pure: it looks at documents and the clock it is given, never at data.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from fnmatch import fnmatchcase
from itertools import count

from harness.model.check import Check
from harness.model.contract import Contract, Schema
from harness.model.project import LAYERS, Project
from harness.plan.files import file_checks
from harness.plan.properties import property_checks, table_checks
from harness.plan.quality import quality_checks
from harness.plan.sla import sla_checks
from harness.plan.structural import structural_checks
from harness.plan.table import Table, table_of

__all__ = ["Table", "is_selected", "plan", "table_of"]


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
        if (not wanted or check.contract.layer in wanted) and (not patterns or is_selected(check, patterns))
    )
    return tuple(sorted(kept, key=_position))


def is_selected(check: Check, patterns: Sequence[str]) -> bool:
    """Whether the check's table, contract or id matches one of the patterns."""
    names = (check.schema.name, check.contract.id, check.contract.name, check.id)
    return any(fnmatchcase(name, pattern) for pattern in patterns for name in names)


def _contract(project: Project, contract: Contract, as_of: datetime) -> Iterator[Check]:
    if not contract.schemas:
        nowhere = Schema(at=contract.where("schema"), name=contract.id or contract.at.file)
        yield _nothing(table_of(project, contract, nowhere), "it declares no table")
        return
    tables = [table_of(project, contract, schema) for schema in contract.schemas]
    yield from _other_servers(tables[0])
    levels = list(sla_checks(project, contract, as_of))
    for table in tables:
        own = [*property_checks(table), *table_checks(table), *quality_checks(table), *structural_checks(table, as_of)]
        if not own and not any(level.schema is table.schema for level in levels):
            own = [_nothing(table, "it declares no column and no rule")]
        yield from own
    yield from levels


def _other_servers(table: Table) -> Iterator[Check]:
    """The servers that the contract lists beside its own: in silence they would look as if they were checked."""
    for server in table.contract.servers:
        if server is not table.project.stated_server(table.contract):
            skip = f"only {table.server} is looked at; `server: {server.name}` in harness.yaml looks at this one"
            yield table.check("server", f"server/{server.name}", at=server.at, skip=skip)


def _nothing(table: Table, reason: str) -> Check:
    """A promise without content is an error: in silence it would look as if it were kept."""
    return table.check("unknown", "schema", at=table.schema.at, problem=f"nothing here can be checked: {reason}")


def _position(check: Check) -> tuple[int, str]:
    """The layer, then the table; the sort keeps the order of clauses within a table."""
    layer = check.contract.layer
    return LAYERS.index(layer) if layer in LAYERS else len(LAYERS), check.schema.name


def _with_unique_ids(checks: list[Check]) -> Iterator[Check]:
    """Two contracts may promise tables of one name; two rules of one kind may stand on one column."""
    owners: dict[str, set[str]] = {}
    for check in checks:
        owners.setdefault(check.schema.name, set()).add(check.contract.id)
    taken: set[str] = set()
    for check in checks:
        shared = len(owners[check.schema.name]) > 1
        name = f"{check.contract.id}:{check.id}" if shared else check.id
        numbered = (f"{name}#{number}" for number in count(2))
        free = name if name not in taken else next(each for each in numbered if each not in taken)
        taken.add(free)
        yield check if free == check.id else replace(check, id=free)
