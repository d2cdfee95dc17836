"""Golden files: whole outputs, kept beside the tests and read by people when they change."""

import difflib
import os
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent / "golden"


def golden(name: str, actual: str) -> None:
    """Fails when `actual` is not what tests/golden/<name> holds; with GOLDEN=rewrite it writes the file instead."""
    file = FOLDER / name
    if os.environ.get("GOLDEN") == "rewrite":
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(actual.encode())
        return
    if not file.exists():
        pytest.fail(f"tests/golden/{name} does not exist; `make golden` writes it", pytrace=False)
    # bytes: reading as text would take \r\n for \n
    expected = file.read_bytes().decode()
    if actual != expected:
        lines = (text.splitlines(keepends=True) for text in (expected, actual))
        diff = "".join(difflib.unified_diff(*lines, f"tests/golden/{name}", "actual"))
        pytest.fail(f"{diff}\n`make golden` rewrites it; read the diff before you commit", pytrace=False)
