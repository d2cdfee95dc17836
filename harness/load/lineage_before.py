"""The sources of lineage as they were at an earlier commit, as far as git has them."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from harness.load.codeowners import PLACES, CodeOwners, parse_codeowners
from harness.load.dbt import Model
from harness.load.git_files import GitFile, contents, git_files
from harness.load.lineage import Script, Sources
from harness.load.plumbing import blob_hash
from harness.load.revision import texts, tree
from harness.model.errors import HistoryError
from harness.model.lineage import ROWS, Field, Gap
from harness.model.location import Location
from harness.model.project import Project

_SQL = (".sql", ".py")
"""dbt has models in Python too."""


def sources_before(project: Project, now: Sources, top: Path, commit: str, folder: str) -> Sources:
    """The SQL of `commit`, and the events of today. The project was in the `folder` of the repository at `top` then.

    What dbt compiles is in no commit: a model that was changed since is known no more, and that is a gap.
    """
    try:

        def found(name: str) -> dict[str, GitFile]:
            return git_files(top, commit, folder, name, _SQL)

        scripts = tuple(script for name in project.lineage.sql for script in _scripts(found(name)))
        dbt_project = project.lineage.dbt_project
        models = tuple(_models(project, now.models, found(dbt_project))) if dbt_project else now.models
    except HistoryError as error:
        at = Location(project.file)
        gap = Gap(Field("the SQL of before", ROWS), str(error), at, unread=True)
        return replace(now, gaps=(*now.gaps, gap))
    return replace(now, scripts=scripts, models=models, gaps=(*now.gaps, *_blind(project, now)))


def _blind(project: Project, now: Sources) -> Iterator[Gap]:
    """Without the folder of the dbt project nobody finds the files of its models in git."""
    if now.models and not project.lineage.dbt_project:
        reason = "whether the SQL of its models was changed cannot be told; name `lineage.dbt_project`"
        at = Location(project.file)
        yield Gap(Field(project.lineage.dbt, ROWS), reason, at, unread=True)


def _scripts(files: Mapping[str, GitFile]) -> Iterator[Script]:
    for file, content in contents(files).items():
        if file.endswith(".sql"):
            yield Script(content.decode("utf-8", "replace"), Location(file))


def _models(project: Project, now: tuple[Model, ...], before: Mapping[str, GitFile]) -> Iterator[Model]:
    for model in now:
        file = before.get(model.at.file)
        if file is None:
            # it is new
            continue
        if _is(project.root / model.at.file, file):
            yield model
        else:
            reason = "its SQL was changed, and what it read before is known from its contract alone"
            yield replace(model, sql="", problem=reason)


def _is(path: Path, file: GitFile) -> bool:
    try:
        return blob_hash(path.read_bytes(), file.commit) == file.blob.hash
    except OSError:
        return False


def code_owners_before(repository: Path, commit: str) -> CodeOwners | None:
    """CODEOWNERS as it was: nobody becomes the judge of his change by that change."""
    try:
        found = tree(repository, commit, *PLACES)
        content = texts(repository, commit, found)
    except HistoryError:
        return None
    place = next((each for each in PLACES if each in content), None)
    return parse_codeowners(content[place].decode("utf-8", "replace"), place) if place else None
