"""What servers say of a project's tables for its house rules: one query per server, and one per table for samples."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from harness.model.contract import Contract, Schema
from harness.model.facts import Facts, Sighting, TableFacts
from harness.model.governance import Governance
from harness.model.project import Project
from harness.model.result import Outcome
from harness.plan import table_of
from harness.rules.governance.personal import is_personal
from harness.rules.governance.personal_data_in_values import personal_data_in_values
from harness.rules.rule import Lack, Need
from harness.runners.personal import sightings, text_columns
from harness.uses.observe import Session, facts_of

Key = tuple[str, str]
"""Contract id and schema name."""
_OF_SERVERS: tuple[Need, ...] = ("facts", "storage", "grants", "sightings")


@dataclass(slots=True)
class Told:
    """What the servers said, and what they could not say."""

    facts: dict[Key, TableFacts] = field(default_factory=dict)
    sightings: dict[Key, tuple[Sighting, ...]] = field(default_factory=dict)
    lacks: list[Lack] = field(default_factory=list)


def told_by(
    project: Project, governance: Governance, contracts: Sequence[Contract], sessions: Mapping[str, Session]
) -> Told:
    """What the house rules need of the servers of these contracts; a server that is in no session was not asked."""
    told, by_server = Told(), dict[str, list[Contract]]()
    for contract in contracts:
        server = project.server_of(contract)
        if server and server.name in sessions:
            by_server.setdefault(server.name, []).append(contract)
        elif contract.schemas:
            said = (
                f"the server {server.name} was not asked, for no clause is measured on it"
                if server
                else "it names no server"
            )
            told.lacks.append(Lack(_OF_SERVERS, f"{contract.id}: {said}", contract.at, about=contract.id))
    for name, own in by_server.items():
        _facts(project, sessions[name], own, told)
        if governance.personal.sample and not sessions[name].error:
            _sightings(project, governance, sessions[name], own, told)
    return told


def _facts(project: Project, session: Session, contracts: list[Contract], told: Told) -> None:
    server, where = session.server, f"the server {session.server.name}"
    roles = {role.name for contract in contracts for role in contract.roles}
    found, error = facts_of(session, roles)
    if error:
        reason = f"{where} does not say how its tables lie and who may read them: {error}"
        needs = _OF_SERVERS if session.error else _OF_SERVERS[:3]
        told.lacks.append(Lack(needs, reason, server.at, about=server.name))
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
