"""Files that appear whole or not at all, and that outlive a loss of power."""

import os
import time
from contextlib import suppress
from pathlib import Path

_ABANDONED = 3600.0
"""Seconds after which nobody writes a file any more."""


def write_durably(path: Path, text: str) -> None:
    """Writes `text` to `path`, whose folders are made when missing. When it returns, the file stays. Raises OSError."""
    fresh_folder = not path.parent.is_dir()
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with fresh.open("w", encoding="utf-8", errors="surrogateescape") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        fresh.replace(path)
    except OSError:
        # on a full disk, what does not fit must not take the room of what would
        fresh.unlink(missing_ok=True)
        raise
    for folder in (path.parent, path.parent.parent, path.parent.parent.parent)[: 3 if fresh_folder else 1]:
        _sync(folder)


def sweep(folder: Path) -> None:
    """Deletes what a process that was killed left half-written in `folder`."""
    for leftover in folder.glob(".*"):
        if leftover.name.rpartition(".")[2].isdecimal():
            with suppress(FileNotFoundError):
                if time.time() - leftover.stat().st_mtime > _ABANDONED:
                    leftover.unlink()


def _sync(folder: Path) -> None:
    """Where a folder can be opened, so that the new name in it is durable."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
