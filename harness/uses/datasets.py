"""The tables of a project, as its reports name them, and what flows between them."""

from collections.abc import Iterator, Mapping
from typing import Any

from harness.model.contract import Contract
from harness.model.dataset import Dataset
from harness.model.lineage import Lineage
from harness.model.project import Project

Key = tuple[str, str]
"""Contract id and table."""


def datasets_of(project: Project, lineage: Lineage | None = None) -> tuple[Dataset, ...]:
    """Every table of every contract, in the order of the files; `lineage` and contracts say what each is made of."""
    sources = _sources(lineage or Lineage())
    return tuple(
        Dataset(
            contract=contract.id,
            version=contract.version,
            table=schema.name,
            layer=contract.layer,
            owner=contract.owner,
            channels=contract.channels,
            sources=tuple(
                sorted(
                    (sources.get((contract.id, schema.name), set()) | _upstream(project, contract))
                    - {(contract.id, schema.name)}
                )
            ),
            at=schema.at,
        )
        for contract in project.contracts
        for schema in contract.schemas
    )


def _sources(lineage: Lineage) -> Mapping[Key, set[Key]]:
    """The tables under contract that each is made of, directly or through tables that have no contract."""
    into: dict[str, set[str]] = {}
    for edge in lineage.edges:
        into.setdefault(edge.target.table, set()).add(edge.source.table)
    owners: dict[str, set[Key]] = {}
    for key, table in lineage.keys.items():
        owners.setdefault(table, set()).add(key)

    def behind(table: str) -> set[Key]:
        found: set[Key] = set()
        seen, left = {table}, list(into.get(table, ()))
        while left:
            each = left.pop()
            if each in seen:
                continue
            seen.add(each)
            if each in owners:
                found |= owners[each]
            else:
                left += into.get(each, ())
        return found

    return {key: behind(table) for key, table in lineage.keys.items()}


def _upstream(project: Project, contract: Contract) -> set[Key]:
    """What the contract names in its customProperty `upstream`."""
    names = set(_names(contract.custom.get("upstream")))
    named = (other for other in project.contracts if names & {other.id, other.name})
    return {(other.id, schema.name) for other in named for schema in other.schemas}


def _names(upstream: Any) -> Iterator[str]:
    for entry in upstream if isinstance(upstream, list) else [upstream]:
        name = entry.get("id") or entry.get("name") if isinstance(entry, dict) else entry
        if isinstance(name, str):
            yield name
