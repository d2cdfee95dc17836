"""The review as SARIF 2.1.0: what breaks or is risky, each with the page of its rule; what is safe is only counted."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from harness.model.change import IMPACTS, Judged
from harness.model.result import VerdictOutcome, fingerprint
from harness.model.review import ContractReview, Review
from harness.reporters.pages import Page, breaking_pages, page_of
from harness.reporters.plain import encodable, inert, plain
from harness.reporters.review import words
from harness.reporters.review.github import level_of
from harness.reporters.sarif import LIMIT, ROOT, SCHEMA, descriptor, place_of
from harness.reporters.spread import spread


def render(review: Review) -> str:
    """One run. The gate is shut exactly when a result has the level `error`."""
    results = list(_results(review))
    if review.outcome is not VerdictOutcome.PASS and all(each["level"] != "error" for each in results):
        results.insert(0, _result("verdict", "error", review.reason, place_of("harness.yaml", 1), "verdict"))
    shown = results[:LIMIT]
    pages = _pages({each["ruleId"] for each in shown})
    index = {page.id: number for number, page in enumerate(pages)}
    run = {
        "tool": {
            "driver": {
                "name": "contract-harness",
                "version": review.harness_version,
                "rules": [descriptor(page) for page in pages],
            }
        },
        "automationDetails": {"id": f"contract-harness/review/{plain(review.project, 100)}/"},
        "invocations": [_invocation(review, len(results))],
        "originalUriBaseIds": {ROOT: {"description": {"text": "The root of the repository."}}},
        "results": [each | {"ruleIndex": index[each["ruleId"]]} for each in shown],
        "columnKind": "unicodeCodePoints",
        "properties": _counts(review),
    }
    document = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return inert(encodable(spread(document, 4)), hash="\\u0023") + "\n"


def _pages(used: set[str]) -> list[Page]:
    known = breaking_pages()
    return [*known.values(), *(page_of(name) for name in sorted(used - set(known)))]


def _invocation(review: Review, found: int) -> dict[str, Any]:
    code, meaning = words.EXITS[review.outcome]
    said = []
    if review.outcome is not VerdictOutcome.PASS:
        said.append(("error", f"{review.outcome.name}: {plain(review.reason)}"))
    if found > LIMIT:
        said.append(("warning", f"{found - LIMIT:,} of {found:,} findings are left out; the JSON has them all"))
    return {
        "executionSuccessful": review.outcome is not VerdictOutcome.UNDECIDED,
        "exitCode": code,
        "exitCodeDescription": meaning,
        "toolExecutionNotifications": [{"level": level, "message": {"text": text}} for level, text in said],
    }


def _counts(review: Review) -> dict[str, Any]:
    found = Counter(change.impact for change in review.changes)
    return {"verdict": review.outcome.value, **{impact: found[impact] for impact in IMPACTS}}


def _results(review: Review) -> Iterator[dict[str, Any]]:
    for each in review.problems:
        place = place_of(review.folder + each.at.file, each.at.line)
        key = fingerprint("schema-violation", plain(each.at.file), plain(each.path), plain(each.message))
        yield _result("schema-violation", "error", f"could not tell: {each.message}", place, key)
    for impact in IMPACTS[:2]:
        for contract, change in words.of_impact(review, impact):
            yield _of_change(review, contract, change)


def _of_change(review: Review, contract: ContractReview, change: Judged) -> dict[str, Any]:
    subject = plain(words.about(change), 200)
    said = "; ".join([change.message, *words.notes(contract, change)])
    place = place_of(review.folder + change.at.file, change.at.line)
    place["logicalLocations"] = [{"fullyQualifiedName": subject}]
    result = _result(change.rule, level_of(contract, change), f"{subject}: {said}", place, change.id)
    facts = {"contract": change.contract, "layer": change.layer, "owner": change.owner}
    result["properties"] = {
        "impact": change.impact,
        "effect": change.change.effect.value,
        "covered": change.id in contract.covered,
        **{name: plain(text, 200) for name, text in facts.items() if text},
    }
    return result


def _result(rule: str, level: str, message: str, place: dict[str, Any], key: str) -> dict[str, Any]:
    return {
        "ruleId": plain(rule, 200),
        "kind": "fail",
        "level": level,
        # `[x](y)` is a link in SARIF even where the text is plain
        "message": {"text": plain(message, 1000).replace("](", "]\u200b(")},
        "locations": [place],
        "partialFingerprints": {"primaryLocationLineHash": key, "contractHarness/v1": key},
    }
