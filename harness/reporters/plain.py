"""Text of strangers (names, messages, values of a contract) made safe to print on one line."""

import re

# What could move the cursor, recolour the terminal, reorder a line, hide in it, or be encoded by nothing.
# U+200D stays: it joins emoji.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)


# legal in a Python string and in a YAML escape, but in no encoding that a consumer could read
_SURROGATES = re.compile("[\ud800-\udfff]")
_BRACKETED = re.compile(r"#(?=#\w*\[)")
_LEADING = re.compile(r"(^|[\r\n])([^\S\r\n]*):(?=:)")


def plain(text: str, limit: int = 400) -> str:
    """`text` on one line of at most `limit` characters; what is unsafe to print is shown as U+FFFD."""
    # nearly every text is as it should be, and reports hold very many
    if len(text) <= limit and text.isascii() and text.isprintable() and "  " not in text and text == text.strip():
        return text
    line = _UNSAFE.sub("\ufffd", " ".join(text.split()))
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def plain_lines(text: str) -> list[str]:
    """Every line of `text`, each with the blanks that it begins with."""
    return [f"{line[: len(line) - len(line.lstrip(' '))]}{plain(line)}" for line in text.splitlines()]


def encodable(text: str) -> str:
    """`text` without halves of characters, which no encoding has."""
    return _SURROGATES.sub("\ufffd", text)


def inert(text: str, hash: str = "#\u200b", colon: str = ":\u200b") -> str:
    """`text` without anything that a CI server takes for a command when a job prints it.

    GitHub obeys a line that begins with `::name::` and `##[name]` anywhere in a line, Azure `##vso[...]`, TeamCity
    `##teamcity[...]`. `hash` and `colon` stand for the first character of such a mark: in JSON and XML an escape, which
    says the same.
    """
    text = _BRACKETED.sub(lambda _: hash, text)
    # to look for it at each letter takes far longer than to see that it is nowhere
    return _LEADING.sub(rf"\1\2{colon}", text) if "::" in text else text
