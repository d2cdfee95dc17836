"""A part of a contract in two versions: a table, a column, a quality rule; of one that is new or gone, one side."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.changes.shape import SHAPES
from harness.load.place import keys_of
from harness.load.yaml import Mapping as Written
from harness.model.location import Location

Leaf = tuple[str, str]
"""The path of a part, and one of its keys; "" for the part itself, which is new or gone."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Part:
    """One part, and those of its own keys whose values differ; what is inside it are parts of their own."""

    shape: str
    """What it is: `contract`, `server`, `schema`, `property`, `options`, `quality`, `sla`, ... (see `shape.py`)."""
    path: str
    """As in `schema.orders.properties.amount`; "" for the contract."""
    before: Written | None
    after: Written | None
    file: str
    """Of the later version, or of the earlier when there is no later."""
    holder: "Part | None" = None
    key: str = ""
    """Under which key of the holder it stands."""
    renamed: str = ""
    """Why two parts of different names are probably one; "" when they share id or name."""
    origin: str = ""
    """Of a column that was in another place before, its path there."""
    changed: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    """Key -> its values before and after, as `values` gives them."""

    @property
    def added(self) -> bool:
        """Whether it is new."""
        return self.before is None

    @property
    def removed(self) -> bool:
        """Whether it is gone."""
        return self.after is None

    @property
    def written(self) -> Written:
        """The later version, or the earlier of one that is gone."""
        found = self.before if self.after is None else self.after
        assert found is not None  # noqa: S101 - a part is there in one version at least
        return found

    @property
    def leaves(self) -> Iterator[Leaf]:
        """All that a rule has to say something about."""
        if self.added or self.removed or self.origin:
            yield (self.path, "")
        for key in self.changed:
            yield (self.path, key)

    def at(self, key: str = "") -> Location:
        """Where the key stands in the later version; of what is gone, what held it."""
        if self.after is None:
            return self.holder.at(self.key) if self.holder and self.holder.after is not None else Location(self.file)
        return keys_of(self.after, self.file).get(key, Location(self.file, *self.after.mark))

    def values(self, key: str) -> tuple[Any, Any]:
        """The key's values before and after; what it means by default where it, or the part, is not there."""
        default = SHAPES[self.shape].defaults.get(key)
        before, after = (
            default if side is None or side.get(key) is None else side[key] for side in (self.before, self.after)
        )
        return before, after

    def within(self, shape: str) -> "Part | None":
        """The nearest part around it, itself included, of a shape."""
        part: Part | None = self
        while part and part.shape != shape:
            part = part.holder
        return part

    @property
    def table(self) -> str:
        """The name of the table it belongs to, as written in the later version; "" when to none."""
        schema = self.within("schema")
        return name_in(schema.written) if schema else ""

    @property
    def column(self) -> str:
        """The path of the column or field it belongs to (`address.zip`, `tags[]`), likewise."""
        return _column(self, lambda part: part.written)

    @property
    def was(self) -> tuple[str, str]:
        """Its table and column as they were called in the earlier version; "" for what was not there."""
        schema = self.within("schema")
        return (
            name_in(schema.before or {}) if schema else "",
            _column(self, lambda part: part.before or {}, earlier=True),
        )


def _column(part: Part | None, side: Callable[[Part], Mapping[str, Any]], *, earlier: bool = False) -> str:
    steps: list[str] = []
    while part and part.shape != "schema":
        if earlier and part.origin:
            return "".join(reversed([*steps, part.origin]))
        if part.shape == "property":
            steps.append(STEPS.get(part.key) or f".{name_in(side(part))}")
        part = part.holder
    return "".join(reversed(steps)).removeprefix(".")


STEPS = {"items": "[]", "map.key": "{key}", "map.value": "{value}"}
"""What a value may have many of."""
INNER = (*STEPS, "map")
"""Under which keys it stands what the values inside a column are."""


def name_in(entry: Mapping[str, Any]) -> str:
    """What a table or column is called: its name, else the one it has in the warehouse.

    As it is written: to everybody who reads it a name with a blank at its end is another.
    """
    names = (entry.get("name"), entry.get("physicalName"))
    return next((name for name in names if isinstance(name, str) and name.strip()), "")


def effective_name(entry: Mapping[str, Any]) -> str:
    """What a table or column is called in the warehouse: its physical name, else its name."""
    return name_in({"name": entry.get("physicalName"), "physicalName": entry.get("name")})
