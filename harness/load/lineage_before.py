"""The sources of lineage as they were at an earlier commit, as far as git has them."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from harness.load.codeowners import PLACES, CodeOwners, parse_codeowners
from harness.load.dbt import Model
from harness.load.lineage import Script, Sources
from harness.load.revision import Blob, blob_hash, texts, tree
from harness.model.errors import HistoryError
from harness.model.lineage import ROWS, Field, Gap
from harness.model.location import Location
from harness.model.project import Project


def sources_before(project: Project, now: Sources, commit: str) -> Sources:
    """The SQL of `commit`, and the events of today.

    What dbt compiles is in no commit: a model that was changed since is known no more, and that is a gap.
    """
    try:
        scripts = tuple(_scripts(project, commit)) if project.lineage.sql else ()
        models = tuple(_models(project, now.models, commit)) if now.models else ()
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


def _scripts(project: Project, commit: str) -> Iterator[Script]:
    files = {file: blob for file, blob in tree(project.root, commit, *project.lineage.sql).items() if _is_sql(file)}
    for file, content in texts(project.root, commit, files).items():
        yield Script(content.decode("utf-8", "replace"), Location(file))


def _is_sql(file: str) -> bool:
    return file.endswith(".sql")


def _models(project: Project, now: tuple[Model, ...], commit: str) -> Iterator[Model]:
    if not project.lineage.dbt_project:
        yield from now
        return
    before = tree(project.root, commit, *dict.fromkeys(model.at.file for model in now))
    for model in now:
        blob = before.get(model.at.file)
        if blob is None:
            # it is new
            continue
        if _is(project.root / model.at.file, blob):
            yield model
        else:
            reason = "its SQL was changed, and what it read before is known from its contract alone"
            yield replace(model, sql="", problem=reason)


def _is(path: Path, blob: Blob) -> bool:
    try:
        return blob_hash(path.read_bytes(), blob.hash) == blob.hash
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
