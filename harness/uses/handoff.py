"""The command `handoff`: the record of a hand-off, counted from contracts, dbt's manifest and the last run's results.

Nothing in it is typed in but the names of who hands on and who takes over. It is complete only when the gate passed for
the files and tables that are there, documents are current, governance is declared and clean, and no question blocks.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from harness.engines.duckdb import changed_at
from harness.gate import decided_clauses, judge, set_aside, uses_of
from harness.load.dbt_project import dbt_project_in
from harness.load.dbt_run import read_run
from harness.load.lineage import Sources, read_sources
from harness.model.dbt import DbtProject
from harness.model.errors import DocumentError, EngineError, PublishError
from harness.model.handoff import Condition, LastRun
from harness.model.lineage import Lineage
from harness.model.project import Project
from harness.model.result import Outcome, Result, VerdictOutcome
from harness.plan import plan
from harness.reporters.words import plural
from harness.uses.inputs import inputs_of
from harness.uses.lineage import lineage_of
from harness.uses.loosened import COUNTED, loosened
from harness.uses.publish import Publication, publication
from harness.uses.questions import Asked, questions_of
from harness.uses.waivers import today_of

_RULES = frozenset(rule.id for rule in COUNTED)
"""What documents must say, of lint and of the house; questions are a condition of their own."""
_NAMED = 5
"""Of several, how many are named."""
_OLDEST = timedelta(hours=24)
"""How long a run tells of the tables: ages go on, and not every server tells when a table was written."""


@dataclass(frozen=True, kw_only=True)
class Findings:
    """All that the record is counted from, and whether it is complete."""

    project: Project
    run: LastRun
    dbt: DbtProject | None
    lineage: Lineage
    documents: Publication | None
    """None when they cannot be made."""
    asked: Asked
    waived: int
    """Failures that waivers in force set aside, open questions among them."""
    conditions: tuple[Condition, ...]

    @property
    def complete(self) -> bool:
        """Whether every condition holds."""
        return all(each.holds for each in self.conditions)


def findings(project: Project, run: LastRun, now: datetime) -> Findings:
    """What there is to hand on at the moment `now`; `run` is that of the report."""
    today = today_of(now)
    sources = read_sources(project, built=True)
    lineage = lineage_of(project, sources)
    dbt = _dbt(sources)
    asked = questions_of(project, lineage, today)
    documents, unmade = _documents(project)
    conditions = (
        Condition("verification", tuple(_unverified(project, run, dbt, now)), _verified(run)),
        Condition("documentation", tuple(_undocumented(documents, unmade)), _documented(documents)),
        Condition("governance", tuple(_ungoverned(project, run, today)), _governed()),
        Condition("questions", tuple(_open(asked)), _answered(asked)),
    )
    return Findings(
        project=project,
        run=run,
        dbt=dbt,
        lineage=lineage,
        documents=documents,
        asked=asked,
        waived=_waived(project, run, asked, today),
        conditions=conditions,
    )


def _waived(project: Project, run: LastRun, asked: Asked, today: date) -> int:
    named = (*run.results, *loosened(project))
    return len(set_aside(uses_of(project.waivers.entries, named, today)) | set(asked.waived))


def _dbt(sources: Sources) -> DbtProject | None:
    """None when the project has none, or none that can be read: that is a gap of its lineage, so no pass."""
    if not sources.manifest:
        return None
    try:
        return dbt_project_in(sources.manifest)
    except DocumentError:
        return None


def _documents(project: Project) -> tuple[Publication | None, str]:
    try:
        return publication(project), ""
    except PublishError as error:
        return None, str(error)


def _unverified(project: Project, run: LastRun, dbt: DbtProject | None, now: datetime) -> Iterator[str]:
    """Why the last run says nothing of the project as it is, or is no pass."""
    if run.command != "verify":
        yield f"the last run was `harness {run.command}`, and only `harness verify` is a gate"
    if run.inputs != inputs_of(project):
        what = "settings, servers, contracts, checks, waivers or SQL"
        yield f"{what} are not what the last run was held against, or it was narrowed; verify again"
    if not timedelta() <= now - run.started <= _OLDEST:
        yield f"the last run began at {run.started:%Y-%m-%d %H:%M} UTC, which is not within 24 h; verify again"
    if run.as_of != (project.as_of or run.started):
        yield f"the last run measured ages at {run.as_of.isoformat()}, and not by the project's clock"
    if run.outcome is not VerdictOutcome.PASS:
        yield f"the gate is not open: {run.reason}"
    else:
        yield from _judged_anew(project, run, today_of(now))
    yield from _unlooked(project, run, dbt)
    yield from _tables_changed(project, run)
    yield from _dbt_ran(project, run)


def _judged_anew(project: Project, run: LastRun, today: date) -> Iterator[str]:
    """A pass by a waiver that has ended since, or by another severity than the project's, is none."""
    results = run.results
    verdict = judge(
        results, project.policy.fail_on, decided_clauses(results), waivers=project.waivers.entries, today=today
    )
    if verdict.outcome is not VerdictOutcome.PASS:
        yield f"the gate is not open today: {verdict.reason}"


