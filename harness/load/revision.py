"""The project as git knows it at an earlier commit: read by plumbing, a process for each question, never a checkout."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from harness.load.plumbing import out_of_git, run_git, said_by
from harness.model.errors import HistoryError, UsageError

LINK, SUBMODULE = "120000", "160000"
"""Modes of what is no file of its own."""


@dataclass(frozen=True, slots=True)
class Blob:
    """A file of a commit."""

    hash: str
    mode: str = "100644"


def merge_base(root: Path, ref: str) -> str:
    """The full hash of the commit in which HEAD and `ref` parted.

    Raises UsageError for a folder without a repository and for a `ref` that does not exist, HistoryError where git
    cannot tell.
    """
    _repository(root)
    other, head = commit_named(root, ref), commit_named(root, "HEAD")
    if not head:
        raise HistoryError("there is no commit yet, so there is nothing to compare with")
    if not other:
        branch = ref.removeprefix("origin/")
        hint = f"name a branch, a tag or a commit; if it is on the server alone: git fetch origin {branch}"
        raise UsageError(f"git knows no commit {ref!r}", hint=hint)
    found = run_git(root, "merge-base", "--all", head, other)
    if found.returncode == 0:
        first, *others = found.stdout.decode("ascii").split()
        if others:
            hint = f"merge {ref} into the branch, so that nothing but what the branch does is left between them"
            raise HistoryError(
                f"HEAD and {ref} parted in {len(others) + 1} commits, merged into one another", hint=hint
            )
        return first
    if found.stderr.strip():
        raise HistoryError(f"git cannot find where HEAD and {ref} parted: {said_by(found)}")
    if is_shallow(root):
        hint = "git fetch --unshallow, or fetch more of it: git fetch --deepen=100; in CI, check out with depth 0"
        raise HistoryError(f"the commit in which HEAD and {ref} parted is not in this shallow clone", hint=hint)
    raise HistoryError(f"HEAD and {ref} have no commit in common", hint="name a branch of the same history")


def place_in(root: Path) -> tuple[Path, str]:
    """The folder of the repository, and where `root` is in it: `data/`, or "" when it is the whole."""
    lines = (
        out_of_git(root, "rev-parse", "--show-toplevel", "--show-prefix").decode("utf-8", "surrogateescape").split("\n")
    )
    return Path(lines[0]), lines[1]


def is_shallow(root: Path) -> bool:
    """Whether the clone lacks the older history."""
    return out_of_git(root, "rev-parse", "--is-shallow-repository").strip() == b"true"


def left_out(root: Path) -> set[str]:
    """The files that a sparse checkout leaves out: they are there, and not on disk."""
    listed = out_of_git(root, "ls-files", "-t", "-z").decode("utf-8", "surrogateescape").split("\0")
    return {path for tag, _, path in (entry.partition(" ") for entry in listed) if tag == "S"}


def tree(root: Path, commit: str, *folders: str) -> dict[str, Blob]:
    """Every file below these folders in a commit, by its path from `root`, as is `folders`.

    A submodule is an entry of the mode 160000.
    """
    return entries(root, commit, folders, "-r")


def entries(root: Path, commit: str, paths: Iterable[str], *options: str) -> dict[str, Blob]:
    """What there is at these paths in a commit: files, links, submodules, and folders with a mode of their own."""
    found: dict[str, Blob] = {}
    listed = out_of_git(root, "--literal-pathspecs", "ls-tree", *options, "-z", commit, "--", *paths)
    for line in listed.decode("utf-8", "surrogateescape").split("\0"):
        entry, _, path = line.partition("\t")
        if path:
            mode, _, hash_ = entry.split()
            found[path] = Blob(hash_, mode)
    return found


def texts(root: Path, commit: str, files: Mapping[str, Blob]) -> dict[str, bytes]:
    """The content of files of a commit. Links are followed inside the repository."""
    if not files:
        return {}
    asked = [f"{commit}:./{file}" if blob.mode == LINK else blob.hash for file, blob in files.items()]
    answer = out_of_git(root, "cat-file", "--batch", "--follow-symlinks", stdin="\n".join(asked).encode() + b"\n")
    found: dict[str, bytes] = {}
    at = 0
    for file in files:
        end = answer.index(b"\n", at)
        head = answer[at:end].split()
        if len(head) != 3 or head[1] != b"blob":
            raise HistoryError(f"git does not have {file} of {commit[:12]}: {answer[at:end].decode(errors='replace')}")
        size = int(head[2])
        found[file] = answer[end + 1 : end + 1 + size]
        at = end + size + 2
    return found


def _repository(root: Path) -> None:
    found = run_git(root, "rev-parse", "--is-inside-work-tree")
    if found.returncode == 0 and found.stdout.strip() == b"true":
        return
    if b"not a git repository" in found.stderr or found.returncode == 0:
        raise UsageError(f"{root} is in no work tree of git", hint="a review compares with an earlier commit")
    raise HistoryError(f"git cannot read the repository: {said_by(found)}")


def commit_named(root: Path, name: str) -> str:
    """The full hash; "" when there is no such commit."""
    found = run_git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    return found.stdout.decode("ascii").strip() if found.returncode == 0 else ""
