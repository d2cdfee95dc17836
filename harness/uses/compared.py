"""Two versions that somebody holds against one another, as a review: what breaks, and whom the contracts name."""

from datetime import date

from harness import __version__
from harness.lineage.asked import Changed, asked_of
from harness.model.affected import Affected
from harness.model.result import VerdictOutcome
from harness.model.review import Against, ContractReview, Review
from harness.uses.decided import decided, uncovered
from harness.uses.diff import Comparison, Trees

_ALONE = (
    "lineage was not followed: `harness diff` knows two versions of contracts, `harness review` what is made of them"
)


def compared(trees: Trees, *, before: str, today: date) -> Review:
    """The review of two trees, of which the earlier is called `before`: only a version can cover what breaks."""
    contracts = sorted(
        (_contract(each) for each in trees.comparisons if each.changes), key=lambda each: (not each.breaking, each.file)
    )
    outcome, reason = _decided(trees)
    return Review(
        project="",
        harness_version=__version__,
        today=today,
        against=Against(ref=before, commit=""),
        contracts=tuple(contracts),
        problems=trees.problems,
        affected=_affected(trees),
        outcome=outcome,
        reason=reason,
    )


def _contract(found: Comparison) -> ContractReview:
    changed, need = _changed(found), found.version
    open_ = {change.id for change in found.uncovered}
    contract = changed.contract
    return ContractReview(
        contract=contract.id,
        file=found.file,
        state="new" if changed.before is None else "gone" if changed.after is None else "changed",
        layer=contract.layer,
        owner=contract.owner,
        compatibility="forward",
        version=need,
        changes=found.changes,
        covered={
            change.id: f"version {need.after}"
            for change in found.changes
            if change.impact == "breaking" and change.id not in open_
        },
    )


def _changed(found: Comparison) -> Changed:
    before, after = (each.document.contract if each else None for each in (found.before, found.after))
    return Changed(before, after, found.changes)


def _affected(trees: Trees) -> Affected:
    urgent = [
        each._replace(changes=[change for change in each.changes if change.impact != "safe"])
        for each in map(_changed, trees.comparisons)
    ]
    urgent = [each for each in urgent if each.changes]
    people, unknown = asked_of(urgent, (), {}, None, "")
    return Affected(asked=people, unknown=(_ALONE, *unknown) if urgent else ())


def _decided(trees: Trees) -> tuple[VerdictOutcome, str]:
    open_ = sum(len(each.uncovered) for each in trees.comparisons)
    passes = "nothing breaks" if trees.changes else "no promise changed"
    return decided(
        uncovered(open_, "no version"),
        len(trees.problems) + sum(change.undecided for change in trees.changes),
        (),
        "what breaks is covered by its version" if trees.breaking else passes,
    )
