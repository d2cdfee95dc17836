"""The review of a pull request: the contracts of the work tree held against the commit that it grew from.

read -> compare -> versions -> decide; the caller renders it.
"""

from collections.abc import Sequence
from datetime import date

from harness import __version__
from harness.load.contract import Read, read_contract
from harness.load.project import CONTRACT_ENDINGS
from harness.load.revision import blob_hash, merge_base, texts, tree
from harness.load.source import source_of
from harness.load.yaml import MAX_BYTES
from harness.model.errors import DocumentError
from harness.model.location import Location
from harness.model.project import Document, Project, Violation
from harness.model.result import VerdictOutcome
from harness.model.review import Against, ContractReview, Review, State
from harness.model.version import version_need
from harness.uses.affected import affected_by
from harness.uses.diff import Comparison, compare, pairs_of, problems_of


def review(project: Project, *, ref: str, today: date) -> Review:
    """Holds the project's contracts as they are on disk against the merge base of HEAD and `ref`.

    Raises UsageError when there is no such `ref`, HistoryError when git cannot tell what was before.
    """
    against = Against(ref=ref, commit=merge_base(project.root, ref))
    olds, news = _sides(project, against.commit)
    comparisons = [compare(*pair, project=project, today=today) for pair in pairs_of(olds, news)]
    changed = (_reviewed(each) for each in comparisons if each.changes)
    contracts = sorted(changed, key=lambda each: (not each.blocking, not each.breaking, each.file))
    problems = tuple(problem for each in (*olds, *news) for problem in problems_of(each))
    outcome, reason = _decided(contracts, problems)
    return Review(
        project=project.name,
        harness_version=__version__,
        today=today,
        against=against,
        contracts=tuple(contracts),
        problems=problems,
        affected=affected_by(project, comparisons, against.commit),
        outcome=outcome,
        reason=reason,
    )


def _sides(project: Project, commit: str) -> tuple[list[Read], list[Read]]:
    """The contract files that differ, before and after; equal ones are never read."""
    before = tree(project.root, commit, project.contracts_dir)
    after = {document.file: document for document in project.documents}
    like = next((blob.hash for blob in before.values()), "")
    same = {file for file, blob in before.items() if file in after and _hash(project, after[file], like) == blob.hash}
    wanted = {file: blob for file, blob in before.items() if file not in same and file.endswith(CONTRACT_ENDINGS)}
    olds = [_old(file, content) for file, content in texts(project.root, commit, wanted).items()]
    news = [_new(project, document) for file, document in after.items() if file not in same]
    return olds, news


def _hash(project: Project, document: Document, like: str) -> str:
    path = project.root / document.file
    try:
        return blob_hash(path.read_bytes(), like) if path.stat().st_size <= MAX_BYTES else ""
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


def _reviewed(found: Comparison) -> ContractReview:
    before, after = (each.document.contract if each else None for each in (found.before, found.after))
    contract, later = after or before, found.after or found.before
    if contract is None or later is None:
        raise AssertionError("a contract that cannot be read is compared with nothing")
    need = version_need(before.version if before else None, after.version if after else None, found.bump)
    state: State = "new" if before is None else "gone" if after is None else "changed"
    major = f"version {need.after}" if need.enough and state == "changed" else ""
    return ContractReview(
        contract=contract.id,
        file=later.document.file,
        state=state,
        layer=contract.layer,
        owner=contract.owner,
        compatibility="forward",
        version=need,
        changes=found.changes,
        covered={each.id: major for each in found.changes if each.impact == "breaking" and major},
    )


def _decided(contracts: Sequence[ContractReview], problems: Sequence[Violation]) -> tuple[VerdictOutcome, str]:
    blocking = sum(len(each.blocking) for each in contracts)
    undecided = len(problems) + sum(change.undecided for each in contracts for change in each.changes)
    if blocking:
        beside = f"; {undecided:,} more could not be told" if undecided else ""
        changes = "1 breaking change is" if blocking == 1 else f"{blocking:,} breaking changes are"
        return VerdictOutcome.FAIL, f"{changes} covered by no major version and no approval{beside}"
    if undecided:
        return VerdictOutcome.UNDECIDED, f"{undecided:,} could not be told"
    if not contracts:
        return VerdictOutcome.PASS, "no promise changed"
    return (
        VerdictOutcome.PASS,
        f"{len(contracts):,} contract{'s' if len(contracts) > 1 else ''} changed and nothing blocks",
    )
