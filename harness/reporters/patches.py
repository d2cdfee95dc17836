"""The patches that would accept drift, in each form; a diff stands as it is, so that `git apply` takes it."""

from collections.abc import Mapping
from typing import Any

from harness.model.result import Acceptance, Patch, Report, Result
from harness.reporters.escape import code, prose
from harness.reporters.plain import plain
from harness.reporters.words import subject


def as_text(report: Report) -> str:
    """For a terminal, behind the report; "" without patches. `git apply` leaves out all but the diffs."""
    by_id = {result.id: result for result in report.results}
    return "".join(f"\n{_text(patch, by_id)}" for patch in report.patches)


def as_markdown(report: Report) -> str:
    """For a comment, each patch folded; the diffs of large ones are left to the other forms."""
    by_id = {result.id: result for result in report.results}
    parts = [_markdown(patch, by_id) for patch in report.patches[:_MOST_FILES]]
    more = len(report.patches) - _MOST_FILES
    return "\n\n".join([*parts, *([f"… and patches of {more:,} more files"] if more > 0 else [])])


def as_json(report: Report) -> list[dict[str, Any]]:
    """For programs."""
    return [_json(patch) for patch in report.patches]


_MOST_FILES = 5
_MOST_ROWS = 8
_MOST_CHARACTERS = 2_000


def _text(patch: Patch, by_id: Mapping[str, Result]) -> str:
    lines = [f"PATCH of {plain(patch.file)}: {headline(patch)}"]
    for each in patch.drifts:
        about = f"{plain(subject(by_id[each.result]), 120)}  {by_id[each.result].rule}" if each.result in by_id else ""
        lines.append(f"  {_verdict(each)}  {about}: {plain(each.refused or each.why)}")
    return "\n".join(lines) + (f"\n\n{patch.diff}" if patch.diff else "\n")


def _markdown(patch: Patch, by_id: Mapping[str, Result]) -> str:
    rows = [
        f"| {_verdict(each)} | {code(subject(by_id[each.result]), 120)} {code(by_id[each.result].rule, 60)} "
        f"| {prose(each.refused or each.why, 160)} |"
        for each in patch.drifts[:_MOST_ROWS]
        if each.result in by_id
    ]
    if len(patch.drifts) > _MOST_ROWS:
        rows.append(f"| … | and {len(patch.drifts) - _MOST_ROWS:,} more | |")
    table = "\n".join(["| accepting it is | what | why |", "| --- | --- | --- |", *rows])
    small = patch.diff and len(patch.diff) <= _MOST_CHARACTERS and "```" not in patch.diff
    diff = f"\n\n```diff\n{patch.diff}```" if small else ""
    head = f"{code(patch.file, 200)}: {prose(headline(patch), 160)}"
    return f"<details><summary>Patch of {head}</summary>\n\n{table}{diff}\n\n</details>"


def _json(patch: Patch) -> dict[str, Any]:
    return {
        "file": patch.file,
        "impact": patch.impact or None,
        "bump": patch.bump or None,
        "version": patch.version or None,
        "new_version": patch.new_version or None,
        "diff": patch.diff or None,
        "drifts": [
            {
                "result": each.result,
                "impact": each.impact or None,
                "bump": each.bump or None,
                "why": each.why or None,
                "diff": each.diff or None,
                "refused": each.refused or None,
            }
            for each in patch.drifts
        ],
    }


def headline(patch: Patch) -> str:
    """What accepting the drift means for consumers, and the version that it asks for."""
    if not patch.diff:
        return "none of its drift can be accepted"
    asked = f"it asks for a {patch.bump} version"
    version = f"{asked}, {patch.version} -> {patch.new_version}" if patch.new_version else asked
    return f"{patch.impact} for consumers; {version}"


def _verdict(each: Acceptance) -> str:
    return "no patch" if each.refused else f"{each.impact}, {each.bump}"
