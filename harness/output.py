"""What the commands leave on disk: a file or a folder appears whole or not at all, whenever the process is killed."""

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from harness.model.errors import UsageError

MARK = "report.json"
"""The file that every folder of reports holds; without it a folder is not ours to empty."""


def write_file(path: Path, text: str, *, durable: bool = False) -> None:
    """Writes `text` to `path` in one step; its folder is made when missing. Raises UsageError when that cannot be.

    `durable`: when this returns, the file outlives a loss of power too.
    """
    with _writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        _sweep(path)
        fresh = _beside(path)
        with fresh.open("w", encoding="utf-8") as stream:
            stream.write(text)
            if durable:
                stream.flush()
                os.fsync(stream.fileno())
        fresh.replace(path)
        if durable:
            _sync_folder(path.parent)


def drop_file(path: Path) -> None:
    """Deletes the file, and its folder when nothing else is in it."""
    with _writing(path):
        path.unlink(missing_ok=True)
        if path.parent.is_dir() and not any(path.parent.iterdir()):
            path.parent.rmdir()


def clear_folder(folder: Path) -> None:
    """Takes away what an earlier run left, so that its verdict is never taken for this run's.

    Raises UsageError, and touches nothing, when the folder holds anything but reports.
    """
    with _writing(folder):
        entries = list(folder.iterdir()) if folder.exists() else []
    if entries and (not all(entry.is_file() for entry in entries) or MARK not in {entry.name for entry in entries}):
        raise UsageError(f"the folder {folder} holds other things than reports", hint="name an empty or a new one")
    with _writing(folder):
        _take_away(folder)
        _sweep(folder)


def write_folder(folder: Path, texts: Mapping[str, str]) -> None:
    """Makes `folder` hold exactly these files; until it is there in full, it is not there at all."""
    fresh = _beside(folder)
    with _writing(folder):
        _sweep(folder)
        fresh.mkdir(parents=True)
        for name, text in texts.items():
            (fresh / name).write_text(text, encoding="utf-8")
        _take_away(folder)
        fresh.rename(folder)
        _sweep(folder)


def _beside(path: Path, what: str = "") -> Path:
    """A name that no reader looks at, and that tells which process to ask for it."""
    return path.with_name(f".{path.name}.{os.getpid()}{what}")


def _take_away(folder: Path) -> None:
    """The folder is gone at once: a process that is killed while it deletes leaves nothing that looks like reports."""
    if folder.is_dir():
        old = _beside(folder, ".old")
        folder.rename(old)
        shutil.rmtree(old)


def _sweep(path: Path) -> None:
    """Deletes what processes that were killed left beside `path`; what a living one writes is its own."""
    for leftover in _leftovers(path):
        if leftover.is_dir():
            shutil.rmtree(leftover)
        else:
            leftover.unlink(missing_ok=True)


def _leftovers(path: Path) -> Iterable[Path]:
    for each in path.parent.glob(f".{path.name}.*"):
        number = each.name.removeprefix(f".{path.name}.").removesuffix(".old")
        # a process of our own number was one before us: containers give every run the same
        if number.isdecimal() and (int(number) == os.getpid() or not _lives(int(number))):
            yield each


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


def _sync_folder(folder: Path) -> None:
    """Where a folder can be opened, so that the new name in it is durable."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror or error}") from None
