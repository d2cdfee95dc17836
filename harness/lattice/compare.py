"""Two types -> how the second differs from the first, difference by difference, and what that makes of the whole."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from math import inf

from harness.lattice.alike import places, renames
from harness.lattice.parse import parse_type
from harness.lattice.type import Type
from harness.lattice.words import DIMENSIONS


class Kind(Enum):
    """What a change does to the values that a type can hold."""

    SAME = "same"
    WIDENED = "widened"
    """Every old value still fits, and new ones do."""
    NARROWED = "narrowed"
    """Some old values do not fit any more, and no new ones do."""
    OTHER = "other"
    """Both, or values of another kind."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference: where it is inside the type ("" for the type itself, `.zip`, `[].id`), and why it counts."""

    path: str
    kind: Kind
    why: str
    lost: bool = False
    """Whether a field is not there any more under its name."""
    new: bool = False
    """Whether a field was not there before under its name."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """All the differences of two types."""

    differences: tuple[Difference, ...]

    @property
    def kind(self) -> Kind:
        """What they come to."""
        kinds = {difference.kind for difference in self.differences}
        return Kind.SAME if not kinds else kinds.pop() if len(kinds) == 1 else Kind.OTHER

    @property
    def loses(self) -> bool:
        """Whether a reader finds less than before: values of another kind, or a field that is gone."""
        return self.kind is Kind.OTHER or any(difference.lost for difference in self.differences)

    @property
    def why(self) -> str:
        """The reasons in words, each with its place."""
        return "; ".join(f"{d.path.lstrip('.')}: {d.why}" if d.path else d.why for d in self.differences)


def compare(before: str, after: str, dialect: str) -> Comparison:
    """How the type `after` differs from `before`. Raises ValueError when either is no type of the dialect.

    A type that nobody knows is the same as itself and cannot be compared with another.
    """
    try:
        return compare_types(parse_type(before, dialect), parse_type(after, dialect))
    except ValueError:
        if before.strip().lower() == after.strip().lower():
            return Comparison(())
        raise


def compare_types(before: Type, after: Type) -> Comparison:
    """The same of two types that were read."""
    return Comparison(tuple(_differences(before, after, "")))


def _differences(before: Type, after: Type, path: str) -> Iterator[Difference]:
    match before.domain, after.domain:
        case ("enum", "enum"):
            yield from _enums(before, after, path)
        case ("enum", "text") if after.capacity == (inf, 1):
            yield Difference(path, Kind.WIDENED, "any text, not only the values of the enum")
        case ("text", "enum") if before.capacity == (inf, 1):
            yield Difference(path, Kind.NARROWED, "only the values of an enum, not any text")
        case ("struct", "struct") | ("union", "union"):
            yield from _records(before, after, path)
        case ("list", "list"):
            yield from _sizes(before, after, path)
            yield from _differences(before.fields[0][1], after.fields[0][1], f"{path}[]")
        case ("map", "map"):
            for (name, one), (_, other) in zip(before.fields, after.fields, strict=True):
                yield from _differences(one, other, f"{path}.{name}")
        case (one, other) if one != other:
            yield Difference(path, Kind.OTHER, f"{after.name} in place of {before.name} is another kind of value")
        case _:
            yield from _scalars(before, after, path)


def _scalars(before: Type, after: Type, path: str) -> Iterator[Difference]:
    """Dimension by dimension: in each, a larger capacity holds all that a smaller one does."""
    for index, (old, new) in enumerate(zip(before.capacity, after.capacity, strict=True)):
        if old != new:
            words = DIMENSIONS[before.domain][index](before.capacity, after.capacity)
            if words:
                yield Difference(path, Kind.WIDENED if new > old else Kind.NARROWED, words)


def _sizes(before: Type, after: Type, path: str) -> Iterator[Difference]:
    (old,), (new,) = before.capacity, after.capacity
    if old != new:
        kind = Kind.WIDENED if new == inf else Kind.NARROWED if old == inf else Kind.OTHER
        yield Difference(path, kind, "any number of items" if new == inf else f"exactly {new:.0f} items")


def _enums(before: Type, after: Type, path: str) -> Iterator[Difference]:
    """Values are compared in their order, by which an enum sorts."""
    gone = [value for value in before.values if value not in after.values]
    new = [value for value in after.values if value not in before.values]
    if [v for v in before.values if v in after.values] != [v for v in after.values if v in before.values]:
        yield Difference(path, Kind.OTHER, "the values of the enum are in another order")
    if new:
        yield Difference(path, Kind.WIDENED, f"the enum has {_listed(new)} too")
    if gone:
        yield Difference(path, Kind.NARROWED, f"the enum has {_listed(gone)} no more")


def _records(before: Type, after: Type, path: str) -> Iterator[Difference]:
    """Field by field, by name; their order is no matter of type. A field that is not there is one that is never set."""
    ours, theirs = dict(before.fields), dict(after.fields)
    gone, new = (name for name in ours if name not in theirs), (name for name in theirs if name not in ours)
    pairs = renames(places(before.fields, gone), places(after.fields, new))
    arrived = {name for name, _ in pairs.values()}
    for name, type_ in before.fields:
        if name in theirs:
            yield from _differences(type_, theirs[name], f"{path}.{name}")
        elif name in pairs:
            yield Difference(
                f"{path}.{name}", Kind.OTHER, f"probably renamed to {pairs[name][0]}: {pairs[name][1]}", True
            )
        else:
            yield Difference(f"{path}.{name}", Kind.NARROWED, "the field is gone", True)
    for name in theirs:
        if name not in ours and name not in arrived:
            yield Difference(f"{path}.{name}", Kind.WIDENED, "the field is new", new=True)


def _listed(values: Iterable[str]) -> str:
    shown = [repr(value) for value in values]
    return ", ".join(shown[:3]) + (f" and {len(shown) - 3} more" if len(shown) > 3 else "")
