"""The models of dbt as OpenLineage job events: what each is made from, column by column, without a run."""

from collections.abc import Iterator
from typing import Any

from harness.lineage.facets import JOB_EVENT_SCHEMA, facet
from harness.lineage.lineage_facets import columns_facet
from harness.lineage.run_event import Telling, job_facets, moment
from harness.model.lineage import Job, Lineage


def job_events(lineage: Lineage, telling: Telling) -> Iterator[dict[str, Any]]:
    """One event for each model whose SQL was read and whose table has a name in OpenLineage.

    Jobs are named as `dbt-ol` names them: in the same namespace the two are one job.
    """
    for table, job in sorted(lineage.jobs.items()):
        if table in lineage.datasets:
            yield {
                "eventTime": moment(telling.report.started).isoformat(),
                "producer": telling.producer,
                "schemaURL": JOB_EVENT_SCHEMA,
                "job": {"namespace": telling.namespace, "name": job.name, "facets": dict(_facets(job, telling))},
                "inputs": [_named(*lineage.datasets[source]) for source in _sources(table, lineage)],
                "outputs": [
                    _named(*lineage.datasets[table]) | {"facets": columns_facet(table, lineage, telling.producer)}
                ],
            }


def _facets(job: Job, telling: Telling) -> Iterator[tuple[str, Any]]:
    yield from job_facets(job.kind, job.at.file, telling, "DBT")
    yield "sql", facet("sql", telling.producer, query=job.sql, dialect=job.dialect)


def _sources(table: str, lineage: Lineage) -> list[str]:
    """The tables that the SQL of `table` reads."""
    sources = {e.source.table for e in lineage.edges if e.by == "sql" and e.target.table == table} - {table}
    return sorted(source for source in sources if source in lineage.datasets)


def _named(namespace: str, name: str) -> dict[str, Any]:
    return {"namespace": namespace, "name": name, "facets": {}}
