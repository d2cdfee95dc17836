"""OpenLineage events of other producers -> edges, in the names of our tables."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from harness.lineage.tables import Entry, Tables
from harness.load.lineage import Event
from harness.model.lineage import ROWS, UNSAID, Edge, Field, Gap, Transformation


def received(events: Iterable[Event], tables: Tables) -> tuple[set[Edge], list[Gap]]:
    """What the latest run of each job says; datasets that are none of our tables are added under their own names.

    Only the facet `columnLineage` tells of columns. An output without it comes from the inputs as a whole, and that is
    a gap. So is a source that is no input of its job: dbt-ol 1.54 calls the CTEs of a query datasets.
    """
    edges: set[Edge] = set()
    gaps: dict[tuple[Field, str], Gap] = {}
    for event in _latest(events):
        for found in _told(event, tables):
            if isinstance(found, Edge):
                edges.add(found)
            else:
                gaps[found.target, found.reason] = found
    return edges, list(gaps.values())


def _told(event: Event, tables: Tables) -> Iterator[Edge | Gap]:
    inputs = [_key(dataset, tables) for dataset in _datasets(event.data, "inputs")]
    outputs = [(_key(dataset, tables), dataset) for dataset in _datasets(event.data, "outputs")]
    for key, _ in outputs:
        yield from (Edge(Field(each, ROWS), Field(key, ROWS), UNSAID, "event") for each in inputs if each != key)
    for key, dataset in [*outputs, *((_key(each, tables), each) for each in _datasets(event.data, "inputs"))]:
        of_columns = list(_of_columns(dataset, key, event, tables))
        yield from of_columns
        if not of_columns and inputs and (key, dataset) in outputs:
            reason = f"the job {_job(event.data)} names inputs of this table, but none of its columns"
            yield Gap(Field(key, ROWS), reason, event.at)


def _latest(events: Iterable[Event]) -> list[Event]:
    """The events of the latest run of each job: a log that is only ever added to holds what no longer is so."""
    of_job: dict[tuple[str, str], list[Event]] = {}
    for event in events:
        of_job.setdefault(_job_name(event.data), []).append(event)
    return [
        event
        for group in of_job.values()
        for event in group
        if _run(event) == _run(max(group, key=lambda each: str(each.data.get("eventTime", ""))))
    ]


def _of_columns(dataset: Mapping[str, Any], key: str, event: Event, tables: Tables) -> Iterator[Edge | Gap]:
    facet = _mapping(_mapping(dataset, "facets"), "columnLineage")
    for name, entry in _mapping(facet, "fields").items():
        target = Field(key, _spelled(name, tables.entries[key]))
        for used in _list(entry, "inputFields"):
            yield from _used(used, target, event, tables)
    for used in _list(facet, "dataset"):
        yield from _used(used, Field(key, ROWS), event, tables)


def _used(used: Mapping[str, Any], target: Field, event: Event, tables: Tables) -> Iterator[Edge | Gap]:
    if not isinstance(used.get("field"), str):
        return
    names = {(each["namespace"], each["name"]) for each in _datasets(event.data, "inputs")}
    identity = str(used.get("namespace", "")), str(used.get("name", ""))
    if "job" in event.data and identity not in names and tables.dataset(*identity) is None:
        reason = f"the job {_job(event.data)} names `{identity[1]}` as its source, which is no input of the job"
        yield Gap(target, reason, event.at)
        return
    entry = tables.entries[_key(used, tables)]
    source = Field(entry.key, _spelled(used["field"], entry))
    said = [_transformation(one) for one in _list(used, "transformations")]
    yield from (Edge(source, target, how, "event") for how in said or [UNSAID])


def _transformation(said: Mapping[str, Any]) -> Transformation:
    kind, subtype = said.get("type"), said.get("subtype")
    return Transformation(
        kind if isinstance(kind, str) else "", subtype if isinstance(subtype, str) else "", said.get("masking") is True
    )


def _key(dataset: Mapping[str, Any], tables: Tables) -> str:
    """The table that a dataset is, by its own name or one of its `symlinks`; else one of that name is added."""
    namespace, name = str(dataset.get("namespace", "")), str(dataset.get("name", ""))
    links = _list(_mapping(_mapping(dataset, "facets"), "symlinks"), "identifiers")
    names = [(namespace, name), *((str(link.get("namespace")), str(link.get("name"))) for link in links)]
    found = next((entry for each in names if (entry := tables.dataset(*each))), None)
    if found is None:
        fields = _list(_mapping(_mapping(dataset, "facets"), "schema"), "fields")
        columns = tuple(str(each["name"]) for each in fields if isinstance(each.get("name"), str))
        found = Entry(f"{namespace}/{name}", (f"{namespace}/{name}",), columns, (namespace, name))
        tables.add(found)
    return found.key


def _spelled(name: str, entry: Entry) -> str:
    return next((column for column in entry.columns or () if column.lower() == name.lower()), name)


def _datasets(event: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    named = [d for d in _list(event, key) if isinstance(d.get("namespace"), str) and isinstance(d.get("name"), str)]
    single = _mapping(event, "dataset")  # of a DatasetEvent
    return named + ([single] if key == "outputs" and isinstance(single.get("name"), str) else [])


def _job_name(event: Mapping[str, Any]) -> tuple[str, str]:
    job, dataset = _mapping(event, "job"), _mapping(event, "dataset")
    either = job or dataset
    return str(either.get("namespace", "")), str(either.get("name", ""))


def _job(event: Mapping[str, Any]) -> str:
    return _job_name(event)[1]


def _run(event: Event) -> str:
    """A job or dataset event has no run, and stands for itself."""
    return str(_mapping(event.data, "run").get("runId") or event.data.get("eventTime", ""))


def _mapping(value: Any, key: str) -> Mapping[str, Any]:
    found = value.get(key) if isinstance(value, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _list(value: Any, key: str) -> list[Mapping[str, Any]]:
    found = value.get(key) if isinstance(value, Mapping) else None
    return [each for each in found if isinstance(each, Mapping)] if isinstance(found, list) else []
