"""The key of a table that its columns are marked for, as a whole: its primary key, and the one it is partitioned by."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from harness.changes.part import Leaf, Part
from harness.model.change import Effect
from harness.rules.breaking.judge import judged
from harness.rules.breaking.tables import Field, fields_of, names_of, tables_of
from harness.rules.rule import Context, Finding

Kind = Literal["new", "gone", "other", "order", "same"]


@dataclass(frozen=True, slots=True)
class KeyChange:
    """What became of the key of one table; its columns by their paths."""

    kind: Kind
    table: str
    anchor: Part
    """The table, or the column where one alone is marked otherwise."""
    key: str
    """Which of the two keys of a column to show it under."""
    before: list[str]
    after: list[str]
    leaves: tuple[Leaf, ...]


Word = Callable[[KeyChange], tuple[Effect, str]]


def words_on_key(context: Context, marks: tuple[str, str], word: Word, called: str, instead: str) -> Iterator[Finding]:
    """The word on the key of each table that is another; `marks` are what a column has of it: a flag and a position."""
    for each in _key_changes(context.parts, *marks):
        effect, message = word(each)
        yield judged(
            each.anchor,
            effect,
            message,
            each.key,
            values=(each.before or None, each.after or None),
            instead=instead,
            also=each.leaves,
        )
    for part in _idle_positions(context.parts, *marks):
        message = f"{part.table}.{part.column} has another position in a {called} that it is not part of"
        yield judged(part, Effect.NOTES, message, marks[1])


def _key_changes(parts: Sequence[Part], flag: str, position: str) -> Iterator[KeyChange]:
    names = names_of(parts)
    marked: dict[str, list[Part]] = {}
    for part in parts:
        if part.shape == "property" and {flag, position} & set(part.changed) and (table := part.within("schema")):
            marked.setdefault(table.path, []).append(part)
    for table in tables_of(parts):
        changed = marked.get(table.path, [])
        olds = _ordered(fields_of(table.before, names), flag, position)
        news = _ordered(fields_of(table.after), flag, position)
        before, after = [each.now for each in olds], [each.now for each in news]
        idle = [part for part in changed if part.column not in (*before, *after)]
        if before == after and not changed:
            continue
        kind = _kind(before, after)
        if kind == "order" and not changed:
            continue  # no order is said, and that of the columns means nothing
        leaves = tuple(
            (part.path, key) for part in changed if part not in idle for key in (flag, position) if key in part.changed
        )
        concerned = {path for path, _ in leaves}
        anchor = next(part for part in changed if part.path in concerned) if len(concerned) == 1 else table
        key = leaves[0][1] if leaves else flag
        yield KeyChange(kind, table.table, anchor, key, [each.path for each in olds], after, leaves)


def _idle_positions(parts: Sequence[Part], flag: str, position: str) -> Iterator[Part]:
    """Columns whose position in the key changed, though they are in no key."""
    for part in parts:
        moved = part.shape == "property" and position in part.changed and flag not in part.changed
        if moved and True not in part.values(flag):
            yield part


def listed(columns: Sequence[str]) -> str:
    """The columns of a key for people."""
    return columns[0] if len(columns) == 1 else f"({', '.join(columns)})"


def _kind(before: list[str], after: list[str]) -> Kind:
    if before == after:
        return "same"
    if sorted(before) == sorted(after):
        return "order"
    return "new" if not before else "gone" if not after else "other"


def _ordered(fields: Sequence[Field], flag: str, position: str) -> list[Field]:
    """In the order of their positions; of those without one, in their own."""
    return sorted((each for each in fields if each.entry.get(flag) is True), key=lambda f: _position(f.entry, position))


def _position(entry: Mapping[str, Any], key: str) -> int:
    written = entry.get(key)
    return written if isinstance(written, int) else -1
