import re
import runpy
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from harness.gate import uses_of
from harness.lineage.gather import gather
from harness.load.checks import parse_check_file
from harness.load.contract import parse_contract
from harness.load.dbt import Manifest, Model, models_in
from harness.load.lineage import Script, Sources
from harness.load.waivers import parse_waivers
from harness.model.check import TableName
from harness.model.contract import Server
from harness.model.errors import DocumentError
from harness.model.facts import Access, Grant, Sighting, Storage, TableFacts
from harness.model.governance import DEFAULT_NAMES, Governance, PersonalData
from harness.model.lineage import ROWS, Field, Gap, Lineage
from harness.model.location import Location
from harness.model.project import AuditSettings, Goal, LineageSources, Policy, Project, WaiverFile
from harness.model.result import Dimension, Outcome, Result, Severity
from harness.model.scan import Reading, Scan
from harness.model.threshold import Threshold
from harness.plan import plan
from harness.rules.rule import Context, Finding, Rule
from harness.uses.governance import RULES as HOUSE_RULES
from harness.uses.governance import context_of
from harness.uses.waivers import deciders

CASES = Path(__file__).parents[1] / "cases" / "rules"
MANIFEST_OF = runpy.run_path(str(Path(__file__).parents[1] / "dbt.py"))["manifest_of"]
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
FILE = "contract.odcs.yaml"
HEAD = {"apiVersion": "v3.1.0", "kind": "DataContract", "id": "flights", "version": "1.0.0", "status": "active"}
GOALS = {d: Goal(Threshold(">", 99), Threshold("<", 95), "percent") for d in Dimension}


