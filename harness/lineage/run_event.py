"""The OpenLineage events of one verified dataset."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from harness.lineage.description import description
from harness.lineage.events import Verification
from harness.lineage.facets import EVENT_SCHEMA, facet
from harness.lineage.findings import assertions, tests, trouble
from harness.lineage.lineage_facets import column_lineage_facet, lineage_gaps
from harness.lineage.naming import dataset_name, table_of
from harness.model.result import Report

PRODUCER = "https://github.com/contract-harness/contract-harness/tree/{version}"
GATE = "gate"
"""The job of the whole run, parent of every dataset's."""


def run_event(state: str, verification: Verification, report: Report, namespace: str, root: Path) -> dict[str, Any]:
    """The event that says `state`, at the report's start or finish; only the terminal one carries what was found."""
    producer = PRODUCER.format(version=report.harness_version)
    results, ended = verification.results, state != "START"
    run_facets: dict[str, Any] = {"parent": _parent(report.run_id, namespace, producer)}
    if ended:
        run_facets["test"] = tests(results, report.verdict, producer)
        run_facets |= lineage_gaps(verification, report.lineage, producer)
    if state == "ABORT":
        run_facets["errorMessage"] = trouble(results, producer)
    return {
        "eventType": state,
        "eventTime": _moment(report.finished if ended else report.started).isoformat(),
        "producer": producer,
        "schemaURL": EVENT_SCHEMA,
        "run": {"runId": _run_id(report, verification), "facets": run_facets},
        "job": {"namespace": namespace, "name": verification.job},
        "inputs": list(_dataset(verification, report, producer, root, ended=ended)),
        "outputs": [],
    }


def _run_id(report: Report, verification: Verification) -> str:
    """The same for the same run and dataset, so that a second delivery adds nothing new."""
    return str(uuid5(NAMESPACE_URL, f"{report.run_id}\x1f{verification.contract.id}\x1f{verification.schema.name}"))


def _moment(time: datetime) -> datetime:
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _parent(run_id: str, namespace: str, producer: str) -> dict[str, Any]:
    gate = {"run": {"runId": run_id}, "job": {"namespace": namespace, "name": GATE}}
    return facet("parent", producer, **gate, root=gate)


def _dataset(
    verification: Verification, report: Report, producer: str, root: Path, *, ended: bool
) -> Iterator[dict[str, Any]]:
    if verification.server is None:
        return  # a dataset nobody can name; its results still stand in the run's `test` facet
    table = table_of(verification.contract, verification.schema, verification.server)
    namespace, name = dataset_name(verification.server, table, root)
    facets = dict(description(verification, namespace, producer))
    facets |= column_lineage_facet(verification, report.lineage, producer)
    input_facets: dict[str, Any] = {}
    if ended:
        # the schema says inputFacets, many consumers look in facets; dbt writes both
        facets["dataQualityAssertions"] = assertions(verification.results, report.verdict, producer)
        input_facets["dataQualityAssertions"] = assertions(verification.results, report.verdict, producer)
    yield {"namespace": namespace, "name": name, "facets": facets, "inputFacets": input_facets}
