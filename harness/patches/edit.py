"""Edits of YAML by the places of its parts: everything beside them, comments and formatting too, stays as it is."""

import json
import re
from collections.abc import Mapping, Sequence

import yaml

from harness.model.location import Location

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z|\d+\.\d+\.\d+\Z")
_PLAIN_IN_BLOCK = re.compile(r"[A-Za-z_][A-Za-z0-9_(),'\[\]]*(?: [A-Za-z0-9_(),'\[\]]+)*\Z")
"""Also a text with commas and brackets, which mean something inside braces only."""
_WORDS = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}
_COMMENT = re.compile(r"\s*#")


class UnpatchableError(ValueError):
    """The part cannot be edited by itself; the message says why."""


def mapping_at(text: str, at: Location) -> yaml.MappingNode:
    """The mapping that begins at a place. Raises UnpatchableError when none does."""
    root = yaml.compose(text, Loader=yaml.CSafeLoader)
    assert root is not None  # noqa: S101 - it was read before
    return _mapping(root, at)


def value_of(node: yaml.MappingNode, key: str) -> yaml.Node | None:
    """The value of a key."""
    return next((value for name, value in node.value if name.value == key), None)


def sequence_of(node: yaml.MappingNode, key: str) -> yaml.SequenceNode:
    """The list at a key. Raises UnpatchableError when there is none, or it stands elsewhere in the file."""
    found = value_of(node, key)
    if not isinstance(found, yaml.SequenceNode) or not _is_inside(found, node):
        raise UnpatchableError(f"`{key}` is no list that stands here")
    return found


def with_value(text: str, node: yaml.MappingNode, key: str, value: str | bool, after: str = "name") -> str:
    """The text with `key: value` in the mapping; a key that is new stands behind the key `after`."""
    for name, old in node.value:
        if name.value == key:
            return _replaced(text, name, old, _scalar(value, old.style, flow=bool(node.flow_style)))
    scalars = [(name, old) for name, old in node.value if isinstance(old, yaml.ScalarNode)]
    name, old = next(((n, v) for n, v in scalars if n.value == after), (scalars or node.value)[0])
    if not isinstance(old, yaml.ScalarNode) or not _is_inside(old, node):
        raise UnpatchableError(f"there is no place for `{key}` behind `{name.value}`")
    written = f"{key}: {_scalar(value, None, flow=bool(node.flow_style))}"
    if node.flow_style:
        end = old.end_mark.index
        return f"{text[:end]}, {written}{text[end:]}"
    return _with_line(text, _end_of_line(text, _last(text, old)), " " * name.start_mark.column + written)


def without_key(text: str, node: yaml.MappingNode, key: str) -> str:
    """The text without a key and its value; as it is when the key is not there."""
    index = next((number for number, (name, _) in enumerate(node.value) if name.value == key), None)
    if index is None:
        return text
    name, value = node.value[index]
    if not _is_inside(value, node) or len(node.value) == 1:
        raise UnpatchableError(f"`{key}` cannot be taken out by itself")
    if node.flow_style:
        if index + 1 < len(node.value):
            return text[: name.start_mark.index] + text[node.value[index + 1][0].start_mark.index :]
        return text[: node.value[index - 1][1].end_mark.index] + text[value.end_mark.index :]
    start, end = _start_of_line(text, name.start_mark.index), _end_of_line(text, _last(text, value))
    if text[start : name.start_mark.index].strip():
        raise UnpatchableError(f"`{key}` shares its line with the dash of its item")
    return text[:start] + text[end:]


def without_item(text: str, items: yaml.SequenceNode, index: int) -> str:
    """The text without an item of a list, and without the comments inside it; those above it stay."""
    if len(items.value) == 1:
        raise UnpatchableError("nothing would be left")
    item = _own(items, index)
    if items.flow_style:
        if index + 1 < len(items.value):
            return text[: item.start_mark.index] + text[items.value[index + 1].start_mark.index :]
        return text[: items.value[index - 1].end_mark.index] + text[item.end_mark.index :]
    start, end = _block(text, items, index)
    return text[:start] + text[end:]


def with_item(text: str, items: yaml.SequenceNode, index: int, fields: Mapping[str, str | bool]) -> str:
    """The text with a new mapping in a list, written as its neighbour is."""
    neighbour = _own(items, max(index - 1, 0))
    flow = bool(items.flow_style) or bool(neighbour.flow_style)
    pairs = [f"{key}: {_scalar(value, None, flow=flow)}" for key, value in fields.items()]
    if items.flow_style:
        written = "{" + ", ".join(pairs) + "}"
        place = neighbour.end_mark.index if index else neighbour.start_mark.index
        return text[:place] + (f", {written}" if index else f"{written}, ") + text[place:]
    start, end = _block(text, items, max(index - 1, 0))
    dash = text.index("-", start)
    indent, gap = " " * (dash - start), " " * max(neighbour.start_mark.column - (dash - start) - 1, 1)
    if neighbour.start_mark.line != text.count("\n", 0, dash):
        gap = " "  # the neighbour's dash stands alone on its line
    lines = [f"- {{{', '.join(pairs)}}}"] if flow else [f"-{gap}{pairs[0]}", *(f" {gap}{pair}" for pair in pairs[1:])]
    newline = _newline(text)
    written = newline.join(indent + line for line in lines)
    return _with_line(text, end if index else start, written)


