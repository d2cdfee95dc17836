import re
import runpy
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

_SHOP = runpy.run_path(str(Path(__file__).parents[1] / "uses" / "shop.py"))
_VOLATILE = (
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "<run id>"),
    (re.compile(r'"inputs": "[0-9a-f]{64}"'), '"inputs": "<digest>"'),
    (re.compile(r"took [0-9.]+ (ms|s|m)\b"), "took <time>"),
    (re.compile(r'"(started|finished)": "[^"]+"'), r'"\1": "<time>"'),
    (re.compile(r'"seconds": [0-9.e-]+'), '"seconds": <time>'),
    (re.compile(r'"harness_version": "[^"]+"'), '"harness_version": "<version>"'),
)


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A project that passes, and the current folder; see shop.py."""
    monkeypatch.chdir(tmp_path)
    for name in ("OPENLINEAGE_URL", "OPENLINEAGE_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    return _SHOP["Shop"](tmp_path)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[..., tuple[int, str, str]]]:
    hook = sys.excepthook
    yield _SHOP["run"](capsys)
    sys.excepthook = hook


@pytest.fixture
def stable(tmp_path: Path) -> Callable[[str], str]:
    """The text without what differs from run to run."""

    def replaced(text: str) -> str:
        text = text.replace(str(tmp_path), "<project>")
        for pattern, word in _VOLATILE:
            text = pattern.sub(word, text)
        return text

    return replaced
