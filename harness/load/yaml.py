"""YAML from strangers: bounded in size, depth and aliases, without tags, and every value knows its line.

Scalars follow the core schema of YAML 1.2 (`no`, `1:30` and `2024-01-01` are text, as JSON Schema expects), read by
libyaml's event parser, so nothing here recurses on the input.
"""

import re
from collections.abc import Hashable
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

import yaml

from harness.model.errors import DocumentError
from harness.model.location import Location
from harness.model.number import number_in

MAX_BYTES = 4_000_000
MAX_DEPTH = 60
MAX_VALUES = 400_000
"""Values after aliases are expanded."""

_CORE_TAGS = {f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "map", "seq")}
_INT = re.compile(r"[-+]?(?:0|[1-9][0-9]*|0[0-9]+)\Z|0o[0-7]+\Z|0x[0-9a-fA-F]+\Z")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_MAX_DIGITS = 240
"""So that every number, in seconds too, fits a float."""
_WORDS = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip

Mark = tuple[int, int]
"""1-based line and column."""


class Mapping(dict[str, Any]):
    """A YAML mapping; `marks` has the place of each key, `mark` its own."""

    __slots__ = ("mark", "marks")
    mark: Mark
    marks: dict[str, Mark]


class Sequence(list[Any]):
    """A YAML sequence; `marks` has the place of each item, `mark` its own."""

    __slots__ = ("mark", "marks")
    mark: Mark
    marks: list[Mark]


def read(text: str, file: str) -> Any:
    """The one document in `text`, as Mapping, Sequence and plain scalars.

    Raises DocumentError, with its place, for text that is no YAML, has several documents, tags, duplicate or non-text
    keys, or exceeds the limits above.
    """
    if len(text) > MAX_BYTES:
        raise DocumentError(f"the file is larger than {MAX_BYTES:,} bytes", at=Location(file))
    builder = _Builder(file)
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Location(file, mark.line + 1, mark.column + 1) if mark else Location(file)
        said = " ".join(part for part in (error.context, error.problem) if part)
        raise DocumentError(f"this is no valid YAML: {said}", at=place) from None
    except (yaml.YAMLError, UnicodeError) as error:
        raise DocumentError(f"this is no valid YAML: {str(error).splitlines()[0]}", at=Location(file)) from None
    if not builder.documents:
        raise DocumentError("the file is empty", at=Location(file))
    return builder.documents[0]


@dataclass(slots=True)
class _Open:
    """A collection whose end has not been read; `key` waits for its value."""

    value: Mapping | Sequence
    anchor: str | None
    size: int = 1
    height: int = 1
    key: str | None = None


@dataclass(slots=True)
class _Builder:
    file: str
    documents: list[Any] = field(default_factory=list)
    stack: list[_Open] = field(default_factory=list)
    anchors: dict[str, tuple[Any, int, int]] = field(default_factory=dict)
    """Anchor -> its value, how many values that stands for, and how many levels it nests."""
    values: int = 0
    """Read so far, aliases expanded."""

    def take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.ScalarEvent):
            self.scalar(event)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self.open(event)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            done = self.stack.pop()
            self.values += 1
            self.close(done.value, done.size, done.height, done.value.mark, done.anchor)
        elif isinstance(event, yaml.AliasEvent):
            self.alias(event)
        elif isinstance(event, yaml.DocumentStartEvent) and self.documents:
            raise self.error("the file holds more than one document; write one per file", _mark(event))

    def open(self, event: Any) -> None:
        mark = _mark(event)
        self.check_tag(event, mark)
        self.check_depth(1, mark)
        value: Mapping | Sequence
        if isinstance(event, yaml.MappingStartEvent):
            value = Mapping()
            value.marks = {}
        else:
            value = Sequence()
            value.marks = []
        value.mark = mark
        if self.stack and isinstance(self.stack[-1].value, Mapping) and self.stack[-1].key is None:
            raise self.error("a key must be text, not a collection", mark)
        self.stack.append(_Open(value, event.anchor))

    def scalar(self, event: Any) -> None:
        mark = _mark(event)
        self.check_tag(event, mark)
        if self.stack and isinstance(self.stack[-1].value, Mapping) and self.stack[-1].key is None:
            self.take_key(event.value, mark)
            return
        if not event.value.isascii() and any("\ud800" <= letter <= "\udfff" for letter in event.value):
            raise self.error("half of a surrogate pair is no character", mark)
        plain = event.implicit[0] and not event.style
        self.values += 1
        self.close(_core(event.value) if plain and event.tag is None else event.value, 1, 0, mark, event.anchor)

    def take_key(self, key: Hashable, mark: Mark) -> None:
        top = self.stack[-1]
        assert isinstance(top.value, Mapping)  # noqa: S101 - only a mapping waits for a key
        if key == "<<":
            raise self.error("merge keys (`<<`) are not read; write the values out", mark)
        if key in top.value:
            line = top.value.marks[str(key)][0]
            raise self.error(f"the key {key!r} stands twice in one mapping, first in line {line}", mark)
        top.key = str(key)
        top.value.marks[top.key] = mark

    def alias(self, event: Any) -> None:
        mark = _mark(event)
        if event.anchor not in self.anchors:
            raise self.error(f"the alias *{event.anchor} has no anchor before it, or stands inside it", mark)
        if self.stack and isinstance(self.stack[-1].value, Mapping) and self.stack[-1].key is None:
            raise self.error("a key must be text, not an alias", mark)
        value, size, height = self.anchors[event.anchor]
        self.values += size
        self.check_depth(height, mark)
        self.close(value, size, height, mark, None)

    def close(self, value: Any, size: int, height: int, mark: Mark, anchor: str | None) -> None:
        """Puts a finished value where it belongs; with aliases expanded it is `size` values, nested `height` deep."""
        if self.values > MAX_VALUES:
            raise self.error(f"the file stands for more than {MAX_VALUES:,} values", mark)
        if anchor:
            self.anchors[anchor] = (value, size, height)
        if not self.stack:
            self.documents.append(value)
            return
        top = self.stack[-1]
        top.size += size
        top.height = max(top.height, height + 1)
        if isinstance(top.value, Mapping):
            assert top.key is not None  # noqa: S101 - take_key ran before
            top.value[top.key] = value
            top.key = None
        else:
            top.value.append(value)
            top.value.marks.append(mark)

    def check_depth(self, height: int, mark: Mark) -> None:
        if len(self.stack) + height > MAX_DEPTH:
            raise self.error(f"values are nested deeper than {MAX_DEPTH} levels", mark)

    def check_tag(self, event: Any, mark: Mark) -> None:
        if event.tag is not None and event.tag not in _CORE_TAGS and event.tag != "!":
            raise self.error(f"the tag {event.tag!r} is not allowed; write plain values", mark)

    def error(self, message: str, mark: Mark) -> DocumentError:
        return DocumentError(message, at=Location(self.file, *mark))


def _mark(event: Any) -> Mark:
    return event.start_mark.line + 1, event.start_mark.column + 1


def _core(text: str) -> Any:
    """A plain scalar by the core schema of YAML 1.2, save that infinities and NaN stay text: JSON has none."""
    if text in _WORDS:
        return _WORDS[text]
    if (text[0].isdigit() or text[0] in "+-.") and len(text) <= _MAX_DIGITS:
        if _INT.match(text):
            return int(text, 0) if text[:2] in ("0o", "0x") else int(text)
        if _FLOAT.match(text) and isfinite(number := number_in(text)):
            return number
    return text
