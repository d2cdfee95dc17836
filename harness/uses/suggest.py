"""The smallest change that breaks nobody, in place of one that breaks: for `harness review --suggest`."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import yaml

from harness.load.contract import Read
from harness.model.change import Judged
from harness.model.number import rounded
from harness.model.review import Suggestion

NOTICE_DAYS = 90
"""How long what goes is announced before."""
_GONE = ("column-removed", "column-name-changed", "column-moved")
_OTHER_TYPE = ("column-type-changed", "format-changed")
_TABLES = ("table-removed", "table-renamed", "table-moved")
_DEPRECATES = "v3.2.0"
"""The first version of the standard that has `deprecated`."""


def suggestion_for(change: Judged, before: Read | None, today: date) -> Suggestion:
    """What to write in the contract, with the parts of the earlier version that stay."""
    table, column = change.change.was
    data = before.data if before else None
    old_table = _named(data.get("schema"), table) if data and table else None
    old_column = _field(old_table, column) if old_table and column else None
    sunset = today + timedelta(days=NOTICE_DAYS)
    beside, ending = f"announce that it goes on {sunset}", _ending(before)
    name = f"{table}.{column}"
    if change.rule == "contract-removed":
        kept: Any = {"status": "deprecated", **_until(data, sunset)}
        return _suggestion(change, f"keep the file for now, and {beside}", kept)
    if change.rule in _TABLES and old_table is not None:
        shell = {key: value for key, value in old_table.items() if key not in ("properties", "quality")}
        message = f"keep the table {table} with its columns, as a view if it must be, and {beside}"
        return _suggestion(change, message, {**shell, **ending, **_until(old_table, sunset)})
    if change.rule in _GONE and old_column is not None:
        kept = [{**old_column, **ending, **_until(old_column, sunset)}]
        return _suggestion(change, f"keep {name} beside what takes its place, and {beside}", kept)
    if change.rule in _OTHER_TYPE and old_column is not None:
        fresh = {"name": f"{old_column['name']}_new", **_typed(change)}
        kept = [{**old_column, **ending, **_until(old_column, sunset)}, fresh]
        return _suggestion(change, f"keep {name} as it was, put the new one beside it, and {beside}", kept)
    options = old_column.get("logicalTypeOptions") if old_column else None
    return _as_it_was(change, [each for each in (old_column, options, old_table, data) if isinstance(each, Mapping)])


def _as_it_was(change: Judged, holders: Sequence[Mapping[str, Any]]) -> Suggestion:
    """What is written back: a part that is gone, or the key that one of the `holders` had."""
    path, old = change.change.path, change.change.before
    key = path.rpartition(".")[2]
    what = change.change.instead or f"leave `{path}` as it was, and change it in the next major version"
    had = any(key in each and each[key] == old for each in holders)
    kept = old if isinstance(old, Mapping) else {key: old} if had else None
    return _suggestion(change, what, kept)


def _suggestion(change: Judged, message: str, kept: Any) -> Suggestion:
    text = "" if kept is None else yaml.safe_dump(rounded(kept), sort_keys=False, allow_unicode=True, width=100)
    return Suggestion(change=change.id, message=message, yaml=text)


def _until(entry: Mapping[str, Any] | None, sunset: date) -> dict[str, Any]:
    listed = entry.get("customProperties") if entry else None
    others = [each for each in listed if each.get("property") != "sunset"] if isinstance(listed, list) else []
    return {"customProperties": [*others, {"property": "sunset", "value": sunset.isoformat()}]}


def _ending(before: Read | None) -> dict[str, Any]:
    """What says that a table or column goes, beside its date; before ODCS 3.2 the date alone does."""
    contract = before.document.contract if before else None
    return {"deprecated": True} if contract and contract.api_version == _DEPRECATES else {}


def _typed(change: Judged) -> dict[str, Any]:
    """The type that the column was to have."""
    key = change.change.path.rpartition(".")[2]
    return {key: change.change.after} if isinstance(change.change.after, str) else {}


def _named(entries: Any, name: str) -> Mapping[str, Any] | None:
    listed: Sequence[Any] = entries if isinstance(entries, list) else ()
    return next((each for each in listed if isinstance(each, Mapping) and each.get("name") == name), None)


def _field(table: Mapping[str, Any], path: str) -> Mapping[str, Any] | None:
    """A column, or a field inside one by its path (`address.zip`); None inside a list or a map."""
    found: Mapping[str, Any] | None = table
    for step in path.split("."):
        found = _named(found.get("properties"), step) if found else None
    return found
