"""Changes against earlier versions than the last: what the last one hides, for policies that are transitive."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from harness.load.contract import Read, read_contract
from harness.load.git_files import GitFile, by_repository
from harness.load.project import CONTRACT_ENDINGS
from harness.load.revision import texts, trails
from harness.model.change import IMPACTS, Judged
from harness.model.location import Location
from harness.model.project import Violation
from harness.model.result import fingerprint
from harness.model.version import version_need
from harness.uses.diff import Comparison

VERSIONS = 100
"""As many earlier versions of a contract are compared, the latest."""
Compare = Callable[[Read, Read], Comparison]


class Earlier(NamedTuple):
    """The versions of a contract before the last, the latest first."""

    versions: tuple[tuple[str, Read], ...] = ()
    """With their commits."""
    note: str = ""
    """Which of them are left out."""
    problem: Violation | None = None
    """Why there may be some that nobody sees."""


def earlier_versions(files: Mapping[str, GitFile]) -> dict[str, Earlier]:
    """Those of each contract file, from before its version in the commit that it is in."""
    found: dict[str, Earlier] = {}
    for (root, commit), inside in by_repository(files).items():
        found |= _earlier(root, commit, {name: file.path for name, file in inside.items()})
    return found


def _earlier(root: Path, commit: str, files: Mapping[str, str]) -> dict[str, Earlier]:
    endings = dict.fromkeys((*CONTRACT_ENDINGS, *(Path(path).suffix for path in files.values())))
    found = trails(root, commit, files.values(), endings)
    wanted = {blob.hash: blob for trail in found.values() for _, blob in trail.versions[1 : VERSIONS + 1]}
    contents = texts(root, commit, wanted)
    result = {}
    for file, path in files.items():
        trail = found[path]
        reads = [(at, _read(contents[blob.hash], file)) for at, blob in trail.versions[1 : VERSIONS + 1]]
        left = max(len(trail.versions) - 1 - VERSIONS, 0)
        unread = sum(read is None for _, read in reads)
        old = f"{left:,} {'version' if left == 1 else 'versions'} of {file}"
        lost = f"{unread:,} earlier {'version' if unread == 1 else 'versions'} of {file}"
        notes = [f"{old} {'is' if left == 1 else 'are'} older than the {VERSIONS} that were compared"] if left else []
        notes += [f"{lost} cannot be read and {'was' if unread == 1 else 'were'} not compared"] if unread else []
        result[file] = Earlier(
            tuple((at, read) for at, read in reads if read),
            "; ".join(notes),
            Violation(Location(file), "", _CUT, _FETCH) if trail.cut else None,
        )
    return result


_CUT = "its earlier versions are not in this shallow clone, and its policy asks for all of them"
_FETCH = "git fetch --unshallow; in CI, check out with depth 0"


def _read(content: bytes, file: str) -> Read | None:
    read = read_contract(content.decode("utf-8", "replace"), file)
    return read if read.document.contract else None


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


def covered_since(change: Judged, found: Comparison, earlier: Sequence[tuple[str, Read]]) -> bool:
    """Whether the version says enough to those who come from the one that the change is against."""
    version = {_name(commit, read): _version(read) for commit, read in earlier}[change.against]
    return version_need(version, _version(found.after), change.bump).enough


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
