"""What the servers say of themselves: one session and one catalog query per server, then the drift rules."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar

from harness.engines import Declared, Engine, engine_for, engine_of
from harness.evaluate import result_of, skipped, undecided
from harness.lattice import parse_type
from harness.model.check import Check, TableName
from harness.model.contract import Property, Schema, Server
from harness.model.errors import EngineError, words_of
from harness.model.fields import Path, text_of
from harness.model.project import Project
from harness.model.result import Outcome, Result
from harness.plan import table_of
from harness.rules import drift
from harness.rules.observed import absence_of, value_at
from harness.rules.rule import Context, apply

if TYPE_CHECKING:
    from harness.model.facts import Facts
    from harness.model.scan import Scan

T = TypeVar("T")
_DECIDED_HERE = frozenset(rule.id for rule in drift.RULES)
_ANSWERS: dict[str, str] = {"column-renamed": "column-missing"}
"""A rule whose finding answers the clause of another: a column that has another name is not there."""


@dataclass(frozen=True, slots=True)
class Session:
    """A server as it answered: an open engine and its catalog, or the error."""

    server: Server
    engine: Engine | None = None
    dialect: str = ""
    catalog: Mapping[TableName, tuple[Property, ...]] = field(default_factory=dict)
    sizes: Mapping[TableName, int] = field(default_factory=dict)
    """About how many rows each stored table holds, where the server knows."""
    unreadable: Mapping[TableName, str] = field(default_factory=dict)
    """Tables that should be in the catalog, and why they are not."""
    error: str = ""


def open_sessions(project: Project, checks: Iterable[Check], stack: ExitStack) -> dict[str, Session]:
    """A session for every server that a check needs, by the server's name; `stack` closes them."""
    contracts = {id(check.contract): check.contract for check in checks}.values()
    servers: dict[str, list[Server]] = {}
    for server in map(project.server_of, contracts):
        if server:
            servers.setdefault(server.name, []).append(server)
    return {name: _open(project, entries, stack) for name, entries in servers.items()}


def _open(project: Project, entries: Sequence[Server], stack: ExitStack) -> Session:
    server = entries[0]
    other = next((entry for entry in entries if _place(entry) != _place(server)), None)
    if other:
        hint = "name them differently, or write one to `servers` of harness.yaml"
        return Session(server, error=f"{server.at} and {other.at} are two servers of the name {server.name!r}; {hint}")
    try:
        module = engine_for(server)
        declared = declared_on(server.name, project)
        engine = stack.enter_context(module.connect(server, project.root, project.statement_timeout, declared))
        catalog = engine.catalog()
        return Session(server, engine, module.DIALECT, catalog, engine.sizes(), engine.unreadable())
    except EngineError as error:
        return Session(server, error=words_of(error))
    except Exception as error:  # noqa: BLE001 - the boundary around an engine call: a surprise is "could not tell"
        return Session(server, error=f"{type(error).__name__}: {error}")


def declared_on(name: str, project: Project) -> list[Declared]:
    """The tables of all contracts on the server of this name: a check may read others than its own."""
    return [
        Declared(table_of(project, contract, schema).name, schema, server, trusted=name in project.servers)
        for contract in project.contracts
        if (server := project.server_of(contract)) and server.name == name
        for schema in contract.schemas
    ]


def facts_of(session: Session, roles: Collection[str]) -> "tuple[Facts, str]":
    """What the server says of its tables beyond their columns, or why it is not known; `roles` are asked about."""
    from harness.model.facts import Facts  # few runs ask

    return _told(session, lambda engine: engine.facts(roles), Facts())


def scans_of(session: Session, query: str) -> "tuple[tuple[Scan, ...], str]":
    """How the server would read tables for a query, or why that is not known."""
    return _told(session, lambda engine: engine.scans(query), ())


def _told(session: Session, ask: Callable[[Engine], T], nothing: T) -> tuple[T, str]:
    """What the engine answers, or `nothing` and why."""
    if session.engine is None:
        return nothing, session.error
    try:
        return ask(session.engine), ""
    except EngineError as error:
        return nothing, words_of(error)
    except Exception as error:  # noqa: BLE001 - the boundary around an engine call: a surprise is "could not tell"
        return nothing, f"{type(error).__name__}: {error}"


def observed_columns(
    checks: Iterable[Check], sessions: Mapping[str, Session]
) -> dict[tuple[str, str], tuple[Property, ...]]:
    """Contract id and schema name -> the table's columns, of those that a server holds."""
    found: dict[tuple[str, str], tuple[Property, ...]] = {}
    for check in checks:
        session = sessions.get(check.server)
        if session and check.table in session.catalog:
            found[check.contract.id, check.schema.name] = session.catalog[check.table]
    return found


def _place(server: Server) -> dict[str, Any]:
    """What tells where a server is, without what may differ from contract to contract."""
    engine = engine_of(server)
    own = engine.OWN if engine else ()
    return {"type": server.type} | {key: value for key, value in server.settings.items() if key not in own}


