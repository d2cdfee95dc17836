"""Text laid out for a terminal: lines, paragraphs and grids, `width` columns wide, in colour if it has any.

Every run writes the text report, and to import rich and draw with it took a sixth of a small one.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

Span = tuple[str, str]
"""Text, and its style: words of `_CODES`, or ""."""
Spans = tuple[Span, ...]
_CODES = {
    "bold": "1",
    "dim": "2",
    "red": "31",
    "green": "32",
    "yellow": "33",
    "blue": "34",
    "magenta": "35",
    "cyan": "36",
}
_WORD = re.compile(r"\s*\S+\s*")
_ELLIPSIS = "…"
_JOINER = "\u200d"
_LEAST = 8
"""Width down to which a column folds to spare the others."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a grid; one that `folds` is broken over lines where it does not fit, any other is cut."""

    title: str = ""
    right: bool = False
    folds: bool = True


@dataclass(slots=True)
class Page:
    """What was laid out so far."""

    width: int
    color: bool = False
    lines: list[str] = field(default_factory=list)

    def line(self, text: str = "", style: str = "") -> None:
        """One line, however long it is, so that a terminal can open the path in it."""
        self.spans((text, style))

    def spans(self, *spans: Span) -> None:
        """One line of several styles."""
        self.lines.append(self._painted(spans))

    def paragraph(self, text: str, indent: int = 0, style: str = "") -> None:
        """Text broken between words."""
        for start, end in _broken(text, self.width - indent):
            self.lines.append(" " * indent + self._painted([(text[start:end].rstrip(), style)]))

    def grid(self, columns: Sequence[Column], rows: Sequence[Sequence[Spans]], gap: int) -> None:
        """Rows below their titles, where there are any; a cell holds one line of text."""
        titles = [((column.title, "bold"),) for column in columns]
        is_headed = any(column.title for column in columns)
        table = [titles, *rows] if is_headed else rows
        natural = [max(cells_of(_text(row[i])) for row in table) for i in range(len(columns))]
        widths = _fitting(natural, columns, self.width - gap * (len(columns) - 1))
        for row in table:
            self._row(columns, row, widths, gap)
            if is_headed and row is titles:
                self.lines.append("─" * (sum(widths) + gap * (len(columns) - 1)))

    def _row(self, columns: Sequence[Column], row: Sequence[Spans], widths: Sequence[int], gap: int) -> None:
        parts = [list(_fitted(*each)) for each in zip(row, columns, widths, strict=True)]
        for number in range(max(map(len, parts))):
            placed = [
                self._placed(part[number] if number < len(part) else (), width, right=column.right)
                for part, column, width in zip(parts, columns, widths, strict=True)
            ]
            self.lines.append((" " * gap).join(placed))

    def _placed(self, spans: Sequence[Span], width: int, *, right: bool) -> str:
        blank = " " * (width - cells_of(_text(spans)))
        return blank + self._painted(spans) if right else self._painted(spans) + blank

    def _painted(self, spans: Sequence[Span]) -> str:
        return "".join(
            f"\x1b[{';'.join(_CODES[word] for word in style.split())}m{text}\x1b[0m" if self.color and style else text
            for text, style in spans
        )


def cells_of(text: str) -> int:
    """How many columns of a terminal `text` takes: wide letters two, what only changes its neighbour none."""
    return len(text) if text.isascii() else sum(_letters(text))


def _letters(text: str) -> Iterator[int]:
    """The columns of each letter; what stands behind a joiner is drawn as one with what stands before it."""
    for before, letter in zip(f" {text}", text, strict=False):
        yield 0 if before == _JOINER else _cells(letter)


@cache
def _cells(letter: str) -> int:
    if unicodedata.category(letter) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def _text(spans: Sequence[Span]) -> str:
    return "".join(text for text, _ in spans)


def _fitting(natural: Sequence[int], columns: Sequence[Column], room: int) -> list[int]:
    """The widths of the columns: of those that fold the widest give way, and only when they are narrow the others."""
    widths, every = list(natural), range(len(columns))
    for giving, least in (([i for i in every if columns[i].folds], _LEAST), (every, 1)):
        while giving and sum(widths) > room:
            widest = max(giving, key=lambda i: widths[i])
            if widths[widest] <= least:
                break
            widths[widest] -= 1
    return widths


def _fitted(cell: Spans, column: Column, width: int) -> Iterator[Spans]:
    """The lines of a cell."""
    text = _text(cell)
    if cells_of(text) <= width:
        yield cell
    elif column.folds:
        for start, end in _broken(text, width):
            yield _cut(cell, start, start + len(text[start:end].rstrip()))
    else:
        yield (*_cut(cell, 0, _reach(text, width - 1)), (_ELLIPSIS, ""))


def _cut(cell: Spans, start: int, end: int) -> Spans:
    """The part of the cell from `start` to `end`, each letter in its style."""
    spans, place = [], 0
    for text, style in cell:
        part = text[max(0, start - place) : max(0, end - place)]
        place += len(text)
        if part:
            spans.append((part, style))
    return tuple(spans)


def _broken(text: str, width: int) -> Iterator[tuple[int, int]]:
    """Where each line begins and ends; a word that is longer than a line begins one, and is broken itself."""
    begin = used = 0
    for found in _WORD.finditer(text):
        start, word = found.start(), found[0]
        if used + cells_of(word.rstrip()) > width and start > begin:
            yield begin, start
            begin, used = start, 0
        while cells_of(word.rstrip()) > width and not used:
            reach = max(1, _reach(word, width))
            yield begin, begin + reach
            begin, word = begin + reach, word[reach:]
        used += cells_of(word)
    yield begin, len(text)


def _reach(text: str, width: int) -> int:
    """How many letters of `text` fit into `width` columns."""
    used = 0
    for number, taken in enumerate(_letters(text)):
        used += taken
        if used > width:
            return number
    return len(text)
