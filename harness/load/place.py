"""From a path inside a parsed document to its line."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from harness.load.yaml import Mapping, Sequence
from harness.model.location import Location


def place_of(data: Any, path: Iterable[Any], file: str) -> Location:
    """Where the value at `path` (keys and indexes) stands; as far along the path as the document goes."""
    mark, node = getattr(data, "mark", (1, 1)), data
    for part in path:
        in_mapping = isinstance(node, Mapping) and part in node.marks
        if not in_mapping and not (isinstance(node, Sequence) and isinstance(part, int) and part < len(node)):
            break
        mark, node = node.marks[part], node[part]
    return Location(file, *mark)


def keys_of(data: Any, file: str) -> dict[str, Location]:
    """The place of each key of a mapping."""
    return {key: Location(file, *mark) for key, mark in data.marks.items()} if isinstance(data, Mapping) else {}


def file_in(path: Path, root: Path) -> str:
    """The name of a file as locations have it: from the folder `root`, if it is in there."""
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()
