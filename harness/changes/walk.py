"""Two versions of a contract -> the parts that differ."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from harness.changes.match import Pair, matched
from harness.changes.part import Part
from harness.changes.shape import PROSE, SHAPES, Many, One, Shape
from harness.lattice import Type, parse_declared
from harness.lattice.alike import places, renames
from harness.load.yaml import Mapping as Written
from harness.load.yaml import Sequence as Listed


@dataclass(frozen=True, slots=True)
class Side:
    """One version: its parsed YAML, and the name of its file."""

    data: Any
    file: str


def parts_of(before: Side | None, after: Side | None, dialect: str = "") -> list[Part]:
    """Every part that is new, gone or has a key of another value, from the outside in; the contract itself is first.

    One that is new or gone as a whole is one part. A dialect helps to tell which column was probably renamed.
    """
    one, other = (_data(side) if side else None for side in (before, after))
    side = after or before
    return list(
        _parts(Part(shape="contract", path="", before=one, after=other, file=side.file if side else ""), dialect)
    )


def _data(side: Side) -> Written:
    return side.data if isinstance(side.data, Written) else _nothing()


def _parts(part: Part, dialect: str) -> Iterator[Part]:
    shape = SHAPES[part.shape]
    if part.before is None or part.after is None:
        yield part
        return
    inside: list[Part] = []
    changed: dict[str, tuple[Any, Any]] = {}
    for key in dict.fromkeys([*part.after, *part.before]):
        old, new = part.values(key)
        if old is new:
            continue
        below = _below(part, key, shape.parts.get(key), old, new, dialect)
        if below is not None:
            inside += below
        elif _canonical(old, key, shape) != _canonical(new, key, shape):
            changed[key] = (old, new)
    if changed or part.renamed or not part.holder:
        yield Part(**{name: getattr(part, name) for name in Part.__slots__ if name != "changed"}, changed=changed)
    for each in inside:
        yield from _parts(each, dialect)


def _below(part: Part, key: str, kind: Many | One | None, old: Any, new: Any, dialect: str) -> list[Part] | None:
    """The parts under a key; None when its values are no parts, and so are compared as they are."""
    match kind:
        case One() if _is(Written, old, new):
            return [_inner(part, key, kind.shape, old, new)]
        case One("team") if _is(Written | Listed, old, new):
            return [_inner(part, key, "team", _team(old), _team(new))]
        case Many() if _is(Listed, old, new) and all(
            isinstance(each, Written) for each in (*(old or ()), *(new or ()))
        ):
            return list(_entries(part, key, kind, old or [], new or [], dialect))
        case _:
            return None


def _inner(part: Part, key: str, shape: str, old: Written | None, new: Written | None) -> Part:
    """What is not written is an empty part: its keys come and go one by one, save for whole columns and persons."""
    whole = shape in ("property", "map", "team", "price", "description", "context")
    path = f"{part.path}.{key}".removeprefix(".")
    key = f"map.{key}" if part.shape == "map" else key
    if not whole:
        old, new = (side if side is not None else _nothing(other) for side, other in ((old, new), (new, old)))
    return Part(shape=shape, path=path, before=old, after=new, file=part.file, holder=part, key=key)


def _entries(
    part: Part, key: str, kind: Many, old: Sequence[Written], new: Sequence[Written], dialect: str
) -> Iterator[Part]:
    pairs = matched(old, new, kind.keys, kind.loose)
    reasons: dict[Pair, str] = {}
    if kind.shape in ("schema", "property"):
        pairs, reasons = _renamed(pairs, old, new, dialect)
    labels: dict[str, int] = {}
    for pair in pairs:
        one, other = (old[pair[0]] if pair[0] is not None else None), (new[pair[1]] if pair[1] is not None else None)
        if one is not None and other is not None and one == other:
            continue
        label = kind.label(other if other is not None else one or {})
        labels[label] = labels.get(label, 0) + 1
        if labels[label] > 1:
            label = f"{label}#{labels[label]}"
        yield Part(
            shape=kind.shape,
            path=f"{part.path}.{key}.{label}".removeprefix("."),
            before=one,
            after=other,
            file=part.file,
            holder=part,
            key=key,
            renamed=reasons.get(pair, ""),
        )


def _renamed(
    pairs: list[Pair], old: Sequence[Written], new: Sequence[Written], dialect: str
) -> tuple[list[Pair], dict[Pair, str]]:
    """The pairs, with what is gone and what is new joined where it is probably the same under another name."""
    gone = {_name(old[one]): one for one, other in pairs if one is not None and other is None}
    fresh = {_name(new[other]): other for one, other in pairs if one is None and other is not None}
    if not gone or not fresh:
        return pairs, {}
    befores, afters = ([(_name(each), _type(each, dialect)) for each in side] for side in (old, new))
    found = renames(places(befores, gone), places(afters, fresh))
    joined = {fresh[name]: (gone[was], why) for was, (name, why) in found.items()}
    taken = {one for one, _ in joined.values()}
    reasons: dict[Pair, str] = {}
    result: list[Pair] = []
    for one, other in pairs:
        if one is None and other in joined:
            was, why = joined[other]
            result.append((was, other))
            reasons[was, other] = why
        elif other is not None or one not in taken:
            result.append((one, other))
    return result, reasons


def _name(entry: Mapping[str, Any]) -> str:
    return str(entry.get("physicalName") or entry.get("name") or "")


def _type(entry: Mapping[str, Any], dialect: str) -> Type | None:
    """Its type, as far as it says one; a logical type compares with its own kind."""
    if isinstance(entry.get("physicalType"), str):
        try:
            return parse_declared(entry["physicalType"], dialect)
        except ValueError:
            return Type(entry["physicalType"], entry["physicalType"].lower())
    logical = entry.get("logicalType")
    return Type(str(logical), f"logical {logical}") if logical else None


def _team(written: Any) -> Written | None:
    """The team object; ODCS 3.0 has a bare list of its members."""
    if not isinstance(written, Listed):
        return written  # type: ignore[no-any-return]
    team = Written(members=written)
    team.mark, team.marks = written.mark, {}
    return team


def _is(type_: Any, *values: Any) -> bool:
    return all(value is None or isinstance(value, type_) for value in values)


def _nothing(beside: Written | None = None) -> Written:
    """An empty part, at the place of the one beside it."""
    empty = Written()
    empty.mark, empty.marks = (beside.mark if beside is not None else (1, 1)), {}
    return empty


def _canonical(value: Any, key: str, shape: Shape) -> Any:
    """A value as it is compared: without formatting, and without order where there is none."""
    if value is None:
        value = shape.defaults.get(key)
    if key in shape.sets and isinstance(value, list):
        return sorted({repr(plain(each)) for each in value})
    if key in PROSE and isinstance(value, str):
        return repr(" ".join(value.split()))
    return repr(plain(value))


def plain(value: Any) -> Any:
    """A value without formatting: no blanks around text, no point in whole numbers, no order in mappings."""
    match value:
        case bool() | None:
            return value
        case str():
            return value.strip()
        case float() if value.is_integer():
            return int(value)
        case dict():
            return sorted((key, repr(plain(each))) for key, each in value.items() if each is not None)
        case list():
            return [plain(each) for each in value]
        case _:
            return value
