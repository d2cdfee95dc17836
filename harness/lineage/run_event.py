"""The OpenLineage events of the gate and of each dataset that it verified."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

from harness.lineage import contract_facet
from harness.lineage.description import description
from harness.lineage.events import Verification
from harness.lineage.facets import EVENT_SCHEMA, facet, present
from harness.lineage.findings import Said, assertions, said, tests, trouble
from harness.lineage.lineage_facets import column_lineage_facet, lineage_gaps
from harness.lineage.metrics_facet import metrics
from harness.lineage.naming import dataset_name, table_of
from harness.model.result import Outcome, Report, Result
from harness.model.source import Source

PRODUCER = "https://github.com/contract-harness/contract-harness/tree/{version}"
GATE = "gate"
"""The job of the whole run, parent of every dataset's."""
INTEGRATION = "CONTRACT_HARNESS"


@dataclass(frozen=True, slots=True)
class Telling:
    """What all events of a run share."""

    report: Report
    namespace: str
    root: Path
    """The project's folder, from which relative paths of servers are taken."""
    source: Source | None = None

    @property
    def producer(self) -> str:
        """The address of this version of the harness."""
        return PRODUCER.format(version=self.report.harness_version)


def gate_event(state: str, others: Sequence[Result], telling: Telling) -> dict[str, Any]:
    """The event of the whole run; the terminal one carries the results that are about no dataset."""
    facets: dict[str, Any] = {}
    if state != "START":
        facets["test"] = tests(said(others, telling.report.verdict), telling.producer)
    if state == "ABORT":
        broken = [r for r in telling.report.results if r.outcome is Outcome.ERROR]
        facets["errorMessage"] = trouble(broken, telling.producer, telling.report.verdict.reason)
    return _event(state, telling.report.run_id, GATE, "", facets, telling) | {"inputs": [], "outputs": []}


def run_event(state: str, verification: Verification, telling: Telling) -> dict[str, Any]:
    """The event that says `state`, at the report's start or finish; only the terminal one carries what was found."""
    report, results, ended = telling.report, verification.results, state != "START"
    facets, found = {"parent": _parent(telling)}, said(results, report.verdict) if ended else ()
    if ended:
        facets["test"] = tests(found, telling.producer)
        facets |= lineage_gaps(verification, report.lineage, telling.producer)
    if state == "ABORT":
        facets["errorMessage"] = trouble(results, telling.producer)
    run, file = _run_id(report, verification), verification.contract.at.file
    inputs = list(_dataset(verification, telling, found, ended=ended))
    return _event(state, run, verification.job, file, facets, telling) | {"inputs": inputs, "outputs": []}


def _event(state: str, run: str, job: str, file: str, facets: dict[str, Any], telling: Telling) -> dict[str, Any]:
    report = telling.report
    clock = facet("nominalTime", telling.producer, nominalStartTime=moment(report.as_of).isoformat())
    return {
        "eventType": state,
        "eventTime": moment(report.started if state == "START" else report.finished).isoformat(),
        "producer": telling.producer,
        "schemaURL": EVENT_SCHEMA,
        "run": {"runId": run, "facets": {"nominalTime": clock, **facets}},
        "job": {"namespace": telling.namespace, "name": job, "facets": dict(job_facets("TEST", file, telling))},
    }


def job_facets(kind: str, file: str, telling: Telling, integration: str = INTEGRATION) -> Iterator[tuple[str, Any]]:
    """What kind of job it is, and where its `file` is under version control."""
    yield "jobType", facet("jobType", telling.producer, processingType="BATCH", integration=integration, jobType=kind)
    if source := telling.source:
        yield "sourceCodeLocation", facet("sourceCodeLocation", telling.producer, **source_location(file, source))


def source_location(file: str, source: Source) -> dict[str, Any]:
    """The fields of the facet: a link to the file in the commit, or to the commit's files when there is none."""
    path = f"{source.folder}{file}".rstrip("/")
    host = source.repository.removeprefix("https://").partition("/")[0]
    tree = "/-" * ("gitlab" in host) + ("/blob/" if file else "/tree/")
    return present(
        type="git",
        url=f"{source.repository}{tree}{source.commit}/{quote(path)}".rstrip("/"),
        repoUrl=source.repository,
        path=path or None,
        version=source.commit,
        branch=source.branch or None,
        pullRequestNumber=source.pull_request or None,
    )


def _run_id(report: Report, verification: Verification) -> str:
    """The same for the same run and dataset, so that a second delivery adds nothing new."""
    return str(uuid5(NAMESPACE_URL, f"{report.run_id}\x1f{verification.contract.id}\x1f{verification.schema.name}"))


def moment(time: datetime) -> datetime:
    """A time that has an offset; one without is in UTC."""
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _parent(telling: Telling) -> dict[str, Any]:
    gate: dict[str, Any] = {
        "run": {"runId": telling.report.run_id},
        "job": {"namespace": telling.namespace, "name": GATE},
    }
    return facet("parent", telling.producer, **gate, root=gate)


def _dataset(verification: Verification, telling: Telling, found: Said, *, ended: bool) -> Iterator[dict[str, Any]]:
    if verification.server is None:
        return  # a dataset nobody can name; its results still stand in the run's `test` facet
    report, producer = telling.report, telling.producer
    table = table_of(verification.contract, verification.schema, verification.server)
    namespace, name = dataset_name(verification.server, table, telling.root)
    facets = dict(description(verification, namespace, producer))
    facets |= column_lineage_facet(verification, report.lineage, producer)
    facets[contract_facet.KEY] = contract_facet.contract_facet(verification, report.verdict, producer, ended=ended)
    slots: dict[str, dict[str, Any]] = {"facets": facets, "inputFacets": {}}
    if ended:
        measured = metrics(verification.results, report, producer)
        decided = assertions(found, producer)
        for slot, held in slots.items():
            # the schema says inputFacets, many consumers look in facets; dbt writes both
            held["dataQualityAssertions"] = {**decided}
            if measured:
                held["dataQualityMetrics"] = measured[slot]
    yield {"namespace": namespace, "name": name, **slots}
