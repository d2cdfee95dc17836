"""The words that the forms of a review share."""

from collections import Counter
from typing import Any

from harness.model.affected import Asked, Hit, Part
from harness.model.change import IMPACTS, Impact, Judged
from harness.model.result import VerdictOutcome
from harness.model.review import ContractReview, Review
from harness.reporters.words import plural

EXITS = {
    VerdictOutcome.PASS: (0, "nothing that breaks is without a version or an approval"),
    VerdictOutcome.FAIL: (1, "a breaking change is not covered by a major version, or a change is not approved"),
    VerdictOutcome.UNDECIDED: (3, "undecided is never a pass"),
}
"""The exit code that a review ends in, and what it means."""
PARTS: dict[Part, str] = {
    "owner": "owns what changes",
    "code owner": "is named by CODEOWNERS",
    "consumer": "reads what changes",
    "downstream owner": "owns what is made of it",
    "downstream consumer": "reads what is made of it",
}
NOBODY = "Nothing is made of it, as far as SQL, contracts and events say, and they say all."


def tally(review: Review) -> str:
    """`2 breaking, 1 risky, 4 safe`, or that nothing changed."""
    counts = Counter(change.impact for change in review.changes)
    said = [f"{counts[impact]:,} {impact}" for impact in IMPACTS if counts[impact]]
    return ", ".join(said) or "no promise changed"


def of_impact(review: Review, impact: Impact) -> list[tuple[ContractReview, Judged]]:
    """The changes of an impact with their contracts; of those that break, the ones that block first."""
    found = [(each, change) for each in review.contracts for change in said_of(each) if change.impact == impact]
    return sorted(found, key=lambda pair: pair[1].id in pair[0].covered)


def said_of(contract: ContractReview) -> list[Judged]:
    """Its changes, and what there is to say of its version."""
    return [*contract.changes, *([contract.too_small] if contract.too_small else [])]


def about(change: Judged) -> str:
    """What it is about: `table.column`, else the table, the path, or the contract."""
    return ".".join(filter(None, (change.table, change.column))) or change.change.path or change.contract


def values(change: Judged) -> tuple[str, str]:
    """What stood there and what stands there now; "" where it is no single value."""
    return _value(change.change.before), _value(change.change.after)


def _value(value: Any) -> str:
    match value:
        case None | dict():
            return ""
        case bool():
            return str(value).lower()
        case list():
            inner = [_value(each) for each in value]
            return "" if not all(inner) else ", ".join(inner)
        case _:
            return str(value)


def became(change: Judged) -> str:
    """`true → false`; "" where there are no values to show."""
    before, after = values(change)
    return f"{before or '(not written)'} → {after or '(not written)'}" if before or after else ""


def notes(contract: ContractReview, change: Judged) -> list[str]:
    """Why a change blocks or does not, and what to do instead."""
    said = ["governance must not let this pass"] if change.change.governance else []
    said += ["could not be told"] if change.undecided else []
    said += [f"against version {change.against}, which the last one hides"] if change.against else []
    if change.id in contract.covered:
        said.append(f"covered by {contract.covered[change.id]}")
    elif change.blocks and change.change.approval:
        said.append("an owner of before must approve it, whatever the version is")
    elif change.change.instead and change.impact != "safe":
        said.append(f"instead: {change.change.instead}")
    return said


def versions(contract: ContractReview) -> str:
    """`1.0.0 → 1.1.0`, or the one there is."""
    return " → ".join(dict.fromkeys(filter(None, (contract.version.before, contract.version.after))))


def calls_for(contract: ContractReview) -> str:
    """The version that the changes call for; "" for a contract that is new."""
    version = contract.version
    if contract.state == "new":
        return ""
    if version.required == "none":
        return "no new version"
    if version.enough:
        return f"{version.required}: done"
    return f"{version.required}: write {version.write}" if version.write else f"{version.required}"


def hit_name(hit: Hit) -> str:
    """`marts.revenue (total, orders)`."""
    return f"{hit.table} ({', '.join(hit.columns)})" if hit.columns else hit.table


def of_what(asked: Asked) -> str:
    """The tables that it is about, else the contracts."""
    return ", ".join(asked.tables or asked.contracts)


def headline(review: Review) -> str:
    """The facts of the run in one line of plain text."""
    against = f" at {review.against.commit[:12]}" if review.against.commit else ""
    return f"{review.project or 'contracts'} against {review.against.ref}{against} on {review.today}"


def contracts(review: Review) -> str:
    """`3 contracts changed`."""
    return f"{plural(len(review.contracts), 'contract')} changed"
