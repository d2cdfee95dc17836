"""What the hand-off record holds: each number counted, and the record held against the count."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import floor
from typing import Any

from harness.model.consumer import consumers_of
from harness.model.contract import Contract, Schema
from harness.model.dbt import DbtNode
from harness.model.project import LAYERS, Project
from harness.model.result import Outcome, Result
from harness.model.sla import period_of
from harness.plan import table_of
from harness.questions.table import Table
from harness.reporters.words import plural
from harness.uses.handoff import Findings

_STREAMS = ("kafka", "kinesis", "pubsub", "eventhubs", "pulsar")
"""ODCS server types through which rows come one by one."""


def record_of(found: Findings) -> dict[str, Any]:
    """The record, described by `handoff.schema.json` of `harness.reporters`."""
    tables = _tables(found)
    return {
        "handoff": {
            "agent": found.project.handoff.agent or found.project.name,
            "status": "complete" if found.complete else "incomplete",
            "phase": next((each.phase for each in found.conditions if not each.holds), "handoff"),
        },
        "architecture": _architecture(found),
        "pipelines": _pipelines(found, tables),
        "data_models": _models(found, tables),
        "data_quality": _quality(found, tables),
        "sources": [_source(table) for table in tables if table.contract and table.layer == "raw"],
        "destinations": _destinations(found.project),
        "documentation": _documentation(found),
        "self_healing_log": {
            "attempts": [
                {
                    "attempt": each.attempt,
                    "status": each.status.value,
                    "error": each.error or None,
                    "fix": each.fix or None,
                }
                for each in found.run.attempts
            ],
            "final_status": found.run.outcome.value,
        },
        "next_agent": found.project.handoff.next_agent or None,
    }


def differences(record: Any, counted: Any, path: str = "") -> Iterator[str]:
    """Every place where a record does not say what is counted."""
    here = path or "the record"
    if isinstance(record, dict) and isinstance(counted, dict):
        for key in [*counted, *(key for key in record if key not in counted)]:
            at = f"{path}.{key}" if path else str(key)
            if key not in record:
                yield f"{at} is missing"
            elif key not in counted:
                yield f"{at} is no member of a record"
            else:
                yield from differences(record[key], counted[key], at)
    elif isinstance(record, list) and isinstance(counted, list):
        if len(record) != len(counted):
            are = "is" if len(counted) == 1 else "are"
            yield f"{here} has {plural(len(record), 'entry', 'entries')}, and {len(counted):,} {are} counted"
        for number, (said, is_so) in enumerate(zip(record, counted, strict=False)):
            yield from differences(said, is_so, f"{path}[{number}]")
    # true is no 1, and 1.0 no 1
    elif type(record) is not type(counted) or record != counted:
        yield f"{here} says {record!r}, and {counted!r} is so"


@dataclass(frozen=True, slots=True)
class _Table:
    """A table under contract, or one that dbt builds, or both."""

    name: str
    layer: str
    contract: Contract | None = None
    schema: Schema | None = None
    node: DbtNode | None = None


def _tables(found: Findings) -> tuple[_Table, ...]:
    project = found.project
    tables: dict[str, _Table] = {}
    for contract in project.contracts:
        for schema in contract.schemas:
            name = str(table_of(project, contract, schema).name).lower()
            tables[f"{name} {contract.id}"] = _Table(name, contract.layer, contract, schema)
    known = {table.name: key for key, table in tables.items()}
    for node in found.dbt.nodes.values() if found.dbt else ():
        if node.kind == "seed" or node.materialized == "ephemeral":
            continue
        name = node.relation.lower()
        old = tables.get(known.get(name, ""))
        tables[known.get(name, name)] = _Table(
            name, old.layer if old else _layer(node), old.contract if old else None, old.schema if old else None, node
        )
    return tuple(tables.values())


def _layer(node: DbtNode) -> str:
    """By its folder, where no contract says it."""
    return next((part for part in node.path.split("/") if part in LAYERS), "")


def _architecture(found: Findings) -> dict[str, Any]:
    project = found.project
    layers = [layer for layer in LAYERS if any(contract.layer == layer for contract in project.contracts)]
    servers = {server.type for contract in project.contracts if (server := project.server_of(contract))}
    schedulers = {sla.scheduler or "cron" for c in project.contracts for sla in c.sla if sla.schedule}
    whole = {"raw", "staging", "marts"} <= set(layers)
    return {
        "pattern": f"{'medallion' if whole else 'layers'} ({', '.join(layers)})" if layers else None,
        "warehouse": ", ".join(sorted(servers)) or None,
        "orchestrator": ", ".join(sorted(schedulers)) or None,
    }


def _pipelines(found: Findings, tables: Iterable[_Table]) -> dict[str, Any]:
    every = list(tables)
    streams = sum(_streams(found.project, table) for table in every)
    return {
        "total": len(every),
        "batch": len(every) - streams,
        "streaming": streams,
        "sla_hours": _hours(found, [t for t in every if t.layer == "marts"]),
    }


def _streams(project: Project, table: _Table) -> bool:
    server = project.server_of(table.contract) if table.contract else None
    return bool(server and server.type in _STREAMS)


def _hours(found: Findings, marts: Iterable[_Table]) -> float | None:
    """The strictest promise of a mart on the age of its rows; None when one of them promises none."""
    hours = []
    for table in marts:
        sla = None
        if table.contract and table.schema:
            sla = Table(found.project, table.contract, table.schema, found.lineage).sla("latency", "freshness")
        try:
            hours.append(float(period_of(sla.value, sla.unit).until(found.run.as_of)) / 3600 if sla else None)
        except (ValueError, OverflowError):
            hours.append(None)
    known = [each for each in hours if each is not None]
    return round(min(known), 2) if known and len(known) == len(hours) else None


def _models(found: Findings, tables: Iterable[_Table]) -> dict[str, Any]:
    """Of dbt, where it builds them."""
    nodes = [node for node in found.dbt.nodes.values() if node.kind != "seed"] if found.dbt else []
    layers = {table.node.id: table.layer for table in tables if table.node}
    built = [layers.get(node.id) or _layer(node) for node in nodes] if nodes else [table.layer for table in tables]
    tool = f"dbt {found.dbt.version} ({found.dbt.adapter})" if found.dbt else None
    return {**{layer: built.count(layer) for layer in ("staging", "intermediate", "marts")}, "tool": tool}


def _quality(found: Findings, tables: Iterable[_Table]) -> dict[str, Any]:
    every = list(tables)
    decided = [r for r in found.run.results if r.check and r.outcome in (Outcome.PASS, Outcome.FAIL)]
    fresh = [result for result in decided if result.rule == "freshness"]
    # of 1,000 tables the last one counts: 99.9, never 100.0
    covered = floor(1000 * len(_among(every, decided)) / len(every)) / 10 if every else 0.0
    return {
        "test_count": sum(bool(result.check) for result in found.run.results),
        "coverage": covered,
        "freshness_monitored": len(_among(every, fresh)),
        "waived": found.waived,
    }


def _among(tables: Iterable[_Table], results: Iterable[Result]) -> set[tuple[str, str]]:
    """The tables that results are about."""
    about = {(result.contract, result.table) for result in results}
    keys = {(t.contract.id, t.schema.name) for t in tables if t.contract and t.schema}
    return keys & about


def _source(table: _Table) -> dict[str, Any]:
    contract = table.contract
    return {
        "table": table.name,
        "contract": contract.id if contract else None,
        "version": (contract.version if contract else "") or None,
        "owner": (contract.owner if contract else "") or None,
    }


def _destinations(project: Project) -> list[dict[str, Any]]:
    """Who reads the marts, as their contracts say; tables of the marts among them are no destination."""
    own = {name.rpartition(".")[2] for name in project.tables}
    read: dict[tuple[str, str], list[str]] = {}
    for contract in project.contracts:
        for schema in contract.schemas if contract.layer == "marts" else ():
            for consumer in consumers_of(contract, schema) or ():
                if consumer.name not in own:
                    read.setdefault((consumer.name, consumer.contact), []).append(schema.name)
    return [
        {"name": name, "contact": contact or None, "tables": sorted(tables)}
        for (name, contact), tables in sorted(read.items())
    ]


def _documentation(found: Findings) -> dict[str, Any]:
    made = found.documents
    return {
        "folder": found.project.publishing.folder,
        "documents": len(made.texts) if made else 0,
        "stale": len(made.stale) + len(made.gone) + len(made.refused) if made else 0,
        "current": next(each.holds for each in found.conditions if each.phase == "documentation"),
        "open_questions": len(found.asked.open),
        "assumptions": found.asked.assumed,
    }


def as_record(data: Mapping[str, Any]) -> str:
    """The record as its file holds it."""
    import json

    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"
