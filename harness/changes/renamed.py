"""Which table or column that is gone is probably one that is new, under another name."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from harness.changes.match import Pair
from harness.changes.part import effective_name
from harness.changes.plain import bag
from harness.lattice import Type, parse_declared
from harness.lattice.alike import places, renames

Entry = Mapping[str, Any]
_TELLING = (
    "description", "businessName", "authoritativeDefinitions", "quality", "enum", "examples", "properties", "items",
    "map", "relationships", "transformLogic", "transformSourceObjects", "encryptedName",
)  # fmt: skip
"""Keys that two columns hardly share by chance, as they do their types."""
_MOST = 0.8
"""Of the columns of two tables, the share by which they are one whatever their names."""
_HALF = 0.5
"""The share that they must have when their names are alike."""


def joined(
    shape: str, pairs: list[Pair], old: Sequence[Entry], new: Sequence[Entry], dialect: str
) -> tuple[list[Pair], dict[Pair, str]]:
    """The pairs, with what is gone and what is new joined where they are probably one, and the reasons.

    Two that have ids of their own are two.
    """
    gone = [one for one, other in pairs if one is not None and other is None]
    fresh = [other for one, other in pairs if one is None and other is not None]
    found: dict[int, tuple[int, str]] = {}
    for step in (_all_else, _same_columns if shape == "schema" else _types(dialect)) if gone and fresh else ():
        olds = [one for one in gone if one not in {each for each, _ in found.values()}]
        news = [other for other in fresh if other not in found]
        for (one, other), why in step(olds, news, old, new).items():
            if old[one].get("id") is None or new[other].get("id") is None:
                found[other] = (one, why)
    taken = {one for one, _ in found.values()}
    kept = [(found[other][0] if other in found else one, other) for one, other in pairs if other is not None]
    result: list[Pair] = [*kept, *((one, None) for one in gone if one not in taken)]
    return result, {(one, other): why for other, (one, why) in found.items()}


Step = Callable[[list[int], list[int], Sequence[Entry], Sequence[Entry]], dict[tuple[int, int], str]]


def _all_else(gone: list[int], fresh: list[int], old: Sequence[Entry], new: Sequence[Entry]) -> dict[Any, str]:
    """Those that say the same of themselves but for their names, when they say enough and nobody else says it."""
    groups: dict[str, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for side, indexes, entries in ((0, gone, old), (1, fresh, new)):
        for index in indexes:
            rest = {key: value for key, value in entries[index].items() if key not in ("name", "physicalName", "id")}
            if any(rest.get(key) for key in _TELLING):
                groups[repr(bag(rest))][side].append(index)
    return {
        (olds[0], news[0]): "all else about it is the same"
        for olds, news in groups.values()
        if len(olds) == len(news) == 1
    }


def _types(dialect: str) -> Step:
    def step(gone: list[int], fresh: list[int], old: Sequence[Entry], new: Sequence[Entry]) -> dict[Any, str]:
        """Columns by their names, types and places."""
        return _alike(gone, fresh, old, new, lambda entry: _type(entry, dialect))

    return step


def _same_columns(gone: list[int], fresh: list[int], old: Sequence[Entry], new: Sequence[Entry]) -> dict[Any, str]:
    """Tables by their columns, or by names that are alike where the columns do not speak against it."""
    ours, theirs = {one: _columns(old[one]) for one in gone}, {other: _columns(new[other]) for other in fresh}
    shares = {(one, other): _share(ours[one], theirs[other]) for one in gone for other in fresh}
    likely = {pair for pair, share in shares.items() if share is not None and share >= _MOST}
    by_columns = {
        (one, other): "it has the same columns"
        for one, other in likely
        if sum(each[0] == one for each in likely) == sum(each[1] == other for each in likely) == 1
    }
    done = {each for pair in by_columns for each in (("old", pair[0]), ("new", pair[1]))}
    left = ([one for one in gone if ("old", one) not in done], [other for other in fresh if ("new", other) not in done])
    by_name = _alike(*left, old, new, lambda _: None)
    fits = {pair: why for pair, why in by_name.items() if shares[pair] is None or (shares[pair] or 0) >= _HALF}
    return by_columns | fits


def _alike(
    gone: list[int],
    fresh: list[int],
    old: Sequence[Entry],
    new: Sequence[Entry],
    type_of: Callable[[Entry], Type | None],
) -> dict[Any, str]:
    olds, news = ({effective_name(side[each]): each for each in some} for side, some in ((old, gone), (new, fresh)))
    befores, afters = ([(effective_name(each), type_of(each)) for each in side] for side in (old, new))
    found = renames(places(befores, olds), places(afters, news))
    return {(olds[was], news[name]): why for was, (name, why) in found.items()}


def _columns(table: Entry) -> set[str]:
    columns = table.get("properties")
    listed = columns if isinstance(columns, Sequence) else ()
    return {effective_name(each).lower() for each in listed if isinstance(each, Mapping)}


def _share(ours: set[str], theirs: set[str]) -> float | None:
    """Of all the columns of both, how many both have; None where one has none, or both but one."""
    if not ours or not theirs or len(ours | theirs) == 1:
        return None
    return len(ours & theirs) / len(ours | theirs)


def _type(entry: Entry, dialect: str) -> Type | None:
    """Its type, as far as it says one; a logical type compares with its own kind."""
    if isinstance(entry.get("physicalType"), str):
        try:
            return parse_declared(entry["physicalType"], dialect)
        except ValueError:
            return Type(entry["physicalType"], entry["physicalType"].lower())
    logical = entry.get("logicalType")
    return Type(str(logical), f"logical {logical}") if logical else None
