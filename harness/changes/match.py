"""Which entry of a list is which in the next version of it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from harness.changes.plain import bag
from harness.changes.shape import Entry, Key

Pair = tuple[int | None, int | None]
"""Indexes of an entry before and after."""


def matched(
    before: Sequence[Entry], after: Sequence[Entry], keys: Iterable[Key], loose: Iterable[Key] = ()
) -> list[Pair]:
    """Each entry of both lists once, in the order of the later list, then what is gone.

    Equal entries first, so that of several of one kind the untouched ones stay out of it; then key by key. Entries that
    share a key are paired in their order.
    """
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for key in (_whole, *keys, *(_alike(key) for key in loose)):
        left = [index for index in range(len(before)) if index not in taken]
        groups: dict[object, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
        for index in left:
            groups[key(before[index])][0].append(index)
        for index, entry in enumerate(after):
            if index not in pairs:
                groups[key(entry)][1].append(index)
        for value, (olds, news) in groups.items():
            if value is not None:
                pairs.update(zip(news, olds, strict=False))
                taken.update(olds[: len(news)])
    gone = [index for index in range(len(before)) if index not in taken]
    return [(pairs.get(index), index) for index in range(len(after))] + [(index, None) for index in gone]


def _alike(key: Key) -> Key:
    """The same, for entries without an id: two ids that no other key joined are two entries."""
    return lambda entry: None if entry.get("id") is not None else key(entry)


def _whole(entry: Entry) -> object:
    return repr(bag(entry))
