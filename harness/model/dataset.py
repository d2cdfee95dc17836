"""A Dataset: a table under contract as a report names it, with whom to ask about it."""

from dataclasses import dataclass

from harness.model.location import Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """One table of one contract; `contract` and `table` are those of its Results."""

    contract: str
    version: str = ""
    table: str
    layer: str = ""
    owner: str = ""
    channels: tuple[str, ...] = ()
    """Where its owners are reached: `support[].channel`."""
    sources: tuple[tuple[str, str], ...] = ()
    """Contract and table of each Dataset that it is made from directly."""
    at: Location
