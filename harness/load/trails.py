"""Contract files through the history of a branch, under whatever names they had."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from harness.load.contract_head import head_of
from harness.load.plumbing import out_of_git
from harness.load.revision import LINK, Blob, is_shallow, texts

_SETTINGS = (
    *("-c", "log.showRoot=true", "-c", "log.showSignature=false", "-c", "log.diffMerges=first-parent"),
    *("-c", "diff.relative=false"),
)
_LOG = ("log", "-m", "--first-parent", "--raw", "-z", "-M", "-l0", "--no-abbrev", "--format=%x01%H %P")


@dataclass(frozen=True, slots=True)
class Trail:
    """A file through the history of a branch."""

    versions: tuple[tuple[str, Blob], ...]
    """The commit that wrote it and the blob: each content once, the latest first."""
    cut: bool
    """Whether there are older ones that this clone does not have."""


def trails(root: Path, commit: str, files: Collection[str], endings: Iterable[str]) -> dict[str, Trail]:
    """The versions that each file had in `commit` and before, on the first parents, also under earlier names.

    `root` is the folder of the repository. A contract is followed by its id among all files of the repository with
    these endings, wherever it came from: git alone takes a file that was moved and rewritten for another one. A branch
    that was merged is one step: its own steps were never what others worked with.
    """
    steps, ids, shallow = list(_steps(root, commit, endings)), _Ids(root, commit), is_shallow(root)
    near = [step.entries[file] for step in steps for file in files if file in step.entries]
    ids.of(blob for each in near for blob in (each.old, each.new))  # at once, and not step by step
    return {file: _trail(file, steps, ids, shallow=shallow) for file in files}


class _Entry(NamedTuple):
    """A file that a commit touched: what it was, and what became of it."""

    old: str
    old_path: str
    new: str
    path: str
    status: str
    is_link: bool
    """Whether it is a link now."""


@dataclass(slots=True)
class _Step:
    """A commit, and what it touched, by the later path."""

    commit: str
    is_first: bool
    entries: dict[str, _Entry] = field(default_factory=dict)

    @property
    def gone(self) -> Iterator[_Entry]:
        """The files that it took away, or put something else in the place of."""
        return (each for each in self.entries.values() if each.status in ("D", "T"))


def _steps(root: Path, commit: str, endings: Iterable[str]) -> Iterator[_Step]:
    """The commits, the latest first."""
    paths = (f":(top,glob)**/*{ending}" for ending in endings)
    listed = out_of_git(root, *_SETTINGS, *_LOG, commit, "--", *paths)
    step = _Step(commit, is_first=False)
    tokens = iter(listed.decode("utf-8", "surrogateescape").split("\0"))
    for token in tokens:
        if token.startswith("\1"):
            yield step
            at, _, parents = token[1:].partition(" ")
            step = _Step(at, is_first=not parents.strip())
        elif token.lstrip("\n").startswith(":"):
            _, mode, old, new, status = token.split()
            old_path = next(tokens)
            path = next(tokens) if status[0] in "RC" else old_path
            step.entries[path] = _Entry(old, old_path, new, path, status, mode == LINK)
    yield step


class _Ids:
    """The ids that contracts had in blobs, each read once."""

    def __init__(self, root: Path, commit: str) -> None:
        self._root, self._commit = root, commit
        self._known = {"0" * len(commit): ""}

    def of(self, blobs: Iterable[str]) -> dict[str, str]:
        wanted = dict.fromkeys(blobs)
        missing = {blob: Blob(blob) for blob in wanted if blob not in self._known}
        for blob, content in texts(self._root, self._commit, missing).items():
            self._known[blob] = head_of(content.decode("utf-8", "replace")).id
        return {blob: self._known[blob] for blob in wanted}


def _trail(file: str, steps: list[_Step], ids: _Ids, *, shallow: bool) -> Trail:
    found: dict[str, str] = {}
    at, cut = 0, False
    while at < len(steps):
        step = steps[at]
        if entry := step.entries.get(file):
            if entry.status != "D" and not entry.is_link:
                found.setdefault(entry.new, step.commit)
            cut = cut or (step.is_first and shallow)
            at, file = _before(entry, at, steps, ids)
        at += 1
    return Trail(tuple((commit, Blob(blob)) for blob, commit in found.items()), cut)


def _before(entry: _Entry, at: int, steps: list[_Step], ids: _Ids) -> tuple[int, str]:
    """From which step on, and under which name, a file is followed further."""
    known = ids.of((entry.old, entry.new))
    if entry.status == "D" or known[entry.old] == known[entry.new]:
        return at, entry.old_path
    # in the commit itself any other file may have made room for it; before it, one that went
    left = [(at, each) for each in steps[at].entries.values() if each.path != entry.path]
    left += [(number, each) for number in range(at + 1, len(steps)) for each in steps[number].gone]
    wanted, heads = known[entry.new], ids.of(blob for _, each in left for blob in (each.old, each.new))
    found = ((number, each.old_path) for number, each in left if heads[each.old] == wanted != heads[each.new])
    return next(found, (at, entry.old_path)) if wanted else (at, entry.old_path)
