"""The OpenLineage events of a run: on disk before the verdict is told, sent after it, and sent again by `replay`."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from harness.lineage.delivery import Delivery, deliver, keep, route_of
from harness.lineage.events import events_of, ndjson
from harness.lineage.outbox import Outbox
from harness.model.errors import UsageError
from harness.model.project import Project
from harness.model.result import Report
from harness.model.source import Source
from harness.uses.secrets import masking

OUTBOX = "outbox"
"""The folder of what is not delivered yet, in the project's folder of reports, whichever of these a run writes."""


def emission(
    project: Project, report: Report, source: Source | None, environ: Mapping[str, str], *, required: bool
) -> tuple[str, Callable[[], Delivery]]:
    """The run's events, one a line and safe on disk, and what sends them; neither changes the verdict.

    `source` is the checkout of the project. When they are `required`, they are kept even if no configuration says where
    they are to go.
    """
    text = ndjson(events_of(_without_secrets(report, project), project, source))
    outbox, route = outbox_of(project), route_of(project.openlineage, environ, project.root)
    run, problem = keep(outbox, text, route, required=required)

    def send() -> Delivery:
        if problem:
            return Delivery(0, 0, 0, f"nothing sent: {problem}", done=False)
        return deliver(outbox, route, project.openlineage["timeout"], run)

    return text, send


def _without_secrets(report: Report, project: Project) -> Report:
    """The SQL of jobs comes from dbt, which may have put a value of the environment into it."""
    if report.lineage is None or not project.secrets:
        return report
    mask = masking(project.secrets)
    jobs = {table: replace(job, sql=mask(job.sql)) for table, job in report.lineage.jobs.items()}
    return replace(report, lineage=replace(report.lineage, jobs=jobs))


def replay(project: Project, environ: Mapping[str, str], *, dead: bool, seconds: float | None) -> Delivery:
    """Sends what earlier runs left in the outbox, after all else the `dead` events too, if asked for.

    Raises UsageError for a dead event that cannot be read.
    """
    outbox = outbox_of(project)
    try:
        if dead:
            outbox.revive()
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise UsageError(f"a dead event in {outbox.folder} cannot be read: {error}") from None
    route = route_of(project.openlineage, environ, project.root)
    return deliver(outbox, route, project.openlineage["timeout"] if seconds is None else seconds)


def outbox_of(project: Project) -> Outbox:
    """Where the events of the project wait: it outlives every folder of reports."""
    return Outbox(project.root / project.reports_dir / OUTBOX)
