"""The review of a pull request: the contracts of the work tree held against the commit that it grew from.

read -> compare -> earlier versions -> who is hit -> approvals -> version -> decide; the caller renders it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fnmatch import fnmatchcase

from harness import __version__
from harness.load.contract import Read
from harness.load.lineage_before import code_owners_before
from harness.load.revision import merge_base, place_in
from harness.load.settings import FILE
from harness.model.affected import Affected
from harness.model.change import Judged, largest, perspective_of
from harness.model.contract import Contract
from harness.model.errors import ProjectError
from harness.model.project import Policy, Project, Violation
from harness.model.result import VerdictOutcome
from harness.model.review import Against, Approval, ContractReview, DataReview, Review, State
from harness.model.version import version_need
from harness.rules.breaking import VERSION_RULES
from harness.rules.rule import Context, found_by
from harness.uses.affected import affected_by
from harness.uses.approvals import Owners, Speaker, approval_of, words_for
from harness.uses.decided import decided, uncovered
from harness.uses.diff import Comparison, compare, judged_as, pairs_of, problems_of, twins_in
from harness.uses.earlier import Earlier, covered_since, earlier_versions, hidden_changes
from harness.uses.origin import Origin, origin_of
from harness.uses.policy import refuse_wrong_rules
from harness.uses.review_data import Verify, data_review
from harness.uses.sides import Sides, sides
from harness.uses.suggest import suggestion_for


def review(project: Project, *, ref: str, today: date, verify: Verify | None = None, suggest: bool = False) -> Review:
    """Holds the project's contracts as they are on disk against the merge base of HEAD and `ref`.

    With `verify` the changed contracts are held against today's data too, and what does not hold there lets nothing
    pass; `suggest` says what to write in place of what blocks.

    Raises UsageError when there is no such `ref`, HistoryError when git cannot tell what was before, ProjectError for
    a policy of rules or contracts that do not exist.
    """
    refuse_wrong_rules(project)
    commit = merge_base(project.root, ref)
    origin = origin_of(project, commit)
    both = sides(project, origin)
    olds, news = both.before, both.after
    _refuse_idle_patterns(project, olds)
    judging = replace(project, policy=origin.policy)
    pairs = pairs_of(olds, news)
    compared = [_compared(*pair, judging, today) for pair in pairs]
    changed = [each for each in compared if each.changes]
    transitive = [file for each in changed if _is_transitive(each, origin.policy) and (file := _file_before(each))]
    counted = [file for each in changed if _counts_on_version(each, origin.policy) and (file := _file_before(each))]
    earlier = earlier_versions({file: both.origins[file] for file in (*transitive, *counted)}, transitive)
    found = [_with_earlier(each, earlier.get(_file_before(each), Earlier()), judging, today) for each in changed]
    affected = affected_by(project, [_whole(each) for each in found], origin)
    top, folder = place_in(project.root)
    owners = Owners(_speakers(project, compared, both, folder), code_owners_before(top, commit))
    contracts = [_reviewed(each, _Judges(judging, owners, affected, today)) for each in found]
    problems = tuple(problem for each in (*olds, *news) for problem in problems_of(each))
    problems += tuple(each.problem for each in earlier.values() if each.problem)
    problems += (origin.problem,) if origin.problem and changed else ()
    problems += tuple(twins_in(pairs, (contract.id for contract in project.contracts)))
    if suggest:
        contracts = [_with_suggestions(each, one, today) for each, one in zip(contracts, found, strict=True)]
    data = data_review(project, contracts, verify, origin=origin) if verify else None
    outcome, reason = _decided(contracts, problems, both.files, data)
    notes = [*origin.notes, _judge_of(data, project, origin)]
    notes += [*(each.note for each in earlier.values()), _begin(project, contracts)]
    return Review(
        project=project.name,
        harness_version=__version__,
        today=today,
        against=Against(ref=ref, commit=commit),
        contracts=tuple(sorted(contracts, key=lambda each: (not each.blocking, not each.breaking, each.file))),
        problems=problems,
        notes=tuple(filter(None, notes)),
        affected=affected,
        data=data,
        folder=folder,
        outcome=outcome,
        reason=reason,
    )


@dataclass(frozen=True, slots=True)
class _Found:
    """What became of one contract, with its versions before the last where its policy asks for them."""

    comparison: Comparison
    earlier: Earlier
    hidden: tuple[Judged, ...]

    @property
    def changes(self) -> tuple[Judged, ...]:
        return (*self.comparison.changes, *self.hidden)


@dataclass(frozen=True, slots=True)
class _Judges:
    """What decides whether a change may pass."""

    project: Project
    """With the policy of before."""
    owners: Owners
    affected: Affected
    today: date


def _begin(project: Project, contracts: Sequence[ContractReview]) -> str:
    drafted = any(approval.draft for each in contracts for approval in each.approvals)
    begin = f"there is no {project.waivers.file} yet; begin it with the lines `version: 1` and `waivers:`"
    return begin if drafted and not project.waivers.text else ""


def _judge_of(data: DataReview | None, project: Project, origin: Origin) -> str:
    """The data is held against what is promised now, by the policy of before; a reader should know that it changes."""
    same = (project.policy, project.governance) == (origin.policy, origin.governance)
    return "" if same or not data else f"the policy in {FILE} changes too; the data is judged by the policy as it was"


def _refuse_idle_patterns(project: Project, olds: Sequence[Read]) -> None:
    """Raises ProjectError for a policy of a contract that is nowhere: by a slip the layer's would stay in force."""
    before = [each.document.contract.id for each in olds if each.document.contract]
    ids = [*(contract.id for contract in project.contracts), *before]
    for pattern in project.policy.contract_compatibility:
        if not any(fnmatchcase(id_, pattern) for id_ in ids):
            hint = "name the `id` of a contract, or take the entry out"
            raise ProjectError(f"`compatibility.contracts` names {pattern!r}, which no contract is", hint=hint)


