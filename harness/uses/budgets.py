"""Error budgets that the last audits found spent: a change of what is broken already needs its owner's approval.

Only where the project asks for it (`budgets: {spent: needs-approval}`), for it takes the history of runs.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from harness.evaluate import skipped
from harness.gate import uses_of
from harness.model.check import Check
from harness.model.contract import Contract
from harness.model.errors import RecordError
from harness.model.past import Past
from harness.model.project import Project
from harness.model.result import Outcome, Result, Severity, fingerprint
from harness.model.sla import canonical_sla
from harness.model.waiver import Waiver, person
from harness.plan.sla import sla_checks
from harness.rules.budgets.budget_spent import budget_spent, key_of
from harness.rules.budgets.budget_unknown import budget_unknown
from harness.rules.rule import Rule
from harness.uses.approvals import Owners, Speaker
from harness.uses.history import open_database
from harness.uses.identity import refuse_others

if TYPE_CHECKING:
    from harness.history.store import History

_SPENT = budget_spent.id


def spent_budgets(project: Project, contracts: Iterable[Contract], as_of: datetime) -> list[Result]:
    """A failure for each budget that the last audit of a contract found spent, and an error where none is known."""
    wanted = list(contracts)
    try:
        with open_database(project) as history:
            # a merge gate may look at other data than the audits do
            refuse_others(project, history, servers=False)
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
    """By the last audit of each service level: a later one that looked at other clauses says nothing of it."""
    levels = {_own(check): check for check in sla_checks(project, contract, as_of) if not check.problem}
    if not contract.sla or not levels:
        return []
    spent = {key: _of_level(check, budget_spent) for key, check in levels.items()}
    unknown = {key: _of_level(check, budget_unknown) for key, check in levels.items()}
    answers = history.answers({*levels, *spent.values(), *unknown.values()}, before=as_of)
    names = " or ".join(_owners([contract]).of(contract.id, as_of.date())) or "nobody, for the contract names no owner"
    found, audited = [], False
    for key, check in levels.items():
        last = max((run[key] for run in answers.values() if key in run), key=_when, default=None)
        if last is None:
            continue
        audited = True
        by = f"by the audit of {last.as_of:%Y-%m-%d %H:%M %Z}"
        failed = key if check.over_time and last.outcome is Outcome.FAIL else ""
        failed = failed or (spent[key] if spent[key] in answers[last.run_id] else "")
        if failed:
            said = f"the error budget of {check.id} is spent: {_why(history, failed, last)}, {by}"
            asks = f"it asks for the approval of {names}"
            found.append(_result(project, contract, spent[key], Outcome.FAIL, f"{said}; {asks}", check.schema.name))
        elif unknown[key] in answers[last.run_id] or (check.over_time and last.outcome is Outcome.ERROR):
            said = f"could not tell: {by} nobody knows whether the error budget of {check.id} is spent"
            found.append(_result(project, contract, fingerprint(_SPENT, key), Outcome.ERROR, said, check.schema.name))
    if not audited:
        said = "no audit of it is known, so nobody knows whether its error budgets are spent; run `harness audit`"
        return [_result(project, contract, _SPENT, Outcome.ERROR, f"could not tell: {said}")]
    return found


def _why(history: "History", result_id: str, last: Past) -> str:
    """What the audit said of it."""
    return next(each.actual for each in history.told(result_id, last.as_of) if each.past.run_id == last.run_id)


def _own(check: Check) -> str:
    """The id of the check's own Result."""
    return skipped(check).id


def _of_level(check: Check, rule: Rule) -> str:
    """The id of the finding about the budget of the service level, as the rule makes it."""
    name = canonical_sla(check.sla.property) if check.sla else ""
    return fingerprint(rule.id, check.contract.id, check.schema.name, "", key_of(name or "", check.element))


def _when(past: Past) -> tuple[datetime, datetime]:
    return past.as_of, past.started


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
