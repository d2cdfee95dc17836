"""`waivers.yaml` -> WaiverFile: every entry with its line, and every entry that is not in order as a violation."""

import json
from collections.abc import Iterator
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from harness.load.did_you_mean import did_you_mean
from harness.load.place import place_of
from harness.load.yaml import read
from harness.model.errors import DocumentError
from harness.model.location import Location
from harness.model.project import Violation, WaiverFile
from harness.model.waiver import Waiver, person

Path = tuple[Any, ...]
_NAMES = ("fingerprint", "rule", "path")
_UNNAMED = "it names nothing: write `fingerprint`, or `rule` and `path`"


def parse_waivers(text: str, file: str) -> WaiverFile:
    """The waivers in `text`; an entry that breaks the JSON Schema, or says what another says, is none."""
    try:
        data = read(text, file)
    except DocumentError as error:
        unread = Violation(error.at or Location(file), "", error.message, error.hint)
        return WaiverFile(file=file, text=text, violations=(unread,))
    found = list(_schema_violations(data))
    broken = {path[1] for path, _, _ in found if len(path) > 1}
    entries: list[Waiver] = []
    # a file whose frame is broken has no entries that could be trusted
    written = (data["waivers"] or ()) if all(len(path) > 1 for path, _, _ in found) else ()
    for index, entry in enumerate(written):
        if index not in broken:
            at = place_of(data, ["waivers", index], file)
            waiver = _waiver(entry, at)
            wrong = waiver if isinstance(waiver, str) else _twice(waiver, entries)
            if isinstance(waiver, Waiver) and not wrong:
                entries.append(waiver)
            else:
                found.append((("waivers", index), str(wrong), ""))
    violations = [
        Violation(place_of(data, path, file), ".".join(map(str, path)), message, hint) for path, message, hint in found
    ]
    return WaiverFile(
        file=file, text=text, entries=tuple(entries), violations=tuple(sorted(violations, key=lambda v: (v.at, v.path)))
    )


def waivers_schema() -> dict[str, Any]:
    """The JSON Schema of `waivers.yaml`."""
    schema: dict[str, Any] = json.loads((files("harness.load") / "waivers.schema.json").read_text(encoding="utf-8"))
    return schema


def _waiver(entry: Any, at: Location) -> Waiver | str:
    """The Waiver, or what is wrong with its days."""
    days: dict[str, date] = {}
    for key in ("created", "expires"):
        if key in entry:
            try:
                days[key] = date.fromisoformat(entry[key])
            except ValueError:
                return f"`{key}` {entry[key]} is no day of the calendar"
    if "created" in days and days["created"] > days["expires"]:
        return f"it expires on {days['expires']}, before it was created on {days['created']}"
    return Waiver(at=at, **{**entry, **days})


def _twice(waiver: Waiver, before: list[Waiver]) -> str:
    # two owners who agree to one change are two entries
    names = [(each.fingerprint, each.rule, each.path, person(each.approver)) for each in before]
    same = (waiver.fingerprint, waiver.rule, waiver.path, person(waiver.approver))
    if same not in names:
        return ""
    first = before[names.index(same)]
    return f"the entry in line {first.at.line} names the same, by the same approver; keep one of them"


def _schema_violations(data: Any) -> Iterator[tuple[Path, str, str]]:
    """Each path that breaks the JSON Schema, what is wrong, and what to do."""
    if _fast_validator().is_valid(data):
        return
    from jsonschema import Draft202012Validator

    errors = [one for error in Draft202012Validator(waivers_schema()).iter_errors(data) for one in _explained(error)]
    yield from errors or [((), "the file breaks its JSON Schema", "")]


def _explained(error: Any) -> Iterator[tuple[Path, str, str]]:
    path = tuple(error.absolute_path)
    key = path[-1] if path else ""
    match error.validator:
        case "additionalProperties":
            known = list(error.schema["properties"])
            for unknown in (name for name in error.instance if name not in known):
                hint = did_you_mean(unknown, known) or "known keys: " + ", ".join(known)
                yield (*path, unknown), f"the key `{unknown}` does not exist here", hint
        case "required":
            missing = next(name for name in error.validator_value if f"'{name}'" in error.message)
            yield path, f"the key `{missing}` is missing", ""
        case "anyOf":
            yield path, _UNNAMED, ""
        case _ if error.instance is None:
            yield path, f"`{key}` is empty", ""
        case "type" if key in _NAMES and isinstance(error.instance, int | float):
            yield path, f"`{key}` was read as a number", "put it in quotes"
        case "pattern" if key == "fingerprint":
            yield path, f"{error.instance!r} is no id of a result, which has 12 hexadecimal digits", ""
        case "pattern" if key in ("created", "expires"):
            yield path, f"{error.instance!r} is no day such as 2026-03-31", ""
        case "pattern":
            yield path, f"`{key}` is empty", ""
        case _:
            yield path, error.message if len(error.message) < 200 else error.message[:197] + "...", ""


@cache
def _fast_validator() -> Any:
    from jsonschema_rs import Draft202012Validator

    return Draft202012Validator(waivers_schema())