def with_order(text: str, items: yaml.SequenceNode, order: Sequence[int]) -> str:
    """The text with the items of a list in another order, each with the comments above it."""
    if items.flow_style:
        raise UnpatchableError("a list in brackets is not put into another order")
    blocks = [_block(text, items, index) for index in range(len(items.value))]
    starts = [blocks[0][0], *(_with_comments(text, start) for start, _ in blocks[1:])]
    ends = [*starts[1:], blocks[-1][1]]
    parts = [text[start:end] for start, end in zip(starts, ends, strict=True)]
    if not parts[-1].endswith("\n"):
        raise UnpatchableError("the last line has no end")
    return text[: starts[0]] + "".join(parts[index] for index in order) + text[ends[-1] :]


def _mapping(root: yaml.Node, at: Location) -> yaml.MappingNode:
    waiting, seen = [root], set[int]()
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        place = node.start_mark.line + 1, node.start_mark.column + 1
        if isinstance(node, yaml.MappingNode):
            if place == (at.line, at.column):
                return node
            waiting += [value for _, value in node.value]
        elif isinstance(node, yaml.SequenceNode):
            waiting += node.value
    raise UnpatchableError("the place is not found")


def _own(items: yaml.SequenceNode, index: int) -> yaml.CollectionNode:
    item: yaml.CollectionNode = items.value[index]
    if not _is_inside(item, items):
        raise UnpatchableError("it is an alias of another part of the file")
    return item


def _is_inside(node: yaml.Node, holder: yaml.Node) -> bool:
    """Whether a part stands in what holds it; an alias stands where its anchor is."""
    return bool(holder.start_mark.index <= node.start_mark.index <= node.end_mark.index <= holder.end_mark.index)


def _replaced(text: str, name: yaml.Node, old: yaml.Node, written: str) -> str:
    start, end = old.start_mark.index, old.end_mark.index
    between = text[name.end_mark.index : start]
    if not isinstance(old, yaml.ScalarNode) or old.style in ("|", ">") or between.strip(" \t") != ":":
        raise UnpatchableError(f"the value of `{name.value}` is no plain text on its line")
    return text[:start] + written + text[end:]


def _block(text: str, items: yaml.SequenceNode, index: int) -> tuple[int, int]:
    """Where the lines of an item of a block list begin and end."""
    item = _own(items, index)
    dash = text.rindex("-", 0, item.start_mark.index)
    start = _start_of_line(text, dash)
    if text[start:dash].strip():
        raise UnpatchableError("the item shares its line with something else")
    end = _end_of_line(text, _last(text, item))
    while (line := _line(text, end)) and _COMMENT.match(line) and len(line) - len(line.lstrip()) > dash - start:
        end += len(line)
    return start, end


def _last(text: str, node: yaml.Node) -> int:
    """The end of the last thing in a part: the end mark of a block is where the next part begins."""
    if isinstance(node, yaml.MappingNode) and not node.flow_style:
        return max(_last(text, part) for pair in node.value for part in pair if _is_inside(part, node))
    if isinstance(node, yaml.SequenceNode) and not node.flow_style:
        return max((_last(text, part) for part in node.value if _is_inside(part, node)), default=node.end_mark.index)
    start, end = node.start_mark.index, node.end_mark.index
    return int(start + len(text[start:end].rstrip()))


def _with_comments(text: str, start: int) -> int:
    while start:
        above = _start_of_line(text, start - 1)
        if not _COMMENT.match(text[above:start]):
            break
        start = above
    return start


def _with_line(text: str, place: int, line: str) -> str:
    """The text with a line at a place where a line begins, or at its end."""
    newline = _newline(text)
    if place and text[place - 1] != "\n":
        return text[:place] + newline + line + text[place:]
    return text[:place] + line + newline + text[place:]


def _start_of_line(text: str, index: int) -> int:
    return text.rfind("\n", 0, index) + 1


def _end_of_line(text: str, index: int) -> int:
    found = text.find("\n", index)
    return len(text) if found < 0 else found + 1


def _line(text: str, start: int) -> str:
    return text[start : _end_of_line(text, start)]


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _scalar(value: str | bool, style: str | None, *, flow: bool) -> str:
    """A value as YAML, quoted as the one before it was, or only where it must be."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if style == "'" and value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    plain = _PLAIN.match(value) or (not flow and _PLAIN_IN_BLOCK.match(value))
    if not style and plain and value.lower() not in _WORDS:
        return value
    return json.dumps(value, ensure_ascii=False)
