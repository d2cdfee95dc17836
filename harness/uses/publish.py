"""The command `publish`: the documents of a project, held against those that are there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from harness import __version__
from harness.load.lineage import read_sources
from harness.model.errors import DocumentError, PublishError
from harness.model.location import Location
from harness.model.project import Project
from harness.plan import plan
from harness.publish.architecture import architecture
from harness.publish.catalog import catalog
from harness.publish.html import catalog_page
from harness.publish.kept import edition, is_ours, kept_in
from harness.publish.platform import Platform, platform_of
from harness.publish.runbook import runbook
from harness.publish.table import table_page
from harness.uses.lineage import lineage_of

CATALOG = "catalog.html"
"""In the folder of reports: it is made anew at each run and not committed."""
_FOLDERS = ("tables", "runbooks")
_ANY_DAY = datetime(2000, 1, 1, tzinfo=UTC)
"""What the documents say of clauses is the same on every day."""


@dataclass(frozen=True, kw_only=True)
class Publication:
    """What there is to write; paths are relative to the project's folder."""

    texts: Mapping[str, str] = field(default_factory=dict)
    """Path -> the whole document, with what people wrote in it."""
    stale: tuple[str, ...] = ()
    """Those that are not there, or not like that."""
    gone: tuple[str, ...] = ()
    """Documents of tables that are no more, in which nobody wrote anything."""
    refused: tuple[DocumentError, ...] = ()
    """Why documents cannot be written without losing what people wrote."""
    page: tuple[str, str] = ("", "")
    """Path and text of the catalogue for the browser."""


def publication(project: Project) -> Publication:
    """The documents of the project.

    Raises PublishError when a contract or a source of lineage cannot be read: what lacks a table looks whole.
    """
    platform = _platform(project)
    folder = project.publishing.folder
    texts: dict[str, str] = {}
    refused: list[DocumentError] = []
    stale: list[str] = []
    for name, fresh in documents(platform).items():
        file = f"{folder}/{name}"
        old = _read(project.root / file, file, refused)
        try:
            texts[file] = edition(fresh, old, file)
        except DocumentError as error:
            refused.append(error)
            continue
        stale += [file] if old != texts[file] else []
    gone: list[str] = []
    for file in _others(project.root, folder, {*texts, *(error.at.file for error in refused if error.at)}):
        old = _read(project.root / file, file, refused)
        if old is None or not is_ours(old):
            continue
        try:
            if any(each.written for each in kept_in(old, file)):
                hint = "move what people wrote there to where it belongs, and delete the file"
                raise DocumentError("its table is not under contract any more", at=Location(file), hint=hint)
            gone.append(file)
        except DocumentError as error:
            refused.append(error)
    page = (f"{project.reports_dir}/{CATALOG}", catalog_page(platform, __version__))
    return Publication(texts=texts, stale=tuple(stale), gone=tuple(gone), refused=tuple(refused), page=page)


def documents(platform: Platform) -> dict[str, str]:
    """Every document by its path in the folder, without what people wrote in it."""
    pages = {"DATA_ARCHITECTURE.md": architecture(platform), "DATA_CATALOG.md": catalog(platform)}
    pages |= {f"tables/{table.page}.md": table_page(platform, table) for table in platform.tables}
    return pages | {f"runbooks/{table.page}.md": runbook(platform, table) for table in platform.tables}


def _platform(project: Project) -> Platform:
    for document in project.documents:
        if not document.contract and document.error:
            raise PublishError(
                f"no document is written, for it would lack a contract: {document.error.message}",
                at=document.error.at,
                hint=document.error.hint,
            )
    lineage = lineage_of(project, read_sources(project, built=True))
    unread = next((gap for gap in lineage.gaps if gap.unread), None)
    if unread:
        raise PublishError(
            f"no document is written, for lineage could not be read: {unread.reason}",
            at=unread.at,
            hint="build it first, or take it out of `lineage` in harness.yaml",
        )
    return platform_of(project, lineage, plan(project, _ANY_DAY))


def _read(path: Path, file: str, refused: list[DocumentError]) -> str | None:
    """The document that is there; one that cannot be read is not written over."""
    try:
        return path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, UnicodeDecodeError) as error:
        refused.append(DocumentError(f"the document cannot be read: {error}", at=Location(file)))
        return None


def _others(root: Path, folder: str, known: Iterable[str]) -> list[str]:
    """Files beside the pages of tables that are none of this project's."""
    every = (path for name in _FOLDERS for path in sorted((root / folder / name).glob("*.md")))
    return [file for path in every if (file := path.relative_to(root).as_posix()) not in set(known)]
