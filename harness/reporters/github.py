"""The report as workflow commands of GitHub Actions: annotations on the lines of the clauses."""

from collections.abc import Iterable

from harness.model.result import Report, VerdictOutcome
from harness.reporters import attempts
from harness.reporters.findings import Finding, findings
from harness.reporters.plain import plain
from harness.reporters.summary import Standing

LIMIT = 10
"""As many annotations of one level GitHub shows of a step; of the others it says nothing."""
_LEVEL = {
    Standing.BLOCKS: "error",
    Standing.UNDECIDED: "error",
    Standing.WARNING: "warning",
    Standing.WAIVED: "notice",
    Standing.INFO: "notice",
}


def render(report: Report) -> str:
    """A command a line: the verdict, and the most important findings of each level.

    When there are more than GitHub shows, the last of the level says how many. The verdict is an error unless it is a
    pass, so that a shut gate is never without one. That a run was healed is a warning.
    """
    passed = report.verdict.outcome is VerdictOutcome.PASS
    verdict = f"{report.verdict.outcome.name}: {plain(report.verdict.reason)}"
    title = plain(f"contract-harness {report.project}", 200)
    levels: dict[str, list[str]] = {"error": [], "warning": [], "notice": []}
    levels["notice" if passed else "error"].append(command("notice" if passed else "error", verdict, title=title))
    if said := attempts.headline(report):
        levels["warning"].append(command("warning", "; ".join((said, *attempts.lines(report))), title=title))
    for each in findings(report):
        if each.result:
            levels[_LEVEL[each.standing]].append(_annotation(each))
    return "".join(f"{line}\n" for level, lines in levels.items() for line in bounded(level, lines, title))


def _annotation(finding: Finding) -> str:
    place = {"file": plain(finding.file, 1000), "line": str(finding.line)}
    title = plain(f"{finding.subject} {finding.rule}", 200)
    return command(_LEVEL[finding.standing], f"{finding.message}; id {plain(finding.id, 40)}", **place, title=title)


def bounded(level: str, lines: list[str], title: str) -> Iterable[str]:
    """As many as GitHub shows of a level; the last then says how many more there are."""
    if len(lines) <= LIMIT:
        return lines
    rest = len(lines) - LIMIT + 1
    return [*lines[: LIMIT - 1], command(level, f"… and {rest:,} more; the report holds every one", title=title)]


def command(level: str, message: str, **properties: str) -> str:
    """A workflow command, in which no text can end it or begin another."""
    listed = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{level} {listed}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
