"""What `lineage` of `harness.yaml` names: dbt's manifest, SQL scripts and OpenLineage event files -> values."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.load.dbt import MANIFEST, Manifest, Model, models_in, read_manifest
from harness.load.place import file_in
from harness.model.errors import DocumentError
from harness.model.lineage import ROWS, Field, Gap
from harness.model.location import Location
from harness.model.project import Project

_EVENT_FILES = (".json", ".jsonl", ".ndjson", ".log")


@dataclass(frozen=True, slots=True)
class Script:
    """A file of SQL statements."""

    sql: str
    at: Location


@dataclass(frozen=True, slots=True)
class Event:
    """An OpenLineage event and where it stands."""

    data: dict[str, Any]
    at: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Everything read; `gaps` is what could not be."""

    manifest: Manifest | None = None
    """Of dbt."""
    models: tuple[Model, ...] = ()
    scripts: tuple[Script, ...] = ()
    events: tuple[Event, ...] = ()
    gaps: tuple[Gap, ...] = ()


def read_sources(project: Project, *, built: bool) -> Sources:
    """The sources of lineage that the project names.

    `built` says that what a build leaves must be there: without it, a manifest or event file that is not (yet) there
    is no gap. What is there and cannot be read always is.
    """
    gaps: list[Gap] = []
    manifest: Manifest | None = None
    models: tuple[Model, ...] = ()
    settings = project.lineage
    folder = project.root / settings.dbt
    if settings.dbt and (built or (folder / MANIFEST).exists()):
        dbt_project = project.root / settings.dbt_project if settings.dbt_project else None
        try:
            parsed = read_manifest(folder, project.root, dbt_project)
            manifest, models = parsed, models_in(parsed)
        except DocumentError as error:
            gaps.append(_unread(error))
    scripts = tuple(_scripts(_files(project, settings.sql, (".sql",), gaps, built=built), project, gaps))
    found = _files(project, settings.events, _EVENT_FILES, gaps, built=built)
    events = tuple(event for path in found for event in _events(path, project, gaps))
    return Sources(manifest=manifest, models=models, scripts=scripts, events=events, gaps=tuple(gaps))


def _files(
    project: Project, names: Sequence[str], endings: Sequence[str], gaps: list[Gap], *, built: bool
) -> Iterator[Path]:
    """The named files, and those with one of the endings in the named folders."""
    for name in names:
        path = project.root / name
        if path.is_dir():
            found = sorted(each for each in path.rglob("*") if each.suffix in endings and each.is_file())
            yield from found
            if built and not found:
                gaps.append(_gap(Location(name), f"the folder has no file that ends in {' or '.join(endings)}"))
        elif path.is_file():
            yield path
        elif built:
            gaps.append(_gap(Location(name), "the file or folder does not exist"))


def _scripts(paths: Iterable[Path], project: Project, gaps: list[Gap]) -> Iterator[Script]:
    for path in paths:
        at = Location(file_in(path, project.root))
        try:
            yield Script(path.read_text(encoding="utf-8"), at)
        except (OSError, UnicodeDecodeError) as error:
            gaps.append(_gap(at, f"the file cannot be read: {error}"))


def _events(path: Path, project: Project, gaps: list[Gap]) -> Iterator[Event]:
    """One JSON document (an event or a list of them), or an event a line."""
    at = Location(file_in(path, project.root))
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        gaps.append(_gap(at, f"the file cannot be read: {error}"))
        return
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        entries: Iterator[tuple[int, Any]] = _lines(text, at, gaps)
    else:
        entries = ((1, each) for each in (whole if isinstance(whole, list) else [whole]))
    if not text.strip():
        gaps.append(_gap(at, "the file holds no event"))
    for line, data in entries:
        if isinstance(data, dict):
            yield Event(data, Location(at.file, line))
        else:
            gaps.append(_gap(Location(at.file, line), "this is no OpenLineage event"))


def _lines(text: str, at: Location, gaps: list[Gap]) -> Iterator[tuple[int, Any]]:
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            try:
                yield number, json.loads(line)
            except (ValueError, RecursionError) as error:
                gaps.append(_gap(Location(at.file, number), f"this is no JSON: {error}"))


def _unread(error: DocumentError) -> Gap:
    return _gap(error.at or Location(""), error.message + (f"; {error.hint}" if error.hint else ""))


def _gap(at: Location, reason: str) -> Gap:
    return Gap(Field(at.file, ROWS), reason, at, unread=True)