def _unlooked(project: Project, run: LastRun, dbt: DbtProject | None) -> Iterator[str]:
    """What the run was not asked, as when it was narrowed."""
    found = {result.check for result in run.results if result.check}
    lost = [check.id for check in plan(project, run.as_of) if check.id not in found]
    if lost:
        were = "was" if len(lost) == 1 else "were"
        yield f"{plural(len(lost), 'clause')} {were} not looked at, as {lost[0]}; verify without --layer and --select"
    for step in project.sequence:
        asked = [f"dbt/{test.id}" for test in dbt.tests] if step.kind == "dbt" and dbt else []
        missing = [each for each in asked if each not in found]
        if step.kind != "dbt" and f"sequence/{step.text}" not in found:
            missing = [step.text]
        if missing:
            yield f"`{step.text}` was not looked at, as {missing[0]}; verify again"


def _tables_changed(project: Project, run: LastRun) -> Iterator[str]:
    servers = {server.name: server for contract in project.contracts if (server := project.server_of(contract))}
    for server in servers.values():
        try:
            changed = changed_at(server, project.root, moved=True) if server.type == "duckdb" else None
        except EngineError as error:
            yield str(error)
            continue
        if changed and changed > run.started:
            yield f"the DuckDB file of the server {server.name} was written after the last run began; verify again"


def _dbt_ran(project: Project, run: LastRun) -> Iterator[str]:
    """Its tests may end otherwise than those that the run has read."""
    if not any(step.kind == "dbt" for step in project.sequence):
        return
    try:
        written = read_run(project.root / project.lineage.dbt, project.root).written
    except DocumentError as error:
        yield str(error)
        return
    if written > run.started:
        yield "dbt ran after the last run began; verify again"


def _verified(run: LastRun) -> str:
    return f"{run.reason} (run {run.run_id}, {run.finished:%Y-%m-%d %H:%M} UTC)"


def _undocumented(documents: Publication | None, unmade: str) -> Iterator[str]:
    if not documents:
        yield unmade
        return
    yield from map(str, documents.refused)
    for files, what in ((documents.stale, "stale or missing"), (documents.gone, "of no table any more")):
        if files:
            yield f"{_listed(files)} {'is' if len(files) == 1 else 'are'} {what}; run `harness publish`"
    if not documents.texts:
        yield "there is no document"


def _documented(documents: Publication | None) -> str:
    count = len(documents.texts) if documents else 0
    return f"{plural(count, 'document')} {'is' if count == 1 else 'are'} current"


def _ungoverned(project: Project, run: LastRun, today: date) -> Iterator[str]:
    """A failure of severity info is a note; every other, and what could not be told, must be mended or waived."""
    if not project.governance:
        yield "governance is not declared: write `governance: {}` in harness.yaml, and keep its rules"
        return
    below = loosened(project)
    waived = set_aside(uses_of(project.waivers.entries, (*run.results, *below), today))
    if loose := tuple(result.message for result in below if result.id not in waived):
        yield (
            f"{project.file} asks for less than by default: {_listed(loose, '; ')}; take it back, or have a waiver "
            f"approved, until its day, with `path: {project.file}` and `rule`: {_of(below, waived)}"
        )
    found = [result for result in run.results if result.rule in _RULES and _matters(result, waived)]
    if found:
        rules = _listed(tuple(dict.fromkeys(result.rule for result in found)))
        yield f"{plural(len(found), 'finding')} of rules: {rules}, as {found[0].file}:{found[0].line}"


def _matters(result: Result, waived: frozenset[str]) -> bool:
    if result.outcome is Outcome.ERROR:
        return True
    return result.outcome is Outcome.FAIL and result.severity.rank > 0 and result.id not in waived


def _governed() -> str:
    return f"{len(_RULES):,} rules are kept"


def _of(below: tuple[Result, ...], waived: frozenset[str]) -> str:
    """The rules that such a waiver names."""
    return _listed(tuple(dict.fromkeys(result.rule for result in below if result.id not in waived)))


def _open(asked: Asked) -> Iterator[str]:
    if asked.blocking:
        named = _listed(tuple(f"{each.id} of {each.schema.name}" for each in asked.blocking))
        block = "blocks" if len(asked.blocking) == 1 else "block"
        yield f"{plural(len(asked.blocking), 'open question')} {block}: {named}; see `harness questions`"
    if asked.unread:
        yield f"there may be more to ask: {asked.unread[0]}"
    if not asked.points:
        yield "there is no table to ask of"


def _answered(asked: Asked) -> str:
    aside = f", {len(asked.waived):,} waived" if asked.waived else ""
    return f"none blocks; {len(asked.open):,} open below the marts{aside}; {plural(asked.assumed, 'assumption')}"


def _listed(names: tuple[str, ...], between: str = ", ") -> str:
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    return f"{between.join(names[:_NAMED])}{more}"
