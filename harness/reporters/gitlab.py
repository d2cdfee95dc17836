"""The report as GitLab's code quality artifact, which a merge request shows beside the changed lines."""

import json
from collections import Counter
from typing import Any

from harness.model.result import Report
from harness.reporters import attempts
from harness.reporters.findings import PROJECT_FILE, Finding, findings
from harness.reporters.plain import inert, plain
from harness.reporters.summary import Standing

_SEVERITY = {
    Standing.BLOCKS: "blocker",
    Standing.UNDECIDED: "critical",
    Standing.WARNING: "major",
    Standing.WAIVED: "minor",
    Standing.INFO: "info",
}


def render(report: Report) -> str:
    """A JSON array with an object for each finding; no array is empty while the gate is shut.

    That a run was healed is an issue of severity info. GitLab tells findings apart by their fingerprint, so one that
    comes twice is numbered.
    """
    seen: Counter[str] = Counter()
    lines = []
    for each in findings(report):
        seen[each.id] += 1
        lines.append(json.dumps(_issue(each, seen[each.id]), ensure_ascii=False))
    if said := attempts.headline(report):
        message = "; ".join((said, *attempts.lines(report)))
        file = report.folder + PROJECT_FILE
        told = Finding(Standing.INFO, "attempts", plain(report.project, 120), message, file, 1, "attempts")
        lines.append(json.dumps(_issue(told, 1), ensure_ascii=False))
    body = ",\n".join(lines)
    return inert(f"[\n{body}\n]\n", hash="\\u0023") if lines else "[]\n"


def _issue(finding: Finding, count: int) -> dict[str, Any]:
    return {
        "description": f"{finding.subject}: {finding.message}",
        "check_name": finding.rule,
        "fingerprint": finding.id if count == 1 else f"{finding.id}-{count}",
        "severity": _SEVERITY[finding.standing],
        "location": {"path": plain(finding.file, 4000), "lines": {"begin": finding.line}},
    }