def _compared(before: Read | None, after: Read | None, project: Project, today: date) -> Comparison:
    perspective = perspective_of(project.policy.compatibility_of(_judged_by(before, after)))
    return compare(before, after, project=project, today=today, perspective=perspective)


def _judged_by(before: Read | None, after: Read | None) -> Contract:
    """The version whose layer and id choose the policy: the earlier, so that a move does not choose its own judge."""
    for each in (before, after):
        if each and each.document.contract:
            return each.document.contract
    raise AssertionError("a contract that cannot be read is compared with nothing")


def _is_transitive(found: Comparison, policy: Policy) -> bool:
    compatibility = policy.compatibility_of(_judged_by(found.before, found.after))
    return compatibility.endswith("-transitive") and found.after is not None


def _counts_on_version(found: Comparison, policy: Policy) -> bool:
    """Whether its version decides: then those before it are asked what it is worth."""
    judge = _judged_by(found.before, found.after)
    (rule,) = VERSION_RULES
    decides = found.breaking or policy.impact(rule.id, judge.layer) == "breaking"
    return decides and found.after is not None and found.version.enough


def _file_before(found: Comparison) -> str:
    return found.before.document.file if found.before else ""


def _with_earlier(found: Comparison, earlier: Earlier, judging: Project, today: date) -> _Found:
    def compare_both(before: Read, after: Read) -> Comparison:
        perspective = perspective_of(judging.policy.compatibility_of(_judged_by(found.before, after)))
        return compare(before, after, project=judging, today=today, perspective=perspective)

    hidden = hidden_changes(found, earlier.versions, compare_both)
    numbered = replace(found, earlier=tuple(version for _, version in earlier.numbers))
    return _Found(numbered, earlier, tuple(hidden))


def _whole(found: _Found) -> Comparison:
    return replace(found.comparison, changes=found.changes)


def _speakers(project: Project, compared: Sequence[Comparison], both: Sides, folder: str) -> dict[str, Speaker]:
    now = {contract.id: Speaker(contract, folder + contract.at.file) for contract in project.contracts}
    for each in compared:
        before, after = (side.document.contract if side else None for side in (each.before, each.after))
        if before:
            home = both.origins[before.at.file]
            file = home.path if home.root == both.top else folder + before.at.file
            now |= {contract.id: Speaker(before, file) for contract in (after, before) if contract}
    return now


