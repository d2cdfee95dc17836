"""Two versions of a contract -> the parts that differ."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from harness.changes.match import Pair, matched
from harness.changes.moves import moves_in
from harness.changes.part import Part
from harness.changes.plain import plain
from harness.changes.renamed import joined
from harness.changes.shape import PROSE, SHAPES, Many, One, Shape
from harness.load.yaml import Mapping as Written
from harness.load.yaml import Sequence as Listed


@dataclass(frozen=True, slots=True)
class Side:
    """One version: its parsed YAML, and the name of its file."""

    data: Any
    file: str


def parts_of(before: Side | None, after: Side | None, dialect: str = "") -> list[Part]:
    """Every part that is new, gone or has a key of another value, from the outside in; the contract itself is first.

    One that is new or gone as a whole is one part, and so are a column that is gone and one that is new, where it only
    moved into an object or out of it; these come last. A dialect helps to tell which column was probably renamed.
    """
    one, other = (_data(side) if side else None for side in (before, after))
    side = after or before
    whole = Part(shape="contract", path="", before=one, after=other, file=side.file if side else "")
    taken: set[str] = set()
    found = list(_parts(whole, dialect, taken))
    moves = moves_in(found, lambda part: _inside(part, dialect, taken))
    ends = {part for pair in moves for part in pair}
    moved = (part for gone, new in moves for part in _parts(_joined(gone, new), dialect, taken))
    return [*(part for part in found if part not in ends), *moved]


def _data(side: Side) -> Written:
    return side.data if isinstance(side.data, Written) else _nothing()


def _parts(part: Part, dialect: str, taken: set[str]) -> Iterator[Part]:
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
        below = _below(part, key, shape.parts.get(key), old, new, dialect, taken)
        if below is not None:
            inside += below
        elif _canonical(old, key, shape) != _canonical(new, key, shape):
            changed[key] = (old, new)
    if changed or part.renamed or part.origin or not part.holder:
        yield Part(**{name: getattr(part, name) for name in Part.__slots__ if name != "changed"}, changed=changed)
    for each in inside:
        yield from _parts(each, dialect, taken)


def _inside(part: Part, dialect: str, taken: set[str]) -> Iterator[Part]:
    """The fields of a column that is new or gone, and theirs."""
    for key, kind in SHAPES[part.shape].parts.items():
        if kind.shape in ("property", "map") and part.written.get(key) is not None:
            for each in _below(part, key, kind, *part.values(key), dialect, taken) or ():
                yield each
                yield from _inside(each, dialect, taken)


def _joined(gone: Part, new: Part) -> Part:
    """One column in two places."""
    return Part(
        shape=new.shape,
        path=new.path,
        before=gone.before,
        after=new.after,
        file=new.file,
        holder=new.holder,
        key=new.key,
        origin=gone.was[1],
    )


def _below(
    part: Part, key: str, kind: Many | One | None, old: Any, new: Any, dialect: str, taken: set[str]
) -> list[Part] | None:
    """The parts under a key; None when its values are no parts, and so are compared as they are."""
    match kind:
        case One() if _is(Written, old, new):
            return [_inner(part, key, kind.shape, old, new, taken)]
        case One("team") if _is(Written | Listed, old, new):
            return [_inner(part, key, "team", _team(old), _team(new), taken)]
        case Many() if _is(Listed, old, new) and all(
            isinstance(each, Written) for each in (*(old or ()), *(new or ()))
        ):
            return list(_entries(part, key, kind, old or [], new or [], dialect, taken))
        case _:
            return None


def _inner(part: Part, key: str, shape: str, old: Written | None, new: Written | None, taken: set[str]) -> Part:
    """What is not written is an empty part: its keys come and go one by one, save for whole columns and persons."""
    whole = shape in ("property", "map", "team", "price", "description", "context")
    path = _free(f"{part.path}.{key}".removeprefix("."), taken)
    key = f"map.{key}" if part.shape == "map" else key
    if not whole:
        old, new = (side if side is not None else _nothing(other) for side, other in ((old, new), (new, old)))
    return Part(shape=shape, path=path, before=old, after=new, file=part.file, holder=part, key=key)


def _entries(
    part: Part, key: str, kind: Many, old: Sequence[Written], new: Sequence[Written], dialect: str, taken: set[str]
) -> Iterator[Part]:
    pairs = matched(old, new, kind.keys, kind.loose)
    reasons: dict[Pair, str] = {}
    if kind.shape in ("schema", "property"):
        pairs, reasons = joined(kind.shape, pairs, old, new, dialect)
    for pair in pairs:
        one, other = (old[pair[0]] if pair[0] is not None else None), (new[pair[1]] if pair[1] is not None else None)
        label = kind.label(other if other is not None else one or {})
        path = _free(f"{part.path}.{key}.{label}".removeprefix("."), taken)
        # their spelling, since Python takes 1 and true for equal
        if one is not None and other is not None and repr(one) == repr(other):
            continue
        yield Part(
            shape=kind.shape,
            path=path,
            before=one,
            after=other,
            file=part.file,
            holder=part,
            key=key,
            renamed=reasons.get(pair, ""),
        )


def _free(path: str, taken: set[str]) -> str:
    """The path, with a number where another part has it: by its path a change is told from every other."""
    free, number = path, 1
    while free in taken:
        number += 1
        free = f"{path}#{number}"
    taken.add(free)
    return free


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
    if key in shape.sets and isinstance(value, list):
        return sorted({repr(plain(each)) for each in value})
    if key in PROSE and isinstance(value, str):
        return repr(" ".join(value.split()))
    return repr(plain(value))
