"""A Report as OpenLineage run events: one run for each dataset it verified, a child of the gate's own run.

The events are a copy for lineage backends. The gate's report stays the source of truth: backends drop facets they do
not know, and none of them shows what was skipped or could not be told.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from harness.model.contract import Contract, Schema, Server
from harness.model.project import Project
from harness.model.result import Outcome, Report, Result, Verdict

Event = dict[str, Any]
"""An OpenLineage RunEvent, as JSON has it."""
NAMESPACE = "contract-harness"
"""Of the jobs, when `harness.yaml` names none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """One dataset and everything the run found out about it."""

    contract: Contract
    schema: Schema
    server: Server | None
    results: tuple[Result, ...]
    observed: Schema | None = None
    """The table's real columns, when the run read them."""

    @property
    def job(self) -> str:
        """`verify.<layer>.<dataset>`."""
        return ".".join(part for part in ("verify", self.contract.layer, self.schema.name) if part)


def events_of(report: Report, project: Project, observed: Mapping[str, Schema] | None = None) -> list[Event]:
    """A START and a terminal event for each dataset that has a result, in the order of the report.

    `observed` holds real columns by the schema name of the contract. The same report gives the same events, with the
    same run ids, so a second delivery adds nothing new.
    """
    from harness.lineage.run_event import run_event

    namespace = str(project.openlineage.get("namespace") or NAMESPACE)
    root = project.root.absolute()
    events: list[Event] = []
    for verification in verifications(report, project, observed or {}):
        state = state_of(verification.results, report.verdict)
        events += (run_event(told, verification, report, namespace, root) for told in ("START", state))
    return events


def ndjson(events: Iterable[Event]) -> str:
    """One event a line, as a backend gets it. Raises TypeError or ValueError for a value that JSON does not have."""
    return "".join(json.dumps(event, sort_keys=True, allow_nan=False) + "\n" for event in events)


def verifications(report: Report, project: Project, observed: Mapping[str, Schema]) -> list[Verification]:
    """The results by dataset; those about no table of a readable contract belong to none."""
    contracts = {contract.id: contract for contract in reversed(project.contracts)}
    found: dict[tuple[str, str], tuple[Contract, Schema, list[Result]]] = {}
    for result in report.results:
        contract = contracts.get(result.contract)
        schema = contract.schema(result.table) if contract and result.table else None
        if contract and schema:
            found.setdefault((contract.id, schema.name), (contract, schema, []))[2].append(result)
    return [
        Verification(
            contract=contract,
            schema=schema,
            server=project.server_of(contract),
            results=tuple(results),
            observed=observed.get(schema.name),
        )
        for contract, schema, results in found.values()
    ]


def state_of(results: Iterable[Result], verdict: Verdict) -> str:
    """How the dataset's run ended: a failure that blocks wins over a check that could not be told.

    Whether a failure blocks is the gate's word: a waived one does not, and a warning does where the policy says so.
    """
    blocking = frozenset(verdict.blocking)
    outcomes = {r.outcome for r in results if r.outcome is not Outcome.FAIL or r.id in blocking}
    if Outcome.FAIL in outcomes:
        return "FAIL"
    return "ABORT" if Outcome.ERROR in outcomes else "COMPLETE"
