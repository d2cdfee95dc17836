"""The two sides of a review: the contract files of a commit and those of the work tree, as far as they differ."""

from collections import Counter
from dataclasses import dataclass

from harness.load.contract import Read, read_contract
from harness.load.project import CONTRACT_ENDINGS, policy_in
from harness.load.revision import Blob, Home, blob_hash, homes, texts, tree
from harness.load.settings import FILE
from harness.load.source import source_of
from harness.load.yaml import MAX_BYTES
from harness.model.errors import DocumentError, ProjectError
from harness.model.location import Location
from harness.model.project import Document, Policy, Project, Violation
from harness.rules import breaking

_RULES = [rule.id for rule in (*breaking.RULES, *breaking.VERSION_RULES)]


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Where the contracts of a commit are, and the policy that it was written under."""

    contracts_dir: str
    policy: Policy
    note: str = ""
    """What a reader should know of it."""


def rulebook_of(project: Project, commit: str) -> Rulebook:
    """That of the commit: a change is judged by the policy that it found, not by one that it brings along."""
    own = Rulebook(project.contracts_dir, project.policy)
    found = texts(project.root, commit, tree(project.root, commit, FILE))
    if FILE not in found:
        return own
    try:
        folder, policy = policy_in(found[FILE].decode("utf-8"))
    except (ProjectError, UnicodeDecodeError) as error:
        note = f"{FILE} of {commit[:12]} cannot be read ({error}), so the changes are judged by the policy of today"
        return Rulebook(own.contracts_dir, own.policy, note)
    changes = _said(policy) != _said(own.policy)
    note = f"the policy in {FILE} changes too; the contracts are judged by the policy as it was" if changes else ""
    return Rulebook(folder, policy, note)


def _said(policy: Policy) -> tuple[object, ...]:
    """What a policy says of changes."""
    severities = {rule: policy.severities[rule] for rule in _RULES if rule in policy.severities}
    by_contract = list(policy.contract_compatibility.items())
    return severities, policy.classifications, policy.compatibility, by_contract


@dataclass(frozen=True, slots=True)
class Sides:
    """The contract files that differ, before and after; of equal ones, and of those that only moved, none is read."""

    before: list[Read]
    after: list[Read]
    files: int
    """How many there are on both sides."""
    homes: dict[str, Home]
    """Where git has each file of before."""


def sides(project: Project, commit: str, folder: str) -> Sides:
    """The contracts in `folder` of the commit, and those of the project as they are on disk."""
    listed = [(home, tree(home.root, home.commit, home.folder)) for home in homes(project.root, commit, folder)]
    where = {home.prefix + file: home for home, files in listed for file in files}
    before = {home.prefix + file: blob for home, files in listed for file, blob in files.items() if blob.is_file}
    like = next((blob.hash for blob in before.values()), "")
    after = {document.file: (document, _hash(project, document, like)) for document in project.documents}
    same = {file for file, blob in before.items() if file in after and after[file][1] == blob.hash}
    moved = _moved(
        {file: blob for file, blob in before.items() if file not in same},
        {file: hash_ for file, (_, hash_) in after.items() if file not in same},
    )
    olds = []
    for home, files in listed:
        named = {file: home.prefix + file for file in files}
        wanted = {file: files[file] for file, name in named.items() if name in before and name not in same | moved}
        contents = texts(home.root, home.commit, {file: blob for file, blob in wanted.items() if _counts(file)})
        olds += [_old(named[file], content) for file, content in contents.items()]
    news = [_new(project, document) for file, (document, _) in after.items() if file not in same | moved]
    return Sides(olds, news, sum(map(_counts, before)) + len(after), where)


def _counts(file: str) -> bool:
    return file.endswith(CONTRACT_ENDINGS)


def _moved(before: dict[str, Blob], after: dict[str, str]) -> set[str]:
    """Files of both sides that are one file in another place."""
    gone, fresh = (Counter(hashes) for hashes in ((blob.hash for blob in before.values()), after.values()))
    twins = {hash_ for hash_ in gone & fresh if hash_ and gone[hash_] == fresh[hash_]}
    return {file for file, blob in before.items() if blob.hash in twins} | {
        file for file, hash_ in after.items() if hash_ in twins
    }


def _hash(project: Project, document: Document, like: str) -> str:
    """The name that git gives to the file's content; "" for one that is not to be read, or is a link."""
    path = project.root / document.file
    try:
        readable = not path.is_symlink() and path.stat().st_size <= MAX_BYTES
        return blob_hash(path.read_bytes(), like) if readable else ""
    except OSError:
        return ""


def _old(file: str, content: bytes) -> Read:
    try:
        return read_contract(content.decode("utf-8"), file)
    except UnicodeDecodeError as error:
        return _unread(file, f"the file could not be read before: {error}")


def _new(project: Project, document: Document) -> Read:
    if document.error:
        return Read(document, None)
    try:
        return read_contract(source_of(project.root, document.file), document.file)
    except DocumentError as error:
        return _unread(document.file, error.message)


def _unread(file: str, message: str) -> Read:
    return Read(Document(file=file, error=Violation(Location(file), "", message)), None)
