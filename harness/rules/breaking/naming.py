"""Tables and columns that are in both versions, but not called the same in both."""

from dataclasses import dataclass

from harness.changes.part import Part, effective_name, name_in

KEYS = ("name", "physicalName")


@dataclass(frozen=True, slots=True)
class Naming:
    """The names before and after: those of the contract, and those in the warehouse."""

    names: tuple[str, str]
    effective: tuple[str, str]
    why: str
    """Why the two are taken for one, where the names do not say so."""

    @property
    def renamed(self) -> bool:
        """Whether the contract calls it otherwise."""
        return self.names[0] != self.names[1]

    @property
    def relocated(self) -> bool:
        """Whether the warehouse does."""
        return self.effective[0] != self.effective[1]


def naming_of(part: Part) -> Naming | None:
    """What became of the names of a part; None when neither of its names is written otherwise."""
    if part.before is None or part.after is None or not set(KEYS) & set(part.changed):
        return None
    return Naming(
        (name_in(part.before), name_in(part.after)),
        (effective_name(part.before), effective_name(part.after)),
        part.renamed or ("both have the same id" if _same_id(part) else ""),
    )


def _same_id(part: Part) -> bool:
    before, after = part.values("id")
    return before is not None and before == after


def keys_of_name(part: Part) -> tuple[str, ...]:
    """Those that changed."""
    return tuple(key for key in KEYS if key in part.changed)
