"""What is to be done about the failures of a run, by what `harness.yaml` declares; pure but for a look at partitions.

Only what the project's own settings say is ever run. Of a contract, which may be a stranger's, nothing goes into a
command but the plain name of a table; times are written here.
"""

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from harness.incidents.causes import Group, groups
from harness.incidents.failures import failures_of
from harness.load.healing import PLACEHOLDER
from harness.metrics.partitions import gaps
from harness.metrics.render import sql_of
from harness.model.check import Check
from harness.model.healing import PARTITIONS, Remedy
from harness.model.project import LAYERS, Project
from harness.model.result import Outcome, Report, Result
from harness.runners.statement import rows_of
from harness.uses.observe import Session

MOST = 31
"""Commands between two attempts, and missing partitions of a table; beyond that somebody must look."""
_TABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}", re.ASCII)
NO_REMEDY = "no remedy is declared for it"


@dataclass(frozen=True, slots=True)
class Span:
    """Neighbouring partitions that are missing, as `2013-03-05` or `2013-03-05T06:00:00Z`, in order."""

    partitions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing to do: run a command, or wait."""

    remedy: Remedy
    command: tuple[str, ...] = ()
    wait: float = 0.0
    is_last: bool = False
    """Whether it looks at what the others have made."""

    def __str__(self) -> str:
        return shlex.join(self.command) if self.command else f"wait {self.wait:g} s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What to do about a report: either steps, or why another attempt would end like this one."""

    steps: tuple[Step, ...] = ()
    about: tuple[str, ...] = ()
    """Ids of the results that the steps are for."""
    origins: tuple[str, ...] = ()
    """The tables that all of it comes from, by lineage, where some failures explain others."""
    hopeless: tuple[tuple[Result, str], ...] = ()
    """A failure of each cause that nothing can be done about, and why; then nothing is done about the others either."""


def course_of(
    project: Project, report: Report, missing: Mapping[str, Sequence[Span] | str], tried: Mapping[str, int]
) -> Course:
    """What the project declares for what keeps the gate shut.

    `missing` are the partitions by the id of a result, or why they are not known; `tried` is how often something was
    done about a result already: then the next remedy that is declared for it counts. A failure that another explains,
    by lineage, need have no remedy of its own.
    """
    closed = {*report.verdict.blocking, *report.verdict.undecided}
    shut = {result.id: result for result in report.results if result.id in closed}
    found: dict[str, tuple[Step, ...] | str] = {}
    for result in sorted(shut.values(), key=_flow):
        found[result.id] = _steps(project, report, result, missing.get(result.id, ()), tried.get(result.id, 0))
    # one that something can be done about stands for all that could not be told for the same reason
    hopeful = sorted(shut.values(), key=lambda result: isinstance(found[result.id], str))
    causes = groups(failures_of(hopeful, report), report.lineage, report.datasets)
    lost = [(shut[group.causes[0].id], why) for group in causes if (why := _why_not(group, found))]
    about = tuple(key for key, each in found.items() if not isinstance(each, str))
    named = dict.fromkeys(step for each in found.values() if not isinstance(each, str) for step in each)
    steps = tuple(sorted(named, key=lambda step: step.is_last))
    # what could not be told may follow from what is mended; a failure that nothing is declared for does not
    if steps and all(result.outcome is Outcome.ERROR for result, _ in lost):
        lost = []
    if len(steps) > MOST and not lost:
        lost = [(shut[about[0]], f"{len(steps):,} commands would be needed, and at most {MOST} are run")]
    origins = tuple(dict.fromkeys(each.causes[0].table or each.causes[0].subject for each in causes))
    course = Course(origins=origins if len(causes) < len(shut) else (), hopeless=tuple(lost))
    return course if lost else replace(course, steps=steps, about=about)


def _why_not(group: Group, found: "Mapping[str, tuple[Step, ...] | str]") -> str:
    """Why nothing can be done about a cause; "" when something can.

    What is said of one table is one thing: that it is absent, and that nothing could be told of it.
    """
    place = (group.causes[0].contract, group.causes[0].table)
    together = {each.id for each in group.failures if (each.contract, each.table) == place}
    answers = [found[key] for key in (*(cause.id for cause in group.causes), *together)]
    reasons = [answer for answer in answers if isinstance(answer, str)]
    if len(reasons) < len(answers):
        return ""
    return next((reason for reason in reasons if reason != NO_REMEDY), NO_REMEDY)


def missing_partitions(
    checks: Sequence[Check], sessions: Mapping[str, Session], settled: Sequence[Result]
) -> dict[str, Sequence[Span] | str]:
    """By the id of a result that says how many partitions are missing: which they are, or why that is not known."""
    by_id = {check.id: check for check in checks}
    found: dict[str, Sequence[Span] | str] = {}
    for result in settled:
        if result.outcome is not Outcome.FAIL or result.rule not in PARTITIONS:
            continue
        check = by_id[result.check]
        session = sessions[check.server]
        if session.engine:
            rows, error = rows_of(session.engine, sql_of(gaps(check), session.dialect), MOST + 1)
            found[result.id] = f"its missing partitions are not known: {error}" if error else spans_of(check, rows)
    return found


