"""Digests of all that says what must hold: contracts, checks, waivers, settings, and the SQL that lineage reads."""

import hashlib
import os
import stat
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path

from harness.load.settings import FILE
from harness.model.project import Project

_SOURCES = (".sql", ".yml", ".yaml", ".py")
"""Endings of what a dbt project is written in: models, tests, macros and settings."""
_WRITTEN = ("models", "tests", "macros", "snapshots", "analyses", "seeds")
"""Folders at its top in which people write, however they call those below."""
_MADE = ("target", "logs", "dbt_packages", "dbt_internal_packages")
"""Folders in it that dbt makes."""
_OF_DBT = (".user.yml",)
"""Files that it makes."""
_LARGEST = 100 << 20
"""Bytes of a file that is read; of a larger one its size and time must do."""


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
        yield from _below(project.root / name, project.root)
    sources = project.lineage
    for name in sources.sql:
        path = project.root / name
        yield from _below(path, project.root, _SOURCES) if path.is_dir() else [path] if os.path.lexists(path) else []
    if sources.dbt_project:
        folder = project.root / sources.dbt_project
        made = {(project.root / name).resolve() for name in (sources.dbt, project.reports_dir) if name}
        for path in _below(folder, project.root, (*_SOURCES, ".csv"), lambda path: _is_made(path, folder, made)):
            # the rows of a seed are data, those of a fixture what a unit test expects
            if path.name not in _OF_DBT and (path.suffix != ".csv" or "fixtures" in path.relative_to(folder).parts):
                yield path


def _below(
    folder: Path, root: Path, endings: tuple[str, ...] = ("",), is_made: Callable[[Path], bool] = lambda _: False
) -> Iterator[Path]:
    """The files; a link to a folder is one, and is followed as far as it stays in the project."""
    seen, home = {folder.resolve()}, root.resolve()
    for parent, folders, names in os.walk(folder, followlinks=True):
        here = Path(parent)
        links = [here / name for name in folders if (here / name).is_symlink()]
        folders[:] = [each for each in folders if each != "__pycache__" and not is_made(here / each)]
        for name in tuple(folders):
            to = (here / name).resolve()
            # what a stranger's link leads to may be a whole disk, or a circle
            if (here / name).is_symlink() and (to in seen or home not in to.parents):
                folders.remove(name)
            seen.add(to)
        yield from (here / name for name in names if name.endswith(endings))
        yield from links


def _is_made(path: Path, folder: Path, made: Collection[Path]) -> bool:
    """Whether dbt, the harness or a tool makes the folder, which lies below that of the dbt project."""
    if path.resolve() in made:
        return True
    above = path.relative_to(folder).parts[0]
    return above not in _WRITTEN and (path.name in _MADE or path.name.startswith("."))


def _digest(path: Path) -> str:
    """Also of a link: where it leads, and what is there."""
    led = str(path.readlink()) if path.is_symlink() else ""
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            # a pipe or a device may never end
            return f"{led} is no file"
        if found.st_size > _LARGEST:
            return f"{led} {found.st_size} bytes, written at {found.st_mtime_ns}"
        content = path.read_bytes()
    except OSError as error:
        return f"{led} cannot be read: {error.strerror}"
    return f"{led} {hashlib.sha256(content).hexdigest()}"
