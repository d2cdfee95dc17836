"""What the commands leave on disk: a file or a folder appears whole or not at all."""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from harness.model.errors import UsageError

MARK = "report.json"
"""The file that every folder of reports holds; without it a folder is not ours to empty."""


def write_file(path: Path, text: str) -> None:
    """Writes `text` to `path` in one step; its folder is made when missing. Raises UsageError when that cannot be."""
    with _writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f".{path.name}.{os.getpid()}")
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(path)


def clear_folder(folder: Path) -> None:
    """Takes away what an earlier run left, so that its verdict is never taken for this run's.

    Raises UsageError, and touches nothing, when the folder holds anything but reports.
    """
    with _writing(folder):
        entries = list(folder.iterdir()) if folder.exists() else []
    if entries and (not all(entry.is_file() for entry in entries) or MARK not in {entry.name for entry in entries}):
        raise UsageError(f"the folder {folder} holds other things than reports", hint="name an empty or a new one")
    with _writing(folder):
        for leftover in (folder, *folder.parent.glob(f".{folder.name}.*")):
            if leftover.is_dir():
                shutil.rmtree(leftover)


def write_folder(folder: Path, texts: Mapping[str, str]) -> None:
    """Makes `folder` hold exactly these files; until it is there in full, it is not there at all."""
    fresh = folder.with_name(f".{folder.name}.{os.getpid()}")
    with _writing(folder):
        fresh.mkdir(parents=True)
        for name, text in texts.items():
            (fresh / name).write_text(text, encoding="utf-8")
        if folder.is_dir():
            shutil.rmtree(folder)
        fresh.rename(folder)


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror or error}") from None
