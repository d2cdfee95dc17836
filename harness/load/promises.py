"""Digests of all that says what must hold: contracts, checks, waivers, settings, and the SQL that lineage reads."""

import hashlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from harness.load.settings import FILE
from harness.model.project import Project

_SOURCES = (".sql", ".yml", ".yaml", ".py")
"""Endings of what a dbt project is written in: models, tests, macros and settings."""
_MADE = ("target", "logs", "dbt_packages", "dbt_internal_packages", "__pycache__")
"""Folders in it that dbt and Python make."""


def promises_of(project: Project) -> Mapping[str, str]:
    """File, from the project's folder -> SHA-256 of what is in it now; a file that is not there is not in it."""
    return {os.path.relpath(path, project.root): _digest(path) for path in _files(project)}


def changed_since(before: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    """The files that are not as they were, those included that were added or taken away."""
    return tuple(sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name)))


def _files(project: Project) -> Iterator[Path]:
    for name in (FILE, project.waivers.file):
        if os.path.lexists(project.root / name):
            yield project.root / name
    for name in (project.contracts_dir, project.checks_dir):
        yield from _below(project.root / name)
    sources = project.lineage
    for name in sources.sql:
        path = project.root / name
        yield from _below(path, _SOURCES) if path.is_dir() else [path] if os.path.lexists(path) else []
    if sources.dbt_project:
        made = (project.root / sources.dbt).resolve() if sources.dbt else None
        yield from _below(project.root / sources.dbt_project, _SOURCES, made)


def _below(folder: Path, endings: tuple[str, ...] = ("",), made: Path | None = None) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder):
        if endings != ("",):
            folders[:] = [each for each in folders if each not in _MADE and (Path(parent) / each).resolve() != made]
        yield from (Path(parent) / name for name in names if name.endswith(endings))
        # a link to a folder is not followed, and is itself what may change
        yield from (Path(parent) / name for name in folders if (Path(parent) / name).is_symlink())


def _digest(path: Path) -> str:
    """Also of a link: where it leads, and what is there."""
    led = str(path.readlink()) if path.is_symlink() else ""
    try:
        content = path.read_bytes()
    except OSError as error:
        return f"{led} cannot be read: {error.strerror}"
    return f"{led} {hashlib.sha256(content).hexdigest()}"
