"""Whether a removal was announced: what was removed had been deprecated, with a date from when on it may be gone."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from harness.changes.part import Part
from harness.load.customs import customs_in
from harness.model.change import Effect
from harness.model.sla import canonical_sla
from harness.rules.breaking.status import is_ending

NAME_A_DAY = "name a day that is still to come"


def sunset_of(entry: Mapping[str, Any] | None) -> date | None:
    """The day from which on it may be gone: its customProperty `sunset`, else a contract's service level `endOfLife`.

    None when it has neither, or one that is no date.
    """
    stated = [custom.get("value")] if (custom := customs_in(entry).get("sunset")) else _ends_of_life(entry)
    try:
        return date.fromisoformat(str(stated[0]).strip()[:10]) if stated else None
    except ValueError:
        return None


def _ends_of_life(entry: Mapping[str, Any] | None) -> list[Any]:
    listed = (entry or {}).get("slaProperties")
    levels = [each for each in listed if isinstance(each, Mapping)] if isinstance(listed, list) else []
    return [each.get("value") for each in levels if canonical_sla(str(each.get("property"))) == "endOfLife"]


def ends_earlier(contract: Part | None) -> bool:
    """Whether readers have less time than they were told, or are told none any more."""
    was, end = (sunset_of(contract.before), sunset_of(contract.after)) if contract else (None, None)
    return was is not None and (end is None or end < was)


def passed_unannounced(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None, today: date) -> date | None:
    """A sunset date that was not there before, nor an earlier one, and by which nobody can plan: it has passed."""
    was, end = sunset_of(before), sunset_of(after)
    return end if end and end <= today and (was is None or end < was) else None


def announced_for(part: Part) -> date | None:
    """The sunset date that the earlier version gave it, or what holds it, as deprecated.

    Before ODCS 3.2 a table or column cannot say that it is deprecated: there the date alone announces it.
    """
    around: Part | None = part
    while around:
        told = around.shape in ("schema", "property") or is_ending(around.before)
        if told and (found := sunset_of(around.before)):
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
