"""The customProperties that differ, as values before and after."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from harness.changes.part import Part


@dataclass(frozen=True, slots=True)
class Custom:
    """One before and after; a side on which it is not written is None."""

    part: Part
    name: str
    before: Any
    after: Any

    @property
    def keys(self) -> tuple[str, ...]:
        """What a word on its value is about: the value, or the whole of one that is new or gone."""
        return () if self.part.added or self.part.removed else ("value",)


def customs(parts: Iterable[Part], *holders: str) -> Iterator[Custom]:
    """Those of whole contracts, tables, ... (shapes) whose value is another."""
    for part in parts:
        whole = part.added or part.removed
        named = part.shape == "custom" and part.holder and part.holder.shape in holders
        if named and (whole or "value" in part.changed):
            yield Custom(part, str(part.written.get("property", "")), *part.values("value"))
