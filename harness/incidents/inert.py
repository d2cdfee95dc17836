"""Text of strangers (names, messages, values of a contract) made harmless in a message of any receiver.

A receiver may be a mail server, which takes a line break in a subject for a new header, or a chat, which rings
everybody for `@channel` or `<!here>`, makes a link of `[text](address)`, and fetches each address that it sees.
"""

import re
import unicodedata

_HIDDEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
_JOINER = "\u200d"
"""It joins emoji."""
_BREAK = "\u200b"
_CHANGED = str.maketrans({"<": "＜", ">": "＞", "@": f"@{_BREAK}", "`": "'"})
_LINK = re.compile(r"(?<=\])(?=[(\[])|(?<=:)(?=//)")


def inert(text: str, limit: int = 300) -> str:
    """One line of at most `limit` characters, without anything that a receiver obeys, and readable as before."""
    line = " ".join(text.split())
    seen = "".join("\ufffd" if unicodedata.category(c) in _HIDDEN and c != _JOINER else c for c in line[: limit + 1])
    short = seen if len(seen) <= limit else f"{seen[: limit - 1].rstrip()}…"
    return _LINK.sub(_BREAK, short).translate(_CHANGED)