def spans_of(check: Check, rows: Sequence[tuple[float, float]]) -> Sequence[Span] | str:
    """The partitions of the gaps that `metrics.partitions.gaps` gives, or that they are too many."""
    counts = [round(periods) - 1 for _, periods in rows]
    if len(rows) > MOST or sum(counts) > MOST:
        return f"more than {MOST} of its partitions are missing"
    return [Span(_partitions(check, float(before), count)) for (before, _), count in zip(rows, counts, strict=True)]


def _partitions(check: Check, before: float, count: int) -> tuple[str, ...]:
    if step := check.arguments["months"]:
        numbers = (round(before) + step * n - 1 for n in range(1, count + 1))
        return tuple(f"{number // 12:04d}-{number % 12 + 1:02d}-01" for number in numbers)
    start = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=before)
    times = [start + timedelta(seconds=check.arguments["seconds"] * n) for n in range(1, count + 1)]
    whole = all(time == time.replace(hour=0, minute=0, second=0, microsecond=0) for time in (start, *times))
    return tuple(f"{time:%Y-%m-%d}" if whole else _moment(time) for time in times)


def _steps(
    project: Project, report: Report, result: Result, missing: Sequence[Span] | str, before: int
) -> tuple[Step, ...] | str:
    """The steps for one result, or why there are none."""
    declared = [remedy for remedy in project.remedies if remedy.is_for(result)]
    if not declared:
        return NO_REMEDY
    remedy = declared[min(before, len(declared) - 1)]
    if remedy.wait:
        return (Step(remedy=remedy, wait=remedy.wait * 2**before),)
    command = remedy.command or _dbt(project, "run", "--select", remedy.dbt)
    wanted = {name for argument in command for name in PLACEHOLDER.findall(argument)}
    filled: list[Step] = []
    for values in _values(project, report, result, missing, each="partition" in wanted):
        if "table" in wanted - values.keys():
            return f"its remedy at {remedy.at} takes the name of its table, which is no plain one"
        if unknown := sorted(wanted - values.keys()):
            return f"its remedy at {remedy.at} takes {{{unknown[0]}}}, which is not known of it"
        arguments = (PLACEHOLDER.sub(lambda name, values=values: values[name[1]], each) for each in command)  # type: ignore[misc]
        filled.append(Step(remedy=remedy, command=tuple(arguments)))
    if filled and remedy.dbt and any(step.kind == "dbt" for step in project.sequence):
        # the results of its tests are of the tables as they were
        filled.append(Step(remedy=remedy, command=_dbt(project, "test"), is_last=True))
    return tuple(filled) or (
        missing if isinstance(missing, str) else "which of its partitions are missing is not known"
    )


def _values(
    project: Project, report: Report, result: Result, missing: Sequence[Span] | str, *, each: bool
) -> Iterator[dict[str, str]]:
    """What stands for the placeholders: once for a result, or once for each gap, or for each missing partition."""
    found = project.find(result.table)
    name = found[1].table.rpartition(".")[2] if found else ""
    table = {"table": name} if _TABLE.fullmatch(name) else {}
    if result.rule in PARTITIONS and result.outcome is Outcome.FAIL:
        for span in missing if not isinstance(missing, str) else ():
            times = {"from": span.partitions[0], "to": span.partitions[-1]}
            yield from ({**table, **times, "partition": one} for one in (span.partitions if each else ("",)))
    elif result.value is not None and result.value >= 0 and result.rule == "freshness":
        newest = report.as_of - timedelta(seconds=result.value)
        yield {**table, "from": _moment(newest), "to": _moment(report.as_of)}
    else:
        yield table


def _moment(time: datetime) -> str:
    return f"{time.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _dbt(project: Project, command: str, *arguments: str) -> tuple[str, ...]:
    """A command of dbt, with the project's own profiles, target and logs."""
    sources = project.lineage
    profiles = (project.root / sources.dbt_project / "profiles.yml").is_file()
    target = (project.root / sources.dbt).resolve()
    usual = target == (project.root / sources.dbt_project / "target").resolve()
    return (
        "dbt", command, "--no-use-colors", "--project-dir", sources.dbt_project,
        *(("--profiles-dir", sources.dbt_project) if profiles else ()),
        *(() if usual else ("--target-path", str(target), "--log-path", str(target.with_name("logs")))),
        *arguments,
    )  # fmt: skip


def _flow(result: Result) -> tuple[int, str]:
    """What comes first in the flow of data is mended first."""
    return LAYERS.index(result.layer) if result.layer in LAYERS else len(LAYERS), result.table
