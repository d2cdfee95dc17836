"""The merge gate: every clause of every contract held against the real data, ending in one verdict.

load -> lint -> plan -> observe -> measure -> evaluate -> gate; the caller reports and emits.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import date, datetime

from harness import __version__
from harness.evaluate import skipped, undecided
from harness.gate import decided_clauses, judge, set_aside, uses_of
from harness.load.lineage import read_sources
from harness.model.attempt import Attempt
from harness.model.check import Check
from harness.model.errors import UsageError
from harness.model.project import Project
from harness.model.result import Report, Result, Severity, TableDigest, Verdict, VerdictOutcome, coverage_of
from harness.model.waiver import Waiver
from harness.plan import is_selected, plan
from harness.reporters.live import Silent
from harness.rules import lint
from harness.rules.budgets.budget_spent import budget_spent
from harness.scorecard import scorecard
from harness.uses.datasets import datasets_of
from harness.uses.inputs import inputs_of
from harness.uses.lineage import lineage_of
from harness.uses.lint import lint_results
from harness.uses.measure import measure, measured_here, runnable, unmeasured
from harness.uses.observe import Session, catalog_of, columns_of, drift_results, observed_columns, open_sessions
from harness.uses.policy import refuse_wrong_rules
from harness.uses.progress import Progress
from harness.uses.secrets import masked, masking
from harness.uses.selection import empty_selections
from harness.uses.waivers import today_of, waiver_results

GATE_RULES = tuple(rule for rule in lint.RULES if not rule.style)
"""Style is for people's eyes and slow to judge; it says nothing about data."""
Then = Callable[[Sequence[Check], Mapping[str, Session], list[Result], datetime], list[Result]]
"""Of checks, open sessions, the checks' results and `as_of` -> the results in the light of more than this run."""
_NAMED = 3
"""Results that an attempt names, of those that keep the gate shut."""


def verify(
    project: Project,
    *,
    run_id: str,
    clock: Callable[[], datetime],
    as_of: datetime | None = None,
    layers: Iterable[str] = (),
    select: Iterable[str] = (),
    fail_on: Severity | None = None,
    samples: int = 0,
    digests: bool = False,
    progress: Progress | None = None,
    meanwhile: Callable[[datetime], object] | None = None,
    command: str = "verify",
    now: datetime | None = None,
    then: Then | None = None,
) -> Report:
    """Holds the project's contracts against its warehouse.

    `as_of` is the time that ages are measured at (the project's clock, else now); `layers` and `select` narrow what is
    checked (see `plan`); `samples` is how many violating rows a failure shows; `digests` asks for those of the tables;
    `meanwhile` is told `as_of` before the servers work, to begin what it can beside them; `now` is the clock when
    `as_of` is earlier, so that what came since is no data from the future; `then` may decide clauses by more than this
    run, and add findings, while the servers are open. Never raises for what contracts or data hold: that becomes
    Results. Raises ProjectError for a severity of an unknown rule, and UsageError for a time without a zone.
    """
    refuse_wrong_rules(project)
    if as_of and as_of.tzinfo is None:
        raise UsageError(f"as_of {as_of.isoformat()} has no time zone")
    started, show = clock(), progress or Silent()
    at, today = as_of or project.as_of or started, today_of(started)
    narrowed = tuple(layers), tuple(select)
    # before anything is read again: what changes meanwhile is not what was asked
    inputs = inputs_of(project, *narrowed)

    def waived(found: Sequence[Result]) -> frozenset[str]:
        return set_aside(uses_of(project.waivers.entries, found, today))

    checks = _known_by(plan(project, at, *narrowed), now if now and now > at else None)
    with ExitStack() as stack:
        show.stage("observe")
        if meanwhile:
            meanwhile(at)
        sessions = open_sessions(project, checks, stack)
        soda_results = _begin_soda(project, checks, sessions, at, stack, show)
        show.stage("lint")
        contracts = list({id(check.contract): check.contract for check in checks}.values())
        wanted = contracts if any(narrowed) else project.contracts
        sources = read_sources(project, built=True)
        lineage = lineage_of(project, sources, columns_of(sessions))
        results = lint_results(
            project,
            wanted,
            GATE_RULES,
            catalog_of(sessions),
            today=today,
            lineage=lineage,
            whole=not any(narrowed),
            layers=narrowed[0],
        )
        if project.governance:
            from harness.uses.governance import governance_results  # many rules, of which other projects need none

            results += governance_results(
                project,
                wanted,
                sources,
                lineage,
                checks,
                sessions=sessions,
                whole=not any(narrowed),
                layers=narrowed[0],
            )
        drifted, findings = drift_results(project, checks, sessions)
        show.stage("measure", len(measured_here(checks)))
        measured = [*measure(checks, sessions, show, waived), *soda_results()]
        measured += _against_sources(project, checks, sessions, show)
        if samples:
            from harness.uses.samples import with_samples  # few runs show any

            measured = with_samples(project, checks, sessions, measured, samples)
        settled = _settle(checks, drifted, measured)
        settled = then(checks, sessions, settled, at) if then else settled
        held = _digests(project, checks, sessions, show) if digests else ()
    results += empty_selections(project, *narrowed, lambda pattern: any(is_selected(c, [pattern]) for c in checks))
    results += findings + settled
    if project.sequence and command == "verify":
        from harness.uses.sequence import sequence_results

        results += sequence_results(project, wanted, sources, whole=not any(narrowed))
    if project.policy.approve_spent and command == "verify":
        from harness.uses.budgets import spent_budgets  # it opens the history of runs

        results += spent_budgets(project, contracts, at)
    results += waiver_results(project, results, today, whole=not any(narrowed))
    results = masked(results, project.secrets)
    verdict = verdict_on(project, results, fail_on, today)
    finished = clock()
    return Report(
        run_id=run_id,
        command=command,
        started=started,
        finished=finished,
        as_of=at,
        project=project.name,
        harness_version=__version__,
        results=tuple(results),
        coverage=coverage_of(results, verdict.waived),
        verdict=verdict,
        attempts=(_attempt(verdict, results, started, finished),),
        scorecard=scorecard(results, project.policy.goals, verdict.waived),
        observed=observed_columns(checks, sessions),
        digests=held,
        inputs=inputs,
        datasets=datasets_of(project, lineage),
        lineage=lineage,
    )


