"""What the warehouse says of itself against the contracts: the command `drift`. Nothing is measured."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import date, datetime

from harness import __version__
from harness.evaluate import undecided
from harness.gate import decided_clauses, judge
from harness.load.contract import parse_contract
from harness.load.source import source_of
from harness.model.check import Check
from harness.model.contract import Schema
from harness.model.project import Project
from harness.model.result import Outcome, Patch, Report, Result, Severity, coverage_of
from harness.patches.accept import Table
from harness.plan import is_selected, plan
from harness.rules import drift
from harness.rules.lint.contract_without_table import contract_without_table
from harness.rules.lint.schema_violation import schema_violation
from harness.rules.lint.table_without_contract import table_without_contract
from harness.rules.rule import Context, apply
from harness.uses.datasets import datasets_of
from harness.uses.lint import lint_results
from harness.uses.observe import Session, catalog_of, drift_results, open_sessions
from harness.uses.patches import patches_of
from harness.uses.policy import refuse_wrong_rules
from harness.uses.secrets import masked
from harness.uses.selection import empty_selections
from harness.uses.waivers import today_of, waiver_results

_WHOLE_TABLES = (contract_without_table, table_without_contract)
"""Rules over documents that find whole tables missing, or undeclared."""


def drift_project(
    project: Project,
    *,
    run_id: str,
    clock: Callable[[], datetime],
    layers: Iterable[str] = (),
    select: Iterable[str] = (),
    fail_on: Severity | None = None,
    patch: bool = False,
) -> Report:
    """Holds the catalogs of the servers against the contracts; with `patch`, says what would accept each drift.

    CSV files have no catalog: they are read to see whether their values are of the declared types. Never raises for
    what contracts or servers hold. Raises ProjectError for a severity of an unknown rule.
    """
    refuse_wrong_rules(project)
    started = clock()
    now, today, narrowed = project.as_of or started, today_of(started), (tuple(layers), tuple(select))
    checks = plan(project, now, *narrowed)
    with ExitStack() as stack:
        sessions = open_sessions(project, checks, stack)
        answers, findings = drift_results(project, checks, sessions)
    results = [
        *_of_documents(project, checks, sessions, narrowed, today),
        *empty_selections(project, *narrowed, lambda pattern: any(is_selected(c, [pattern]) for c in checks)),
        *findings,
        *answers.values(),
        *(undecided(check, check.problem) for check in checks if check.rule == "unknown"),
    ]
    patches = _patches(project, checks, sessions, results) if patch else ()
    results += waiver_results(project, results, today, whole=False)
    results = masked(results, project.secrets)
    verdict = judge(
        results,
        fail_on or project.policy.fail_on,
        decided_clauses(results),
        waivers=project.waivers.entries,
        today=today,
    )
    return Report(
        run_id=run_id,
        command="drift",
        started=started,
        finished=clock(),
        as_of=now,
        project=project.name,
        harness_version=__version__,
        results=tuple(results),
        coverage=coverage_of(results, verdict.waived),
        verdict=verdict,
        patches=patches,
        datasets=datasets_of(project),
    )


def _of_documents(
    project: Project,
    checks: Sequence[Check],
    sessions: Mapping[str, Session],
    narrowed: tuple[Sequence[str], ...],
    today: date,
) -> list[Result]:
    """Whole tables that are missing or undeclared, and contracts that cannot be read: nobody knows their drift."""
    contracts = list({id(check.contract): check.contract for check in checks}.values())
    whole = not any(narrowed)
    wanted = project.contracts if whole else contracts
    rules = (schema_violation, *_WHOLE_TABLES)
    found = lint_results(
        project, wanted, rules, catalog_of(sessions), today=today, lineage=None, whole=whole, layers=narrowed[0]
    )
    return [result for result in found if result.rule != schema_violation.id or result.outcome is Outcome.ERROR]


def _patches(
    project: Project, checks: Sequence[Check], sessions: Mapping[str, Session], results: Sequence[Result]
) -> tuple[Patch, ...]:
    tables = _tables(checks, sessions)

    def look(file: str, text: str) -> Iterator[Result]:
        contract = parse_contract(text, file).contract
        for schema in contract.schemas if contract else ():
            if table := tables.get((file, schema.name)):
                observed = Schema(at=schema.at, name=schema.name, properties=tuple(table.columns))
                yield from apply(
                    drift.RULES,
                    Context(
                        project=project, contract=contract, declared=schema, observed=observed, dialect=table.dialect
                    ),
                )

    return patches_of(results, tables, lambda file: source_of(project.root, file), look)


def _tables(checks: Iterable[Check], sessions: Mapping[str, Session]) -> dict[tuple[str, str], Table]:
    tables = {}
    for check in checks:
        session, file = sessions.get(check.server), check.contract.at.file
        if session and check.table in session.catalog:
            columns = session.catalog[check.table]
            tables[file, check.schema.name] = Table(file, check.schema.name, columns, session.dialect)
    return tables
