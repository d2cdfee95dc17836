"""What there is to say of the waivers themselves: a stage of `verify` and `lint`, after everything else is known."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from fnmatch import fnmatchcase

from harness.gate import uses_of
from harness.metrics import METRICS
from harness.model.project import Project
from harness.model.result import Outcome, Result
from harness.model.sequence import RULES as SEQUENCE
from harness.model.waiver import Waiver, WaiverUse
from harness.rules import budgets, drift, lint, waivers
from harness.rules.rule import Context, apply
from harness.uses.policy import of_governance


def today_of(moment: datetime) -> date:
    """The day on which waivers are judged: in UTC, so that it is the same for everybody."""
    return moment.astimezone(UTC).date()


def deciders() -> frozenset[str]:
    """Every rule and metric that a waiver may name."""
    return frozenset(
        [
            *(rule.id for rule in (*lint.RULES, *drift.RULES, *budgets.RULES)),
            *of_governance(),
            *_of_changes(),
            *METRICS,
            "soda",
            "reconcileSource",
            *SEQUENCE.values(),
        ]
    )


def waiver_results(project: Project, results: Sequence[Result], today: date, *, whole: bool) -> list[Result]:
    """The findings on the file of waivers and on each waiver.

    `results` are all others of the run; when the `whole` project was verified, they say which waivers are of no use.
    """
    found = apply([rule for rule in waivers.RULES if rule.scope == "project"], Context(project=project))
    complete = all(result.outcome is not Outcome.ERROR for result in results)
    for use in uses_of(project.waivers.entries, (*results, *_settings(project)), today):
        known = whole and (complete or use.calm > 0) and use.waiver.rule not in _elsewhere()
        found += _of_one(project, use.waiver, today, use if known else None)
    return found


def _settings(project: Project) -> tuple[Result, ...]:
    """What a waiver may name for the hand-off alone, where one names anything in `harness.yaml`."""
    if not any(_lies_in_settings(waiver, project) for waiver in project.waivers.entries):
        return ()
    from harness.uses.loosened import loosened  # all the rules, of which other runs need some

    return loosened(project)


def _lies_in_settings(waiver: Waiver, project: Project) -> bool:
    return fnmatchcase(project.file, waiver.path) if waiver.path else bool(waiver.fingerprint)


def objections(project: Project, waiver: Waiver, today: date) -> list[str]:
    """What the rules have against a waiver that is yet to be written."""
    return [result.message for result in _of_one(project, waiver, today, None)]


def _of_one(project: Project, waiver: Waiver, today: date, use: WaiverUse | None) -> list[Result]:
    rules = [rule for rule in waivers.RULES if rule.scope == "waiver"]
    return apply(rules, Context(project=project, waiver=waiver, use=use, today=today, deciders=deciders()))


def _elsewhere() -> frozenset[str]:
    """`verify` does not run these, so it cannot know that their waivers are of no use."""
    return frozenset(
        [*(rule.id for rule in lint.RULES if rule.style), *(rule.id for rule in budgets.RULES), *_of_changes()]
    )


def _of_changes() -> frozenset[str]:
    from harness.rules import breaking  # very many, of which a run without waivers needs none

    return frozenset(rule.id for rule in breaking.RULES)
