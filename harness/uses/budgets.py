"""Error budgets that the last audits found spent: a change of what is broken already needs its owner's approval.

Only where the project asks for it (`budgets: {spent: needs-approval}`), for it takes the history of runs.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from harness.gate import uses_of
from harness.model.contract import Contract
from harness.model.errors import RecordError
from harness.model.project import Project
from harness.model.result import Outcome, Result, Severity, fingerprint
from harness.model.waiver import Waiver, person
from harness.rules.budgets.budget_spent import budget_spent
from harness.uses.approvals import Owners, Speaker
from harness.uses.history import open_database

if TYPE_CHECKING:
    from harness.history.store import History

_SPENT = budget_spent.id
_OWN = (
    "frequency", "availability", "errorRate", "throughput", "timeOfAvailability", "timeToDetect", "timeToNotify",
    "timeToRepair",
)  # fmt: skip
"""The service levels whose own clause fails when their budget is spent."""


def spent_budgets(project: Project, contracts: Iterable[Contract], as_of: datetime) -> list[Result]:
    """A failure for each budget that the last audit of a contract found spent, and an error where none is known."""
    wanted = list(contracts)
    try:
        with open_database(project) as history:
            return [result for contract in wanted for result in _of_contract(project, history, contract, as_of)]
    except RecordError as error:
        return [_result(project, each, _SPENT, Outcome.ERROR, f"could not tell: {error}") for each in wanted]


def approved(project: Project, results: Sequence[Result], today: date) -> tuple[Waiver, ...]:
    """The waivers that may set something aside: that of a spent budget only when an owner of the contract gave it."""
    spent = {result.id: result.contract for result in results if result.rule == _SPENT}
    owners = _owners(project.contracts)
    kept = []
    for waiver, use in zip(project.waivers.entries, uses_of(project.waivers.entries, results, today), strict=True):
        asked = {spent[failure] for failure in use.failures if failure in spent}
        if all(person(waiver.approver) in set(map(person, owners.of(contract, today))) for contract in asked):
            kept.append(waiver)
    return tuple(kept)


def _owners(contracts: Iterable[Contract]) -> Owners:
    """Without the code owners: verify may run where there is no git."""
    return Owners({contract.id: Speaker(contract, contract.at.file) for contract in contracts})


def _of_contract(project: Project, history: "History", contract: Contract, as_of: datetime) -> list[Result]:
    if not contract.sla:
        return []
    audits = {run.run_id: run for run in history.runs("audit") if run.as_of <= as_of}
    known = {each.result_id: each for each in history.known(contract.id) if each.contract == contract.id}
    pasts = history.past(known, last=20, before=as_of)
    seen = [past for each in pasts.values() for past in each if past.run_id in audits]
    if not seen:
        said = "no audit of it is known, so nobody knows whether its error budgets are spent; run `harness audit`"
        return [_result(project, contract, _SPENT, Outcome.ERROR, f"could not tell: {said}")]
    last = max(seen, key=lambda past: (past.as_of, past.started)).run_id
    names = " or ".join(_owners([contract]).of(contract.id, as_of.date())) or "nobody, for the contract names no owner"
    found = []
    for result_id, each in pasts.items():
        rule = known[result_id].rule
        if rule in (_SPENT, *_OWN) and any(past.run_id == last and past.outcome is Outcome.FAIL for past in each):
            level = known[result_id].check or known[result_id].table
            said = history.told(result_id)[-1].message if rule == _SPENT else f"the error budget of {level} is spent"
            message = (
                f"{said}, by the audit of {audits[last].as_of:%Y-%m-%d %H:%M %Z}; it asks for the approval of {names}"
            )
            id_ = result_id if rule == _SPENT else fingerprint(_SPENT, contract.id, level)
            found.append(_result(project, contract, id_, Outcome.FAIL, message, known[result_id].table))
    return found


def _result(project: Project, contract: Contract, key: str, outcome: Outcome, message: str, table: str = "") -> Result:
    at = contract.where("slaProperties")
    severity = project.policy.severity(_SPENT, contract.layer, Severity.ERROR) or Severity.INFO
    return Result(
        id=key if key != _SPENT else fingerprint(_SPENT, contract.id, "unknown"),
        rule=_SPENT,
        outcome=outcome,
        severity=severity,
        contract=contract.id,
        version=contract.version,
        layer=contract.layer,
        table=table or (contract.schemas[0].name if contract.schemas else ""),
        file=at.file,
        line=at.line,
        message=message,
        owner=contract.owner,
    )
