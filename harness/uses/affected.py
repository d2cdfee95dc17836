"""Whom the changes of a project reach: its lineage before and after, and the code owners of its repository."""

from collections.abc import Sequence
from dataclasses import replace

from harness.lineage.affected import Known, affected
from harness.lineage.asked import Changed
from harness.lineage.gather import gather
from harness.load.contract import Read
from harness.load.lineage import read_sources
from harness.load.lineage_before import code_owners_before, sources_before
from harness.load.revision import place_in
from harness.model.affected import Affected
from harness.model.contract import Contract
from harness.model.project import Project
from harness.uses.diff import Comparison
from harness.uses.origin import Origin


def affected_by(project: Project, comparisons: Sequence[Comparison], origin: Origin) -> Affected:
    """Whom the changes since the commit of `origin` reach, from the earlier contracts to those of the project.

    What could not be read of the SQL, then or now, is unknown and not nothing.
    """
    changed = [Changed(_contract(each.before), _contract(each.after), each.changes) for each in comparisons]
    if all(change.impact == "safe" for each in changed for change in each.changes):
        return Affected()
    sources = read_sources(project, built=True)
    earlier = _earlier(project, comparisons)
    before = Known(earlier, gather(earlier, sources_before(project, sources, origin.top, origin.commit, origin.folder)))
    _, folder = place_in(project.root)
    return affected(
        changed,
        before,
        Known(project, gather(project, sources)),
        code_owners_before(origin.top, origin.commit),
        folder,
    )


def _contract(side: Read | None) -> Contract | None:
    return side.document.contract if side else None


def _earlier(project: Project, comparisons: Sequence[Comparison]) -> Project:
    """The project with its contracts as they were: those that nobody touched stand as they are."""
    touched = {each.after.document.file for each in comparisons if each.after}
    documents = [document for document in project.documents if document.file not in touched]
    documents += (each.before.document for each in comparisons if each.before)
    return replace(project, documents=tuple(sorted(documents, key=lambda document: document.file)))
