"""The review as workflow commands of GitHub Actions: notes on the lines that changed, of a removal on its parent."""

from harness.model.change import IMPACTS, Judged
from harness.model.result import VerdictOutcome
from harness.model.review import ContractReview, Review
from harness.reporters.github import bounded, command
from harness.reporters.plain import plain
from harness.reporters.review import words


def render(review: Review) -> str:
    """A command a line: the verdict, then what blocks, what is risky or covered, and what is safe.

    The verdict is an error unless it is a pass, so that a shut gate is never without one.
    """
    title = plain(f"contract review {review.project}", 200)
    head = "notice" if review.outcome is VerdictOutcome.PASS else "error"
    levels: dict[str, list[str]] = {"error": [], "warning": [], "notice": []}
    levels[head].append(command(head, f"{review.outcome.name}: {plain(review.reason)}", title=title))
    for each in review.problems:
        place = {"file": plain(review.folder + each.at.file, 1000), "line": str(each.at.line)}
        levels["error"].append(command("error", f"could not tell: {plain(each.message)}", **place, title=title))
    for impact in IMPACTS:
        for contract, change in words.of_impact(review, impact):
            level = level_of(contract, change)
            levels[level].append(_annotation(level, review, contract, change))
    return "".join(f"{line}\n" for level, lines in levels.items() for line in bounded(level, lines, title))


def level_of(contract: ContractReview, change: Judged) -> str:
    """Red is what shuts the gate, and nothing else."""
    if change.undecided or (change.blocks and change.id not in contract.covered):
        return "error"
    return "notice" if change.impact == "safe" else "warning"


def _annotation(level: str, review: Review, contract: ContractReview, change: Judged) -> str:
    said = [change.message, *words.notes(contract, change)]
    place = {"file": plain(review.folder + change.at.file, 1000), "line": str(change.at.line)}
    title = plain(f"{change.impact}: {words.about(change)} {change.rule}", 200)
    return command(level, f"{plain('; '.join(said), 600)}; id {plain(change.id, 40)}", **place, title=title)
