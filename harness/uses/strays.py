"""Contracts of a commit that were elsewhere in the repository, and that may be what is new in the project."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from harness.load.contract import Read, read_contract
from harness.load.git_files import GitFile, contents
from harness.load.plumbing import blob_hash
from harness.load.project import CONTRACT_ENDINGS
from harness.load.revision import LINK, SUBMODULE, left_out, tree
from harness.model.location import Location
from harness.model.project import Document, Project, Violation
from harness.uses.origin import Origin, projects_in

Stray = tuple[Read, GitFile]


def strays_of(project: Project, origin: Origin, known: Mapping[str, GitFile], ids: set[str]) -> list[Stray]:
    """Those that are none of the `known` files, and that are in the project now or gone from where they were.

    Of the latter those with one of these `ids`, whatever project they were in; and, when the project itself was
    nowhere, all that were in no project: they are gone unless they are found again.
    """
    if origin.is_known and not ids:
        return []
    root = project.root.resolve()
    own = {os.path.relpath((root / each.file).resolve(), origin.top): each.file for each in project.documents}
    listed = tree(origin.top, origin.commit, ".")
    others = tuple(folder for folder in projects_in(listed) if folder != origin.folder)
    seen = {file.path for file in known.values() if file.root == origin.top} | left_out(origin.top)
    files = {
        path: GitFile(origin.top, origin.commit, path, blob)
        for path, blob in listed.items()
        if path.endswith(CONTRACT_ENDINGS) and blob.mode not in (LINK, SUBMODULE) and path not in seen
    }
    now = {path: _bytes(origin.top / path) for path in files}
    touched = {path: file for path, file in files.items() if path in own or _touched(now[path], file)}
    found = []
    for path, content in contents(touched).items():
        read = read_bytes(own.get(path) or Path(os.path.relpath(origin.top / path, root)).as_posix(), content)
        stays = ids_of([read]) & ids_of([read_bytes(path, now[path] or b"")])
        is_new = ids_of([read]) & ids or not (origin.is_known or path.startswith(others))
        if path in own or (is_new and not stays):
            found.append((read, files[path]))
    return found


def ids_of(reads: Iterable[Read]) -> set[str]:
    """The ids of the contracts that could be read."""
    return {each.document.contract.id for each in reads if each.document.contract}


def read_bytes(file: str, content: bytes) -> Read:
    """The contract of a file as it was; what is no text is a file that cannot be read."""
    try:
        return read_contract(content.decode("utf-8"), file)
    except UnicodeDecodeError as error:
        return unread(file, f"the file could not be read before: {error}")


def unread(file: str, message: str) -> Read:
    """A file that cannot be read, and why."""
    return Read(Document(file=file, error=Violation(Location(file), "", message)), None)


def _bytes(path: Path) -> bytes | None:
    """What stands in the file; None for none, and for one in another place to which a link leads."""
    try:
        return path.read_bytes() if path.resolve() == path else None
    except OSError:
        return None


def _touched(now: bytes | None, file: GitFile) -> bool:
    return now is None or blob_hash(now, file.commit) != file.blob.hash
