"""The rules over documents: the command `lint`, and a stage of `verify`."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from fnmatch import fnmatchcase

from harness import __version__
from harness.gate import judge
from harness.load.lineage import read_sources
from harness.model.contract import Contract
from harness.model.lineage import Lineage
from harness.model.project import LAYERS, Project
from harness.model.result import Report, Result, Severity, coverage_of
from harness.plan import plan
from harness.rules import lint
from harness.rules.rule import Context, Rule, apply
from harness.uses.datasets import datasets_of
from harness.uses.lineage import lineage_of
from harness.uses.policy import refuse_wrong_rules
from harness.uses.selection import empty_selections
from harness.uses.waivers import today_of, waiver_results


def lint_project(
    project: Project,
    *,
    run_id: str,
    clock: Callable[[], datetime],
    layers: Iterable[str] = (),
    select: Iterable[str] = (),
    fail_on: Severity | None = None,
) -> Report:
    """Applies every lint rule to the project's documents; no data is touched, so rules that need it find nothing.

    Lineage is held against what there is of the last build: none before the first.
    """
    refuse_wrong_rules(project)
    started = clock()
    wanted, patterns = tuple(layers), tuple(select)
    contracts = [contract for contract in project.contracts if _is_wanted(contract, wanted, patterns)]
    sources = read_sources(project, built=False)
    lineage = lineage_of(project, sources)
    today = today_of(started)
    results = lint_results(
        project, contracts, lint.RULES, today=today, lineage=lineage, whole=not (wanted or patterns), layers=wanted
    )
    if project.governance:
        from harness.uses.governance import governance_results  # many rules, of which other projects need none

        whole, checks = not (wanted or patterns), plan(project, project.as_of or started)
        results += governance_results(
            project, contracts, sources, lineage, checks, built=False, whole=whole, layers=wanted
        )
    results += empty_selections(project, wanted, patterns, lambda p: any(_is_wanted(c, (), [p]) for c in contracts))
    results += waiver_results(project, results, today, whole=False)
    verdict = judge(
        results, fail_on or project.policy.fail_on, len(contracts), "contract", project.waivers.entries, today
    )
    return Report(
        run_id=run_id,
        command="lint",
        started=started,
        finished=clock(),
        as_of=project.as_of or started,
        project=project.name,
        harness_version=__version__,
        results=tuple(results),
        coverage=coverage_of(results, verdict.waived),
        verdict=verdict,
        datasets=datasets_of(project, lineage),
    )


def lint_results(
    project: Project,
    contracts: Sequence[Contract],
    rules: Sequence[Rule],
    catalog: frozenset[str] | None = None,
    *,
    today: date,
    lineage: Lineage | None,
    whole: bool,
    layers: Sequence[str] = (),
) -> list[Result]:
    """The findings of the rules on these contracts, on every document that is no contract, and on the project.

    `catalog` is every table of the servers, None when unknown; unless the `whole` project is looked at, only findings
    on one of the contracts, or on a file that is no other layer's, are kept of those on the project.
    """
    context = Context(project=project, catalog=catalog, lineage=lineage, today=today)
    return held(rules, contracts, context, whole=whole, layers=layers)


def held(
    rules: Sequence[Rule], contracts: Sequence[Contract], context: Context, *, whole: bool, layers: Sequence[str]
) -> list[Result]:
    """The same, for rules that look at what `context` holds."""
    project = context.project
    results: list[Result] = []
    kept = {contract.id for contract in contracts}
    for document in project.documents:
        if document.contract is None or document.contract.id in kept:
            scopes = ("document", "contract") if document.contract else ("document",)
            of_one = replace(context, document=document, contract=document.contract)
            results += apply([rule for rule in rules if rule.scope in scopes], of_one)
    over_project = apply([rule for rule in rules if rule.scope == "project"], context)
    return results + [result for result in over_project if whole or _concerns(result, kept, layers, project)]


def _concerns(result: Result, kept: Collection[str], layers: Sequence[str], project: Project) -> bool:
    """Whether a finding on the project is about what was selected; that of a file is, unless it is another layer's."""
    if result.contract or result.file == project.file:
        return result.contract in kept
    folders = [part for part in result.file.split("/") if part in LAYERS]
    return not layers or not folders or folders[-1] in layers


def _is_wanted(contract: Contract, layers: Sequence[str], patterns: Sequence[str]) -> bool:
    names = (contract.id, contract.name, *(schema.name for schema in contract.schemas))
    return (not layers or contract.layer in layers) and (
        not patterns or any(fnmatchcase(name, pattern) for name in names for pattern in patterns)
    )
