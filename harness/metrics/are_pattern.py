r"""The regular expressions of contracts (RE2, as DuckDB has them) as PostgreSQL's "advanced" ones, which differ.

There `.` matches a line break, `\b` is a backspace, `\x41` takes all digits that follow, and what a letter is, depends
on the collation, which must be "C" where the result is used.
Source: https://www.postgresql.org/docs/current/functions-matching.html#POSIX-SYNTAX-DETAILS
"""

import re

_NO_BREAK = r"[^\n]"
_SAME = frozenset("dDwWnrtfvA")
"""Escapes that mean the same."""
_BLANK = r"\t\n\f\r "
_OTHER = {"b": r"\y", "B": r"\Y", "z": r"\Z", "a": r"\u0007", "s": f"[{_BLANK}]", "S": f"[^{_BLANK}]"}
_IN_BRACKETS = frozenset("dwnrtfv")
_OTHER_IN_BRACKETS = {"a": r"\u0007", "s": _BLANK}
_FLAGS = re.compile(r"\(\?([ims]+)\)")
_NAME = re.compile(r"\(\?P?<[A-Za-z_][A-Za-z_0-9]*>")
_HEX = re.compile(r"\\x(?:([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]{1,6})\})")
_QUOTED = re.compile(r"\\Q(.*?)(?:\\E|\Z)", re.DOTALL)
_CLASS = re.compile(r"\[:\^?[a-z]+:\]")
_SPECIAL = frozenset(".^$*+?()[]{}|\\")


def are_pattern(pattern: str) -> str:
    """The pattern in PostgreSQL's words. Raises ValueError for what it has no words for."""
    return _Reader(pattern).read()


class _Reader:
    """The pattern as far as it is read."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._rest = pattern
        self._dot = _NO_BREAK

    def read(self) -> str:
        parts = [self._flags()]
        while self._rest:
            parts.append(self._next())
        return "".join(parts)

    def _flags(self) -> str:
        """The options at the beginning, where alone PostgreSQL takes them."""
        found = _FLAGS.match(self._rest)
        if not found:
            return ""
        self._rest = self._rest[found.end() :]
        given = found[1]
        if "i" in given and not self._pattern.isascii():
            raise self._lacks("letters beyond ASCII in any case")
        if "s" in given:
            self._dot = "."
        # w: `^` and `$` at every line, and `.` as it is
        options = ("i" if "i" in given else "") + ("w" if "m" in given else "")
        return f"(?{options})" if options else ""

    def _next(self) -> str:
        rest = self._rest
        head = rest[0]
        if head == "\\":
            return self._escape()
        if head == "[":
            return self._brackets()
        if head == "(" and rest.startswith("(?"):
            return self._group()
        self._rest = rest[1:]
        return self._dot if head == "." else head

    def _group(self) -> str:
        for same in ("(?:", "(?=", "(?!"):
            if self._rest.startswith(same):
                self._rest = self._rest[3:]
                return same
        named = _NAME.match(self._rest)
        if not named:
            raise self._lacks(f"a group that begins with {self._rest[:3]}")
        self._rest = self._rest[named.end() :]
        return "("

    def _escape(self) -> str:
        if quoted := _QUOTED.match(self._rest):
            self._rest = self._rest[quoted.end() :]
            return "".join(f"\\{each}" if each in _SPECIAL else each for each in quoted[1])
        if number := self._code_point():
            return number
        letter = self._rest[1:2]
        self._rest = self._rest[2:]
        if letter in _SAME:
            return f"\\{letter}"
        if letter in _OTHER:
            return _OTHER[letter]
        return self._plain(letter)

    def _plain(self, letter: str) -> str:
        if not letter or letter.isalnum():
            raise self._lacks(f"\\{letter}")
        return f"\\{letter}" if letter.isascii() else letter

    def _code_point(self) -> str:
        found = _HEX.match(self._rest)
        if not found:
            return ""
        self._rest = self._rest[found.end() :]
        return f"\\U{int(found[1] or found[2], 16):08x}"

    def _brackets(self) -> str:
        """A class; a bracket in it is escaped, since `[.` and `[=` would begin something else."""
        parts = ["[^" if self._rest.startswith("[^") else "["]
        self._rest = self._rest[len(parts[0]) :]
        while self._rest and (not self._rest.startswith("]") or len(parts) == 1):
            parts.append(self._in_brackets())
        if not self._rest:
            raise self._lacks("a missing ]")
        self._rest = self._rest[1:]
        return "".join([*parts, "]"])

    def _in_brackets(self) -> str:
        if named := _CLASS.match(self._rest):
            self._rest = self._rest[named.end() :]
            if "^" in named[0]:
                raise self._lacks(named[0])
            return named[0]
        head = self._rest[0]
        if head != "\\":
            self._rest = self._rest[1:]
            return f"\\{head}" if head in "[]" else head
        if number := self._code_point():
            return number
        letter = self._rest[1:2]
        self._rest = self._rest[2:]
        if letter in _IN_BRACKETS:
            return f"\\{letter}"
        return _OTHER_IN_BRACKETS.get(letter) or self._plain(letter)

    def _lacks(self, what: str) -> ValueError:
        return ValueError(f"the pattern {self._pattern!r} has {what}, for which PostgreSQL has no words")
