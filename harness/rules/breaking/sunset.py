"""Whether a removal was announced: what was removed had been deprecated, with a date from when on it may be gone."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from harness.changes.part import Part
from harness.model.change import Effect


def sunset_of(entry: Mapping[str, Any] | None) -> date | None:
    """The date in its customProperty `sunset`; None when it has none, or one that is no date."""
    listed = (entry or {}).get("customProperties")
    for custom in listed if isinstance(listed, list) else ():
        if isinstance(custom, Mapping) and custom.get("property") == "sunset":
            try:
                return date.fromisoformat(str(custom.get("value")).strip()[:10])
            except ValueError:
                return None
    return None


def announced_for(part: Part) -> date | None:
    """The sunset date that the earlier version gave it, or what holds it, as deprecated."""
    around: Part | None = part
    while around:
        before = around.before
        if before is not None and before.get("deprecated") is True and (found := sunset_of(before)):
            return found
        around = around.holder
    return None


def removal(part: Part, today: date) -> tuple[Effect, str, str]:
    """What the removal of a part does, how it stands to its announcement, and what to do instead."""
    end = announced_for(part)
    if end and end <= today:
        return Effect.UNDETERMINED, f", as announced for {end}", ""
    if end:
        return Effect.LOOSENS, f" before {end}, the date that was announced", f"keep it until {end}"
    return Effect.LOOSENS, "", "keep it, mark it `deprecated` with a sunset date, and remove it when that has passed"
