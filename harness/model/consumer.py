"""Who reads the data, as far as a contract names them: the customProperty `consumers` of the contract or of a table."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from harness.model.contract import Contract, Schema


@dataclass(frozen=True, slots=True, kw_only=True)
class Consumer:
    """Somebody who reads a table."""

    name: str
    contact: str = ""
    use: str = ""
    """What for."""
    columns: tuple[str, ...] = ()
    """Those that are read; none when it is not said, which may be all."""
    range: str = ""
    """The versions of the contract that are agreed to (`^1.2`), as written."""


def consumers_of(contract: Contract, schema: Schema | None = None) -> tuple[Consumer, ...] | None:
    """Those whom the contract names, and the table if one is given; None when neither says who reads it.

    An empty list says that nobody does. An entry without a name counts as somebody: nobody knows who.
    """
    said = [holder.custom["consumers"] for holder in (contract, schema) if holder and "consumers" in holder.custom]
    if not said:
        return None
    entries = [entry for value in said for entry in (value if isinstance(value, list) else [value])]
    return tuple(dict.fromkeys(_consumer(entry) for entry in entries if entry is not None))


def _consumer(entry: Any) -> Consumer:
    if not isinstance(entry, Mapping):
        return Consumer(name=str(entry).strip() or UNNAMED)
    return Consumer(
        name=_text(entry, "name") or _text(entry, "contact") or UNNAMED,
        contact=_text(entry, "contact"),
        use=_text(entry, "use"),
        columns=_texts(entry.get("columns")),
        range=_text(entry, "contractRange"),
    )


UNNAMED = "somebody without a name"


def _text(entry: Mapping[str, Any], key: str) -> str:
    value = entry.get(key)
    return "" if value is None or isinstance(value, Mapping | list) else str(value).strip()


def _texts(value: Any) -> tuple[str, ...]:
    entries = value if isinstance(value, list) else [] if value is None else [value]
    return tuple(str(each).strip() for each in entries if isinstance(each, str | int | float))
