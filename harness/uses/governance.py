"""The house rules of a project: a stage of `verify`, and of `lint` as far as no warehouse is needed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from harness.load.dbt_project import dbt_project_in
from harness.load.lineage import Sources
from harness.load.runbooks import runbook_of
from harness.model.check import Check
from harness.model.contract import Contract
from harness.model.dbt import DbtProject
from harness.model.errors import DocumentError
from harness.model.lineage import Lineage
from harness.model.location import Location
from harness.model.project import Project
from harness.model.result import Outcome, Result
from harness.rules import antipatterns, governance
from harness.rules.governance.governance_undecided import governance_undecided
from harness.rules.rule import Context, Lack, Need, Rule, apply
from harness.uses.facts import told_by
from harness.uses.lint import held
from harness.uses.observe import Session, catalog_of
from harness.uses.plans import readings_of

RULES: tuple[Rule, ...] = (*governance.RULES, *antipatterns.RULES)


def governance_results(
    project: Project,
    contracts: Sequence[Contract],
    sources: Sources,
    lineage: Lineage,
    checks: Iterable[Check],
    *,
    sessions: Mapping[str, Session] | None = None,
    built: bool = True,
    whole: bool,
    layers: Sequence[str] = (),
) -> list[Result]:
    """The findings of the house rules on these contracts and on the project, which has `governance`.

    `checks` are the clauses of the contracts; `sessions` are the servers as they answered, None when none is asked:
    then the rules that need them are not run. `built` says that what a build leaves must be there. What rules need and
    is not there, though the project names it, is an ERROR.
    """
    context = context_of(project, sources, lineage, checks, contracts=contracts, sessions=sessions, built=built)
    run = [rule for rule in RULES if _can_run(rule, context) and rule is not governance_undecided]
    # what nobody could look at is said, however little of the project is looked at
    unknown = apply([governance_undecided], context)
    return unknown + held(run, contracts, context, whole=whole, layers=layers)


def context_of(
    project: Project,
    sources: Sources,
    lineage: Lineage,
    checks: Iterable[Check] = (),
    *,
    contracts: Sequence[Contract] = (),
    sessions: Mapping[str, Session] | None = None,
    built: bool = True,
) -> Context:
    """What the house rules look at, and what they lack; servers are asked of the tables of `contracts`."""
    dbt, lacks = dbt_of(project, sources, built=built)
    told = None
    if project.governance and sessions is not None:
        told = told_by(project, project.governance, contracts, sessions)
    context = Context(
        project=project,
        lineage=lineage,
        dbt=dbt,
        checks_by_contract=_by_contract(checks),
        runbooks=frozenset(_with_runbook(project)),
        scripts=sources.scripts,
        catalog=catalog_of(sessions) if sessions else None,
        facts=told.facts if told else None,
        sightings=told.sightings if told else None,
        lacking=tuple(filter(_matters, map(_named, [*lacks, *(told.lacks if told else ())]))),
    )
    return replace(context, readings=readings_of(context, sessions)) if sessions else context


def _can_run(rule: Rule, context: Context) -> bool:
    there: dict[Need, object] = {
        "lineage": context.lineage,
        "dbt": context.dbt,
        "catalog": context.catalog,
        "checks": context.checks_by_contract,
        "runbooks": context.runbooks,
        "sql": context.scripts,
        "readings": context.readings,
        "facts": context.facts,
        "storage": context.facts,
        "grants": context.facts,
        "sightings": context.sightings,
    }
    return all(there.get(need) is not None for need in rule.needs)


def _by_contract(checks: Iterable[Check]) -> dict[str, tuple[Check, ...]]:
    found: dict[str, list[Check]] = {}
    for check in checks:
        found.setdefault(check.contract.id, []).append(check)
    return {contract: tuple(of_one) for contract, of_one in found.items()}


def _with_runbook(project: Project) -> Iterator[str]:
    for contract in project.contracts:
        for schema in contract.schemas:
            if runbook_of(project.root, schema.name):
                yield schema.name


def dbt_of(project: Project, sources: Sources, *, built: bool) -> tuple[DbtProject | None, list[Lack]]:
    """What dbt's manifest holds, or why it is not known; neither for a project that names none."""
    if not project.lineage.dbt:
        return None, []
    if sources.manifest:
        try:
            found = dbt_project_in(sources.manifest)
            return found, _of_stale(found, built=built)
        except DocumentError as error:
            return None, [Lack(("dbt",), error.message, error.at or Location(project.file))]
    gap = next((gap for gap in sources.gaps if gap.unread and gap.at.file.endswith("manifest.json")), None)
    if gap:
        return None, [Lack(("dbt",), gap.reason, gap.at)]
    reason = f"there is no manifest of dbt in {project.lineage.dbt} yet; run `dbt compile`"
    return None, [Lack(("dbt",), reason, Location(project.file), outcome=Outcome.ERROR if built else Outcome.SKIP)]


def _of_stale(dbt: DbtProject, *, built: bool) -> list[Lack]:
    """What is said of models that the manifest does not have as they are."""
    if not dbt.stale:
        return []
    files = ", ".join(dict.fromkeys(at.file for at in dbt.stale))
    reason = f"the manifest of dbt does not know {files} as it is now; run `dbt compile`"
    outcome = Outcome.ERROR if built else Outcome.SKIP
    return [Lack(("dbt",), reason, dbt.stale[0], outcome=outcome, about="stale")]


def _named(lack: Lack) -> Lack:
    """With the rules that were not run for it."""
    needs = {*lack.needs, *({"sql"} if "dbt" in lack.needs else ())}  # most SQL is dbt's
    return replace(lack, rules=tuple(rule.id for rule in RULES if needs & set(rule.needs)))


def _matters(lack: Lack) -> bool:
    return bool(lack.rules)
