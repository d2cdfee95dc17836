import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

_SHOP = runpy.run_path(str(Path(__file__).with_name("shop.py")))
_REPOSITORY = runpy.run_path(str(Path(__file__).with_name("repository.py")))


@pytest.fixture
def shop(tmp_path: Path) -> Any:
    """A project that passes; see shop.py."""
    return _SHOP["Shop"](tmp_path)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    return _SHOP["run"](capsys)


@pytest.fixture
def make_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Makes a project under git; see repository.py."""
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)

    def make(folder: str = ".", at: str = "work", options: tuple[str, ...] = ()) -> Any:
        return _REPOSITORY["Repository"](tmp_path / at, folder, options)

    return make


@pytest.fixture
def repository(make_repository: Callable[..., Any]) -> Any:
    """One at the top of its repository."""
    return make_repository()


@pytest.fixture
def warehouse(shop: Any, make_repository: Callable[..., Any]) -> Any:
    """The shop, whose data keeps its promises, under git: `shop.repository`."""
    shop.write(".gitignore", "*.duckdb\n")
    shop.repository = make_repository(at=shop.root)
    return shop
