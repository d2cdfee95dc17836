"""The two sides of a review: the contract files of a commit and those of the work tree, as far as they differ."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from harness.load.contract import Read, read_contract
from harness.load.git_files import GitFile, contents, git_files
from harness.load.plumbing import blob_hash
from harness.load.project import CONTRACT_ENDINGS, LOOKALIKES
from harness.load.source import source_of
from harness.load.yaml import MAX_BYTES
from harness.model.errors import DocumentError
from harness.model.project import Document, Project
from harness.uses.origin import Origin
from harness.uses.strays import ids_of, read_bytes, strays_of, unread


@dataclass(frozen=True, slots=True)
class Sides:
    """The contract files that differ, before and after; of equal ones, and of those that only moved, none is read."""

    before: list[Read]
    after: list[Read]
    files: int
    """How many there are on both sides."""
    origins: dict[str, GitFile]
    """Where git has each file of before."""
    top: Path
    """The folder of the repository."""


def sides(project: Project, origin: Origin) -> Sides:
    """The contracts of the project as they were in the commit of its origin, and as they are on disk."""
    before = git_files(origin.top, origin.commit, origin.folder, origin.contracts_dir, LOOKALIKES)
    after = {document.file: (document, _hash(project, document, origin.commit)) for document in project.documents}
    same = {file for file, old in before.items() if file in after and after[file][1] == old.blob.hash}
    before = {file: old for file, old in before.items() if file.endswith(CONTRACT_ENDINGS)}
    moved = _moved(
        {file: old.blob.hash for file, old in before.items() if file not in after},
        {file: hash_ for file, (_, hash_) in after.items() if file not in before and file.endswith(CONTRACT_ENDINGS)},
    )
    wanted = {file: old for file, old in before.items() if file not in same | moved}
    olds = [read_bytes(file, content) for file, content in contents(wanted).items()]
    news = [_new(project, document) for file, (document, _) in after.items() if file not in same | moved]
    strays = strays_of(project, origin, before, ids_of(news) - ids_of(olds))
    olds += (read for read, _ in strays)
    return Sides(
        before=olds,
        after=news,
        files=len(before) + len(strays) + len(after),
        origins=before | {read.document.file: file for read, file in strays},
        top=origin.top,
    )


def _moved(before: dict[str, str], after: dict[str, str]) -> set[str]:
    """Files of both sides that are one file in another place: gone from the one, new in the other."""
    gone, fresh = (Counter(hashes.values()) for hashes in (before, after))
    twins = {hash_ for hash_ in gone & fresh if hash_ and gone[hash_] == fresh[hash_]}
    return {file for file, hash_ in (*before.items(), *after.items()) if hash_ in twins}


def _hash(project: Project, document: Document, like: str) -> str:
    """The name that git gives to the file's content; "" for one that is not to be read, or is a link."""
    path = project.root / document.file
    try:
        readable = not path.is_symlink() and path.stat().st_size <= MAX_BYTES
        return blob_hash(path.read_bytes(), like) if readable else ""
    except OSError:
        return ""


def _new(project: Project, document: Document) -> Read:
    if document.error:
        return Read(document, None)
    try:
        return read_contract(source_of(project.root, document.file), document.file)
    except DocumentError as error:
        return unread(document.file, error.message)
