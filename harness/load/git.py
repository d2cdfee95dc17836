"""Where the project's files are under version control, as git and the CI server tell it."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from harness.load.plumbing import blob_hash, run_git
from harness.model.errors import HistoryError
from harness.model.source import Source

_SECONDS = 5.0
_COMMIT = re.compile(r"[0-9a-f]{40,64}")
_SCP = re.compile(r"(?:[^/]*@)?(?P<host>[^/:@]{2,}):(?!//)(?P<path>[^/].*)")
_HTTP = re.compile(r"https?://(?:.*@)?(?P<rest>[^@?#]+)")
_SSH = re.compile(r"(?:ssh|git)://(?:.*@)?(?P<host>[^@/:]+)(?::\d+)?/(?P<path>[^?#]+)")
_PULL_REQUEST = re.compile(r"refs/pull/(\d+)/")


def source_of(root: Path, environ: Mapping[str, str]) -> Source | None:
    """The commit that is checked out at `root`; None without git, or when its remote has no address to link to.

    Whether the files were changed since is not asked: that would read all of them.
    """
    commit, prefix, branch = (_git(root, "rev-parse", "HEAD", "--show-prefix", "--abbrev-ref", "HEAD") + [""] * 3)[:3]
    remote = _git(root, "config", "--get", "remote.origin.url")
    address = public_address(remote[0]) if remote else ""
    if not (_COMMIT.fullmatch(commit) and address):
        return None
    told = environ.get("GITHUB_HEAD_REF") or environ.get("GITHUB_REF_NAME") or environ.get("CI_COMMIT_REF_NAME") or ""
    in_github = _PULL_REQUEST.match(environ.get("GITHUB_REF", ""))
    return Source(
        repository=address,
        commit=commit,
        folder=prefix,
        branch=told or ("" if branch == "HEAD" else branch),
        pull_request=in_github[1] if in_github else environ.get("CI_MERGE_REQUEST_IID", ""),
    )


def home_of(root: Path) -> str:
    """The address of the repository and the folder in it, the same in every clone; without a remote the folder's path.

    It tells projects apart, and may hold paths of this machine: show it to nobody.
    """
    prefix = _git(root, "rev-parse", "--show-prefix")
    remote = _git(root, "config", "--get", "remote.origin.url")
    address = public_address(remote[0]) if remote else ""
    return f"{address} {''.join(prefix)}" if address else str(root.resolve())


def commit_of(root: Path, files: Mapping[str, bytes], folders: Iterable[str]) -> tuple[str, str]:
    """The commit that is checked out, if it has exactly these `files`, byte for byte; else "", and why it is not told.

    `folders` (and files) are those from which files like these would be read: one that the commit has there, and that
    was not read, was deleted. Names are relative to `root`.
    """
    commit = "".join(_git(root, "rev-parse", "HEAD")[:1])
    if not _COMMIT.fullmatch(commit):
        return "", "git tells of no commit"
    kept = _blobs(root, [*files, *folders])
    changed = [name for name, content in files.items() if kept.get(name) != blob_hash(content, commit)]
    endings = tuple({PurePosixPath(name).suffix for name in files})
    gone = [name for name in kept if name not in files and name.endswith(endings)]
    if different := sorted(changed + gone)[:1]:
        return "", f"{different[0]} is not as in the commit {commit}"
    return commit, ""


def _blobs(root: Path, names: Iterable[str]) -> dict[str, str]:
    """File -> the id of its content, of these files, and of those in these folders, in the commit."""
    told = _output(root, "ls-tree", "-r", "-z", "HEAD", "--", *(f":(literal){name}" for name in names))
    entries = (entry.partition("\t") for entry in told.split("\0") if entry)
    return {name: facts.split()[2] for facts, _, name in entries}


def public_address(remote: str) -> str:
    """The remote as an https address without user, password and query; "" for a path, which would tell of this machine.

    CI servers write tokens into it: `https://gitlab-ci-token:SECRET@host/group/project.git`.
    """
    if http := _HTTP.match(remote.strip()):
        place = http["rest"]
    elif ssh := _SSH.match(remote.strip()) or _SCP.fullmatch(remote.strip()):
        place = f"{ssh['host']}/{ssh['path']}"
    else:
        return ""
    return f"https://{place.removesuffix('/').removesuffix('.git')}"


def _git(root: Path, *words: str) -> list[str]:
    """The lines that git prints; none when it cannot tell."""
    return _output(root, *words).splitlines()


def _output(root: Path, *words: str) -> str:
    try:
        done = run_git(root, *words, seconds=_SECONDS)
        return done.stdout.decode("utf-8") if done.returncode == 0 else ""
    except (HistoryError, UnicodeDecodeError):
        return ""
