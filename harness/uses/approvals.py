"""Who must agree to a change that breaks and that no version covers, and whether the waivers say that they did."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from harness.gate import uses_of
from harness.load.codeowners import CodeOwners
from harness.model.affected import Affected
from harness.model.change import Judged
from harness.model.contract import Contract
from harness.model.project import Project
from harness.model.result import Outcome, Result, Severity
from harness.model.review import Approval
from harness.model.waiver import Waiver, person
from harness.uses.waive import blank_entries
from harness.uses.waivers import objections


@dataclass(frozen=True, slots=True)
class Speaker:
    """The version of a contract that says who may speak for it."""

    contract: Contract
    file: str
    """From the top of the repository."""


@dataclass(frozen=True, slots=True)
class Owners:
    """Who may speak for which contract.

    As it was before the change, where it was: a change must not appoint its own judges, where there were none either.
    """

    speakers: Mapping[str, Speaker]
    """By the id of the contract, the one it has and the one it had."""
    code_owners: CodeOwners | None = None

    def of(self, contract: str, today: date) -> tuple[str, ...]:
        """The names, each once: the team, its members who own the contract that day, and the file's code owners."""
        found = self.speakers.get(contract)
        return tuple(dict.fromkeys(filter(None, self._names(found, today)))) if found else ()

    def are_one(self, name: str, other: str) -> bool:
        """Whether a member of a team bears both names, the one as user name."""
        teams = [speaker.contract.team for speaker in self.speakers.values() if speaker.contract.team]
        named = [{person(member.username), person(member.name)} for team in teams for member in team.members]
        return any({person(name), person(other)} <= names for names in named)

    def _names(self, speaker: Speaker, today: date) -> Iterator[str]:
        if team := speaker.contract.team:
            yield team.name
            for member in team.owners(today):
                yield from (member.username, member.name)
        if self.code_owners:
            yield from self.code_owners.of(speaker.file)


def approval_of(
    change: Judged, project: Project, owners: Owners, affected: Affected | None, today: date
) -> tuple[Approval, tuple[Waiver, ...]]:
    """Who must agree to the change, and the waivers by which they did.

    Only a waiver counts that the rules over waivers have nothing against: nobody approves what he asks for himself.
    """
    result = _as_result(change)
    hits = affected.hits if affected else ()
    hit = dict.fromkeys(each.contract for each in hits if each.contract and change.id in each.changes)
    needed = {contract: owners.of(contract, today) for contract in dict.fromkeys((change.contract, *hit))}
    waivers = [use.waiver for use in uses_of(project.waivers.entries, [result], today) if use.failures]
    valid = tuple(
        each
        for each in waivers
        if not objections(project, each, today) and not owners.are_one(each.approver, each.author)
    )
    said = {person(each.approver) for each in valid}
    missing = tuple(contract for contract, names in needed.items() if not said & set(map(person, names)))
    asked = dict.fromkeys(needed[contract] for contract in missing)
    return (
        Approval(
            change=change.id,
            owners=needed,
            missing=missing,
            by=tuple(each.approver for each in valid),
            draft=blank_entries(project, result, today, (" or ".join(names) or _NOBODY for names in asked)),
        ),
        valid,
    )


_NOBODY = "nobody can: the contract names no owner"


def words_for(approval: Approval, waivers: Sequence[Waiver]) -> str:
    """What lets the change pass, in words; "" while somebody is missing."""
    if approval.missing:
        return ""
    until = min(waiver.expires for waiver in waivers)
    return f"the approval of {' and '.join(dict.fromkeys(each.approver for each in waivers))}, until {until}"


def _as_result(change: Judged) -> Result:
    """The change as waivers know failures."""
    return Result(
        id=change.id,
        rule=change.rule,
        outcome=Outcome.ERROR if change.undecided else Outcome.FAIL,
        severity=Severity.ERROR,
        contract=change.contract,
        table=change.table,
        column=change.column,
        file=change.at.file,
        message=change.message,
    )
