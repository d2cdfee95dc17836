"""The `customProperties` of a part: a name with a value, of which a part has one."""

from collections.abc import Iterator
from typing import Any

from harness.load.yaml import Mapping, Sequence
from harness.model.location import Location
from harness.model.project import Violation


def customs_in(data: Any) -> dict[str, Mapping]:
    """Each by its name, whatever their order; of those of several vendors the one without."""
    listed = data.get("customProperties") if isinstance(data, dict) else None
    entries = listed if isinstance(listed, Sequence) else ()
    named = [each for each in entries if isinstance(each, Mapping) and isinstance(each.get("property"), str)]
    if len(named) > 1:
        named.sort(key=lambda each: (each.get("vendor") is None, str(each.get("vendor"))))
    return {each["property"]: each for each in named}


def repeated(data: Any, file: str) -> Iterator[Violation]:
    """Each of a name, and of a vendor, that another of the same part has already: nobody knows which of them counts."""
    if isinstance(data, Mapping):
        listed = data.get("customProperties")
        if isinstance(listed, Sequence) and len(listed) > 1:
            yield from _repeated(listed, file)
    if isinstance(data, Mapping | Sequence):
        for each in data.values() if isinstance(data, Mapping) else data:
            if isinstance(each, Mapping | Sequence):
                yield from repeated(each, file)


def _repeated(listed: Sequence, file: str) -> Iterator[Violation]:
    first: dict[tuple[str, str], int] = {}
    for each in listed:
        if isinstance(each, Mapping) and isinstance(each.get("property"), str):
            name, line = each["property"], each.mark[0]
            key = (name, str(each.get("vendor")))
            if key in first:
                said = f"the customProperty `{name}` is said twice, first in line {first[key]}"
                yield Violation(Location(file, *each.mark), "customProperties", said, "keep one of them")
            first.setdefault(key, line)
