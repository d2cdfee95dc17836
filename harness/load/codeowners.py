"""CODEOWNERS of a repository: who must approve a change of a file, as GitHub and GitLab read it.

Sources: https://docs.github.com/articles/about-code-owners and https://docs.gitlab.com/user/project/codeowners/reference.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")
"""Where it is looked for; the first that is there counts."""
_SECTION = re.compile(r"\^?\[(?P<name>[^\]]+)\](?:\[\d+\])?(?P<owners>(?:\s.*)?)\Z")
_COMMENT = re.compile(r"(?:^|\s)#.*\Z")
_WORDS = re.compile(r"(?:\\.|[^\s\\])+")
_ESCAPED = re.compile(r"\\([*?])|\\(.)")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: the files it is about, and their owners (none takes those of the lines above away)."""

    pattern: str
    owners: tuple[str, ...]
    section: str
    """GitLab's, in lower case; "" outside any, which is all there is on GitHub."""


@dataclass(frozen=True, slots=True)
class CodeOwners:
    """The whole file."""

    file: str
    entries: tuple[Entry, ...]

    def of(self, path: str) -> tuple[str, ...]:
        """The owners of a file, named from the root of the repository: in each section the last line that fits wins."""
        found = {entry.section: entry.owners for entry in self.entries if fits(entry.pattern, path)}
        return tuple(dict.fromkeys(owner for owners in found.values() for owner in owners))


def parse_codeowners(text: str, file: str) -> CodeOwners:
    """The entries of the file. A line that GitHub calls invalid (`!`, `[a-z]`) is left out, as GitHub does."""
    entries: list[Entry] = []
    section, default = "", ()
    for line in (_COMMENT.sub("", written).strip() for written in text.splitlines()):
        if head := _SECTION.match(line):
            section, default = head["name"].strip().lower(), tuple(head["owners"].split())
            continue
        words = _WORDS.findall(line)
        if words and not words[0].startswith("!") and "[" not in words[0]:
            entries.append(Entry(words[0], tuple(words[1:]) or default, section))
    return CodeOwners(file, tuple(entries))


def fits(pattern: str, path: str) -> bool:
    """Whether a pattern is about a file. As .gitignore has it: a name alone fits at any depth, a folder is all in it.

    Other than there, `docs/*` is only about the files right in `docs`.
    """
    inner = _ESCAPED.sub(lambda found: f"[{found[1]}]" if found[1] else found[2], pattern.strip("/"))
    steps = inner.split("/")
    only_here = len(steps) > 1 and steps[-1] == "*" and not pattern.endswith("/")
    if steps[-1] == "**":
        steps[-1] = "*"
    if not pattern.startswith("/") and len(steps) == 1:
        steps.insert(0, "**")
    ends = _ends(steps, path.split("/"))
    length = path.count("/") + 1
    if only_here:
        return length in ends
    return any(end < length for end in ends) if pattern.endswith("/") else bool(ends)


def _ends(steps: Sequence[str], path: Sequence[str]) -> set[int]:
    """After how many parts of the path the pattern may be at its end: step by step, so that no pattern takes long."""
    reached = {0}
    for step in steps:
        if step == "**":
            reached = set(range(min(reached), len(path) + 1)) if reached else set()
        else:
            reached = {end + 1 for end in reached if end < len(path) and fnmatchcase(path[end], step)}
    return reached
