"""The entry `heal` of `harness.yaml` -> Remedies."""

import re
from typing import Any

from harness.load.did_you_mean import did_you_mean
from harness.load.place import place_of
from harness.load.settings import FILE, VARIABLE, length_in
from harness.model.errors import ProjectError
from harness.model.healing import PLACEHOLDERS, Remedy

PLACEHOLDER = re.compile(r"\{([A-Za-z_]+)\}")
"""Other braces are text: `--vars '{day: 1}'`."""
_LONGEST = 86_400.0
_PATTERNS = ("rule", "table", "layer", "contract")


def remedies_in(data: Any) -> tuple[Remedy, ...]:
    """What may be done between two attempts, in order. Raises ProjectError for what could never be done."""
    return tuple(_remedy(data, index, entry) for index, entry in enumerate(data.get("heal", ())))


def _remedy(data: Any, index: int, entry: Any) -> Remedy:
    path = ["heal", index]
    said: dict[str, Any] = {f"{key}s": _texts(entry[key]) for key in _PATTERNS if key in entry}
    said |= {
        field: _seconds(data, [*path, key], entry[key])
        for field, key in (("wait", "retry"), ("timeout", "timeout"))
        if key in entry
    }
    remedy = Remedy(
        at=place_of(data, path, FILE),
        when=entry["when"],
        command=tuple(entry.get("command", ())),
        dbt=entry.get("dbt", ""),
        **said,
    )
    for number, text in enumerate(remedy.command):
        _check(data, [*path, "command", number], text, remedy, is_program=number == 0)
    if remedy.dbt:
        _check(data, [*path, "dbt"], remedy.dbt, remedy)
        if not data.get("lineage", {}).get("dbt_project"):
            hint = "set `lineage: {dbt: ..., dbt_project: ...}`"
            raise ProjectError(
                "nothing says where the dbt project is", at=place_of(data, [*path, "dbt"], FILE), hint=hint
            )
    return remedy


def _check(data: Any, path: list[Any], text: str, remedy: Remedy, *, is_program: bool = False) -> None:
    at = place_of(data, path, FILE)
    if "\0" in text:
        raise ProjectError("an argument holds a NUL", at=at)
    if found := VARIABLE.search(text):
        hint = f"the command sees the environment itself; to expand it, run a shell: [sh, -c, '... \"${found[1]}\"']"
        raise ProjectError(f"{found[0]} is not filled in here", at=at, hint=hint)
    for name in PLACEHOLDER.findall(text):
        if name not in PLACEHOLDERS:
            known = "known are " + ", ".join(f"{{{each}}}" for each in PLACEHOLDERS)
            raise ProjectError(f"there is no {{{name}}}", at=at, hint=did_you_mean(name, PLACEHOLDERS) or known)
        if remedy.when not in PLACEHOLDERS[name]:
            whose = " and ".join(f"`{each}`" for each in PLACEHOLDERS[name])
            raise ProjectError(f"{{{name}}} is known of {whose} only, and this is for `{remedy.when}`", at=at)
        if is_program:
            raise ProjectError("the program itself must be written out", at=at)


def _texts(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _seconds(data: Any, path: list[Any], text: str) -> float:
    try:
        found = length_in(text)
    except (ValueError, OverflowError):
        found = 0.0
    if not 0 < found <= _LONGEST:
        message = f"{text!r} is no length of time of at most a day, such as '10 s' or '5 m'"
        raise ProjectError(message, at=place_of(data, path, FILE))
    return found
