"""What `governance` of `harness.yaml` says: the house rules that a team keeps beyond its contracts."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.model.location import Location

DEFAULT_NAMES: dict[str, tuple[str, ...]] = {
    "staging": ("stg_<source>__<entity>",),
    "intermediate": ("int_<entity>",),
    "marts": ("dim_<entity>", "fct_<entity>"),
}
"""Layer -> how its tables are called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalData:
    """What counts as personal data, and how it is looked for."""

    classifications: tuple[str, ...] = ("pii", "personal", "confidential", "restricted")
    """Classifications of columns that hold it."""
    names: tuple[str, ...] = ()
    """Further patterns of columns' names (`*_passport`)."""
    not_names: tuple[str, ...] = ()
    """Patterns of names, with or without the table in front, that only look like it (`*.airport_name`)."""
    sample: int = 1_000
    """Rows of each table whose values are looked at inside the server; 0 for none."""
    share: float = 1.0
    """Of the sampled values, the percentage that must look personal before it is said."""
    fields: tuple[str, ...] = ("legalBasis",)
    """customProperties that a contract with personal data must state."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Governance:
    """The settings of the governance and anti-pattern rules."""

    at: Location = field(compare=False)
    names: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: DEFAULT_NAMES)
    folders: Mapping[str, str] = field(default_factory=dict)
    """Layer -> its folder in the dbt project; by default any folder of the layer's name."""
    fan_out: int = 3
    """How many models may read one, at most."""
    large_table: int = 1_000_000
    """Rows from which on a table is large."""
    personal: PersonalData = PersonalData()