def _reviewed(found: _Found, judges: _Judges) -> ContractReview:
    comparison = found.comparison
    before, after = (each.document.contract if each else None for each in (comparison.before, comparison.after))
    contract = after or before
    if contract is None:
        raise AssertionError("a contract that cannot be read is compared with nothing")
    state: State = "new" if before is None else "gone" if after is None else "changed"
    covered, approvals = _covered(found, judges)
    still = [change for change in found.hidden if not covered_since(change, comparison, found.earlier)]
    need = version_need(
        before.version if before else None,
        after.version if after else None,
        largest((comparison.bump, *(change.bump for change in still))),
        earlier=comparison.earlier,
    )
    made = ContractReview(
        contract=contract.id,
        file=comparison.file,
        state=state,
        layer=contract.layer,
        owner=contract.owner,
        compatibility=judges.project.policy.compatibility_of(before or contract),
        version=need,
        changes=found.changes,
        covered=covered,
        approvals=approvals,
    )
    breaks = any(change.impact == "breaking" for change in made.blocking)
    return replace(made, too_small=_too_small(found, [*comparison.changes, *still], breaks, judges))


def _covered(found: _Found, judges: _Judges) -> tuple[Mapping[str, str], tuple[Approval, ...]]:
    """What lets each change pass that would block, and who was or must be asked where no version does."""
    need = found.comparison.version
    open_ = {change.id for change in found.comparison.uncovered}
    covered: dict[str, str] = {}
    approvals = []
    for change in found.changes:
        if not change.blocks:
            continue
        if change.by_people:
            enough = False
        elif change.against:
            enough = covered_since(change, found.comparison, found.earlier)
        else:
            enough = change.id not in open_
        if enough:
            covered[change.id] = f"version {need.after}"
            continue
        approval, waivers = approval_of(change, judges.project, judges.owners, judges.affected, judges.today)
        approvals.append(approval)
        if words := words_for(approval, waivers):
            covered[change.id] = words
    return covered, tuple(approvals)


def _with_suggestions(made: ContractReview, found: _Found, today: date) -> ContractReview:
    return replace(
        made,
        suggestions=tuple(
            suggestion_for(change, found.comparison.before, today)
            for change in made.blocking
            if change.impact == "breaking"
        ),
    )


def _too_small(found: _Found, changes: Sequence[Judged], blocks: bool, judges: _Judges) -> Judged | None:
    """The finding on the version; it breaks while a breaking change that it does not cover is not approved either."""
    comparison, policy = found.comparison, judges.project.policy
    before, after = (each.document.contract if each else None for each in (comparison.before, comparison.after))
    context = Context(
        project=judges.project,
        document=comparison.after.document if comparison.after else None,
        contract=after,
        previous=before,
        changes=tuple(changes),
        earlier=comparison.earlier,
        today=judges.today,
    )
    (rule,) = VERSION_RULES
    for finding in found_by(rule, context):
        said = policy.impact(rule.id, before.layer if before else "")
        judged = judged_as(rule, finding, context, "consumers")
        return judged if said else replace(judged, impact="breaking" if blocks else "risky")
    return None


def _decided(
    contracts: Sequence[ContractReview], problems: Sequence[Violation], files: int, data: DataReview | None
) -> tuple[VerdictOutcome, str]:
    blocking = [change for each in contracts for change in each.blocking]
    breaking = sum(change.impact == "breaking" for change in blocking)
    small = sum(bool(each.too_small and each.too_small.impact == "breaking") for each in contracts)
    said = [change for each in contracts for change in (*each.changes, each.too_small) if change]
    undecided = len(problems) + sum(change.undecided for change in said)
    against = uncovered(breaking, "no version and no approval")
    if asked := len(blocking) - breaking:
        against.append(f"{asked:,} {'change of an owner is' if asked == 1 else 'changes of owners are'} not approved")
    if small and not blocking:
        against.append(f"{small:,} version{'' if small == 1 else 's'} too small")
    unknown = []
    if data and data.verdict.outcome is VerdictOutcome.FAIL:
        against.append(f"today's data does not pass: {data.verdict.reason}")
    if data and data.verdict.outcome is VerdictOutcome.UNDECIDED:
        unknown.append(f"of today's data: {data.verdict.reason}")
    if not files:
        unknown.append("there is no contract, before or after, so nothing is known")
    count = f"{len(contracts):,} contract{'' if len(contracts) == 1 else 's'} changed"
    return decided(against, undecided, unknown, f"{count} and nothing blocks" if contracts else "no promise changed")
