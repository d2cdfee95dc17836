"""What the commands leave on disk: a file or a folder appears whole or not at all, whenever the process is killed."""

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from harness.model.errors import UsageError

MARKS = frozenset({"report.json", "review.json"})
"""Every folder of reports holds one of these files; without it a folder is not ours to empty."""


def write_file(path: Path, text: str) -> None:
    """Writes `text` to `path` in one step; its folder is made when missing. Raises UsageError when that cannot be."""
    with _writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        _sweep(path)
        fresh = _beside(path)
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(path)


def write_new(path: Path, text: str, mode: int) -> None:
    """Writes `text` to a file that was not there, with these permissions. Raises UsageError when that cannot be."""
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError:
        raise UsageError(f"{path} exists already", hint="a key is never overwritten: name another file") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror or error}") from None


def append_file(path: Path, text: str, most: int) -> bool:
    """Appends `text`, unless the file would then have more than `most` bytes; whether it did. Raises UsageError."""
    with _writing(path):
        before = path.stat().st_size if path.exists() else 0
        if before + len(text.encode()) > most:
            return False
        with path.open("a", encoding="utf-8") as stream:
            stream.write(text)
    return True


def remove_file(path: Path) -> None:
    """Deletes a file. Raises UsageError when that cannot be."""
    with _writing(path):
        path.unlink(missing_ok=True)


def clear_folder(folder: Path) -> None:
    """Takes away what an earlier run left, so that its verdict is never taken for this run's.

    Raises UsageError, and touches nothing, when the folder holds anything but reports.
    """
    with _writing(folder):
        entries = list(folder.iterdir()) if folder.exists() else []
    if entries and (not all(entry.is_file() for entry in entries) or not MARKS & {entry.name for entry in entries}):
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


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror or error}") from None