def verdict_on(project: Project, results: Sequence[Result], fail_on: Severity | None, today: date) -> Verdict:
    """The gate's answer to the results of a run, by the project's policy and its waivers."""
    return judge(
        results,
        fail_on or project.policy.fail_on,
        decided_clauses(results),
        waivers=_waivers(project, results, today),
        today=today,
    )


def _attempt(verdict: Verdict, results: Sequence[Result], started: datetime, finished: datetime) -> Attempt:
    passed, closed = verdict.outcome is VerdictOutcome.PASS, {*verdict.blocking, *verdict.undecided}
    names = list(
        dict.fromkeys(
            r.check or "/".join(filter(None, (r.table or r.contract, r.rule))) for r in results if r.id in closed
        )
    )
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    named = f": {', '.join(names[:_NAMED])}{more}" if names else ""
    return Attempt(
        attempt=1,
        status=verdict.outcome,
        error="" if passed else f"{verdict.reason}{named}",
        started=started,
        seconds=(finished - started).total_seconds(),
    )


def _waivers(project: Project, results: Sequence[Result], today: date) -> Sequence[Waiver]:
    """All, but for spent budgets those of owners alone."""
    if not any(result.rule == budget_spent.id for result in results):
        return project.waivers.entries
    from harness.uses.budgets import approved

    return approved(project, results, today)


def _known_by(checks: Sequence[Check], now: datetime | None) -> Sequence[Check]:
    """The checks of ages, for a time before `now`."""
    if not now:
        return checks
    return [replace(c, arguments={**c.arguments, "now": now}) if c.rule == "freshness" else c for c in checks]


def _begin_soda(
    project: Project,
    checks: Sequence[Check],
    sessions: Mapping[str, Session],
    now: datetime,
    stack: ExitStack,
    show: Progress,
) -> Callable[[], Iterable[Result]]:
    """soda-core works in its own process while we measure in ours; what is given collects its answers."""
    asked = [check for check in checks if check.rule == "soda"]
    if not asked:
        return lambda: ()
    from harness.uses.soda import begin

    return begin(project, asked, sessions, now, stack, show)


def _against_sources(
    project: Project, checks: Sequence[Check], sessions: Mapping[str, Session], show: Progress
) -> Iterator[Result]:
    """Tables that are reconciled with a source on another server."""
    asked = [check for check in checks if check.rule == "reconcileSource"]
    if not asked:
        return
    from harness.uses.sources import source_result

    show.stage("reconcile")
    ready = runnable(asked, sessions)
    yield from (source_result(project, check, sessions[check.server]) for check in ready)
    yield from (unmeasured(check, sessions) for check in asked if check not in ready)


def _digests(
    project: Project, checks: Sequence[Check], sessions: Mapping[str, Session], show: Progress
) -> tuple[TableDigest, ...]:
    from harness.uses.digests import digests_of

    show.stage("digest")
    return digests_of(checks, sessions, masking(project.secrets))


def _settle(checks: Sequence[Check], drifted: Mapping[str, Result], measured: Iterable[Result]) -> list[Result]:
    """Exactly one Result for each check, in the plan's order; a check that nobody answered could not be told."""
    found = dict(drifted) | {result.check: result for result in measured}
    return [
        found.get(check.id)
        or (skipped(check) if check.skip else undecided(check, check.problem or "nothing measured it"))
        for check in checks
    ]
