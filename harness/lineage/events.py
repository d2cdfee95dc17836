"""A Report as OpenLineage run events: one run of the gate, and one for each dataset it verified, a child of that.

The events are a copy for lineage backends. The gate's report stays the source of truth: backends drop facets they do
not know, and none of them shows what was skipped or could not be told.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from harness.lineage.facets import plain
from harness.model.contract import Contract, Property, Schema, Server
from harness.model.project import Project
from harness.model.result import Outcome, Report, Result, Verdict, VerdictOutcome
from harness.model.source import Source

Event = dict[str, Any]
"""An OpenLineage RunEvent or JobEvent, as JSON has it."""
NAMESPACE = "contract-harness"
"""Of the jobs, when `harness.yaml` names none."""
_ENDS = {VerdictOutcome.PASS: "COMPLETE", VerdictOutcome.FAIL: "FAIL", VerdictOutcome.UNDECIDED: "ABORT"}
"""How the gate's own run ends."""

_ENCODER = json.JSONEncoder(sort_keys=True, allow_nan=False)
_SUSPECT = re.compile(r"\\u(?:0000|d[89a-f])")
"""How JSON writes NUL, and half a character; a whole one beyond the first plane looks alike."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """One dataset and everything the run found out about it."""

    contract: Contract
    schema: Schema
    server: Server | None
    results: tuple[Result, ...]
    observed: tuple[Property, ...] = ()
    """The table's real columns, when the run read them."""

    @property
    def job(self) -> str:
        """`verify.<layer>.<dataset>`."""
        return ".".join(part for part in ("verify", self.contract.layer, self.schema.name) if part)


def events_of(report: Report, project: Project, source: Source | None = None) -> list[Event]:
    """A START and a terminal event of the gate, and between them those of each dataset that has a result, in order.

    Before them the jobs that build the tables, if `openlineage.jobs` of `harness.yaml` asks for it.

    `source` is the checkout of the project. The same report gives the same events, with the same run ids, so a second
    delivery adds nothing new.
    """
    from harness.lineage.job_event import job_events
    from harness.lineage.run_event import Telling, gate_event, run_event

    namespace = str(project.openlineage.get("namespace") or NAMESPACE)
    telling = Telling(report, namespace, project.root.absolute(), source)
    verified = verifications(report, project)
    others = homeless(report, verified)
    jobs = job_events(report.lineage, telling) if report.lineage and project.openlineage.get("jobs") else ()
    events = [*jobs, gate_event("START", others, telling)]
    for verification in verified:
        state = state_of(verification.results, report.verdict)
        events += (run_event(told, verification, telling) for told in ("START", state))
    return [*events, gate_event(_ENDS[report.verdict.outcome], others, telling)]


def ndjson(events: Iterable[Event]) -> str:
    """One event a line, as a backend gets it: without what JSON, or a server that reads it, does not have.

    Raises TypeError or ValueError for a value that is nothing like JSON.
    """
    return "".join(f"{_line(event)}\n" for event in events)


def _line(event: Event) -> str:
    """Few events need to be made plain, and to look at each of their values takes far longer than to write them."""
    try:
        line = _ENCODER.encode(event)
    except (TypeError, ValueError):
        return _ENCODER.encode(plain(event))
    return _ENCODER.encode(plain(event)) if _SUSPECT.search(line) else line


def verifications(report: Report, project: Project) -> list[Verification]:
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
            observed=report.observed.get((contract.id, schema.name), ()),
        )
        for contract, schema, results in found.values()
    ]


def homeless(report: Report, verified: Iterable[Verification]) -> list[Result]:
    """The results that are about no dataset: of the project, of a contract as a whole, of a file nobody can read."""
    theirs = {id(result) for each in verified for result in each.results}
    return [result for result in report.results if id(result) not in theirs]


def state_of(results: Iterable[Result], verdict: Verdict) -> str:
    """How the dataset's run ended: a failure that blocks wins over a check that could not be told.

    Whether a failure blocks is the gate's word: a waived one does not, and a warning does where the policy says so.
    """
    blocking = frozenset(verdict.blocking)
    outcomes = {r.outcome for r in results if r.outcome is not Outcome.FAIL or r.id in blocking}
    if Outcome.FAIL in outcomes:
        return "FAIL"
    return "ABORT" if Outcome.ERROR in outcomes else "COMPLETE"