def drift_results(
    project: Project, checks: Sequence[Check], sessions: Mapping[str, Session]
) -> tuple[dict[str, Result], list[Result]]:
    """What the drift rules found: the answers to checks, by id, and the findings that no clause asked for."""
    answers: dict[str, Result] = {}
    findings: list[Result] = []
    tables: dict[int, list[Check]] = {}
    for check in checks:
        tables.setdefault(id(check.schema), []).append(check)
    for of_table in tables.values():
        own = [check for check in of_table if check.rule in _DECIDED_HERE]
        found = _drift(project, of_table[0], sessions)
        by_clause: dict[tuple[str, str], list[Result]] = {}
        for each in found:
            by_clause.setdefault((_ANSWERS.get(each.rule, each.rule), each.column), []).append(each)
        for clause in own:
            theirs = by_clause.get((clause.rule, clause.column))
            answers[clause.id] = _answer(clause, theirs.pop(0) if theirs else None, sessions, project)
        findings += [each for left in by_clause.values() for each in left]
    return answers, findings


def _drift(project: Project, check: Check, sessions: Mapping[str, Session]) -> list[Result]:
    session = sessions.get(check.server)
    if not session or check.table not in session.catalog:
        return []
    observed = Schema(at=check.schema.at, name=check.schema.name, properties=session.catalog[check.table])
    context = Context(
        project=project, contract=check.contract, declared=check.schema, observed=observed, dialect=session.dialect
    )
    return apply(drift.RULES, context)


def _answer(clause: Check, finding: Result | None, sessions: Mapping[str, Session], project: Project) -> Result:
    """A clause that a drift rule decides: its finding, or that there is none."""
    if finding:
        identity = result_of(clause, finding.outcome, finding.message)
        own = finding.id if finding.rule in _ANSWERS else identity.id
        return replace(finding, id=own, check=clause.id, owner=identity.owner)
    if clause.skip:
        return skipped(clause)
    obstacle = obstacle_to(clause, sessions)
    if obstacle:
        return undecided(clause, obstacle)
    rule = next(rule for rule in drift.RULES if rule.id == clause.rule)
    if project.policy.severity(rule.id, clause.contract.layer, rule.severity) is None:
        return replace(skipped(clause), message=f"harness.yaml turns {rule.id} off in this layer")
    return result_of(clause, Outcome.PASS, f"{clause.column} is as declared")


def obstacle_to(check: Check, sessions: Mapping[str, Session]) -> str:
    """Why the check cannot be run, or ""."""
    if check.problem:
        return check.problem
    session = sessions.get(check.server)
    if session is None:
        return "no server is named, neither by the contract nor by `server` in harness.yaml"
    if session.error:
        return session.error
    if check.table not in session.catalog:
        return session.unreadable.get(check.table, f"the table {check.table} is absent")
    wanted = [(check.table, check.path(name)) for name in check.columns]
    target, paths = check.arguments.get("target_table"), check.arguments.get("target_paths", {})
    if target is not None and target in session.unreadable:
        return session.unreadable[target]
    if target is not None and target in session.catalog:
        wanted += [(target, paths.get(name, (name,))) for name in check.arguments["target_columns"]]
    absences = (absence_of(str(name), session.catalog[name], path, session.dialect) for name, path in wanted)
    return next(filter(None, absences), "") or next(filter(None, _unlike(check, session)), "")


def _unlike(check: Check, session: Session) -> Iterator[str]:
    """The pairs of a text and a number: an engine that compares them at all takes `007` for 7."""
    other, pairs = _compared(check)
    for pair in pairs if other in session.catalog else ():
        said = {}
        for name, path in zip((check.table, other), pair, strict=True):
            found = value_at(session.catalog[name], path, session.dialect)
            if found:
                said[_kind(found.physical_type, session.dialect)] = (
                    f"{text_of(path)} of {name} is {found.physical_type}"
                )
        if said.keys() == {"text", "number"}:
            yield f"{' and '.join(said.values())}: whether a text is a number nobody can tell; cast one in a view"


def _kind(physical_type: str, dialect: str) -> str:
    try:
        return parse_type(physical_type, dialect).domain
    except ValueError:
        return ""


def _compared(check: Check) -> tuple[TableName, list[tuple[Path, Path]]]:
    """The other table of a check that holds columns of two against one another, and which against which."""
    arguments = check.arguments
    if "target_table" in arguments:
        paths = arguments.get("target_paths", {})
        theirs = [paths.get(name, (name,)) for name in arguments["target_columns"]]
        return arguments["target_table"], list(zip(map(check.path, check.columns), theirs, strict=True))
    if check.rule == "reconcileRows":
        pairs = [*arguments["key"], *((own, other) for own, other, _ in arguments["compare"])]
        return arguments["source"], [((own,), (other,)) for own, other in pairs]
    return check.table, []


def catalog_of(sessions: Mapping[str, Session]) -> frozenset[str] | None:
    """Every table of all servers, as `schema.table`; None when one did not answer: absence then proves nothing."""
    if not sessions or any(session.error for session in sessions.values()):
        return None
    return frozenset(str(name) for each in sessions.values() for name in (*each.catalog, *each.unreadable))


def columns_of(sessions: Mapping[str, Session]) -> dict[str, tuple[Property, ...]]:
    """The columns of every table of the servers that answered, by `schema.table`; of two so called, the first's."""
    found: dict[str, tuple[Property, ...]] = {}
    for session in sessions.values():
        for name, columns in session.catalog.items():
            found.setdefault(str(name), columns)
    return found
