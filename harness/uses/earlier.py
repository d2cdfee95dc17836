"""Versions before the last: what changed since them, for policies that are transitive, and how they were numbered."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from harness.load.contract import Read, read_contract
from harness.load.contract_head import head_of
from harness.load.git_files import GitFile, by_repository
from harness.load.project import CONTRACT_ENDINGS
from harness.load.revision import Blob, texts
from harness.load.trails import trails
from harness.model.change import IMPACTS, Judged
from harness.model.location import Location
from harness.model.project import Violation
from harness.model.result import fingerprint
from harness.model.version import bump_between, version_need
from harness.uses.diff import Comparison

VERSIONS = 100
"""As many earlier versions of a contract are compared, the latest."""
Compare = Callable[[Read, Read], Comparison]


class Earlier(NamedTuple):
    """The versions of a contract before the last, the latest first."""

    versions: tuple[tuple[str, Read], ...] = ()
    """With their commits; those that are to be compared."""
    numbers: tuple[tuple[str, str], ...] = ()
    """Commit and `version` of all of them."""
    note: str = ""
    """Which of them are not compared."""
    problem: Violation | None = None
    """Why there may be some that nobody sees."""


def earlier_versions(files: Mapping[str, GitFile], compared: Collection[str]) -> dict[str, Earlier]:
    """Those of each contract file, from before its version in the commit that it is in.

    The contents are read of those that are to be `compared`.
    """
    found: dict[str, Earlier] = {}
    for (root, commit), inside in by_repository(files).items():
        found |= _earlier(root, commit, {name: file.path for name, file in inside.items()}, compared)
    return found


def _earlier(root: Path, commit: str, files: Mapping[str, str], compared: Collection[str]) -> dict[str, Earlier]:
    endings = dict.fromkeys((*CONTRACT_ENDINGS, *(Path(path).suffix for path in files.values())))
    found = trails(root, commit, files.values(), endings)
    contents = texts(root, commit, {blob.hash: blob for trail in found.values() for _, blob in trail.versions})
    result = {}
    for file, path in files.items():
        (_, last), *older = found[path].versions or ((commit, Blob("")),)
        numbers = [
            (at, version) for at, blob in older if (version := _number(contents[blob.hash], contents[last.hash]))
        ]
        known = _compared(file, [(at, contents[blob.hash]) for at, blob in older]) if file in compared else Earlier()
        cut = _CUT.format("its policy asks for all of them" if file in compared else "a version counts from them")
        problem = Violation(Location(file), "", cut, _FETCH) if found[path].cut else None
        result[file] = known._replace(numbers=tuple(numbers), problem=problem)
    return result


_CUT = "its earlier versions are not in this shallow clone, and {}"
_FETCH = "git fetch --unshallow; in CI, check out with depth 0"


def _compared(file: str, older: Sequence[tuple[str, bytes]]) -> Earlier:
    reads = [(at, _read(content, file)) for at, content in older[:VERSIONS]]
    left = len(older) - len(reads)
    unread = sum(read is None for _, read in reads)
    old = f"{left:,} {'version' if left == 1 else 'versions'} of {file}"
    lost = f"{unread:,} earlier {'version' if unread == 1 else 'versions'} of {file}"
    notes = [f"{old} {'is' if left == 1 else 'are'} older than the {VERSIONS} that were compared"] if left else []
    notes += [f"{lost} cannot be read and {'was' if unread == 1 else 'were'} not compared"] if unread else []
    return Earlier(tuple((at, read) for at, read in reads if read), note="; ".join(notes))


def _read(content: bytes, file: str) -> Read | None:
    read = read_contract(content.decode("utf-8", "replace"), file)
    return read if read.document.contract else None


def _number(content: bytes, last: bytes) -> str:
    """The `version` in a file; "" where it has none, and where it is of another contract than the last one."""
    head, own = (head_of(each.decode("utf-8", "replace")) for each in (content, last))
    return head.version if head.id == own.id else ""


def hidden_changes(found: Comparison, earlier: Sequence[tuple[str, Read]], compare: Compare) -> list[Judged]:
    """Changes since earlier versions that the step from the last version does not show.

    One that was there in the last version already was judged when that came. Of each only the latest version that it is
    against is named.
    """
    if not (found.before and found.after):
        return []
    known, hidden = _ranks(found.changes), list[Judged]()
    for commit, read in earlier:
        new = [change for change in compare(read, found.after).changes if _is_worse(change, known)]
        old = _ranks(compare(read, found.before).changes) if new else {}
        fresh = [_against(change, commit, read) for change in new if _is_worse(change, old)]
        known |= _ranks(fresh)
        hidden += fresh
    return hidden


def covered_since(change: Judged, found: Comparison, earlier: Earlier) -> bool:
    """Whether the version says enough to those who come from the one that the change is against."""
    commit, read = next(each for each in earlier.versions if _name(*each) == change.against)
    commits = [at for at, _ in earlier.numbers]
    older = [number for _, number in earlier.numbers[commits.index(commit) + 1 :]] if commit in commits else []
    need = found.version
    is_later = bump_between(need.base or need.before, need.after) is not None
    return is_later and version_need(_version(read), need.after, change.bump, earlier=older).enough


def _version(read: Read | None) -> str | None:
    return read.document.contract.version if read and read.document.contract else None


def _ranks(changes: Sequence[Judged]) -> dict[tuple[str, str], int]:
    return {(change.rule, change.change.path): IMPACTS.index(change.impact) for change in changes}


def _is_worse(change: Judged, known: Mapping[tuple[str, str], int]) -> bool:
    return IMPACTS.index(change.impact) < known.get((change.rule, change.change.path), IMPACTS.index("safe"))


def _name(commit: str, read: Read) -> str:
    return f"{_version(read) or 'the version'} ({commit[:12]})"


def _against(change: Judged, commit: str, read: Read) -> Judged:
    name = _name(commit, read)
    return replace(
        change,
        message=f"{change.message}, held against {name}",
        against=name,
        id=fingerprint(change.id, commit),
    )
