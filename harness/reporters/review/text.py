"""A review for people at a terminal."""

from collections.abc import Iterator, Sequence

from harness.model.affected import Affected
from harness.model.change import Judged
from harness.model.review import Approval, ContractReview, DataReview, Review
from harness.reporters.plain import inert, plain, plain_lines
from harness.reporters.review import words

_MOST = 20
"""As many tables that are hit are shown; the JSON has all."""


def render(review: Review) -> str:
    """The verdict first, then each contract with its version and its changes, then who must be asked."""
    lines = [
        f"{review.outcome.value}: {plain(review.reason)}",
        f"{plain(words.headline(review))}: {words.tally(review)}",
    ]
    lines += [f"note: {plain(note)}" for note in review.notes]
    for each in review.contracts:
        lines += ["", *_contract(each)]
    if review.problems:
        lines += ["", "could not be told"]
        lines += (f"  {plain(each.at.file, 1000)}:{each.at.line}  {plain(each.message)}" for each in review.problems)
    if review.affected and (review.affected.starts or review.affected.asked or review.affected.unknown):
        lines += ["", *_affected(review.affected)]
    drafts = [each for contract in review.contracts for each in contract.approvals if each.draft]
    if drafts:
        lines += ["", *_drafts(drafts)]
    if review.data:
        lines += ["", *_data(review.data)]
    return inert("\n".join(lines)) + "\n"


def _contract(each: ContractReview) -> Iterator[str]:
    needed = f"calls for {words.calls_for(each)}" if words.calls_for(each) else ""
    facts = filter(None, (each.state, words.versions(each), needed, each.owner))
    yield plain(f"{each.contract}  {each.file}  ({', '.join(facts)})", 1000)
    for change in words.said_of(each):
        yield from _change(each, change)
    for suggestion in each.suggestions:
        yield f"  suggestion: {plain(suggestion.message)}"
        yield from (f"    {line}" for line in plain_lines(suggestion.yaml))


def _change(contract: ContractReview, change: Judged) -> Iterator[str]:
    place = f"{plain(change.at.file, 1000)}:{change.at.line}"
    yield f"  {change.impact:9} {plain(change.message)}  [{plain(change.rule)}]  {place}"
    yield from (f"  {'':9} {plain(note)}" for note in words.notes(contract, change))


def _affected(found: Affected) -> Iterator[str]:
    yield "who must be asked"
    for each in found.asked:
        said = f"{each.name} {words.PARTS[each.part]}: {words.of_what(each)}"
        yield f"  {plain('; '.join(filter(None, (said, each.contact, each.note))), 400)}"
    yield from ["  nobody is named"] if not found.asked else []
    if found.hits:
        yield "made of what changes"
        for hit in found.hits[:_MOST]:
            said = f"{words.hit_name(hit)} through {', '.join(map(str, hit.through))}"
            yield f"  {plain(f'{said}; owner {hit.owner}' if hit.owner else said, 400)}"
        yield from [f"  … and {len(found.hits) - _MOST:,} more"] if len(found.hits) > _MOST else []
    elif found.complete and found.starts:
        yield words.NOBODY[:1].lower() + words.NOBODY[1:].rstrip(".")
    if found.unknown:
        yield "this is not everybody, for not everything is known"
        yield from (f"  {plain(each)}" for each in found.unknown)


def _drafts(approvals: Sequence[Approval]) -> Iterator[str]:
    missing = dict.fromkeys(contract for each in approvals for contract in each.missing)
    yield plain(f"to let it pass, an owner of each of {', '.join(missing)} approves: append to waivers.yaml", 1000)
    for each in approvals:
        yield from (f"  {line}" for line in plain_lines(each.draft))


def _data(data: DataReview) -> Iterator[str]:
    yield f"today's data: {data.verdict.outcome.value}: {plain(data.verdict.reason)}"
    for each in (*data.failing, *data.undecided):
        what = ".".join(filter(None, (each.table, each.column)))
        yield f"  {plain(f'{what} {each.rule}: {each.message}', 400)}"
