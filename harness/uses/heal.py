"""Verification that may mend what it finds: at most three attempts, and between them only what is declared.

verify -> course -> steps -> are all promises as they were? -> verify ...; the last attempt is the report.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from harness.gate import after_attempts
from harness.load.did_you_mean import did_you_mean
from harness.load.promises import changed_since, promises_of
from harness.model.attempt import Attempt
from harness.model.check import Check
from harness.model.errors import ProjectError, RecordError, UsageError
from harness.model.project import Project
from harness.model.result import Outcome, Report, Result, Severity, VerdictOutcome, fingerprint
from harness.runners.remedy import alone, pause, run
from harness.uses.history import FOLDER
from harness.uses.observe import Session
from harness.uses.remedies import Course, Span, Step, course_of, missing_partitions
from harness.uses.secrets import masking
from harness.uses.verify import Then, verdict_on
from harness.uses.waivers import deciders, today_of

ATTEMPTS = 3
OVERSTEPPED = "remedy-overstepped"
"""The rule that no remedy may change what must hold; its page is in `harness.docs`."""
_LOCK = "healing.lock"
_FILES, _NAMED = 20, 3
_DONE = "done"
_SAID = 160
"""Characters of the last line of a remedy that an attempt quotes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Healed:
    """The report of the last attempt, and why there was not another one."""

    report: Report
    hopeless: tuple[tuple[Result, str], ...] = ()
    """Failures that nothing could be done about, and why."""


def heal(
    project: Project,
    verify: Callable[[Then], Report],
    *,
    environ: Mapping[str, str],
    note: Callable[[Report], None],
    tell: Callable[[str], None],
    fail_on: Severity | None = None,
) -> Healed:
    """Verifies, and does what `harness.yaml` declares for what keeps the gate shut, until it opens or all was tried.

    `verify` is one attempt, to be called with what looks at its results while the servers are open. `note` keeps an
    attempt before anything is done about it, and again with what came of that; `tell` says what goes on. Every attempt
    is made with the project as it was loaded: no remedy can change what is asked. Raises UsageError when no remedy is
    declared, ProjectError when one is for a rule that does not exist, and RecordError when another run heals already.
    """
    _refuse_wrong(project)
    with alone(project.root / project.reports_dir / FOLDER / _LOCK) as is_alone:
        if not is_alone:
            # two that load the same partition would load it twice
            raise RecordError("another run of this project is healing", hint="wait for it, or look at its report")
        return _healed(project, verify, environ, note, tell, fail_on)


def _healed(
    project: Project,
    verify: Callable[[Then], Report],
    environ: Mapping[str, str],
    note: Callable[[Report], None],
    tell: Callable[[str], None],
    fail_on: Severity | None,
) -> Healed:
    before = promises_of(project)
    done: tuple[Attempt, ...] = ()
    tried: Counter[str] = Counter()
    while True:
        missing: dict[str, Sequence[Span] | str] = {}
        report = _numbered(verify(_looking(missing)), done)
        course, last = Course(), report.attempts[-1]
        if report.verdict.outcome is not VerdictOutcome.PASS:
            course = course_of(project, report, missing, tried)
            report = _traced(report, course)
            last = report.attempts[-1]
            tell(f"attempt {last.attempt} of {ATTEMPTS}: {last.status.value}: {last.error}")
        if last.attempt == ATTEMPTS or not course.steps:
            break
        note(_with_fix(report, "; ".join(f"begun: {step}" for step in course.steps)))
        fix, remedied, changed = _take(project, course.steps, before, environ, tell)
        note(report := _with_fix(report, fix, remedied=remedied))
        if changed:
            return Healed(report=_overstepped(project, report, changed, fail_on))
        done = report.attempts
        tried.update(course.about)
    if done and (changed := changed_since(before, promises_of(project))):
        return Healed(report=_overstepped(project, report, changed, fail_on))
    remedied = any(each.remedied for each in report.attempts)
    verdict = after_attempts(report.verdict, len(report.attempts), remedied=remedied)
    mask = masking(project.secrets)
    hopeless = tuple((result, mask(why)) for result, why in course.hopeless)
    return Healed(report=replace(report, verdict=verdict), hopeless=hopeless)


