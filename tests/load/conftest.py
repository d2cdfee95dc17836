from collections.abc import Callable
from pathlib import Path

import pytest

from harness.load.project import load_project
from harness.model.project import Project

HEAD = "version: 1\nname: shop\n"


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., Project]:
    """Writes harness.yaml (without its head) and further files into a folder, and loads the project in it."""

    def write(settings: str = "", environ: dict[str, str] | None = None, **files: str | bytes) -> Project:
        (tmp_path / "harness.yaml").write_text(HEAD + settings, encoding="utf-8")
        (tmp_path / "contracts").mkdir(exist_ok=True)
        for name, content in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return load_project(tmp_path, environ or {})

    return write
