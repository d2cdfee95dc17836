"""A review for people at a terminal."""

from collections.abc import Iterator

from harness.model.change import Judged
from harness.model.review import ContractReview, Review
from harness.reporters.plain import plain


def render(review: Review) -> str:
    """The verdict first, then each contract with its version and its changes."""
    lines = [
        f"{review.outcome.value}: {review.reason}",
        f"against {review.against.ref} at {review.against.commit[:12]}",
    ]
    for each in review.contracts:
        lines += ["", *_contract(each)]
    lines += [f"unclear   {each.at.file}:{each.at.line}  {plain(each.message)}" for each in review.problems]
    return "\n".join(lines) + "\n"


def _contract(each: ContractReview) -> Iterator[str]:
    version = each.version
    asked = f", write {version.write}" if version.write else ""
    moved = " -> ".join(filter(None, (version.before, version.after)))
    yield plain(f"{each.contract} ({each.file}): {each.state}, {moved}, calls for {version.required}{asked}")
    for change in each.changes:
        yield from _change(each, change)


def _change(contract: ContractReview, change: Judged) -> Iterator[str]:
    yield f"{change.impact:9} {change.at.file}:{change.at.line}  {plain(change.message)}  [{change.rule}]"
    if change.impact == "breaking":
        if change.id in contract.covered:
            yield f"{'':9} covered by {plain(contract.covered[change.id])}"
        elif change.change.instead:
            yield f"{'':9} instead: {plain(change.change.instead)}"
