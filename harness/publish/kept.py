"""The parts of a document that people write, which outlive every new edition of what is written around them.

A part stands between two lines, `<!-- keep:NAME -->` and `<!-- /keep -->`, under any heading. The first line of a
document holds a digest of all that is outside such parts, so that words written elsewhere are noticed and not lost.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from harness.model.errors import DocumentError
from harness.model.location import Location

_BEGIN = re.compile(r"<!-- keep:([A-Za-z0-9][A-Za-z0-9_-]*) -->")
_END = "<!-- /keep -->"
# whatever was meant as a marker is one, or is broken
_MEANT = re.compile(r"<!-*\s*/?\s*keep\b", re.IGNORECASE)
_TITLE = re.compile(
    r"<!-- Written by `harness publish` from contracts and lineage; your words go between keep and /keep\."
    r" ([0-9a-f]{16}) -->"
)
_FENCE = re.compile(r"(`{3,}).*")

Place = tuple[str, int]
"""The line of a heading, and how many such lines came before; ("", 0) before the first heading."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A part that people write: its name, the heading it stands under, and the lines between its markers."""

    name: str
    under: Place
    lines: tuple[str, ...]

    @property
    def written(self) -> bool:
        """Whether there is anything to lose."""
        return any(line.strip() for line in self.lines)

    @property
    def block(self) -> tuple[str, ...]:
        """With its markers."""
        return (f"<!-- keep:{self.name} -->", *self.lines, _END)


def edition(fresh: str, old: str | None, file: str) -> str:
    """`fresh` with the kept parts of `old`, each at the end of the section that it stood in.

    A part that `fresh` has itself takes its place there; one whose section is gone goes to the end. Raises
    DocumentError, with file and line, when it cannot be told what in `old` people wrote.
    """
    kept = {each.name: each for each in kept_in(old, file)} if old is not None else {}
    return _dated(_woven(fresh, kept))


def kept_in(text: str, file: str) -> tuple[Kept, ...]:
    """The kept parts of a document that was written by `edition`. Raises DocumentError as `edition` does."""
    lines = _lines(text)
    if not is_ours(text):
        hint = "move it away, or name another folder: `publish: {folder: ...}` in harness.yaml"
        raise DocumentError("the document was not written by `harness publish`", at=Location(file), hint=hint)
    kept = tuple(_read(lines, file))
    found = _TITLE.fullmatch(lines[0])
    if not found or found[1] != _digest(lines):
        hint = "put them between <!-- keep:NAME --> and <!-- /keep -->, and take back the rest, or delete the file"
        raise DocumentError("words outside the kept parts were changed", at=Location(file), hint=hint)
    return kept


def is_ours(text: str) -> bool:
    """Whether the document was written by `edition`, even if it was changed since."""
    return text.startswith("<!-- Written by `harness publish`")


def _lines(text: str) -> list[str]:
    # no other character ends a line of Markdown, and a kept part must come back as it was
    return text.removesuffix("\n").split("\n")


def _read(lines: list[str], file: str) -> Iterator[Kept]:
    places = _places(lines)
    begun, name, names = 0, "", set[str]()
    for number, line in enumerate(lines, 1):
        at, marker = Location(file, number), line.rstrip("\r")
        if begin := _BEGIN.fullmatch(marker):
            if begun:
                raise _broken(f"keep:{begin[1]} begins inside keep:{name} of line {begun}", at)
            if begin[1] in names:
                raise _broken(f"there are two parts keep:{begin[1]}", at)
            begun, name = number, begin[1]
            names.add(name)
        elif marker == _END:
            if not begun:
                raise _broken("a kept part ends here that did not begin", at)
            yield Kept(name, places[begun - 1], tuple(lines[begun : number - 1]))
            begun = 0
        elif _MEANT.search(line):
            raise _broken("this is no marker of a kept part, but looks like one", at)
    if begun:
        raise _broken(f"the part keep:{name} does not end", Location(file, begun))


def _places(lines: Iterable[str]) -> list[Place]:
    """The heading that each line stands under; what looks like one in code or in a kept part is none."""
    places: list[Place] = []
    under, fence, inside, seen = ("", 0), "", False, dict[str, int]()
    for line in lines:
        marker = line.rstrip("\r")
        inside = (inside or _BEGIN.fullmatch(marker) is not None) and marker != _END
        if not inside:
            fence = _fence(line, fence)
            if not fence and line.startswith("#"):
                under = (line, seen.get(line, 0))
                seen[line] = under[1] + 1
        places.append(under)
    return places


def _broken(message: str, at: Location) -> DocumentError:
    return DocumentError(message, at=at, hint="write <!-- keep:NAME --> and <!-- /keep -->, each alone on its line")


def _fence(line: str, fence: str) -> str:
    """The fence of the code that the next line is in, or ""."""
    if fence:
        return "" if line == fence else fence
    found = _FENCE.fullmatch(line)
    return found[1] if found else ""


def _woven(fresh: str, kept: Mapping[str, Kept]) -> list[str]:
    lines = _lines(fresh)
    own = {each.name for each in _read(lines, "")}
    added: dict[Place, list[Kept]] = {}
    for each in kept.values():
        if each.name not in own:
            added.setdefault(each.under, []).append(each)
    woven: list[str] = []
    for under, section in _sections(lines):
        woven += _with_own(section, kept)
        woven = _appended(woven, added.pop(under, []))
    # their sections are gone
    return _appended(woven, [each for parts in added.values() for each in parts])


def _sections(lines: list[str]) -> Iterator[tuple[Place, list[str]]]:
    places = _places(lines)
    yield from ((under, [line for _, line in of]) for under, of in groupby(zip(places, lines, strict=True), _first))


def _first(pair: tuple[Place, str]) -> Place:
    return pair[0]


def _with_own(section: list[str], kept: Mapping[str, Kept]) -> Iterator[str]:
    """The section, with what people wrote in the parts that it has itself."""
    inside = False
    for line in section:
        inside = inside and line != _END
        if not inside:
            yield line
        if begin := _BEGIN.fullmatch(line):
            inside = begin[1] in kept
            yield from kept[begin[1]].lines if inside else ()


def _appended(lines: list[str], parts: Iterable[Kept]) -> list[str]:
    """A blank line stands around each part; where there was one before, it stays one."""
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    whole, after = lines[:end], lines[end:]
    for each in parts:
        whole += ["", *each.block] if whole else [*each.block, ""]
    return whole + after


def _dated(lines: list[str]) -> str:
    title = (
        "<!-- Written by `harness publish` from contracts and lineage; your words go between keep and /keep."
        f" {_digest(['', *lines])} -->"
    )
    return "\n".join([title, *lines]) + "\n"


def _digest(lines: list[str]) -> str:
    """Of what is outside kept parts, but for the title and blank lines."""
    outside, inside = [], False
    for line in lines[1:]:
        text = line.rstrip("\r")
        if _BEGIN.fullmatch(text):
            inside = True
        elif text == _END:
            inside = False
        elif not inside and text.strip():
            outside.append(text)
    return hashlib.sha256("\n".join(outside).encode()).hexdigest()[:16]
