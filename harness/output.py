"""What the commands leave on disk: a file or a folder appears whole or not at all."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path


def write_file(path: Path, text: str) -> None:
    """Writes `text` to `path` in one step; its folder is made when missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)


def clear_folder(folder: Path) -> None:
    """Takes away what an earlier run left, so that its verdict is never taken for this run's."""
    shutil.rmtree(folder, ignore_errors=True)
    for leftover in folder.parent.glob(f".{folder.name}.*"):
        shutil.rmtree(leftover, ignore_errors=True)


def write_folder(folder: Path, texts: Mapping[str, str]) -> None:
    """Makes `folder` hold exactly these files; until it is there in full, it is not there at all."""
    fresh = folder.with_name(f".{folder.name}.{os.getpid()}")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    for name, text in texts.items():
        (fresh / name).write_text(text, encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    fresh.rename(folder)
