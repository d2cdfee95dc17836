"""The report as SARIF 2.1.0, for code scanning and editors; every rule and metric brings its page along."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from harness.model.result import Report, VerdictOutcome
from harness.model.waiver import WaiverUse
from harness.reporters import attempts
from harness.reporters.findings import Finding, findings
from harness.reporters.pages import Page, house_pages, page_of, pages
from harness.reporters.plain import inert, plain
from harness.reporters.spread import spread
from harness.reporters.summary import Standing
from harness.reporters.words import EXITS, waiver_of

LIMIT = 5_000
"""As many results of a run GitHub shows; it refuses more than 25,000, or 10 MB compressed."""
_LEVEL = {
    Standing.BLOCKS: "error",
    Standing.UNDECIDED: "error",
    Standing.WARNING: "warning",
    Standing.WAIVED: "note",
    Standing.INFO: "note",
}
SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
ROOT = "%SRCROOT%"


def render(report: Report) -> str:
    """One run; what passed or was skipped is only counted, for GitHub makes an alert of every result.

    All results are of the kind `fail`, for a reader that looks at levels alone must not take "could not tell" for
    harmless, and SARIF lets no other kind have a level. A waived failure is a note with a suppression.
    """
    found = list(findings(report))
    rules = _rules(found)
    index = {rule.id: number for number, rule in enumerate(rules)}
    waivers = waiver_of(report.verdict)
    run = {
        "tool": {
            "driver": {
                "name": "contract-harness",
                "version": report.harness_version,
                "rules": [descriptor(rule) for rule in rules],
            }
        },
        "automationDetails": {"id": f"contract-harness/{plain(report.project, 100)}/{report.run_id}"},
        "invocations": [_invocation(report, len(found))],
        "originalUriBaseIds": {ROOT: {"description": {"text": "The root of the repository."}}},
        "results": [_result(each, index[each.rule], waivers) for each in found[:LIMIT]],
        "columnKind": "unicodeCodePoints",
        "properties": _counts(report),
    }
    document = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return inert(spread(document, 4), hash="\\u0023") + "\n"


def _rules(found: Sequence[Finding]) -> list[Page]:
    """The pages of all that decides on every run, those of the house rules where one found something, and stubs."""
    known = pages()
    if any(each.rule not in known for each in found):
        known = known | house_pages()
    strange = dict.fromkeys(each.rule for each in found if each.rule not in known)
    return [*known.values(), *map(page_of, strange)]


def descriptor(page: Page) -> dict[str, Any]:
    """A rule as SARIF has it, with its page as help."""
    return {
        "id": page.id,
        "shortDescription": {"text": page.summary[:1024]},
        "fullDescription": {"text": page.about[:1024]},
        "help": {"text": page.text, "markdown": page.text},
        "defaultConfiguration": {"level": page.level},
        "properties": {"tags": list(page.tags), "precision": "very-high"},
    }


def _invocation(report: Report, found: int) -> dict[str, Any]:
    code, meaning = EXITS[report.verdict.outcome]
    said = []
    if report.verdict.outcome is not VerdictOutcome.PASS:
        said.append(("error", f"{report.verdict.outcome.name}: {plain(report.verdict.reason)}"))
    if healed := attempts.headline(report):
        said.append(("warning", "; ".join((healed, *attempts.lines(report)))))
    if found > LIMIT:
        said.append(("warning", f"{found - LIMIT:,} of {found:,} findings are left out; the JSON report has them all"))
    return {
        "executionSuccessful": report.verdict.outcome is not VerdictOutcome.UNDECIDED and not report.verdict.undecided,
        "exitCode": code.value,
        "exitCodeDescription": meaning,
        "startTimeUtc": _utc(report.started),
        "endTimeUtc": _utc(report.finished),
        "toolExecutionNotifications": [{"level": level, "message": {"text": _unlinked(text)}} for level, text in said],
    }


def _result(finding: Finding, rule: int, waivers: Mapping[str, WaiverUse]) -> dict[str, Any]:
    location = place_of(finding.file, finding.line)
    if finding.result:
        location["logicalLocations"] = [{"fullyQualifiedName": finding.subject}]
    written = {
        "ruleId": finding.rule,
        "ruleIndex": rule,
        "kind": "fail",
        "level": _LEVEL[finding.standing],
        "message": {"text": _unlinked(f"{finding.subject}: {finding.message}")},
        "locations": [location],
        "partialFingerprints": {"primaryLocationLineHash": finding.id, "contractHarness/v1": finding.id},
        "properties": _facts(finding),
    }
    if finding.standing is Standing.WAIVED:
        written["suppressions"] = [_suppression(waivers.get(finding.id))]
    return written


def _unlinked(text: str) -> str:
    """`[x](y)` is a link in SARIF even where the text is plain."""
    return text.replace("](", "]\u200b(")


def _suppression(use: WaiverUse | None) -> dict[str, str]:
    written = {"kind": "external", "status": "accepted"}
    if use:
        waiver = use.waiver
        written["justification"] = plain(f"{waiver.reason} (until {waiver.expires}, approved by {waiver.approver})")
    return written


def _facts(finding: Finding) -> dict[str, Any]:
    facts: dict[str, Any] = {"standing": finding.standing.value}
    if result := finding.result:
        facts |= {"outcome": result.outcome.value, "severity": result.severity.value}
        texts = {"contract": result.contract, "layer": result.layer, "owner": result.owner}
        facts |= {name: plain(text, 200) for name, text in texts.items() if text}
    return facts


def _counts(report: Report) -> dict[str, Any]:
    found = report.coverage
    return {
        "verdict": report.verdict.outcome.value,
        "declared": found.declared,
        "passed": found.passed,
        "failed": found.failed,
        "couldNotTell": found.errored,
        "skipped": found.skipped,
        "waived": found.waived,
    }


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z"


def place_of(file: str, line: int) -> dict[str, Any]:
    """A location: the file from the root of the repository, and its line."""
    uri = quote(file, safe="/", errors="replace")
    region = {"startLine": line, "startColumn": 1, "endLine": line}
    return {"physicalLocation": {"artifactLocation": {"uri": uri, "uriBaseId": ROOT}, "region": region}}