@pytest.fixture(scope="session")
def case_file() -> Callable[[str], dict[str, Any]]:
    """The cases of a rule: `docstring` is the setting of its page's examples, `cases` are further ones."""
    return lambda name: yaml.safe_load((CASES / f"{name}.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def find() -> Callable[[Rule, Mapping[str, Any]], list[Finding]]:
    """All findings of one rule in a project as a case describes it."""
    return _find


@pytest.fixture(scope="session")
def project_of() -> Callable[[Mapping[str, Any]], Project]:
    return _project


@pytest.fixture(scope="session")
def contexts_of() -> Callable[[Rule, Project, Mapping[str, Any]], list[Context]]:
    """What a rule is run over, by its scope."""
    return _contexts


def _find(rule: Rule, case: Mapping[str, Any]) -> list[Finding]:
    return [finding for context in _contexts(rule, _project(case), case) for finding in rule.find(context)]


def _contexts(rule: Rule, project: Project, case: Mapping[str, Any]) -> list[Context]:
    if rule.scope == "waiver":
        return _waivers(project, case)
    context = _context(rule, project, case)
    if rule.scope == "project":
        return [context]
    documents = project.documents if rule.scope == "document" else [d for d in project.documents if d.contract]
    return [replace(context, document=d, contract=d.contract) for d in documents]


def _context(rule: Rule, project: Project, case: Mapping[str, Any]) -> Context:
    """`dbt` are the files of a dbt project, `scripts` those of SQL; a house rule gets its context as the use does."""
    manifest = MANIFEST_OF(case["dbt"]) if "dbt" in case else None
    scripts = tuple(Script(sql, Location(file)) for file, sql in case.get("scripts", {}).items())
    sources = Sources(manifest=manifest, models=_models_of(manifest), scripts=scripts)
    lineage = _lineage(project, case, sources) if "lineage" in rule.needs else None
    if rule in HOUSE_RULES:
        checks = plan(project, NOON) if "checks" in rule.needs else ()
        context = context_of(project, sources, lineage or Lineage(), checks)
        told = {"facts": _facts(project, case), "sightings": _sightings(project, case), "readings": _readings(case)}
        return replace(context, runbooks=frozenset(case.get("runbooks", ())), **told)
    catalog = frozenset(case["catalog"]) if "catalog" in case else None
    today = date.fromisoformat(case.get("today", "0001-01-01"))
    return Context(project=project, catalog=catalog, lineage=lineage, today=today)


def _facts(project: Project, case: Mapping[str, Any]) -> dict[tuple[str, str], TableFacts] | None:
    """`facts` are tables with how they are stored, and `grants` (`analysts: [SELECT]`) and what roles `held`."""
    if "facts" not in case:
        return None
    return {_key(project, table): _of_table(dict(stated)) for table, stated in case["facts"].items()}


def _of_table(stated: dict[str, Any]) -> TableFacts:
    access = None
    if "grants" in stated:
        grants = [Grant(*each) for each in stated.pop("grants")]
        grants = [replace(grant, columns=tuple(grant.columns)) for grant in grants]
        held = frozenset((role, privilege) for role, privilege in stated.pop("held", ()))
        access = Access(stated.pop("owner", "postgres"), tuple(grants), held)
    engine, reader = stated.pop("engine", "postgres"), stated.pop("reader", "")
    storage = Storage(**{key: tuple(value) if isinstance(value, list) else value for key, value in stated.items()})
    return TableFacts(engine, reader, storage if stated else None, access, has_grants=engine == "postgres")


def _sightings(project: Project, case: Mapping[str, Any]) -> dict[tuple[str, str], tuple[Sighting, ...]] | None:
    if "sightings" not in case:
        return None
    return {_key(project, table): tuple(Sighting(*each) for each in seen) for table, seen in case["sightings"].items()}


def _readings(case: Mapping[str, Any]) -> dict[str, Reading]:
    """`readings` are statements with the scans of their plans, or why there is none."""
    return {
        statement: Reading(problem=told) if isinstance(told, str) else Reading(tuple(map(_scan, told)))
        for statement, told in case.get("readings", {}).items()
    }


def _scan(stated: Mapping[str, Any]) -> Scan:
    texts = {key: tuple(stated.get(key, ())) for key in ("conditions", "later")}
    return Scan(
        table=TableName(*stated["table"].split(".")), parts=stated.get("parts", 0), of=stated.get("of", 0), **texts
    )


def _key(project: Project, table: str) -> tuple[str, str]:
    found = project.find(table)
    assert found, table
    return found[0].id, found[1].name


def _models_of(manifest: Manifest | None) -> tuple[Model, ...]:
    try:
        return models_in(manifest) if manifest else ()
    except DocumentError:
        return ()


def _lineage(project: Project, case: Mapping[str, Any], sources: Sources) -> Lineage:
    """`models` are tables with the SQL that makes them, `unread` are files that could not be read."""
    models = (
        Model(parts=tuple(name.split(".")), sql=sql, dialect="duckdb", at=Location(f"models/{name}.sql"))
        for name, sql in case.get("models", {}).items()
    )
    gaps = (Gap(Field(file, ROWS), "no JSON", Location(file), unread=True) for file in case.get("unread", ()))
    return gather(project, replace(sources, models=(*sources.models, *models), gaps=tuple(gaps)))


def _waivers(project: Project, case: Mapping[str, Any]) -> list[Context]:
    """`results` are those of the run on the day `today`; without them it told nothing about waivers."""
    today = date.fromisoformat(case.get("today", "2026-03-01"))
    results = [
        Result(
            **{"id": f"r{n}", "message": "", **each, "severity": Severity.ERROR, "outcome": Outcome(each["outcome"])}
        )
        for n, each in enumerate(case.get("results", ()))
    ]
    uses = uses_of(project.waivers.entries, results, today)
    told = "results" in case
    return [
        Context(project=project, waiver=u.waiver, use=u if told else None, today=today, deciders=deciders())
        for u in uses
    ]


def _project(case: Mapping[str, Any]) -> Project:
    """`contract` is a fragment which gets its head at the end, so that its lines stay; `contracts` are whole files."""
    options = dict(case.get("project", {}))
    files = {FILE: _with_head(case["contract"])} if "contract" in case else {}
    files |= case.get("contracts", {})
    servers = options.pop("servers", {})
    policy = Policy(
        goals=GOALS if options.pop("goals", False) else {},
        classifications=tuple(options.pop("classifications", ())),
        required_sla=tuple(options.pop("required_sla", ())),
        max_waiver_days=options.pop("max_waiver_days", 90),
    )
    personal = PersonalData(**{k: _tuple(v) for k, v in options.pop("personal_data", {}).items()})
    governance = {k: _patterns(v) if k == "names" else v for k, v in options.pop("governance", {}).items()}
    return Project(
        governance=Governance(at=Location("harness.yaml"), personal=personal, **governance),
        lineage=LineageSources(dbt="target" if "dbt" in case else ""),
        name="test",
        root=Path(),
        policy=policy,
        documents=tuple(parse_contract(text, file) for file, text in files.items()),
        checks=tuple(parse_check_file(text, file) for file, text in case.get("checks", {}).items()),
        servers={name: Server(at=Location("harness.yaml"), name=name, **server) for name, server in servers.items()},
        default_server=next(iter(servers), ""),
        waivers=parse_waivers(case["waivers"], "waivers.yaml") if "waivers" in case else WaiverFile(),
        ignored_tables=tuple(options.pop("ignored_tables", ())),
        audit=AuditSettings(**options.pop("audit", {})),
        **options,
    )


def _patterns(names: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {**DEFAULT_NAMES, **{layer: tuple(patterns) for layer, patterns in names.items()}}


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _with_head(fragment: str) -> str:
    missing = {k: v for k, v in HEAD.items() if not re.search(rf"^{k}:", fragment, re.MULTILINE)}
    return fragment + "\n" + "".join(f"{key}: {value}\n" for key, value in missing.items())
