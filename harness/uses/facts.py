"""What servers say of a project's tables for its house rules: one query per server, and one per table for samples."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from harness.model.contract import Contract, Schema
from harness.model.facts import Facts, Sighting, TableFacts
from harness.model.governance import Governance
from harness.model.project import Project
from harness.model.result import Outcome
from harness.plan import table_of
from harness.rules.governance.personal import is_personal
from harness.rules.governance.personal_data_in_values import personal_data_in_values
from harness.rules.rule import Lack
from harness.runners.personal import sightings, text_columns
from harness.uses.observe import Session, facts_of

Key = tuple[str, str]
"""Contract id and schema name."""


@dataclass(slots=True)
class Told:
    """What the servers said, and what they could not say."""

    facts: dict[Key, TableFacts] = field(default_factory=dict)
    sightings: dict[Key, tuple[Sighting, ...]] = field(default_factory=dict)
    lacks: list[Lack] = field(default_factory=list)


def told_by(project: Project, governance: Governance, sessions: Mapping[str, Session]) -> Told:
    """What the house rules need of the servers of these sessions."""
    told = Told()
    for name, session in sessions.items():
        own = [contract for contract in project.contracts if _is_on(project, contract, name)]
        _facts(project, session, own, told)
        if governance.personal.sample and not session.error:
            _sightings(project, governance, session, own, told)
    return told


def _is_on(project: Project, contract: Contract, name: str) -> bool:
    server = project.server_of(contract)
    return bool(server and server.name == name)


def _facts(project: Project, session: Session, contracts: list[Contract], told: Told) -> None:
    server, where = session.server, f"the server {session.server.name}"
    roles = {role.name for contract in contracts for role in contract.roles}
    found, error = facts_of(session, roles)
    if error:
        reason = f"{where} does not say how its tables lie and who may read them: {error}"
        told.lacks.append(Lack(("facts", "storage", "grants"), reason, server.at, about=server.name))
        return
    if found.access is None:
        reason = f"{where} is of type {server.type}, which knows no grants"
        told.lacks.append(Lack(("grants",), reason, server.at, outcome=Outcome.SKIP, about=server.name))
    if all(stored.partitions is None for stored in found.storage.values()):
        reason = f"{where} is of type {server.type}, which has no partitions"
        told.lacks.append(Lack(("storage",), reason, server.at, outcome=Outcome.SKIP, about=server.name))
    for contract, schema in _tables(contracts):
        told.facts[contract.id, schema.name] = _of_table(project, session, contract, schema, found)


def _of_table(project: Project, session: Session, contract: Contract, schema: Schema, found: Facts) -> TableFacts:
    name, reader = table_of(project, contract, schema).name, session.server.settings.get("user")
    return TableFacts(
        engine=session.server.type,
        reader=reader if isinstance(reader, str) else "",
        storage=found.storage.get(name),
        access=found.access.get(name) if found.access is not None else None,
        has_grants=found.access is not None,
    )


def _sightings(
    project: Project, governance: Governance, session: Session, contracts: list[Contract], told: Told
) -> None:
    personal, engine = governance.personal, session.engine
    for contract, schema in _tables([contract for contract in contracts if _is_looked_at(project, contract)]):
        name = table_of(project, contract, schema).name
        known = {item.column.lower() for item in schema.properties if is_personal(item, personal)}
        columns = [each for each in text_columns(session.catalog.get(name, ())) if each.lower() not in known]
        if engine is None:
            continue
        seen, error = sightings(engine, session.dialect, name, columns, personal.sample)
        told.sightings[contract.id, schema.name] = seen
        if error:
            reason = f"nobody could look for personal data in the values of {name}: {error}"
            told.lacks.append(Lack(("sightings",), reason, schema.at, about=str(name)))


def _is_looked_at(project: Project, contract: Contract) -> bool:
    rule = personal_data_in_values
    return project.policy.severity(rule.id, contract.layer, rule.severity) is not None


def _tables(contracts: list[Contract]) -> Iterator[tuple[Contract, Schema]]:
    return ((contract, schema) for contract in contracts for schema in contract.schemas)
