"""Digests of all that says what must hold: contracts, checks, waivers, settings, and the SQL that lineage reads."""

import hashlib
import os
import stat
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from harness.load.settings import FILE
from harness.load.yaml import read
from harness.model.errors import DocumentError
from harness.model.project import Project

_SOURCES = (".sql", ".yml", ".yaml", ".py")
"""Endings of what a dbt project is written in: models, tests, macros and settings."""
_WRITTEN = ("models", "tests", "macros", "snapshots", "analyses", "seeds")
"""Folders at its top in which people write, however they call those below."""
_MADE = ("target", "logs")
"""Folders in it that dbt makes; what it installs as packages it runs, so that is none of them."""
_PATHS = ("model-paths", "test-paths", "macro-paths", "snapshot-paths", "analysis-paths", "seed-paths")
_PACKAGES = ("packages.yml", "dependencies.yml")
_DBT_FILES = (".user.yml",)
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
        yield from _of_dbt(project)


def _of_dbt(project: Project) -> Iterator[Path]:
    sources = project.lineage
    folder = project.root / sources.dbt_project
    made = {(project.root / name).resolve() for name in (sources.dbt, project.reports_dir) if name}
    for path in _below(folder, project.root, (*_SOURCES, ".csv"), lambda path: _is_made(path, folder, made)):
        if _is_source(path, folder):
            yield path
    for other in _elsewhere(folder, project.root):
        for path in _below(other, project.root, (*_SOURCES, ".csv")):
            if _is_source(path, other):
                yield path


def _is_source(path: Path, folder: Path) -> bool:
    # the rows of a seed are data, those of a fixture what a unit test expects
    return path.name not in _DBT_FILES and (path.suffix != ".csv" or "fixtures" in path.relative_to(folder).parts)


def _elsewhere(folder: Path, root: Path) -> Iterator[Path]:
    """The folders outside its own that the settings of a dbt project name: models, macros, packages of one's own."""
    settings = _stated(folder / "dbt_project.yml")
    named = [name for key in _PATHS for name in _listed(settings.get(key))]
    named += _listed([settings.get("packages-install-path")])
    packages = [each for file in _PACKAGES for each in _stated(folder / file).get("packages") or ()]
    named += _listed([each.get("local") for each in packages if isinstance(each, Mapping)])
    home = folder.resolve()
    for name in dict.fromkeys(named):
        path = Path(os.path.normpath(folder / name))
        to = path.resolve()
        # one around the project would be a whole disk, and what is inside is there already
        if (
            path.is_dir()
            and home != to
            and home not in to.parents
            and to not in (*home.parents, *root.resolve().parents)
        ):
            yield path


def _stated(file: Path) -> Mapping[str, Any]:
    """What a file of settings says; nothing where dbt could not read it either."""
    try:
        found = read(file.read_text(encoding="utf-8"), file.name)
    except (OSError, UnicodeDecodeError, DocumentError):
        return {}
    return found if isinstance(found, Mapping) else {}


def _listed(value: Any) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list | tuple) else []


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
