"""The patterns of java.time.format.DateTimeFormatter, which ODCS writes the `format` of dates and times in."""

import re
from dataclasses import dataclass
from itertools import groupby

_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")  # fmt: skip
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_PAIRS: dict[str, tuple[str, str]] = {
    "M": ("0?[1-9]|1[0-2]", "0[1-9]|1[0-2]"),
    "d": ("0?[1-9]|[12][0-9]|3[01]", "0[1-9]|[12][0-9]|3[01]"),
    "H": ("[01]?[0-9]|2[0-3]", "[01][0-9]|2[0-3]"),
    "k": ("0?[1-9]|1[0-9]|2[0-4]", "0[1-9]|1[0-9]|2[0-4]"),
    "K": ("0?[0-9]|1[01]", "0[0-9]|1[01]"),
    "h": ("0?[1-9]|1[0-2]", "0[1-9]|1[0-2]"),
    "m": ("[0-5]?[0-9]", "[0-5][0-9]"),
    "s": ("[0-5]?[0-9]", "[0-5][0-9]"),
}
"""Letter -> what it stands for alone, and twice."""
_OFFSET = "[+-](?:0[0-9]|1[0-8])"
_ZONES: dict[str, str] = {
    "X": f"Z|{_OFFSET}(?:[0-5][0-9])?",
    "XX": f"Z|{_OFFSET}[0-5][0-9]",
    "XXX": f"Z|{_OFFSET}:[0-5][0-9]",
    "x": f"{_OFFSET}(?:[0-5][0-9])?",
    "xx": f"{_OFFSET}[0-5][0-9]",
    "xxx": f"{_OFFSET}:[0-5][0-9]",
    "Z": f"{_OFFSET}[0-5][0-9]",
    "ZZ": f"{_OFFSET}[0-5][0-9]",
    "ZZZ": f"{_OFFSET}[0-5][0-9]",
    "ZZZZZ": f"Z|{_OFFSET}:[0-5][0-9]",
    "z": "[A-Z]{1,5}",
    "VV": "Z|[A-Za-z]+(?:[/_+-][A-Za-z0-9]+)*",
}
_NAMES: dict[str, tuple[str, ...]] = {
    "MMM": tuple(name[:3] for name in _MONTHS),
    "MMMM": _MONTHS,
    "E": tuple(name[:3] for name in _DAYS),
    "EE": tuple(name[:3] for name in _DAYS),
    "EEE": tuple(name[:3] for name in _DAYS),
    "EEEE": _DAYS,
    "a": ("AM", "PM"),
    "G": ("AD", "BC"),
}


@dataclass(frozen=True, slots=True)
class JdkPattern:
    """A pattern as a regular expression over the whole text, without `^` and `$`."""

    regex: str
    iso: str = ""
    """What the text is replaced by to be an ISO date (`\\3-\\2-\\1`), when it has year, month and day in figures."""

    def as_iso(self, text: str) -> str:
        """The text as an ISO date, if it is written in the pattern; else the text itself."""
        found = re.fullmatch(self.regex, text)
        return found.expand(self.iso) if found and self.iso else text


def jdk_pattern(pattern: str) -> JdkPattern:
    """What the pattern stands for. Raises ValueError for one that is none, or has a letter that is not known here."""
    parts: list[str] = []
    groups: list[str] = []
    rest, depth = pattern, 0
    while rest:
        head = rest[0]
        if head == "'":
            text, rest = _quoted(rest, pattern)
            parts.append(re.escape(text))
        elif head.isascii() and head.isalpha():
            run = next("".join(same) for _, same in groupby(rest))
            parts.append(_letters(run, groups, optional=depth > 0))
            rest = rest[len(run) :]
        else:
            depth += (head == "[") - (head == "]")
            if depth < 0 or head in "{}#":
                raise ValueError(f"{pattern!r} is no pattern of a date or time: {head!r} is out of place")
            parts.append({"[": "(?:", "]": ")?"}.get(head, re.escape(head)))
            rest = rest[1:]
    if depth:
        raise ValueError(f"{pattern!r} is no pattern of a date or time: `[` is not closed")
    if not any(letter.isalpha() for letter in pattern):
        raise ValueError(f"{pattern!r} is no pattern of a date or time")
    whole = sorted(groups) == ["M", "d", "y"]
    iso = "-".join(f"\\{groups.index(letter) + 1}" for letter in "yMd") if whole else ""
    return JdkPattern("".join(parts), iso)


def _quoted(rest: str, pattern: str) -> tuple[str, str]:
    """The text between quotes, of which two are one, and what follows."""
    if rest.startswith("''"):
        return "'", rest[2:]
    found = re.match(r"'((?:[^']|'')+)'(?!')", rest)
    if not found:
        raise ValueError(f"{pattern!r} is no pattern of a date or time: a quote is not closed")
    return found[1].replace("''", "'"), rest[found.end() :]


def _letters(run: str, groups: list[str], *, optional: bool) -> str:
    letter, count = run[0], len(run)
    if run in _NAMES:
        return f"(?:{'|'.join(_NAMES[run])})"
    if run in _ZONES:
        return f"(?:{_ZONES[run]})"
    if letter in "yu" and count in (2, 4):
        return _part("y", f"[0-9]{{{count}}}", groups, kept=count == 4 and not optional)
    if letter == "L" and count <= 2:
        letter = "M"
    if letter in _PAIRS and count <= 2:
        return _part(letter, _PAIRS[letter][count - 1], groups, kept=letter in "Md" and not optional)
    if letter == "S":
        return f"[0-9]{{{count}}}"
    if letter == "D" and count == 3:
        return "(?:00[1-9]|0[1-9][0-9]|[12][0-9]{2}|3[0-5][0-9]|36[0-6])"
    if letter in "nNA":
        return "[0-9]+"
    raise ValueError(f"the letters {run!r} of a pattern of dates and times are not known here")


def _part(letter: str, regex: str, groups: list[str], *, kept: bool) -> str:
    if not kept or letter in groups:
        return f"(?:{regex})"
    groups.append(letter)
    return f"({regex})"
