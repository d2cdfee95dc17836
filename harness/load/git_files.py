"""Files of a commit wherever git has them: in the repository, in a submodule, where a link leads."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from posixpath import join, normpath
from typing import NamedTuple

from harness.load.revision import LINK, SUBMODULE, Blob, commit_named, entries, texts, tree
from harness.model.errors import HistoryError

_HOPS = 40
"""As many links are followed, one after another, as Linux follows."""


@dataclass(frozen=True, slots=True)
class GitFile:
    """A file of a commit."""

    root: Path
    """Of the repository that has it: the project's, or a submodule."""
    commit: str
    path: str
    """From `root`, links resolved."""
    blob: Blob


class _Place(NamedTuple):
    root: Path
    commit: str
    path: str


def git_files(top: Path, commit: str, folder: str, name: str, endings: tuple[str, ...]) -> dict[str, GitFile]:
    """The files with these endings (in any case) that a commit has at or below `name`, by their names from `folder`.

    `folder` is named from `top`, the folder of the repository. A submodule is a repository of its own, at the commit
    that was wanted; links are followed inside the repository. Raises HistoryError for what git cannot follow, since
    there may be a file behind it.
    """
    path = normpath(join(folder, name))
    if path.startswith(("/", "../")) or path == "..":
        raise HistoryError(f"{name} is outside the repository, so nobody knows what it was in {commit[:12]}")
    return _below(_resolved(top, commit, path), normpath(name).removeprefix("."), endings, ())


def contents(files: Mapping[str, GitFile]) -> dict[str, bytes]:
    """What stands in these files."""
    found: dict[str, bytes] = {}
    for (root, commit), inside in by_repository(files).items():
        found |= texts(root, commit, {name: file.blob for name, file in inside.items()})
    return {name: found[name] for name in files}


def by_repository(files: Mapping[str, GitFile]) -> dict[tuple[Path, str], dict[str, GitFile]]:
    """The same, apart by the repository and the commit that have them."""
    found: dict[tuple[Path, str], dict[str, GitFile]] = defaultdict(dict)
    for name, file in files.items():
        found[file.root, file.commit][name] = file
    return found


def _below(place: _Place, name: str, endings: tuple[str, ...], around: tuple[_Place, ...]) -> dict[str, GitFile]:
    found: dict[str, GitFile] = {}
    if place in around:
        return found
    for path, blob in tree(place.root, place.commit, place.path or ".").items():
        called = "/".join(filter(None, (name, path.removeprefix(place.path).strip("/"))))
        if blob.mode not in (LINK, SUBMODULE):
            if called.lower().endswith(endings):
                found[called] = GitFile(place.root, place.commit, path, blob)
        elif inner := _behind(place, path, is_wanted=blob.mode == SUBMODULE or called.lower().endswith(endings)):
            found |= _below(inner, called, endings, (*around, place))
    return found


def _behind(place: _Place, path: str, *, is_wanted: bool) -> _Place | None:
    """Where a link or submodule leads; None for a link to nothing that bears another name than what is looked for."""
    try:
        return _resolved(place.root, place.commit, path)
    except _NowhereError:
        if is_wanted:
            raise
        return None


class _NowhereError(HistoryError):
    """A link that leads to nothing in its repository."""


def _resolved(root: Path, commit: str, path: str, links: tuple[str, ...] = ()) -> _Place:
    """The place that a path names, through the submodules and links (so far `links`) on its way."""
    steps = [step for step in path.split("/") if step not in ("", ".")]
    paths = ["/".join(steps[: count + 1]) for count in range(len(steps))]
    above = entries(root, commit, paths) if paths else {}
    for count, here in enumerate(paths):
        blob, rest = above.get(here, Blob("", "")), steps[count + 1 :]
        if blob.mode == SUBMODULE:
            return _resolved(*_submodule(root, here, blob), "/".join(rest), links)
        if blob.mode == LINK:
            if len(links) == _HOPS:
                raise _nowhere(links, commit, "leads in a circle")
            links = (*links, here)
            target = texts(root, commit, {here: Blob(blob.hash)})[here].decode("utf-8", "surrogateescape")
            return _resolved(root, commit, _joined(steps[:count], target, rest, links, commit), links)
    if links and steps and paths[-1] not in above:
        raise _nowhere(links, commit, "leads to nothing")
    return _Place(root, commit, "/".join(steps))


def _joined(parent: list[str], target: str, rest: list[str], links: tuple[str, ...], commit: str) -> str:
    steps = list(parent)
    for step in target.split("/"):
        if step == ".." and steps:
            steps.pop()
        elif step == "..":
            raise _nowhere(links, commit, "leads out of the repository")
        elif step not in ("", "."):
            steps.append(step)
    if target.startswith("/"):
        raise _nowhere(links, commit, "leads out of the repository")
    return "/".join((*steps, *rest))


def _nowhere(links: tuple[str, ...], commit: str, why: str) -> _NowhereError:
    hint = "nobody knows what was behind it; review what comes in its place on its own"
    return _NowhereError(f"the link {links[0]} of {commit[:12]} {why}", hint=hint)


def _submodule(root: Path, path: str, blob: Blob) -> tuple[Path, str]:
    """Its folder and commit."""
    if not (root / path / ".git").exists():
        raise HistoryError(f"the submodule {path} is not checked out", hint="git submodule update --init")
    if not commit_named(root / path, blob.hash):
        hint = f"git -C {path} fetch --unshallow, or fetch more of it"
        raise HistoryError(f"the submodule {path} does not have its commit {blob.hash[:12]}", hint=hint)
    return root / path, blob.hash
