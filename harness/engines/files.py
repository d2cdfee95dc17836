"""The files that a table of an ODCS server of type `local` is in."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from glob import glob
from pathlib import Path

from harness.engines.engine import Declared
from harness.model.errors import EngineError

_PLACEHOLDER = re.compile(r"\{(?:model|object)\}")
_KEY = re.compile(r"([^=/]+)=[^/]*")
_GLOB = "*?["


@dataclass(frozen=True, slots=True)
class Files:
    """The files of one table, at least one; `keys` are those that their folders name (`day=2024-01-01`)."""

    root: Path
    paths: tuple[str, ...]
    keys: tuple[str, ...] = ()

    def shown(self, path: str) -> str:
        """A file as people call it: by its path from the project's folder."""
        return Path(path).relative_to(self.root).as_posix() if Path(path).is_relative_to(self.root) else path

    def listed(self, paths: Iterable[str]) -> str:
        """A few of them, and how many more."""
        first, *more = map(self.shown, paths)
        return f"{first} and {len(more)} more" if more else first


def files_of(table: Declared, root: Path) -> Files:
    """The files that the server's `path` names; `{model}` or `{object}` in it stands for the table's name.

    Raises EngineError when there is none, when one is empty, and when a path that the contract states itself leads out
    of the project's folder: a contract may come from a stranger.
    """
    home, at = root.resolve(), table.server.at
    stated = table.setting("path")
    if not stated or "://" in stated:
        raise EngineError(f"the server {table.server.name!r} names no path of files", at=at, hint="set `path`")
    pattern = _PLACEHOLDER.sub(lambda _: table.schema.name, stated)
    found = [Path(name) for name in sorted(glob(str(home / pattern), recursive=True))]  # noqa: PTH207 - absolute ones too
    files = [path for path in found if path.is_file()]
    if not files:
        folder = "it is a folder; name the files in it, as in `data/*.parquet`" if found else ""
        raise EngineError(f"no file is at {pattern}", at=at, hint=folder)
    own = Files(home, tuple(map(str, files)))
    for path in files:
        if not table.trusted and not path.resolve().is_relative_to(home):
            hint = "a contract may name files of the project only; write the server to harness.yaml"
            raise EngineError(f"{path} is outside the project's folder", at=at, hint=hint)
        if set(path.name) & set(_GLOB):
            raise EngineError(f"the name of {own.shown(str(path))} holds one of {_GLOB}", at=at, hint="rename it")
        if not path.stat().st_size:
            raise EngineError(f"the file {own.shown(str(path))} is empty", at=at)
    return Files(home, own.paths, _keys(own, table))


def _keys(files: Files, table: Declared) -> tuple[str, ...]:
    found = {tuple(_KEY.findall(str(Path(files.shown(path)).parent))): path for path in files.paths}
    if len(found) > 1:
        one, other = list(found.values())[:2]
        said = f"the folders of {files.shown(one)} and {files.shown(other)} name different partition keys"
        raise EngineError(said, at=table.server.at)
    return next(iter(found))