def _refuse_wrong(project: Project) -> None:
    if not project.remedies:
        hint = "declare remedies as `heal`; docs/healing.md says how"
        raise UsageError(f"{project.file} declares nothing that --heal could do", hint=hint)
    known = {*deciders(), "soda"}
    for remedy in project.remedies:
        for rule in remedy.rules:
            if not set("*?[") & set(rule) and rule not in known:
                hint = did_you_mean(rule, sorted(known)) or "docs/rules.md and docs/metrics.md list them all"
                raise ProjectError(f"there is no rule or metric `{rule}`", at=remedy.at, hint=hint)


def _looking(missing: dict[str, Sequence[Span] | str]) -> Then:
    """What notes the missing partitions of an attempt, and leaves its results as they are."""

    def look(
        checks: Sequence[Check], sessions: Mapping[str, Session], settled: list[Result], _: datetime
    ) -> list[Result]:
        missing.update(missing_partitions(checks, sessions, settled))
        return settled

    return look


def _numbered(report: Report, done: tuple[Attempt, ...]) -> Report:
    return replace(report, attempts=(*done, replace(report.attempts[-1], attempt=len(done) + 1)))


def _traced(report: Report, course: Course) -> Report:
    """With the tables that its failures come from, in the words of its last attempt."""
    if not course.origins:
        return report
    *earlier, last = report.attempts
    more = f" and {len(course.origins) - _NAMED:,} more" if len(course.origins) > _NAMED else ""
    origins = f"by lineage from {', '.join(course.origins[:_NAMED])}{more}"
    return replace(report, attempts=(*earlier, replace(last, error=f"{last.error}; {origins}")))


def _with_fix(report: Report, fix: str, *, remedied: bool = False) -> Report:
    *earlier, last = report.attempts
    return replace(report, attempts=(*earlier, replace(last, fix=fix, remedied=remedied)))


def _take(
    project: Project,
    steps: Sequence[Step],
    before: Mapping[str, str],
    environ: Mapping[str, str],
    tell: Callable[[str], None],
) -> tuple[str, bool, tuple[str, ...]]:
    """Takes the steps, in order: what came of each, whether one succeeded, and the promises that the last changed."""
    mask, told, remedied = masking(project.secrets), [], False
    for step in steps:
        tell(f"remedy: {mask(str(step))}")
        outcome, output = _taken(project, step, environ)
        remedied |= outcome == _DONE
        told.append(mask(f"{step}: {outcome}"))
        for line in (outcome, *output):
            tell(f"  {mask(line)}")
        if changed := changed_since(before, promises_of(project)):
            return "; ".join(told), remedied, changed
    return "; ".join(told), remedied, ()


def _taken(project: Project, step: Step, environ: Mapping[str, str]) -> tuple[str, Sequence[str]]:
    """What came of it in a few words, and what it wrote if it failed."""
    if not step.command:
        pause(step.wait)
        return _DONE, ()
    ran = run(step.command, project.root, environ, step.remedy.timeout)
    if not ran.error:
        return _DONE, ()
    lines = [line.strip() for line in ran.said.splitlines() if line.strip()]
    last = next((line for line in reversed(lines) if any(map(str.isalpha, line))), "")
    return f"{ran.error} ({last[:_SAID]})" if last else ran.error, [f"| {line}" for line in lines]


def _overstepped(project: Project, report: Report, changed: Sequence[str], fail_on: Severity | None) -> Report:
    """The report with an error for each promise that was changed: whatever passes now, it is not what was asked."""
    said = "could not tell: the file changed while remedies ran, which no remedy may do; nothing more was tried"
    found = tuple(
        Result(
            id=fingerprint(OVERSTEPPED, file),
            rule=OVERSTEPPED,
            outcome=Outcome.ERROR,
            severity=Severity.ERROR,
            file=file,
            line=1,
            message=f"{said}; compare it with git, and mend the remedy",
        )
        for file in changed[:_FILES]
    )
    results = (*report.results, *found)
    verdict = verdict_on(project, results, fail_on, today_of(report.started))
    verdict = replace(verdict, reason=f"{verdict.reason}; {', '.join(changed[:3])} changed while remedies ran")
    return replace(report, results=results, verdict=after_attempts(verdict, len(report.attempts)))
