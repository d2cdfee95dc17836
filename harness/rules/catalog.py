"""Which tables of the servers a contract's tables are."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from harness.model.contract import Contract, Schema
from harness.model.project import Project


def declared_tables(project: Project, catalog: Iterable[str]) -> Iterator[tuple[Contract, Schema, frozenset[str]]]:
    """Every table of every contract with its tables in `catalog` (`schema.table`): none when it is absent.

    A table is looked up with its database schema where the contract or its server gives one, else by its bare name
    in every schema; spelled as it stands first, then in any case.
    """
    exact, folded = _index(catalog)
    for contract in project.contracts:
        for schema in contract.schemas:
            name = name_in_catalog(project, contract, schema)
            yield contract, schema, exact.get(name) or folded.get(name.lower(), frozenset())


def name_in_catalog(project: Project, contract: Contract, schema: Schema) -> str:
    """`schema.table` where the physical name or the contract's server gives the database schema, else `table`."""
    *_, last = owner_and_table = schema.table.split(".")[-2:]
    if len(owner_and_table) == 2:
        return ".".join(owner_and_table)
    own, server = project.stated_server(contract), project.server_of(contract)
    owner = next(filter(None, (s.settings.get("schema") for s in (own, server) if s)), "")
    return f"{owner}.{last}" if owner else last


def _index(catalog: Iterable[str]) -> tuple[dict[str, frozenset[str]], dict[str, frozenset[str]]]:
    """Name -> tables, by full and by bare name: as spelled, and in lower case."""
    exact: dict[str, set[str]] = defaultdict(set)
    folded: dict[str, set[str]] = defaultdict(set)
    for table in catalog:
        for name in (table, table.rpartition(".")[2]):
            exact[name].add(table)
            folded[name.lower()].add(table)
    return {k: frozenset(v) for k, v in exact.items()}, {k: frozenset(v) for k, v in folded.items()}
