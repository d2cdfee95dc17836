"""Text of strangers made harmless in GitHub Markdown: no markup, no HTML, no link, and nobody is mentioned."""

import re

from harness.reporters.plain import plain

# entities, not backslashes: a table reads `\|` before the text does, and an entity never starts markup
_ENTITIES = str.maketrans({char: f"&#{ord(char)};" for char in "\\`*~[]|$"} | {"&": "&amp;", "<": "&lt;", ">": "&gt;"})
# `_` inside a word is text already, and most names have one
_EDGES = re.compile(r"(?<!\w)_|_(?!\w)")
# in these places a zero-width space keeps the text readable and stops a mention, a reference or a link
_JOINTS = re.compile(r"(?<=[@#])(?=\w)|(?<=:)(?=//)|(?<=www)(?=\.)", re.IGNORECASE)
_PIECES = re.compile(r"&#?\w+;|.")
# nothing in here can end a code span or a cell of a table
_SIMPLE = re.compile(r"[\w./:(),=%-][\w ./:(),=%-]*")


def prose(text: str, limit: int) -> str:
    """`text` as running text or a cell of a table, at most `limit` characters long even when every one is escaped."""
    return _bounded(_escaped(plain(text, limit)), limit)


def spoken(text: str, limit: int) -> str:
    """The same, in which what stands between two backticks is in the type of code."""
    line = plain(text, limit)
    pieces = line.split("`")
    said = "".join(code(piece, limit) if odd % 2 else _escaped(piece) for odd, piece in enumerate(pieces))
    return said if len(pieces) % 2 and len(said) <= limit else prose(line, limit)


def _escaped(line: str) -> str:
    return _EDGES.sub("&#95;", _JOINTS.sub("\u200b", line).translate(_ENTITIES))


def code(text: str, limit: int) -> str:
    """`text` in the type of code, at most `limit` characters without its marks; "" stays ""."""
    line = plain(text, limit)
    if not line:
        return ""
    return f"`{line}`" if _SIMPLE.fullmatch(line) else f"<code>{prose(line, limit)}</code>"


def _bounded(escaped: str, limit: int) -> str:
    if len(escaped) <= limit:
        return escaped
    kept, left = [], limit - 1
    # piece by piece, so that no entity is cut in two
    for piece in _PIECES.findall(escaped):
        left -= len(piece)
        if left < 0:
            break
        kept.append(piece)
    return "".join(kept) + "…"
