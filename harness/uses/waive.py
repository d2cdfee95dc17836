"""The command `waive`: a waiver of one failure, drafted for a person to approve and append."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from harness.evaluate import result_of
from harness.load.did_you_mean import did_you_mean
from harness.load.waivers import parse_waivers
from harness.model.errors import UsageError
from harness.model.location import Location
from harness.model.project import Project, WaiverFile
from harness.model.result import Outcome, Result
from harness.model.waiver import Waiver
from harness.plan import plan
from harness.reporters.plain import plain
from harness.uses.lint import lint_project
from harness.uses.waivers import objections

HEAD = "# Failures that may pass the gate for a while, and who said so.\nversion: 1\nwaivers:\n"
DAYS = 30
"""How long a waiver holds when nobody says."""
_BLANKS = {"reason": "why it may pass until then", "approver": "who agrees", "author": "who asks for it"}


@dataclass(frozen=True, slots=True)
class Draft:
    """A waiver in YAML: `entry` is what is to be appended, `whole` the file with it, "" when that cannot be."""

    entry: str
    whole: str = ""
    missing: tuple[str, ...] = ()
    """What a person has yet to fill in."""


def draft(
    project: Project,
    id: str,
    reported: Sequence[Result],
    *,
    clock: Callable[[], datetime],
    today: date,
    said: dict[str, str],
    expires: date | None = None,
) -> Draft:
    """The waiver of the failure that `id` names: the id of a result, or of a check.

    It is looked up in `reported`, the results of the last run, then in what lint finds and what is planned now. `said`
    holds `reason`, `approver` and `author` as far as they are known. Raises UsageError for an id that does not exist,
    for a result that is no failure or is told from others by its position alone, and for a waiver that the rules would
    refuse.
    """
    result = _find(project, id, reported, clock)
    _refuse_position(project, result, project.as_of or clock())
    waivers = project.waivers
    if waivers.violations:
        first = waivers.violations[0]
        raise UsageError(f"the waivers cannot be read: {first.message}", at=first.at, hint="mend the file first")
    for each in waivers.entries:
        if each.fingerprint == result.id:
            until = f"until {each.expires}" if each.days_left(today) >= 0 else f"which expired on {each.expires}"
            raise UsageError(f"{result.id} has a waiver already, {until}", at=each.at, hint="change that one")
    waiver = _drafted(project, result, today, said, expires)
    for objection in objections(project, waiver, today):
        raise UsageError(objection)
    missing = tuple(key for key in _BLANKS if not said.get(key))
    entry = _head(waivers) + _entry(waiver, result, waivers, {key: _BLANKS[key] for key in missing})
    return Draft(entry=entry, whole="" if missing else _appended(waivers, entry, waiver), missing=missing)


def _find(project: Project, id: str, reported: Sequence[Result], clock: Callable[[], datetime]) -> Result:
    seen: list[str] = []
    for result in _candidates(project, reported, clock):
        if id in (result.id, result.check):
            if result.outcome is not Outcome.FAIL:
                raise UsageError(f"{id} cannot be waived: {_REASONS[result.outcome]}")
            return result
        seen += filter(None, (result.check, result.id))
    hint = did_you_mean(id, seen) or "`harness verify` shows the id of each failure"
    raise UsageError(f"there is no result or check {id!r}", hint=hint)


def _refuse_position(project: Project, result: Result, as_of: datetime) -> None:
    """When the first of two rules without a name goes, the second takes its id, and would take its waiver along."""
    base = re.sub(r"#\d+\Z", "", result.check)
    if base and any(check.id == f"{base}#2" for check in plan(project, as_of)):
        hint = "give each of these rules an `id` or a `name`, so that the waiver of one can never be that of another"
        raise UsageError(f"{result.check} is told from others of its kind by its position alone", hint=hint)


_REASONS = {
    Outcome.PASS: "it passed in the last run",
    Outcome.SKIP: "it is skipped, so it does not fail",
    Outcome.ERROR: "it could not be told, and nobody knows what that would let pass; mend its cause",
}


def _candidates(project: Project, reported: Sequence[Result], clock: Callable[[], datetime]) -> Iterator[Result]:
    """What can be named: as the last run found it, else as lint finds it now, else as it is planned."""
    yield from reported
    yield from lint_project(project, run_id="waive", clock=clock).results
    for check in plan(project, project.as_of or clock()):
        yield result_of(check, Outcome.SKIP if check.skip else Outcome.FAIL, check.description)


def _path(result: Result) -> str:
    """The narrowest place that is known, so that a reader sees what the fingerprint stands for."""
    inside = f"{result.table}/{result.column}" if result.column else result.table
    return result.check or inside or result.file


def _drafted(
    project: Project, result: Result, today: date, said: Mapping[str, str] | None = None, expires: date | None = None
) -> Waiver:
    return Waiver(
        at=Location(project.waivers.file),
        fingerprint=result.id,
        rule=result.rule,
        path=_path(result),
        created=today,
        expires=expires or today + timedelta(days=min(DAYS, project.policy.max_waiver_days)),
        **{key: (said or {}).get(key) or f"<{key}>" for key in _BLANKS},
    )


def blank_entries(project: Project, result: Result, today: date, approvers: Iterable[str]) -> str:
    """An entry for each who must approve, in words; a person fills in the blanks, and until then it is no waiver."""
    waiver = _drafted(project, result, today)
    return "".join(
        _entry(waiver, result, project.waivers, {**_BLANKS, "approver": plain(each, 300)}) for each in approvers
    )


def _head(file: WaiverFile) -> str:
    return "" if file.text else HEAD


def _entry(waiver: Waiver, result: Result, file: WaiverFile, missing: Mapping[str, str]) -> str:
    compared = [f"{name} {text}" for name, text in (("expected", result.expected), ("actual", result.actual)) if text]
    about = plain("; ".join(filter(None, (result.message, ", ".join(compared)))), 300)
    names = [f"{key}: {_quoted(getattr(waiver, key))}" for key in ("fingerprint", "rule", "path")]
    # a blank is null, which the schema refuses: the gate stays shut until a person has filled it in
    people = [
        f"{key}:  # {missing[key]}" if key in missing else f"{key}: {_quoted(getattr(waiver, key))}" for key in _BLANKS
    ]
    first, *rest = [*names, *people, f"created: {waiver.created}", f"expires: {waiver.expires}"]
    dash = _indent(file)
    lines = [f"{dash}# {about}"] if about else []
    lines += [f"{dash}- {first}", *(f"{dash}  {line}" for line in rest)]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """Always in quotes: twelve digits would be read as a number, and `no` means no in other readers of YAML."""
    return json.dumps(text, ensure_ascii=False)


def _indent(file: WaiverFile) -> str:
    """That of the entries before it."""
    if not file.entries:
        return "  "
    line = file.text.splitlines()[file.entries[0].at.line - 1]
    return line[: len(line) - len(line.lstrip())]


def _appended(file: WaiverFile, entry: str, waiver: Waiver) -> str:
    """The file with the entry at its end, comments and all. Raises UsageError where the end is not the place for it."""
    between = "" if not file.text or file.text.endswith("\n") else "\n"
    whole = file.text + between + entry
    read = parse_waivers(whole, file.file)
    as_it_was = [replace(each, at=waiver.at) for each in read.entries]
    if read.violations or as_it_was != [replace(each, at=waiver.at) for each in (*file.entries, waiver)]:
        hint = "write the list of `waivers` at its end, one entry below the other, or add the entry by hand"
        raise UsageError(f"the entry cannot be put at the end of {file.file}", hint=hint)
    return whole
