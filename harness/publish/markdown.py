"""Pieces of Markdown in which nothing that a contract says is more than text."""

from collections.abc import Iterable, Sequence

from harness.publish.platform import Told
from harness.reporters.escape import code, prose

_LONG = 4_000
"""Characters of a text in a contract; no more is shown."""
NONE = "–"
"""Where there is nothing to say."""


def text(words: object, limit: int = _LONG) -> str:
    """Running text or a cell, never at the beginning of a line: there a `#` would be a heading."""
    return prose(str(words), limit) if words not in ("", None) else NONE


def name(words: str, limit: int = 200) -> str:
    """A name in the type of code."""
    return code(words, limit) or NONE


def link(table: Told, folder: str) -> str:
    """A link to the page of a table."""
    return f"[{name(table.name)}]({folder}{table.page}.md)"


def grid(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; each cell is Markdown already. Nothing when it has no rows."""
    lines = [_row(row) for row in rows]
    return "\n".join([_row(head), _row(["---"] * len(head)), *lines]) if lines else ""


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def command(words: str) -> str:
    """A block of commands, each on its own line."""
    lines = [
        "".join(c if c.isprintable() else "\ufffd" for c in line.expandtabs()) for line in words.strip().splitlines()
    ][:50]
    if "<!" in words or "`" in words:
        # in a block of code this could end the block, or look like the marker of a kept part
        return f"<pre>{'&#10;'.join(prose_of(line) for line in lines)}</pre>"
    return "\n".join(["```sh", *lines, "```"])


def prose_of(line: str) -> str:
    """A line of code as HTML that Markdown leaves alone."""
    return "".join(c if c.isalnum() or c in " -/.,:=" else f"&#{ord(c)};" for c in line)


def document(*parts: str) -> str:
    """The parts that are there, with a blank line between."""
    return "\n\n".join(part.strip("\n") for part in parts if part.strip()) + "\n"


def notes(about: str) -> str:
    """The place for what only people know."""
    return f"## Notes\n\n{about}\n\n<!-- keep:notes -->\n<!-- /keep -->"
