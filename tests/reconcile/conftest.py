import runpy
from collections.abc import Callable
from pathlib import Path

import pytest

_SHOP = runpy.run_path(str(Path(__file__).parents[1] / "uses" / "shop.py"))


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    return _SHOP["run"](capsys)
