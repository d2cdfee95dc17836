"""Contract files as they are: one file, or a folder of them."""

import os
import re
from pathlib import Path

from harness.model.errors import UsageError

_ENDINGS, _YAML = (".odcs.yaml", ".odcs.yml"), (".yaml", ".yml")
_CONTRACT = re.compile(rb"^[\s{\"']*kind[\"']?\s*:\s*[\"']?DataContract\b", re.MULTILINE)
_HINT = "name a contract file, or a folder of them"


def read_tree(path: Path) -> dict[str, str]:
    """File, relative to the folder -> its text; a single file stands under its own name.

    In a folder those are read that are contracts by their name or by their `kind`; all of YAML, where there is none.
    Raises UsageError for what cannot be read, and for a folder with nothing to read: nobody knows what was in there.
    """
    if not path.is_dir():
        return {path.as_posix(): _text(path)}
    files = _files(path)
    if not files:
        raise UsageError(f"there is no contract in {path}", hint=_HINT)
    return {file.relative_to(path).as_posix(): _text(file) for file in list(filter(_is_contract, files)) or files}


def _files(folder: Path) -> list[Path]:
    """Also behind links; each folder once."""
    found: list[Path] = []
    seen: set[str] = set()
    for parent, folders, names in os.walk(folder, onerror=_refuse, followlinks=True):
        if os.path.realpath(parent) in seen:
            folders.clear()
            continue
        seen.add(os.path.realpath(parent))
        found += (Path(parent) / name for name in names if name.lower().endswith(_YAML))
    return sorted(found)


def _refuse(error: OSError) -> None:
    raise UsageError(f"the folder {error.filename} cannot be read: {error.strerror}", hint=_HINT)


def _is_contract(file: Path) -> bool:
    try:
        return file.name.lower().endswith(_ENDINGS) or _CONTRACT.search(file.read_bytes()) is not None
    except OSError:
        return False


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read: {error}", hint=_HINT) from None
